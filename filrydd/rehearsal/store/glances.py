"""What the pages look at, as rows: every look reads a bounded number of them, however much the tenant holds."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeVar

from filrydd.rehearsal.store.folders import COLUMNS, Row, Version
from filrydd.rehearsal.store.sessions import HARD
from filrydd.rehearsal.store.sites import Drive, Site
from filrydd.rehearsal.ways import Ways

T = TypeVar("T")
Counted = Literal["site", "drive", "due"]


def lists(con: sqlite3.Connection, site: Site) -> int:
    """How many lists and libraries a site has."""
    return int(con.execute("SELECT count(*) FROM drive WHERE site = ?", (site.id,)).fetchone()[0])


def how_many(con: sqlite3.Connection, drive: Drive, most: int) -> int | None:
    """How many folders and files a library holds; None where more than `most` were made in it. Reads an index alone."""
    made, gone = (
        con.execute(f"SELECT count(*) FROM (SELECT 1 FROM item WHERE drive = ?{which} LIMIT ?)", (drive.id, most + 2))
        for which in ("", " AND gone = 1")
    )
    # The root is no folder that a visitor would count.
    count = int(made.fetchone()[0]) - 1
    return count - int(gone.fetchone()[0]) if count <= most else None


def with_own_permissions(con: sqlite3.Connection, rows: Iterable[Row]) -> frozenset[str]:
    """The ids of those of some items that have permissions of their own."""
    ids = [row.id for row in rows]
    marks = ", ".join("?" * len(ids))
    return frozenset(id for (id,) in con.execute(f"SELECT item FROM scope WHERE item IN ({marks})", ids))


def versions(con: sqlite3.Connection, row: Row, below: int, count: int) -> list[Version]:
    """At most `count` versions of a file, the newest first, those with a number less than `below`."""
    found = con.execute(
        "SELECT number, size, blob, modified, editor, quickxor FROM version WHERE item = ? AND number < ?"
        " ORDER BY number DESC LIMIT ?",
        (row.id, below, count),
    )
    return [Version(*version) for version in found]


def look_through(
    con: sqlite3.Connection, drive: Drive, words: Sequence[str], after: int, most: int, scan: int
) -> tuple[list[Row], int]:
    """Items of a library whose folded name holds all words, at most `most` of them, and where to go on (0: nowhere).

    `scan` items are looked at, in the order of their last change, those after the change number `after`.
    """
    last = con.execute(
        "SELECT change FROM item WHERE drive = ? AND change > ? ORDER BY change LIMIT 1 OFFSET ?",
        (drive.id, after, scan - 1),
    ).fetchone()
    held = " AND instr(fold, ?) > 0" * len(words)
    until = "" if last is None else " AND change <= ?"
    found = con.execute(
        f"SELECT {COLUMNS} FROM item WHERE drive = ? AND change > ?{until} AND gone = 0 AND parent <> ''{held}"
        " ORDER BY change LIMIT ?",
        (drive.id, after, *(last or ()), *words, most + 1),
    )
    rows = [Row(*row) for row in found]
    if len(rows) > most:
        return rows[:most], rows[most - 1].change
    return rows, 0 if last is None else int(last[0])


def bytes_held(con: sqlite3.Connection) -> int:
    """The sizes of all files together: their newest versions."""
    return int(
        con.execute("SELECT coalesce(sum(size), 0) FROM item WHERE id IN (SELECT root FROM drive)").fetchone()[0]
    )


def items_held(con: sqlite3.Connection) -> int:
    """How many folders and files there are. Reads indexes from one end to the other: for `aside`."""
    made = con.execute("SELECT count(*) FROM item").fetchone()[0]
    gone = con.execute("SELECT count(*) FROM item INDEXED BY item_gone WHERE gone = 1").fetchone()[0]
    return int(made - gone - con.execute("SELECT count(*) FROM drive").fetchone()[0])


def rows_of(con: sqlite3.Connection, table: Counted, most: int) -> int:
    """How many rows a small table has, counted no further than `most`."""
    return int(con.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT ?)", (most,)).fetchone()[0])


def open_sessions(con: sqlite3.Connection, now: float, ways: Ways, most: int) -> int:
    """Upload sessions that live at a time (seconds since 1970), counted no further than `most`."""
    found = con.execute(
        "SELECT count(*) FROM (SELECT 1 FROM session WHERE touched >= ? AND opened >= ? LIMIT ?)",
        (now - ways.session_seconds, now - HARD, most),
    )
    return int(found.fetchone()[0])


def file_of(con: sqlite3.Connection) -> str:
    """The file of a database."""
    return str(con.execute("PRAGMA database_list").fetchone()[2])


def aside(file: str, look: Callable[[sqlite3.Connection], T]) -> T:
    """What `look` finds in a database through a connection of its own: for a thread beside the event loop's."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as own:
        own.execute("PRAGMA query_only = ON")
        return look(own)
