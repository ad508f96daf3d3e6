"""Findings of the stage `classify`: a stream of folders to look at, and the difference to what was found before.

What names and facts tell changes only with a scan, so a scan is looked at once (`noticed`). Which copies count also depends on
the policy, so that is worked out each time. What was found lies in the TEMP table `noticing` until `publish` makes it the
stage's open findings.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from filrydd.catalog.connection import Catalog
from filrydd.model import names
from filrydd.model.finding import Found

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file as those who look for findings see it; times in ticks, `owner` a principal, `likeness` of its text."""

    id: int
    name: str
    size: int
    modified: int
    created: int
    attributes: int
    owner: int | None
    likeness: int | None


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """A folder with the files in it and the names of the folders in it."""

    id: int
    path: str
    files: tuple[FileFacts, ...]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noticed:
    """One finding about a file; `other` is the file that it is a copy or an earlier version of."""

    file: int
    kind: Found
    detail: str = ""
    other: int | None = None


def last_scan(catalog: Catalog) -> int:
    """The last scan that came to its end."""
    return int(catalog.value("SELECT COALESCE(MAX(id), 0) FROM scan WHERE state = 'done'"))


def is_noticed(catalog: Catalog) -> bool:
    """Whether the last scan was looked at already."""
    return catalog.value("SELECT 1 FROM noticed WHERE scan = ?", (last_scan(catalog),)) is not None


def folders(catalog: Catalog) -> Iterator[FolderFacts]:
    """Every folder that holds a file, in preorder; only the folders on the way down are held in memory.

    Needs the TEMP table that `begin` makes: a likeness counts only while the file is as it was read.
    """
    rows = catalog.rows(
        "SELECT d.id, d.hi, d.lo, d.name, d.parent, f.id, f.name, f.size, f.modified, f.created, f.attributes, f.owner,"
        " e.likeness FROM folder d LEFT JOIN file f ON f.folder = d.id AND f.gone IS NULL"
        " LEFT JOIN examination e ON e.file = f.id WHERE d.gone IS NULL ORDER BY d.lo"
    )
    way: list[tuple[int, str]] = []
    for (folder, hi, lo, name, parent), group in groupby(map(tuple, rows), key=itemgetter(0, 1, 2, 3, 4)):
        while way and way[-1][0] < lo:
            way.pop()
        path = "" if parent is None or not way else names.join(way[-1][1], name)
        way.append((hi, path))
        files = tuple(FileFacts(*row[5:]) for row in group if row[5] is not None)
        if files:
            inside = tuple(
                r[0] for r in catalog.rows("SELECT name FROM folder WHERE parent = ? AND gone IS NULL", (folder,))
            )
            yield FolderFacts(folder, path, files, inside)


def begin(catalog: Catalog) -> None:
    """Make room for what will be found."""
    catalog.run("DROP TABLE IF EXISTS temp.noticing")
    catalog.run(
        "CREATE TEMP TABLE noticing (file INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL, other INTEGER,"
        " PRIMARY KEY (kind, file)) WITHOUT ROWID"
    )


def note(catalog: Catalog, found: Sequence[Noticed]) -> None:
    """Add some findings; the first of one kind for a file counts."""
    with catalog.aside():
        catalog.run_many(
            "INSERT OR IGNORE INTO temp.noticing (file, kind, detail, other) VALUES (?, ?, ?, ?)",
            [(one.file, one.kind.value, one.detail, one.other) for one in found],
        )


def publish(catalog: Catalog, kinds: Collection[Found], now: int) -> None:
    """Make what was found the open findings of these kinds: what is no longer seen is closed, what is new opened."""
    asked = ", ".join(f"'{kind.value}'" for kind in sorted(kinds))
    catalog.run("DROP TABLE IF EXISTS temp.no_longer")
    catalog.run(
        "CREATE TEMP TABLE no_longer AS SELECT x.id FROM finding x LEFT JOIN temp.noticing n ON n.file = x.file"
        f" AND n.kind = x.kind WHERE x.stage = 'classify' AND x.closed IS NULL AND x.kind IN ({asked})"
        " AND (n.file IS NULL OR n.detail <> x.detail OR n.other IS NOT x.other)"
    )
    catalog.run("DROP TABLE IF EXISTS temp.newly")
    catalog.run(
        "CREATE TEMP TABLE newly AS SELECT n.* FROM temp.noticing n LEFT JOIN finding x ON x.file = n.file"
        " AND x.kind = n.kind AND x.stage = 'classify' AND x.closed IS NULL AND x.id NOT IN (SELECT id FROM temp.no_longer)"
        " WHERE x.id IS NULL"
    )
    closing = (
        "UPDATE finding SET closed = :now WHERE id IN (SELECT id FROM temp.no_longer WHERE rowid BETWEEN :a AND :z)"
    )
    opening = (
        "INSERT INTO finding (stage, file, kind, detail, other, found) SELECT 'classify', file, kind, detail, other, :now"
        " FROM temp.newly WHERE rowid BETWEEN :a AND :z"
    )
    for table, statement in (("no_longer", closing), ("newly", opening)):
        last = catalog.value(f"SELECT COALESCE(MAX(rowid), 0) FROM temp.{table}")
        for first in range(1, last + 1, _BATCH):
            with catalog.writing():
                catalog.run(statement, {"now": now, "a": first, "z": first + _BATCH - 1})
    for table in ("noticing", "no_longer", "newly"):
        catalog.run(f"DROP TABLE temp.{table}")


def done(catalog: Catalog, now: int) -> None:
    """The names and facts of the last scan were looked at."""
    with catalog.writing():
        catalog.run("DELETE FROM noticed")
        catalog.run("INSERT INTO noticed (scan, at) VALUES (?, ?)", (last_scan(catalog), now))


def counted(catalog: Catalog) -> dict[Found, tuple[int, int]]:
    """Open findings about files by kind: files and bytes."""
    known = {kind.value for kind in Found}
    rows = catalog.rows(
        "SELECT x.kind, COUNT(*), SUM(f.size) FROM finding x JOIN file f ON f.id = x.file AND f.gone IS NULL"
        " WHERE x.closed IS NULL AND x.stage IN ('classify', 'examine') GROUP BY x.kind"
    )
    return {Found(kind): (files, size) for kind, files, size in rows if kind in known}


def of_file(catalog: Catalog, file: int) -> list[tuple[Found, str, int | None]]:
    """The open findings about one file: the kind, its detail, and the other file that it is about, if any."""
    known = {kind.value for kind in Found}
    rows = catalog.rows(
        "SELECT kind, detail, other FROM finding WHERE file = ? AND closed IS NULL AND stage IN ('classify', 'examine')"
        " ORDER BY kind",
        (file,),
    )
    return [(Found(kind), detail, other) for kind, detail, other in rows if kind in known]
