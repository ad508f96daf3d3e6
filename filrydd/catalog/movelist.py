"""The move list: its lines as the catalog has them, each beside the row of a sheet that is being read."""

import contextlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from filrydd.model.rule import Fate


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the move list: a file, or the group of those files of one folder that one rule rules.

    `id` is what its row is known by; `rule` a number in `known_rules`; `size` in bytes; `modified` is 0 for a group;
    `address` is within the library, empty for a group and where nothing moves. `sheet`, `row` and `shown` are those of its
    row in the sheet that is being read, None when it has none. `scan` saw a file first; 0 for a group.
    """

    id: str
    path: str
    rule: int
    files: int
    size: int
    modified: int
    address: str
    sheet: str | None
    row: int | None
    shown: bytes | None
    scan: int = 0


# A row as it was read: id, file (or folder and rule of a group), sheet, row, a digest of what it shows, answer, note. The
# digest is None where the row was altered and says nothing about the area; the answer is None where there is none.
SheetRow = tuple[str, int | None, int | None, int | None, str, int, bytes | None, Fate | None, str]


@contextlib.contextmanager
def snapshot(catalog: Catalog) -> Iterator[None]:
    """Everything read inside is of one moment, whatever others write. Nothing is written inside but TEMP tables."""
    catalog.run("BEGIN")
    try:
        yield
    finally:
        catalog.run("COMMIT")


def proposal_digest(catalog: Catalog) -> str:
    """The digest of the present proposal; empty before there is one."""
    return str(catalog.value("SELECT digest FROM proposal") or "")


def count_files(catalog: Catalog) -> int:
    """Files that any scan has seen."""
    return int(catalog.value("SELECT COUNT(*) FROM file"))


def last_scan(catalog: Catalog) -> int:
    """The number of the latest scan."""
    return int(catalog.value("SELECT MAX(id) FROM scan") or 0)


def begin_sheet(catalog: Catalog) -> None:
    """Make room for the rows of a sheet: the TEMP tables `sheet_row` and, for those with faults, `sheet_out`."""
    catalog.run("DROP TABLE IF EXISTS temp.sheet_row")
    catalog.run("DROP TABLE IF EXISTS temp.sheet_out")
    catalog.run("CREATE TEMP TABLE sheet_row (id TEXT, file, folder, rule, sheet, row, shown, fate, note)")
    catalog.run("CREATE INDEX temp.sheet_row_id ON sheet_row (id)")
    catalog.run("CREATE TEMP TABLE sheet_out (sheet, row, PRIMARY KEY (sheet, row)) WITHOUT ROWID")


def add_rows(catalog: Catalog, rows: Sequence[SheetRow]) -> None:
    """Add rows as they were read."""
    catalog.run_many("INSERT INTO temp.sheet_row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def lines(catalog: Catalog, kind: Literal["groups", "files"]) -> Generator[Line, None, None]:
    """The lines of that kind, in the order of the tree, each beside its row of the sheet (`begin_sheet` first)."""
    yield from _files(catalog) if kind == "files" else _groups(catalog)


def _files(catalog: Catalog) -> Iterator[Line]:
    """Every present file that is ruled."""
    paths = folder_paths(catalog)
    for row in catalog.rows(
        "SELECT f.id, f.folder, f.name, f.size, f.modified, g.rule, t.path, COALESCE(c.name, f.name) AS new_name,"
        " s.sheet, s.row, s.shown, f.first_scan FROM folder d JOIN file f ON f.folder = d.id"
        " JOIN ruling g ON g.file = f.id"
        " LEFT JOIN placement c ON c.file = f.id LEFT JOIN target t ON t.id = c.target"
        " LEFT JOIN temp.sheet_row s ON s.id = CAST(f.id AS TEXT)"
        " WHERE d.gone IS NULL AND f.gone IS NULL ORDER BY d.lo, f.name"
    ):
        path = names.join(paths[row["folder"]], row["name"])
        address = "" if row["path"] is None else names.join(row["path"], row["new_name"])
        seen = (row["sheet"], row["row"], row["shown"], row["first_scan"])
        yield Line(str(row["id"]), path, row["rule"], 1, row["size"], row["modified"], address, *seen)


def _groups(catalog: Catalog) -> Iterator[Line]:
    """Every folder and rule that have files in common."""
    paths = folder_paths(catalog)
    for row in catalog.rows(
        "SELECT x.*, s.sheet, s.row, s.shown FROM (SELECT d.lo, d.id AS folder, g.rule, COUNT(*) AS files,"
        " SUM(f.size) AS size FROM folder d JOIN file f ON f.folder = d.id JOIN ruling g ON g.file = f.id"
        " WHERE d.gone IS NULL AND f.gone IS NULL GROUP BY d.lo, d.id, g.rule) x"
        " LEFT JOIN temp.sheet_row s ON s.id = x.folder || 'r' || x.rule ORDER BY x.lo, x.rule"
    ):
        group, seen = f"{row['folder']}r{row['rule']}", (row["sheet"], row["row"], row["shown"])
        yield Line(group, paths[row["folder"]], row["rule"], row["files"], row["size"], 0, "", *seen)


def mark_out(catalog: Catalog, places: Sequence[tuple[str, int]]) -> None:
    """Rows (sheet, row) with a fault, as often as they have one."""
    catalog.run_many("INSERT OR IGNORE INTO temp.sheet_out VALUES (?, ?)", places)


def leave_out(catalog: Catalog) -> int:
    """Take the rows marked so out of those that were read; returns how many were marked."""
    catalog.run(
        "DELETE FROM temp.sheet_row WHERE EXISTS (SELECT 1 FROM temp.sheet_out o WHERE o.sheet = sheet_row.sheet"
        " AND o.row = sheet_row.row)"
    )
    return int(catalog.value("SELECT COUNT(*) FROM temp.sheet_out"))


def count_lines(catalog: Catalog, kind: Literal["groups", "files"]) -> int:
    """How many lines the rows that were read say something of."""
    condition = "rule IS NULL" if kind == "files" else "rule IS NOT NULL"
    return int(catalog.value(f"SELECT COUNT(DISTINCT id) FROM temp.sheet_row WHERE {condition}"))


def repeated(catalog: Catalog) -> Iterator[tuple[str, int, bool]]:
    """Unaltered rows (sheet, row) that stand there more than once; the last is whether an earlier one does."""
    for row in catalog.rows(
        "SELECT sheet, row, s.rowid > x.first AS again FROM temp.sheet_row s JOIN (SELECT id, MIN(rowid) AS first"
        " FROM temp.sheet_row WHERE shown IS NOT NULL GROUP BY id HAVING COUNT(*) > 1) x ON x.id = s.id"
        " WHERE shown IS NOT NULL ORDER BY s.rowid"
    ):
        yield row["sheet"], row["row"], bool(row["again"])


def strangers(catalog: Catalog) -> Iterator[tuple[str, int]]:
    """Unaltered rows (sheet, row) of files that no scan has seen."""
    yield from _places(catalog, "shown IS NOT NULL AND file IS NOT NULL AND file NOT IN (SELECT id FROM file)")


def emptied_groups(catalog: Catalog) -> Iterator[tuple[str, int]]:
    """Answered rows (sheet, row) of groups in whose folder there are files, but none under that rule any more."""
    present = "EXISTS (SELECT 1 FROM file f JOIN ruling g ON g.file = f.id WHERE f.folder = s.folder AND f.gone IS NULL"
    yield from _places(catalog, f"fate IS NOT NULL AND {present}) AND NOT {present} AND g.rule = s.rule)")


def _places(catalog: Catalog, condition: str) -> Iterator[tuple[str, int]]:
    for row in catalog.rows(f"SELECT sheet, row FROM temp.sheet_row s WHERE {condition} ORDER BY rowid"):
        yield row["sheet"], row["row"]


def asked(catalog: Catalog) -> Iterator[tuple[str, int, int, Fate]]:
    """Rows with an answer to files that are there: (sheet, row, the rule they are under, the answer)."""
    for row in catalog.rows(
        "SELECT s.sheet, s.row, r.id AS rule, s.fate FROM temp.sheet_row s LEFT JOIN ruling g ON g.file = s.file"
        " JOIN rule r ON r.id = COALESCE(g.rule, s.rule) WHERE s.fate IS NOT NULL ORDER BY s.rowid"
    ):
        yield row["sheet"], row["row"], row["rule"], Fate(row["fate"])


def loose_notes(catalog: Catalog) -> Iterator[tuple[str, int, str]]:
    """Notes (sheet, row, note) beside which there is no answer, the group's included."""
    for row in catalog.rows(
        "SELECT sheet, row, note FROM temp.sheet_row WHERE note <> '' AND fate IS NULL"
        " AND (file IS NULL OR file NOT IN (SELECT file FROM temp.answering)) ORDER BY rowid"
    ):
        yield row["sheet"], row["row"], row["note"]
