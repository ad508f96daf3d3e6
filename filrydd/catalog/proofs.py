"""Proofs: which files may go, and by what.

A file may go for one of two reasons, each joined here from what other stages stored and nothing else: its move was signed,
it arrived, and it was compared in full under the seal in force; or its destruction was signed, with a legal basis. What a
case has frozen may go for no reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog import freezes, signoffs
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import folder_paths
from filrydd.model import names

# SQL of this room, over f (file), r (its receipt), x (finding); `:seal` is the seal in force.
RECEIVED = "(r.source_size, r.source_modified) IS (f.size, f.modified)"
COMPARED = "(SELECT MAX(id) FROM comparison WHERE receipt = r.id AND seal = :seal)"
# An earlier file of the same name lies in the quarantine, and its retirement must not be lost.
EARLIER_ASIDE = (
    "EXISTS (SELECT 1 FROM retirement t WHERE t.file = f.id AND t.done IS NOT NULL AND t.place <> ''"
    " AND t.purged IS NULL)"
)
IN_THE_WAY = "x.closed IS NULL AND x.stage IN ('verify', 'upload')"


@dataclass(frozen=True, slots=True)
class Provable:
    """A file with everything that a proof needs from the catalog. For a move, the item it became and the version that was
    compared; for a destruction, the rule and its basis, and an empty item. `signed_by` is who signed for it, `cosigned_by` the
    second person where the sign-off has one, whose signature's number is `cosign`."""

    file: int
    path: str
    size: int
    modified: int
    file_id: int
    hash: str
    signoff: int
    receipt: int | None
    comparison: int | None
    drive: str
    item: str
    etag: str
    rule: str
    basis: str
    junk: bool
    signed_by: str
    cosign: int | None
    cosigned_by: str


@dataclass(frozen=True, slots=True)
class Going:
    """What may go at this moment: files that `moved` or whose destruction was signed (`destroyed`, of which `documents` are
    not junk and `alone` of those have one signature), with their bytes. `rules` are those by which something is destroyed."""

    moved: int
    destroyed: int
    documents: int
    alone: int
    bytes: int
    rules: tuple[str, ...]

    @property
    def files(self) -> int:
        return self.moved + self.destroyed


def list_provable(catalog: Catalog, seal: int, now: int) -> Going:
    """Fill the TEMP table `going` with the files that may go, in the order of the tree. Everything else stays."""
    signoffs.list_approvals(catalog, now)
    freezes.list_frozen(catalog)
    catalog.run("DROP TABLE IF EXISTS temp.going")
    catalog.run(
        "CREATE TEMP TABLE going (n INTEGER PRIMARY KEY, file INTEGER NOT NULL UNIQUE, signoff INTEGER, receipt INTEGER,"
        " comparison INTEGER, cosign INTEGER)"
    )
    catalog.run(
        "INSERT INTO temp.going (file, signoff, receipt, comparison, cosign)"
        " SELECT f.id, a.signoff, r.id, c.id, w.id"
        " FROM temp.approval a JOIN file f ON f.id = a.file JOIN folder d ON d.id = f.folder"
        " JOIN ruling g ON g.file = f.id JOIN rule u ON u.id = g.rule"
        " JOIN signoff o ON o.id = a.signoff LEFT JOIN cosign w ON w.signoff = o.id"
        f" LEFT JOIN current_receipt r ON r.file = f.id AND {RECEIVED}"
        f" LEFT JOIN comparison c ON c.id = {COMPARED}"
        f" WHERE a.state = '{signoffs.State.APPROVED}' AND f.id NOT IN (SELECT file FROM temp.frozen)"
        f" AND NOT EXISTS (SELECT 1 FROM finding x WHERE x.file = f.id AND {IN_THE_WAY}) AND NOT {EARLIER_ASIDE}"
        " AND ((u.fate = 'move' AND c.id IS NOT NULL AND c.source_hash = r.source_hash)"
        "   OR (u.fate = 'destroy' AND NOT u.awaits_confirmation AND (u.junk OR u.basis <> '')))"
        " ORDER BY d.lo, f.name",
        {"seal": seal},
    )
    row = catalog.row(
        "SELECT COALESCE(SUM(u.fate = 'move'), 0) AS moved, COALESCE(SUM(u.fate = 'destroy'), 0) AS destroyed,"
        " COALESCE(SUM(u.fate = 'destroy' AND NOT u.junk), 0) AS documents,"
        " COALESCE(SUM(u.fate = 'destroy' AND NOT u.junk AND t.cosign IS NULL), 0) AS alone,"
        " COALESCE(SUM(f.size), 0) AS bytes"
        " FROM temp.going t JOIN file f ON f.id = t.file JOIN ruling g ON g.file = t.file JOIN rule u ON u.id = g.rule"
    )
    assert row is not None
    rules = catalog.rows(
        "SELECT DISTINCT u.name FROM temp.going t JOIN ruling g ON g.file = t.file JOIN rule u ON u.id = g.rule"
        " WHERE u.fate = 'destroy' ORDER BY u.name"
    )
    return Going(
        row["moved"],
        row["destroyed"],
        row["documents"],
        row["alone"],
        row["bytes"],
        tuple(rule["name"] for rule in list(rules)),
    )


def provable(catalog: Catalog, seal: int, now: int) -> Iterator[Provable]:
    """Files that may go, in the order of the tree."""
    list_provable(catalog, seal, now)
    for batch in batches(catalog):
        yield from batch


def batches(catalog: Catalog, most: int = 500, letters: int = 400_000) -> Iterator[list[Provable]]:
    """What `list_provable` listed, so many files at a time, and about so many letters of what is told of them. Other tables
    may be written meanwhile."""
    paths = folder_paths(catalog)
    last = 0
    while rows := list(catalog.rows(_GOING, (last, most))):
        batch: list[Provable] = []
        told = 0
        for row in rows:
            # The folder may have gone since the paths were read; its files have not.
            batch.append(_provable(row, names.join(paths[row["folder"]], row["name"])))
            last = row["n"]
            told += len(batch[-1].path) + len(row["signed_by"]) + len(row["cosigned_by"])
            if told > letters:
                break
        yield batch


_GOING = (
    "SELECT t.n, t.file, f.folder, f.name, f.size, f.modified, f.file_id, t.signoff, t.receipt, t.comparison, t.cosign,"
    " COALESCE(r.drive, '') AS drive, COALESCE(r.item, '') AS item, COALESCE(c.etag, '') AS etag,"
    " COALESCE(c.source_hash, '') AS source_hash, u.name AS rule, u.basis, u.junk, u.fate, o.name AS signed_by,"
    " COALESCE(w.name, '') AS cosigned_by FROM temp.going t JOIN file f ON f.id = t.file JOIN ruling g ON g.file = t.file"
    " JOIN rule u ON u.id = g.rule JOIN signoff o ON o.id = t.signoff LEFT JOIN cosign w ON w.id = t.cosign"
    " LEFT JOIN receipt r ON r.id = t.receipt LEFT JOIN comparison c ON c.id = t.comparison WHERE t.n > ? ORDER BY t.n LIMIT ?"
)


def _provable(row: Row, path: str) -> Provable:
    moves = row["fate"] == "move"
    return Provable(
        file=row["file"],
        path=path,
        size=row["size"],
        modified=row["modified"],
        file_id=row["file_id"],
        hash=row["source_hash"] if moves else "",
        signoff=row["signoff"],
        receipt=row["receipt"] if moves else None,
        comparison=row["comparison"] if moves else None,
        drive=row["drive"] if moves else "",
        item=row["item"] if moves else "",
        etag=row["etag"] if moves else "",
        rule=row["rule"],
        basis=row["basis"],
        junk=bool(row["junk"]),
        signed_by=row["signed_by"],
        cosign=row["cosign"],
        cosigned_by=row["cosigned_by"],
    )
