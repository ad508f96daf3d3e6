"""Both trees of each part (`structures`), kept with the proposal that they are of, so that a page reads them in one piece.

Working them out goes through every file of a part; reading them takes some bytes a folder.
"""

import zlib
from collections.abc import Sequence

import numpy as np

from filrydd.catalog import proposals, structures
from filrydd.catalog.connection import Catalog
from filrydd.catalog.proposals import PartRow
from filrydd.catalog.structures import Tree, Trees

SMALL = 5_000
"""Folders of a part of which the trees are worked out while somebody waits."""
_ROWS = 6  # a pair: old place, new place, files, bytes, items, their bytes
_NUMBERS = np.dtype("<i8")
# Less than half the size in a hundredth of a second; more effort saves little more.
_EFFORT = 1


def keep(catalog: Catalog) -> None:
    """Work the trees of the present proposal's parts out and store them, a part at a time; not inside `writing`."""
    parts = proposals.parts(catalog)
    for part in parts:
        known = structures.version(catalog)
        old, new, pairs = structures.numbers(catalog, part.id)
        content = zlib.compress(_bytes((old.ids, old.ends, new.ids, new.ends, pairs)), _EFFORT)
        with catalog.writing():
            catalog.run(
                "INSERT OR REPLACE INTO part_tree (part, run, digest, folders, targets, content) VALUES (?, ?, ?, ?, ?, ?)",
                (part.name, *known, len(old), len(new), content),
            )
    with catalog.writing():
        catalog.run("DELETE FROM part_tree WHERE part NOT IN (SELECT name FROM part WHERE present = 1)")


def read(catalog: Catalog, part: PartRow) -> Trees | None:
    """The trees of a part of the present proposal; None while they are not kept."""
    known = structures.version(catalog)
    row = catalog.row(
        "SELECT folders, targets, content FROM part_tree WHERE part = ? AND run = ? AND digest = ?", (part.name, *known)
    )
    if row is None:
        return None
    found = np.frombuffer(zlib.decompress(row["content"]), _NUMBERS).astype(np.int64, copy=False)
    folders, targets = row["folders"], row["targets"]
    ends = np.cumsum((folders, folders, targets, targets))
    old_ids, old_ends, new_ids, new_ends, pairs = np.split(found, ends)
    return structures.put_together(
        part, known, Tree(old_ids, old_ends), Tree(new_ids, new_ends), pairs.reshape(_ROWS, -1)
    )


def is_small(catalog: Catalog, part: PartRow) -> bool:
    """Whether working the trees of a part out takes no longer than a page may."""
    rows = "SELECT 1 FROM folder_part WHERE part = ? LIMIT ?"
    return int(catalog.value(f"SELECT COUNT(*) FROM ({rows})", (part.id, SMALL + 1))) <= SMALL


def _bytes(pieces: Sequence[structures.Numbers]) -> bytes:
    return b"".join(piece.astype(_NUMBERS).tobytes() for piece in pieces)
