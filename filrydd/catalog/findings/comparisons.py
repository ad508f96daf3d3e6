"""Which contents are to be compared, and comparisons that ended well.

A comparison holds as long as the tenant lists the item as it did then: the same eTag, size and hash. One whose hash or size is
another under the same eTag was changed by nobody, and is compared again, as is one that somebody has worked on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.findings.places import EDITED, ROTTEN, THERE
from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from filrydd.model.finding import Verdict
from filrydd.model.item import Item


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file with a receipt whose item is in its place, and what the tenant lists of it. `size`, `modified` and `source_hash`
    are those of the old file as it was sent; `version` of the item, empty for the latest."""

    file: int
    path: str
    size: int
    modified: int
    source_hash: str
    receipt: int
    drive: str
    item: str
    name: str
    ctag: str
    hash: str
    etag: str
    found_size: int
    version: str

    def as_item(self) -> Item:
        """The item as it was listed, without its times and its place."""
        return Item(self.item, self.name, "", False, self.found_size, self.hash, self.etag, "", 0, 0, "")


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison that ended well: `outcome` is `equal` or `rewritten`, `source_hash` of the old file as read now; the item's
    eTag, size and hash are those that it was compared under."""

    file: int
    receipt: int
    outcome: str
    source_hash: str
    etag: str
    size: int
    hash: str


_HOLDS = (
    "EXISTS (SELECT 1 FROM comparison c JOIN seen_content s ON s.comparison = c.id WHERE c.receipt = a.receipt"
    " AND c.seal IS :seal AND (c.etag, s.size, s.hash) = (l.etag, l.size, l.hash))"
)
_PRESENT = (
    "FROM temp.arrival a JOIN file f ON f.id = a.file AND f.gone IS NULL JOIN folder d ON d.id = f.folder"
    " JOIN temp.listed l ON l.item = a.item"
)
# When the source is gone, what was last compared is all that there is to go by; where nothing was, what was sent.
_SEEN_SO = (
    "(EXISTS (SELECT 1 FROM comparison c JOIN seen_content s ON s.comparison = c.id WHERE c.receipt = a.receipt"
    "  AND (s.size, s.hash) = (l.size, l.hash))"
    " OR EXISTS (SELECT 1 FROM receipt r WHERE r.id = a.receipt AND (r.source_size, r.source_hash) = (l.size, l.hash)))"
)


def line_up(catalog: Catalog, seal: int | None) -> tuple[int, int]:
    """Fill the TEMP table `to_compare`, in the order of the tree, with the files in their places whose content is not compared
    as it is listed now, under this seal (without one: ever). Returns how many they are, and the bytes of the old files."""
    return _line_up(catalog, f"SELECT a.file {_PRESENT} WHERE a.verdict = '{THERE}' AND NOT {_HOLDS}", {"seal": seal})


def count_present(catalog: Catalog) -> int:
    """How many files are in their places and still in the old area: what a sample is drawn of."""
    return int(catalog.value(f"SELECT COUNT(*) {_PRESENT} WHERE a.verdict = '{THERE}'"))


def line_up_sample(catalog: Catalog, count: int, key: str) -> tuple[int, int]:
    """As `line_up`, with the `count` files that have the smallest keys by the SQL function `key` of their number."""
    drawn = f"SELECT a.file {_PRESENT} WHERE a.verdict = '{THERE}' ORDER BY {key}(a.file), a.file LIMIT :count"
    return _line_up(catalog, drawn, {"count": count})


def _line_up(catalog: Catalog, chosen: str, values: dict[str, object]) -> tuple[int, int]:
    with catalog.aside():
        catalog.run("DROP TABLE IF EXISTS temp.to_compare")
        catalog.run("CREATE TEMP TABLE to_compare (turn INTEGER PRIMARY KEY, file INTEGER NOT NULL UNIQUE)")
        catalog.run(
            f"INSERT INTO temp.to_compare (file) SELECT f.id FROM ({chosen}) w JOIN file f ON f.id = w.file"
            " JOIN folder d ON d.id = f.folder ORDER BY d.lo, f.name",
            values,
        )
    row = catalog.row("SELECT COUNT(*), COALESCE(SUM(f.size), 0) FROM temp.to_compare q JOIN file f ON f.id = q.file")
    return (0, 0) if row is None else (row[0], row[1])


def batches(catalog: Catalog, size: int) -> Iterator[list[Arrived]]:
    """What is lined up, in batches that are read whole: comparisons are written meanwhile."""
    paths = folder_paths(catalog)
    turn = 0
    while rows := list(
        catalog.rows(
            "SELECT q.turn, f.id, f.folder, f.name AS old_name, r.source_size, r.source_modified, r.source_hash,"
            " r.id AS receipt, l.drive, l.item, l.name, r.ctag, l.hash, l.etag, l.size, r.version"
            " FROM temp.to_compare q JOIN file f ON f.id = q.file JOIN temp.arrival a ON a.file = q.file"
            " JOIN current_receipt r ON r.file = q.file JOIN temp.listed l ON l.item = a.item WHERE q.turn > ?"
            " ORDER BY q.turn LIMIT ?",
            (turn, size),
        )
    ):
        turn = rows[-1]["turn"]
        yield [
            Arrived(
                file=row["id"],
                path=names.join(paths[row["folder"]], row["old_name"]),
                size=row["source_size"],
                modified=row["source_modified"],
                source_hash=row["source_hash"],
                receipt=row["receipt"],
                drive=row["drive"],
                item=row["item"],
                name=row["name"],
                ctag=row["ctag"],
                hash=row["hash"],
                etag=row["etag"],
                found_size=row["size"],
                version=row["version"],
            )
            for row in rows
        ]


def note_without_source(catalog: Catalog) -> None:
    """Add to `found` what is no longer what was compared or sent, of files that are gone from the old area.

    Under the eTag of the last comparison nobody has changed it. Under another one people work there, as they do once the
    old file is deleted; only where it just vanished, somebody should look.
    """
    last = "(SELECT c.etag FROM comparison c WHERE c.receipt = a.receipt ORDER BY c.id DESC LIMIT 1)"
    with catalog.aside():
        catalog.run(
            f"INSERT INTO temp.found SELECT a.file, a.item, CASE WHEN l.etag = {last} THEN ? ELSE ? END,"
            f" CASE WHEN l.etag = {last} THEN '{ROTTEN}' ELSE '{EDITED}' END"
            " FROM temp.arrival a JOIN file f ON f.id = a.file AND f.gone IS NOT NULL JOIN temp.listed l ON l.item = a.item"
            f" JOIN current_receipt r ON r.id = a.receipt AND r.version = ''"
            f" WHERE a.verdict = '{THERE}' AND NOT {_SEEN_SO} AND EXISTS (SELECT 1 FROM comparison c JOIN seen_content s"
            "  ON s.comparison = c.id WHERE c.receipt = a.receipt)"
            f" AND (l.etag = {last} OR NOT EXISTS (SELECT 1 FROM retirement t WHERE t.file = a.file AND t.done IS NOT NULL))",
            (Verdict.MISMATCH, Verdict.CHANGED_SINCE),
        )


def keep(catalog: Catalog, run: int, compared: Sequence[Compared], seal: int | None, now: int) -> None:
    """Store comparisons durably."""
    if not compared:
        return
    with catalog.writing(durable=True):
        for one in compared:
            add(catalog, run, one, seal, now)


def add(catalog: Catalog, run: int, one: Compared, seal: int | None, now: int) -> None:
    """Store a comparison; within a durable transaction."""
    number = catalog.run(
        "INSERT INTO comparison (run, file, receipt, outcome, source_hash, etag, seal, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (run, one.file, one.receipt, one.outcome, one.source_hash, one.etag, seal, now),
    )
    catalog.run("INSERT OR REPLACE INTO seen_content VALUES (?, ?, ?)", (number, one.size, one.hash))


def seen_as(file: Arrived, outcome: str, hashed: str) -> Compared:
    """A comparison of a file under what is listed of its item."""
    return Compared(file.file, file.receipt, outcome, hashed, file.etag, file.found_size, file.hash)


def count_whole(catalog: Catalog, run: int, seal: int | None) -> dict[Verdict, int]:
    """How many files stand compared in full as they are listed now, without a finding; OK and REWRITTEN."""
    rows = catalog.rows(
        "SELECT (SELECT c.outcome FROM comparison c WHERE c.receipt = a.receipt ORDER BY c.id DESC LIMIT 1) AS outcome,"
        " COUNT(*) AS files FROM temp.arrival a JOIN file f ON f.id = a.file JOIN temp.listed l ON l.item = a.item"
        f" WHERE a.verdict = '{THERE}' AND NOT EXISTS (SELECT 1 FROM temp.found x WHERE x.file = a.file)"
        f" AND (({_HOLDS}) OR EXISTS (SELECT 1 FROM comparison c WHERE c.receipt = a.receipt AND c.run = :run)"
        "  OR (f.gone IS NOT NULL AND EXISTS (SELECT 1 FROM comparison c WHERE c.receipt = a.receipt)))"
        " GROUP BY 1",
        {"seal": seal, "run": run},
    )
    counted = dict.fromkeys((Verdict.OK, Verdict.REWRITTEN), 0)
    for row in rows:
        counted[Verdict.REWRITTEN if row["outcome"] == "rewritten" else Verdict.OK] += row["files"]
    return counted


# A file that vanished before it was compared can never be, and nothing of it is left to be deleted.
_COUNTS = (
    "FROM current_receipt r JOIN file f ON f.id = r.file WHERE (f.gone IS NULL"
    " OR EXISTS (SELECT 1 FROM comparison c WHERE c.receipt = r.id))"
)


def arrived(catalog: Catalog) -> int:
    """How many files have a receipt and can be compared, or were."""
    return int(catalog.value(f"SELECT COUNT(*) {_COUNTS}"))


def compared(catalog: Catalog, seal: int | None) -> int:
    """How many of them were compared in full, under this seal when there is one."""
    return int(
        catalog.value(
            f"SELECT COUNT(*) {_COUNTS} AND EXISTS (SELECT 1 FROM comparison c WHERE c.receipt = r.id"
            " AND (?1 IS NULL OR c.seal = ?1))",
            (seal,),
        )
    )
