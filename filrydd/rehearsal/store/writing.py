"""Folders and files as rows: changing. Every function runs within one act of the store's writer."""

import sqlite3

from filrydd.rehearsal.refusal import Refused, bad, not_found, taken
from filrydd.rehearsal.rules.names import check_name, check_path, fold, numbered, units
from filrydd.rehearsal.store import changes, folders, locks
from filrydd.rehearsal.store.blobs import Kept
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive


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
    return changes.add(con, drive, parent, wish, None, times, now), True


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
    return changes.add(con, drive, parent, wish, content, times, now, editor), True


def replace(
    con: sqlite3.Connection, drive: Drive, row: Row, content: Kept, times: Times, now: float, *, editor: str = ""
) -> Row:
    """A new version of a file with other content. Raises Refused (423 for a locked record, 501 on a folder)."""
    if row.folder:
        raise Refused(501, "notSupported", "The target is a folder.")
    locks.check_content(con, row)
    changes.grow(con, row.parent, content.size - row.size, 0)
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
    return changes.changed(con, drive, row.id, version=True)


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
        changes.grow(con, row.parent, -row.size, -1)
        changes.grow(con, to.id, row.size, 1)
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
    return changes.changed(con, drive, row.id, version=not row.folder and (renamed or bool(times)))


def remove(con: sqlite3.Connection, drive: Drive, row: Row) -> None:
    """Take an item and all in it away. Contents stay on disk, as in a recycle bin. Raises Refused (400 the root, 403 records)."""
    if not row.parent:
        raise bad("The root cannot be deleted.")
    locks.check_removal(con, row)
    changes.grow(con, row.parent, -row.size, -1)
    for (id,) in con.execute(f"{_BELOW} SELECT id FROM below ORDER BY depth DESC", (row.id,)).fetchall():
        con.execute("UPDATE item SET gone = 1, change = ? WHERE id = ?", (changes.next_change(con, drive), id))


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
