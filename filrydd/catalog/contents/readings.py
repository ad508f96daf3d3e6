"""Which files are worth reading to find copies, and what reading them told.

Only files of the same size can be copies. `choose` says which those are, `begin_ends` and `begin_wholes` queue what is yet
unknown of them in the order of the tree, `batches` hands the queue out, `keep` stores what was read. What is stored is not
queued again, so an interrupted reading goes on by beginning again.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.predicates import Rendering
from filrydd.model import names
from filrydd.model.entry import ENCRYPTED, OFFLINE, RECALL_ON_DATA_ACCESS, RECALL_ON_OPEN
from filrydd.model.rule import Either, Predicate

ENDS = 1 << 16
"""Bytes at the beginning and at the end that are compared before a whole file is; a file of at most twice that is read
whole at once."""

RECALLED = OFFLINE | RECALL_ON_OPEN | RECALL_ON_DATA_ACCESS
"""Attributes of a file whose content lies elsewhere, such as on tape: reading fetches it back ([MS-FSCC] 2.6)."""

PRIVATE, BLOCKED, AWAY, ENCODED, UNREADABLE = "private", "blocked", "offline", "encrypted", "unreadable"

_BATCH = 500
# Folders that could not be listed, and all below them: their files are not known to be there.
_SILENT = (
    "SELECT below.id FROM unreadable u JOIN folder top ON top.id = u.folder"
    " JOIN folder below ON below.lo BETWEEN top.lo AND top.hi WHERE u.name IS NULL"
)
# Asked again even when nothing has their size any more: what can be read by now is nobody's trouble.
_REFUSED_BEFORE = (
    "SELECT r.id FROM unreadable u JOIN file r ON r.folder = u.folder AND r.name = u.name"
    " WHERE u.found_by = 'content' AND r.gone IS NULL AND r.size > 0"
)
_SAME_SIZE = "SELECT size FROM {} GROUP BY size HAVING COUNT(*) > 1"


class Unread(NamedTuple):
    """A file to be read, with its facts at the last scan: `size` in bytes, `modified` in ticks."""

    file: int
    folder: int
    name: str
    path: str
    size: int
    modified: int
    file_id: int


class Found(NamedTuple):
    """What reading a file told: the digest of its ends, of all of it, or both; None is what was not worked out."""

    unread: Unread
    ends: bytes | None
    whole: bytes | None


class Refusal(NamedTuple):
    """A file that could not be read, with the contract's reason and the system's own word."""

    unread: Unread
    reason: str
    detail: str


def choose(catalog: Catalog, private: Sequence[Predicate], blocked: Sequence[Predicate]) -> dict[str, int]:
    """Work out which files may be copies, into the TEMP table `candidate`, and drop what is known of those that nobody is
    to read.

    Returns how many files that share their size with another are left unread: `private` and `blocked` by these predicates,
    `offline` and `encrypted` by their attributes, `unreadable` as the scan found them. Each counts once, by the first.
    """
    rendering = Rendering(catalog)
    left = [
        (_unless_known_not(rendering, private), PRIVATE),
        (_unless_known_not(rendering, blocked), BLOCKED),
        (f"a.attributes & {RECALLED:d}", AWAY),
        (f"a.attributes & {ENCRYPTED:d}", ENCODED),
        (f"f.folder IN ({_SILENT}) OR f.id IN temp.refused", UNREADABLE),
    ]
    rendering.fill()
    for table in ("candidate", "refused"):
        catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
    catalog.run("CREATE TEMP TABLE refused (file INTEGER PRIMARY KEY)")
    catalog.run(
        "INSERT OR IGNORE INTO temp.refused SELECT f.id FROM unreadable u JOIN file f ON f.folder = u.folder"
        " AND f.name = u.name WHERE u.found_by = 'scan'"
    )
    catalog.run("CREATE TEMP TABLE candidate (file INTEGER PRIMARY KEY, size INTEGER NOT NULL, left_for TEXT)")
    same_size = _SAME_SIZE.format("file WHERE gone IS NULL AND size > 0")
    reasons = " ".join(f"WHEN {condition} THEN '{word}'" for condition, word in left)
    catalog.run(
        f"INSERT INTO temp.candidate SELECT f.id, f.size, CASE {reasons} END FROM {rendering.files} f"
        f" JOIN main.file a ON a.id = f.id WHERE f.size IN ({same_size}) OR f.id IN ({_REFUSED_BEFORE})",
        rendering.values,
    )
    # What is private now may have been read when it was not; digests of it are nobody's business any more.
    not_to_be_known = f"({left[0][0]} OR {left[1][0]})"
    with catalog.writing():
        catalog.run(
            "DELETE FROM content WHERE file IN (SELECT f.id FROM content c"
            f" JOIN {rendering.files} f ON f.id = c.file WHERE {not_to_be_known})",
            rendering.values,
        )
        catalog.run(
            "DELETE FROM unreadable WHERE found_by = 'content' AND EXISTS (SELECT 1 FROM unreadable u"
            " WHERE u.found_by = 'scan' AND u.folder = unreadable.folder AND u.name = unreadable.name)"
        )
    counted = catalog.rows(
        "SELECT left_for, COUNT(*) FROM temp.candidate WHERE left_for IS NOT NULL"
        f" AND size IN ({_SAME_SIZE.format('temp.candidate')}) GROUP BY left_for"
    )
    return dict.fromkeys((PRIVATE, BLOCKED, AWAY, ENCODED, UNREADABLE), 0) | {row[0]: row[1] for row in counted}


def _unless_known_not(rendering: Rendering, closed: Sequence[Predicate]) -> str:
    """What nobody can answer counts as closed: to read too little costs a finding, to read too much is not taken back."""
    return f"COALESCE({rendering.render(Either(tuple(closed)))}, 1)"


def begin_ends(catalog: Catalog) -> int:
    """Queue the candidates of which nothing is known. Returns the bytes to be read."""
    open_ones = "temp.candidate WHERE left_for IS NULL"
    _queue(
        catalog,
        "SELECT k.file FROM temp.candidate k LEFT JOIN content c ON c.file = k.file WHERE k.left_for IS NULL"
        f" AND c.file IS NULL AND (k.size IN ({_SAME_SIZE.format(open_ones)}) OR k.file IN ({_REFUSED_BEFORE}))",
    )
    both = 2 * ENDS
    return int(
        catalog.value(
            f"SELECT COALESCE(SUM(min(f.size, {both:d})), 0) FROM temp.to_read t JOIN main.file f ON f.id = t.file"
        )
    )


def begin_wholes(catalog: Catalog) -> int:
    """Queue the candidates that another file agrees with in size and ends. Returns the bytes to be read."""
    _queue(
        catalog,
        "SELECT c.file FROM content c JOIN temp.candidate k ON k.file = c.file WHERE c.whole IS NULL"
        " AND k.left_for IS NULL"
        " AND (c.size, c.ends) IN (SELECT size, ends FROM content GROUP BY size, ends HAVING COUNT(*) > 1)",
    )
    return int(catalog.value("SELECT COALESCE(SUM(f.size), 0) FROM temp.to_read t JOIN main.file f ON f.id = t.file"))


def _queue(catalog: Catalog, files: str) -> None:
    catalog.run("DROP TABLE IF EXISTS temp.to_read")
    catalog.run("CREATE TEMP TABLE to_read (place INTEGER PRIMARY KEY, file INTEGER NOT NULL)")
    catalog.run(
        f"INSERT INTO temp.to_read (file) SELECT f.id FROM ({files}) q JOIN main.file f ON f.id = q.file"
        " JOIN main.folder d ON d.id = f.folder ORDER BY d.lo, f.name"
    )


def batches(catalog: Catalog) -> Iterator[list[Unread]]:
    """The queue, some files at a time."""
    place = 0
    folder, path = -1, ""
    while True:
        rows = list(
            catalog.rows(
                "SELECT t.place, f.id, f.folder, f.name, f.size, f.modified, f.file_id FROM temp.to_read t"
                " JOIN main.file f ON f.id = t.file WHERE t.place > ? ORDER BY t.place LIMIT ?",
                (place, _BATCH),
            )
        )
        if not rows:
            return
        batch = []
        for row in rows:
            if row["folder"] != folder:
                folder, path = row["folder"], path_of_folder(catalog, row["folder"])
            where = names.join(path, row["name"])
            batch.append(Unread(row["id"], folder, row["name"], where, row["size"], row["modified"], row["file_id"]))
        place = rows[-1]["place"]
        yield batch


def keep(catalog: Catalog, found: Sequence[Found], refused: Sequence[Refusal]) -> None:
    """Store what some files told, in one transaction. What was unreadable before and is not now is so no longer."""
    touched = [told.unread for told in found] + [refusal.unread for refusal in refused]
    with catalog.writing():
        catalog.run_many(
            "DELETE FROM unreadable WHERE found_by = 'content' AND folder = ? AND name = ?",
            [(unread.folder, unread.name) for unread in touched],
        )
        catalog.run_many(
            "INSERT INTO content (file, size, modified, ends, whole) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (file) DO UPDATE SET size = excluded.size, modified = excluded.modified, ends = excluded.ends,"
            " whole = excluded.whole",
            [
                (one.unread.file, one.unread.size, one.unread.modified, one.ends, one.whole)
                for one in found
                if one.ends is not None
            ],
        )
        catalog.run_many(
            "UPDATE content SET whole = ? WHERE file = ?",
            [(one.whole, one.unread.file) for one in found if one.ends is None],
        )
        catalog.run_many("DELETE FROM content WHERE file = ?", [(one.unread.file,) for one in refused])
        catalog.run_many(
            "INSERT INTO unreadable (folder, name, kind, reason, detail, found_by)"
            " VALUES (?, ?, 'file', ?, ?, 'content')",
            [(one.unread.folder, one.unread.name, one.reason, one.detail) for one in refused],
        )


def count_unreadable(catalog: Catalog) -> int:
    """Bring the figure of what could not be read up to date; returns how many of it only reading showed."""
    with catalog.writing():
        catalog.run(
            "UPDATE figure SET value = (SELECT COUNT(*) FROM unreadable) WHERE stage = 'scan' AND name = 'unreadable'"
        )
    return int(catalog.value("SELECT COUNT(*) FROM unreadable WHERE found_by = 'content'"))
