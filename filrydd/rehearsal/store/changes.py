"""What every change of an item does to the rows: its number, its version, the sums of the folders above. Within one act."""

import json
import sqlite3
from dataclasses import dataclass

from filrydd.rehearsal.refusal import not_found
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.store import columns, folders, version_limits
from filrydd.rehearsal.store.blobs import Kept
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive, item_id, new_guid

_INSERT = f"INSERT INTO item ({folders.COLUMNS}, fold) VALUES ({'?, ' * len(folders.COLUMNS.split(','))}?)"
_GROW = """
WITH RECURSIVE up (id) AS (
    SELECT :folder
    UNION ALL
    SELECT parent FROM up JOIN item ON item.id = up.id WHERE parent <> ''
)
UPDATE item SET size = size + :size, children = children + iif(id = :folder, :children, 0) WHERE id IN (SELECT id FROM up)"""


@dataclass(frozen=True, slots=True)
class Times:
    """A client's fileSystemInfo, in seconds since 1970; None where it says nothing."""

    created: int | None = None
    modified: int | None = None

    def __bool__(self) -> bool:
        return self.created is not None or self.modified is not None


def add(
    con: sqlite3.Connection,
    drive: Drive,
    parent: Row,
    name: str,
    content: Kept | None,
    times: Times,
    now: float,
    maker: str = "",
) -> Row:
    """A new item, of which everything was checked. `content` None: a folder; `maker` empty: an app made it."""
    change, guid = next_change(con, drive), new_guid()
    row = Row(
        id=item_id(drive.id, guid),
        drive=drive.id,
        parent=parent.id,
        name=name,
        guid=str(guid),
        folder=int(content is None),
        size=content.size if content else 0,
        children=0,
        blob=content.sha if content else "",
        quickxor=content.quickxor if content else "",
        created=int(now) if times.created is None else times.created,
        modified=int(now) if times.modified is None else times.modified,
        etag_number=1,
        ctag_number=int(content is not None),
        versions=int(content is not None),
        change=change,
        gone=0,
        # Increasing and unique is all that a list item's id must be.
        number=change,
        maker=maker,
        editor=maker,
    )
    con.execute(_INSERT, (*row.values(), fold(name)))
    grow(con, parent.id, row.size, 1)
    if content:
        _add_version(con, row)
        _say_defaults(con, row)
    return row


def _say_defaults(con: sqlite3.Connection, row: Row) -> None:
    """Let columns with a default value say it of a new file. That a folder gets none, whose content type has none of a
    library's own columns, is our inference."""
    for column in columns.columns_of(con, row.drive):
        if column.default:
            con.execute("INSERT INTO field VALUES (?, ?, ?)", (row.id, column.name, json.dumps(column.default)))
            if column.indexed:
                place = (row.drive, column.name, column.key(column.default), row.number)
                con.execute("INSERT INTO field_index VALUES (?, ?, ?, ?)", place)


def touched(con: sqlite3.Connection, drive: Drive, id: str) -> Row:
    """Count a change of an item that makes no version: another label, another facet."""
    return changed(con, drive, id, version=False)


def changed(con: sqlite3.Connection, drive: Drive, id: str, *, version: bool) -> Row:
    """Count a change that was written, and return the row as it is now. `version`: it makes one."""
    con.execute(
        "UPDATE item SET etag = etag + 1, versions = versions + ?, change = ? WHERE id = ?",
        (int(version), next_change(con, drive), id),
    )
    row = folders.find(con, id)
    if row is None:
        raise not_found()
    if version:
        _add_version(con, row)
    return row


def _add_version(con: sqlite3.Connection, row: Row) -> None:
    con.execute(
        "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row.id, row.versions, row.size, row.blob, row.modified, row.editor, row.quickxor),
    )
    if row.versions == 1:
        return
    beyond = "SELECT number FROM version WHERE item = ? ORDER BY number DESC LIMIT 1 OFFSET ?"
    kept = version_limits.of_drive(con, row.drive).kept
    con.execute(f"DELETE FROM version WHERE item = ? AND number <= ({beyond})", (row.id, row.id, kept))


def grow(con: sqlite3.Connection, folder: str, size: int, children: int) -> None:
    """Let a folder have so many more children, and it and all above so many more bytes."""
    if size:
        con.execute(_GROW, {"folder": folder, "size": size, "children": children})
    else:
        con.execute("UPDATE item SET children = children + ? WHERE id = ?", (children, folder))


def next_change(con: sqlite3.Connection, drive: Drive) -> int:
    """The number of the next change in a drive, which delta tokens hold."""
    found = con.execute("UPDATE drive SET change = change + 1 WHERE id = ? RETURNING change", (drive.id,))
    return int(found.fetchone()[0])


def go_back(con: sqlite3.Connection, row: Row, version: int) -> None:
    """Make an earlier version of a file the current one and forget those after it; nothing if it is not kept any more."""
    before = next((each for each in folders.versions(con, row) if each.number == version), None)
    if before is None:
        return
    grow(con, row.parent, before.size - row.size, 0)
    con.execute(
        "UPDATE item SET size = ?, blob = ?, quickxor = ?, modified = ?, editor = ?, versions = ?, ctag = ctag + 1"
        " WHERE id = ?",
        (before.size, before.blob, before.quickxor, before.modified, before.editor, version, row.id),
    )
    con.execute("DELETE FROM version WHERE item = ? AND number > ?", (row.id, version))
