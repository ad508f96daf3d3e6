"""Folders and files as rows: reading."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.rehearsal.refusal import Refused, not_found
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.store.sites import Drive

COLUMNS = (
    "id, drive, parent, name, guid, folder, size, children, blob, quickxor, created, modified, etag, ctag, versions,"
    " change, gone, number, maker, editor, package, label, sensitivity, malware, holder"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One folder or file. Times in seconds since 1970; `parent` is empty for a root. `number`: its id as a list item."""

    id: str
    drive: str
    parent: str
    name: str
    guid: str
    folder: int
    size: int
    children: int
    blob: str
    quickxor: str
    created: int
    modified: int
    etag_number: int
    ctag_number: int
    versions: int
    change: int
    gone: int
    number: int
    maker: str = ""
    editor: str = ""
    package: str = ""
    label: str = ""
    sensitivity: str = ""
    malware: str = ""
    holder: str = ""

    def values(self) -> tuple[object, ...]:
        """All of it, as COLUMNS has it."""
        return tuple(getattr(self, name) for name in self.__slots__)

    @property
    def etag(self) -> str:
        """Changes with every change."""
        return f'"{{{self.guid.upper()}}},{self.etag_number}"'

    @property
    def ctag(self) -> str:
        """Changes with the content only."""
        return f'"c:{{{self.guid.upper()}}},{self.ctag_number}"'


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file, the current one included."""

    number: int
    size: int
    blob: str
    modified: int
    editor: str = ""
    quickxor: str = ""


def find(con: sqlite3.Connection, id: str) -> Row | None:
    """The item with that id, in any drive, if it is there."""
    row = con.execute(f"SELECT {COLUMNS} FROM item WHERE id = ? AND gone = 0", (id,)).fetchone()
    return Row(*row) if row else None


def by_id(con: sqlite3.Connection, drive: Drive, id: str) -> Row:
    """The item of a drive with that id; `root` is its root. Raises Refused (404)."""
    row = find(con, drive.root if id == "root" else id)
    if row is None or row.drive != drive.id:
        raise not_found()
    return row


def child(con: sqlite3.Connection, parent: str, name: str) -> Row | None:
    """What has that name in a folder, compared as SharePoint compares names."""
    row = con.execute(
        f"SELECT {COLUMNS} FROM item WHERE parent = ? AND fold = ? AND gone = 0", (parent, fold(name))
    ).fetchone()
    return Row(*row) if row else None


def descend(con: sqlite3.Connection, start: Row, names: list[str]) -> tuple[Row, list[str]]:
    """How far a path leads from a folder: the last item that is there, and the names that are not."""
    here = start
    for position, name in enumerate(names):
        below = child(con, here.id, name)
        if below is None:
            return here, names[position:]
        here = below
    return here, []


def at(con: sqlite3.Connection, start: Row, names: list[str]) -> Row:
    """The item at a path from a folder. Raises Refused (404)."""
    row, missing = descend(con, start, names)
    if missing:
        raise not_found()
    return row


def children(con: sqlite3.Connection, parent: str, after: str, count: int) -> list[tuple[str, Row]]:
    """At most `count` items of a folder with their folded names, by name, after the folded name `after`."""
    found = con.execute(
        f"SELECT fold, {COLUMNS} FROM item WHERE parent = ? AND fold > ? AND gone = 0 ORDER BY fold LIMIT ?",
        (parent, after, count),
    )
    return [(row[0], Row(*row[1:])) for row in found]


def changes(con: sqlite3.Connection, drive: Drive, after: int, since: int, count: int) -> list[Row]:
    """At most `count` items of a drive by their last change, those after the change number `after`.

    What is gone is among them if it went after the change number `since`.
    """
    found = con.execute(
        f"SELECT {COLUMNS} FROM item WHERE drive = ? AND change > ? AND (gone = 0 OR change > ?) ORDER BY change LIMIT ?",
        (drive.id, after, since, count),
    )
    return [Row(*row) for row in found]


def last_change(con: sqlite3.Connection, drive: Drive) -> int:
    """The number of the last change in a drive."""
    return int(con.execute("SELECT change FROM drive WHERE id = ?", (drive.id,)).fetchone()[0])


def above(con: sqlite3.Connection, row: Row) -> Iterator[Row]:
    """The folders that an item lies in, the nearest first, the root last."""
    while row.parent:
        up = con.execute(f"SELECT {COLUMNS} FROM item WHERE id = ?", (row.parent,)).fetchone()
        row = Row(*up)
        yield row


_NAMES_ABOVE = """
WITH RECURSIVE up (name, parent, depth) AS (
    SELECT name, parent, 0 FROM item WHERE id = ?
    UNION ALL
    SELECT item.name, item.parent, depth + 1 FROM up JOIN item ON item.id = up.parent
)
SELECT name FROM up WHERE parent <> '' ORDER BY depth DESC"""


def names_to(con: sqlite3.Connection, row: Row) -> list[str]:
    """The names along the path from the root to an item, its own included; none for the root."""
    if not row.parent:
        return []
    return [*(name for (name,) in con.execute(_NAMES_ABOVE, (row.parent,))), row.name]


def versions(con: sqlite3.Connection, row: Row) -> list[Version]:
    """The versions of a file, the newest first."""
    found = con.execute(
        "SELECT number, size, blob, modified, editor, quickxor FROM version WHERE item = ? ORDER BY number DESC",
        (row.id,),
    )
    return [Version(*version) for version in found]


def check_match(row: Row | None, if_match: str, if_none_match: str) -> None:
    """Refuse (412) what the headers If-Match and If-None-Match forbid; both may hold eTag or cTag, or `*`."""
    tags = {row.etag, row.ctag, "*"} if row else set()
    if (if_match and if_match not in tags) or (if_none_match and if_none_match in tags):
        raise Refused(412, "resourceModified", "ETag does not match current item's value")
