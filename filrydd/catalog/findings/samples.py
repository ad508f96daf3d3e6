"""Samples: which files were drawn, and what was concluded."""

import hashlib
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it is stored: of `files` files, `drawn` by `seed` and compared in full, `different` were not whole. With that
    `confidence` (a share) at most the share `bound` of all is not; `share` is what was asked for."""

    seed: int
    confidence: float
    share: float
    files: int
    drawn: int
    different: int
    bound: float


def key_by(catalog: Catalog, seed: int) -> str:
    """The name of an SQL function by which files are drawn: the same seed, the same files."""
    begin = hashlib.blake2b(str(seed).encode(), digest_size=8)

    def key(number: object) -> bytes:
        hasher = begin.copy()
        hasher.update(f" {number}".encode())
        return hasher.digest()

    catalog.define("drawn_at", key)
    return "drawn_at"


def count_different(catalog: Catalog) -> int:
    """How many of the files that were lined up turned out not to be whole."""
    return int(
        catalog.value(
            "SELECT COUNT(*) FROM temp.to_compare q WHERE EXISTS (SELECT 1 FROM temp.found x WHERE x.file = q.file"
            " AND x.kind <> 'access')"
        )
    )


def keep(catalog: Catalog, run: int, sample: Sample, now: int) -> None:
    """Store a sample."""
    with catalog.writing():
        catalog.run(
            "INSERT INTO sample (run, seed, confidence, share, files, drawn, different, bound, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run,
                sample.seed,
                sample.confidence,
                sample.share,
                sample.files,
                sample.drawn,
                sample.different,
                sample.bound,
                now,
            ),
        )
