"""Folders and files as rows: changing. Every function runs within one act of the store's writer."""

import sqlite3
from dataclasses import dataclass

from filrydd.rehearsal.refusal import Refused, bad, not_found, taken
from filrydd.rehearsal.rules.names import check_name, check_path, fold, numbered, units
from filrydd.rehearsal.store import folders, locks, version_limits
from filrydd.rehearsal.store.blobs import Kept
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive, item_id, new_guid


@dataclass(frozen=True, slots=True)
class Times:
    """A client's fileSystemInfo, in seconds since 1970; None where it says nothing."""

    created: int | None = None
    modified: int | None = None

    def __bool__(self) -> bool:
        return self.created is not None or self.modified is not None


def free_name(con: sqlite3.Connection, parent: str, name: str, *, folder: bool) -> str:
    """The first numbered name that is free in a folder, as the conflict behaviour `rename` picks it."""
    number = 0
    wish = name
    while folders.child(con, parent, wish):
        number += 1
        wish = numbered(name, number, folder=folder)
    return wish


def check_place(con: sqlite3.Connection, drive: Drive, parent: Row, name: object, *, folder: bool) -> str:
    """The name, if SharePoint takes it for something new in that folder. Raises Refused (400, 404)."""
    if not parent.folder:
        raise not_found("The parent is a file.")
    checked = check_name(name, folder=folder, top=not parent.parent)
    check_path("/".join((drive.path, *folders.names_to(con, parent), checked)))
    return checked


def make_folder(
    con: sqlite3.Connection, drive: Drive, parent: Row, name: object, conflict: str, times: Times, now: float
) -> tuple[Row, bool]:
    """A folder in a folder, and whether it is new. Raises Refused (400, 404, 409)."""
    wish = check_place(con, drive, parent, name, folder=True)
    if there := folders.child(con, parent.id, wish):
        if conflict == "replace" and there.folder:
            return there, False
        if conflict != "rename":
            raise taken()
        wish = check_place(con, drive, parent, free_name(con, parent.id, wish, folder=True), folder=True)
    return _add(con, drive, parent, wish, None, times, now), True


def make_folders(con: sqlite3.Connection, drive: Drive, start: Row, names: list[str], now: float) -> Row:
    """The folder at a path, made with what leads to it. Raises Refused (400; 404 where a file is in the way)."""
    here, missing = folders.descend(con, start, names)
    for name in missing:
        here, _new = make_folder(con, drive, here, name, "fail", Times(), now)
    if not here.folder:
        raise not_found("The parent is a file.")
    return here


def put_file(
    con: sqlite3.Connection,
    drive: Drive,
    parent: Row,
    name: object,
    content: Kept,
    conflict: str,
    times: Times,
    now: float,
    *,
    editor: str = "",
) -> tuple[Row, bool]:
    """A file in a folder, or a new version of the one that is there; and whether it is new. Raises Refused (400-501).

    `editor` is the person who does it; empty: an app.
    """
    wish = check_place(con, drive, parent, name, folder=False)
    if there := folders.child(con, parent.id, wish):
        if conflict == "replace":
            return replace(con, drive, there, content, times, now, editor=editor), False
        if conflict != "rename":
            raise taken()
        wish = check_place(con, drive, parent, free_name(con, parent.id, wish, folder=False), folder=False)
    return _add(con, drive, parent, wish, content, times, now, editor), True


def replace(
    con: sqlite3.Connection, drive: Drive, row: Row, content: Kept, times: Times, now: float, *, editor: str = ""
) -> Row:
    """A new version of a file with other content. Raises Refused (423 for a locked record, 501 on a folder)."""
    if row.folder:
        raise Refused(501, "notSupported", "The target is a folder.")
    locks.check_content(con, row)
    _grow(con, row.parent, content.size - row.size, 0)
    con.execute(
        "UPDATE item SET size = ?, blob = ?, quickxor = ?, created = ?, modified = ?, editor = ?, malware = '',"
        " sensitivity = '', ctag = ctag + 1 WHERE id = ?",
        (
            content.size,
            content.sha,
            content.quickxor,
            row.created if times.created is None else times.created,
            int(now) if times.modified is None else times.modified,
            editor,
            row.id,
        ),
    )
    return _changed(con, drive, row.id, version=True)


def alter(
    con: sqlite3.Connection,
    drive: Drive,
    row: Row,
    name: object,
    to: Row,
    times: Times,
    conflict: str,
    *,
    editor: str = "",
) -> Row:
    """Rename, move or re-time an item. Raises Refused (400, 404, 409).

    New times make a version (Microsoft's documentation); a new name does too, a mere move does not (our inference).
    """
    if not row.parent:
        raise bad("The root cannot be changed.")
    locks.check_properties(con, row)
    wish = check_name(name, folder=bool(row.folder), top=not to.parent)
    renamed, moved = wish != row.name, to.id != row.parent
    if renamed or moved:
        if moved and any(folder.id == row.id for folder in (to, *folders.above(con, to))):
            raise bad("A folder cannot be moved into itself.")
        check_place(con, drive, to, wish, folder=bool(row.folder))
        there = folders.child(con, to.id, wish)
        if there and there.id != row.id:
            if conflict == "replace" and not there.folder and not row.folder:
                remove(con, drive, there)
            elif conflict == "rename":
                wish = check_place(
                    con, drive, to, free_name(con, to.id, wish, folder=bool(row.folder)), folder=bool(row.folder)
                )
            else:
                raise taken()
        if row.folder:
            _check_below(con, drive, row, to, wish)
    if moved:
        _grow(con, row.parent, -row.size, -1)
        _grow(con, to.id, row.size, 1)
    con.execute(
        "UPDATE item SET name = ?, fold = ?, parent = ?, created = ?, modified = ?, editor = ? WHERE id = ?",
        (
            wish,
            fold(wish),
            to.id,
            row.created if times.created is None else times.created,
            row.modified if times.modified is None else times.modified,
            editor,
            row.id,
        ),
    )
    return _changed(con, drive, row.id, version=not row.folder and (renamed or bool(times)))


def remove(con: sqlite3.Connection, drive: Drive, row: Row) -> None:
    """Take an item and all in it away. Contents stay on disk, as in a recycle bin. Raises Refused (400 the root, 403 records)."""
    if not row.parent:
        raise bad("The root cannot be deleted.")
    locks.check_removal(con, row)
    _grow(con, row.parent, -row.size, -1)
    for (id,) in con.execute(f"{_BELOW} SELECT id FROM below ORDER BY depth DESC", (row.id,)).fetchall():
        con.execute("UPDATE item SET gone = 1, change = ? WHERE id = ?", (_next_change(con, drive), id))


def go_back(con: sqlite3.Connection, row: Row, version: int) -> None:
    """Make an earlier version of a file the current one and forget those after it; nothing if it is not kept any more."""
    before = next((each for each in folders.versions(con, row) if each.number == version), None)
    if before is None:
        return
    _grow(con, row.parent, before.size - row.size, 0)
    con.execute(
        "UPDATE item SET size = ?, blob = ?, quickxor = ?, modified = ?, editor = ?, versions = ?, ctag = ctag + 1"
        " WHERE id = ?",
        (before.size, before.blob, before.quickxor, before.modified, before.editor, version, row.id),
    )
    con.execute("DELETE FROM version WHERE item = ? AND number > ?", (row.id, version))


_INSERT = f"INSERT INTO item ({folders.COLUMNS}, fold) VALUES ({'?, ' * len(folders.COLUMNS.split(','))}?)"
_GROW = """
WITH RECURSIVE up (id) AS (
    SELECT :folder
    UNION ALL
    SELECT parent FROM up JOIN item ON item.id = up.id WHERE parent <> ''
)
UPDATE item SET size = size + :size, children = children + iif(id = :folder, :children, 0) WHERE id IN (SELECT id FROM up)"""
_BELOW = """
WITH RECURSIVE below (id, name, depth) AS (
    SELECT id, name, 0 FROM item WHERE id = ?
    UNION ALL
    SELECT item.id, item.name, depth + 1 FROM below JOIN item ON item.parent = below.id WHERE gone = 0
)"""


def _check_below(con: sqlite3.Connection, drive: Drive, row: Row, to: Row, name: str) -> None:
    # What lies in a moved folder must not come to lie too deep either.
    top = units("/".join((drive.path, *folders.names_to(con, to), name)))
    lengths = {row.id: top}
    below = """
        WITH RECURSIVE below (id, parent, name, depth) AS (
            SELECT id, parent, name, 1 FROM item WHERE parent = ? AND gone = 0
            UNION ALL
            SELECT item.id, item.parent, item.name, depth + 1 FROM below JOIN item ON item.parent = below.id
            WHERE gone = 0
        ) SELECT id, parent, name FROM below ORDER BY depth"""
    for id, parent, own in con.execute(below, (row.id,)):
        lengths[id] = lengths[parent] + 1 + units(own)
    check_path("x" * max(lengths.values()))


def _add(
    con: sqlite3.Connection,
    drive: Drive,
    parent: Row,
    name: str,
    content: Kept | None,
    times: Times,
    now: float,
    maker: str = "",
) -> Row:
    change, guid = _next_change(con, drive), new_guid()
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
    _grow(con, parent.id, row.size, 1)
    if content:
        _add_version(con, row)
    return row


def touched(con: sqlite3.Connection, drive: Drive, id: str) -> Row:
    """Count a change of an item that makes no version: another label, another facet."""
    return _changed(con, drive, id, version=False)


def _changed(con: sqlite3.Connection, drive: Drive, id: str, *, version: bool) -> Row:
    con.execute(
        "UPDATE item SET etag = etag + 1, versions = versions + ?, change = ? WHERE id = ?",
        (int(version), _next_change(con, drive), id),
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


def _grow(con: sqlite3.Connection, folder: str, size: int, children: int) -> None:
    if size:
        con.execute(_GROW, {"folder": folder, "size": size, "children": children})
    else:
        con.execute("UPDATE item SET children = children + ? WHERE id = ?", (children, folder))


def _next_change(con: sqlite3.Connection, drive: Drive) -> int:
    found = con.execute("UPDATE drive SET change = change + 1 WHERE id = ? RETURNING change", (drive.id,))
    return int(found.fetchone()[0])
