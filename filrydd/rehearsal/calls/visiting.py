"""People who are in the target too: they edit, rename, move, delete and add, as visitors of SharePoint do."""

import sqlite3
from typing import IO, Any

from filrydd.rehearsal.calls.damage import altered, attempted
from filrydd.rehearsal.calls.later import can
from filrydd.rehearsal.faults.rule import Deed
from filrydd.rehearsal.store import folders, writing
from filrydd.rehearsal.store.blobs import small
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive, drive_by_id
from filrydd.rehearsal.tenancy import Tenancy

VISIT = "visit"
NAMES = ("Kari Nordmann", "Ola Nordmann", "Ingrid Bakke", "Amir Hussain", "Solveig Ås")
"""Invented people."""
_MOVED = "Ryddet"
_END_OF_ZIP = 22
"""Bytes of the record that ends a zip file, when it has no comment; the comment's length is its last two."""


@can(VISIT)
def visit(tenancy: Tenancy, con: sqlite3.Connection, item: str, value: dict[str, Any]) -> None:
    """Do what a person does with an item, or nothing where SharePoint refuses it or the item is gone."""
    row = folders.find(con, item)
    if row is None or not row.parent:
        return
    with attempted(con):
        _do(tenancy, con, drive_by_id(con, row.drive), row, Deed(value["does"]), str(value["who"]))


def _do(tenancy: Tenancy, con: sqlite3.Connection, drive: Drive, row: Row, deed: Deed, who: str) -> None:
    now = tenancy.clock.now()
    parent = folders.by_id(con, drive, row.parent)
    match deed:
        case Deed.EDIT if not row.folder:
            content = altered(tenancy, con, row, lambda file: _sign(file, f"\n{who}\n".encode()))
            tenancy.blobs.add(con, content)
            writing.replace(con, drive, row, content, Times(), now, editor=who)
        case Deed.RENAME:
            stem, dot, extension = row.name.rpartition(".")
            first = who.split()[0]
            name = f"{stem} ({first}){dot}{extension}" if stem and not row.folder else f"{row.name} ({first})"
            writing.alter(con, drive, row, name, parent, Times(), "rename", editor=who)
        case Deed.MOVE:
            top = folders.by_id(con, drive, "root")
            to = top if parent.parent else writing.make_folders(con, drive, top, [_MOVED], now)
            writing.alter(con, drive, row, row.name, to, Times(), "rename", editor=who)
        case Deed.DELETE:
            writing.remove(con, drive, row)
        case Deed.ADD:
            content = small(f"{who}: {row.name}\n".encode())
            tenancy.blobs.add(con, content)
            name = f"Notat fra {who}.txt"
            writing.put_file(con, drive, parent, name, content, "rename", Times(), now, editor=who)


def _sign(file: IO[bytes], line: bytes) -> None:
    """Add a line at the end of a file; where that is a zip file, as Office files are, as its comment."""
    end = file.seek(0, 2)
    if end >= _END_OF_ZIP:
        file.seek(end - _END_OF_ZIP)
        last = file.read(_END_OF_ZIP)
        if last.startswith(b"PK\x05\x06") and last.endswith(b"\0\0"):
            file.seek(end - 2)
            file.write(len(line).to_bytes(2, "little"))
    file.seek(end)
    file.write(line)
