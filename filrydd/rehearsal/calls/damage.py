"""What happens to an item after it was confirmed, and should never happen: other bytes, or gone."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from typing import IO, Any

from filrydd.rehearsal.calls.later import can
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.store import folders, writing
from filrydd.rehearsal.store.blobs import SMALL, Kept, small
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import drive_by_id
from filrydd.rehearsal.tenancy import Tenancy

CORRUPT, LOSE = "corrupt", "lose"


@can(CORRUPT)
def corrupt(tenancy: Tenancy, con: sqlite3.Connection, item: str, value: dict[str, Any]) -> None:
    """Change one bit in the middle of a file's content; nothing else of the item tells it.

    `keeps_hash` in `value`: its quickXorHash stays the one that was confirmed. A file without bytes stays as it is.
    """
    row = folders.find(con, item)
    if row is None or not row.size or row.folder:
        return

    def flip(file: IO[bytes]) -> None:
        file.seek(row.size // 2)
        byte = file.read(1)[0]
        file.seek(row.size // 2)
        file.write(bytes([byte ^ 1]))

    with attempted(con):
        content = altered(tenancy, con, row, flip)
        tenancy.blobs.add(con, content)
        told = row.quickxor if value.get("keeps_hash") else content.quickxor
        con.execute("UPDATE item SET blob = ?, quickxor = ? WHERE id = ?", (content.sha, told, row.id))
        con.execute(
            "UPDATE version SET blob = ?, quickxor = ? WHERE item = ? AND number = ?",
            (content.sha, told, row.id, row.versions),
        )


@can(LOSE)
def lose(tenancy: Tenancy, con: sqlite3.Connection, item: str, value: dict[str, Any]) -> None:
    """Let an item go; delta tells it as it tells a deletion."""
    row = folders.find(con, item)
    if row is not None and row.parent:
        with attempted(con):
            writing.remove(con, drive_by_id(con, row.drive), row)


@contextlib.contextmanager
def attempted(con: sqlite3.Connection) -> Iterator[None]:
    """Do something whole, or not at all where SharePoint's rules or the disk refuse it: nobody is there to be told."""
    con.execute("SAVEPOINT attempt")
    try:
        yield
    except (Refused, OSError):
        con.execute("ROLLBACK TO attempt")
    finally:
        con.execute("RELEASE attempt")


def altered(tenancy: Tenancy, con: sqlite3.Connection, row: Row, change: Callable[[IO[bytes]], None]) -> Kept:
    """The content that a file's content becomes when `change` has been at a copy of it."""
    place = tenancy.blobs.place(con, row.blob)
    arrived = tenancy.blobs.arriving()
    try:
        with place.file.open("rb") as source, arrived.open("w+b") as file:
            source.seek(place.start)
            if place.size <= SMALL:
                file.write(source.read(place.size))
            else:
                shutil.copyfileobj(source, file, 1 << 20)
            change(file)
        if arrived.stat().st_size <= SMALL:
            return small(arrived.read_bytes())
        return tenancy.blobs.keep(arrived)
    finally:
        arrived.unlink(missing_ok=True)
