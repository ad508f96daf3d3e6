"""The items of a list as rows, by their numbers and by what indexed columns say. Folders and files alike, in one row."""

import sqlite3
import uuid
from collections.abc import Iterable

from filrydd.rehearsal.refusal import not_found
from filrydd.rehearsal.store import folders, writing
from filrydd.rehearsal.store.blobs import Kept
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import COLUMNS, Row
from filrydd.rehearsal.store.sites import Drive, item_id

THRESHOLD = 5_000
"""The list view threshold: rows beyond which SharePoint does not look through a list."""
_HERE = "drive = ? AND gone = 0 AND parent <> ''"
_TOGETHER = 500
_SIGNS = {"eq": "=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_ITEM = ", ".join(f"item.{name.strip()}" for name in COLUMNS.split(","))

Place = tuple[str | float | None, int]
"""Where a page ended in the order of an indexed column: the key (None: the column is empty) and the item's number."""


def is_large(con: sqlite3.Connection, drive: Drive) -> bool:
    """Whether a list has more items than the threshold."""
    found = con.execute(f"SELECT count(*) FROM (SELECT 1 FROM item WHERE {_HERE} LIMIT ?)", (drive.id, THRESHOLD + 1))
    return int(found.fetchone()[0]) > THRESHOLD


def after(con: sqlite3.Connection, drive: Drive, number: int, count: int) -> list[Row]:
    """At most `count` items by number, those after a number."""
    found = con.execute(
        f"SELECT {COLUMNS} FROM item WHERE {_HERE} AND number > ? ORDER BY number LIMIT ?", (drive.id, number, count)
    )
    return [Row(*row) for row in found]


def item(con: sqlite3.Connection, drive: Drive, id: str) -> Row:
    """The item of a list with that number or GUID. Raises Refused (404)."""
    if id.isdecimal() and len(id) < 16:
        which, value = "number = ?", id
    else:
        try:
            # Its id says its GUID.
            which, value = "id = ?", item_id(drive.id, uuid.UUID(id))
        except ValueError:
            raise not_found("The specified list item was not found") from None
    row = con.execute(f"SELECT {COLUMNS} FROM item WHERE {_HERE} AND {which}", (drive.id, value)).fetchone()
    if row is None:
        raise not_found("The specified list item was not found")
    return Row(*row)


def numbered(con: sqlite3.Connection, drive: Drive, numbers: Iterable[int]) -> list[Row]:
    """The items with those numbers, in no order; without those that are gone."""
    wanted = list(numbers)
    found: list[Row] = []
    for start in range(0, len(wanted), _TOGETHER):
        some = wanted[start : start + _TOGETHER]
        marks = ", ".join("?" * len(some))
        rows = con.execute(f"SELECT {COLUMNS} FROM item WHERE {_HERE} AND number IN ({marks})", (drive.id, *some))
        found += [Row(*row) for row in rows]
    return found


def numbers_by_number(con: sqlite3.Connection, drive: Drive, operator: str, number: float, count: int) -> list[int]:
    """At most `count` numbers of items that compare so with a number."""
    found = con.execute(
        f"SELECT number FROM item WHERE {_HERE} AND number {_SIGNS[operator]} ? LIMIT ?", (drive.id, number, count)
    )
    return [row[0] for row in found]


def numbers_by_index(
    con: sqlite3.Connection, drive: Drive, name: str, operator: str, key: str | float, count: int
) -> list[int]:
    """At most `count` numbers of items whose indexed column compares so with a key; `startswith` for texts."""
    begin = "SELECT number FROM field_index WHERE drive = ? AND name = ? AND"
    if operator == "startswith":
        # U+10FFFF comes after whatever a text can go on with.
        found = con.execute(f"{begin} key >= ? AND key < ? LIMIT ?", (drive.id, name, key, f"{key}\U0010ffff", count))
    else:
        # SQLite puts all numbers before all texts: only the same kind compares.
        found = con.execute(
            f"{begin} key {_SIGNS[operator]} ? AND typeof(key) = typeof(?) LIMIT ?", (drive.id, name, key, key, count)
        )
    return [row[0] for row in found]


def in_order(
    con: sqlite3.Connection, drive: Drive, name: str, *, falling: bool, place: Place | None, count: int
) -> list[tuple[Place, Row]]:
    """At most `count` items in the order of an indexed column, after a place; those where it is empty come first, or last."""
    sign, way = ("<", "DESC") if falling else (">", "ASC")
    found: list[tuple[Place, Row]] = []
    for filled in (True, False) if falling else (False, True):
        if place is not None and falling and place[0] is None and filled:
            continue
        if place is not None and not falling and place[0] is not None and not filled:
            continue
        here = place if place is not None and (place[0] is not None) == filled else None
        rest = count - len(found)
        if rest <= 0:
            break
        if filled:
            after_key = f"AND (key, field_index.number) {sign} (?, ?)" if here else ""
            rows = con.execute(
                f"SELECT key, {_ITEM} FROM field_index JOIN item ON item.drive = field_index.drive"
                " AND item.number = field_index.number"
                f" WHERE field_index.drive = ? AND field_index.name = ? AND gone = 0 {after_key}"
                f" ORDER BY key {way}, field_index.number {way} LIMIT ?",
                (drive.id, name, *(here or ()), rest),
            )
        else:
            after_number = f"AND number {sign} ?" if here else ""
            rows = con.execute(
                f"SELECT NULL, {COLUMNS} FROM item WHERE {_HERE} {after_number} AND NOT EXISTS (SELECT 1 FROM field_index"
                " WHERE field_index.drive = item.drive AND field_index.name = ? AND field_index.number = item.number)"
                f" ORDER BY number {way} LIMIT ?",
                (drive.id, *((here[1],) if here else ()), name, rest),
            )
        for key, *values in rows:
            row = Row(*values)
            found.append(((key, row.number), row))
    return found


def make_item(con: sqlite3.Connection, drive: Drive, now: float) -> Row:
    """A new item of a list that has no files; its name is made of its number, as SharePoint's is."""
    root = folders.by_id(con, drive, "root")
    number = int(con.execute("SELECT change FROM drive WHERE id = ?", (drive.id,)).fetchone()[0]) + 1
    row, _new = writing.put_file(con, drive, root, f"{number}_.000", Kept("", 0, ""), "fail", Times(), now)
    return row


LOOKED_AT = 50_000
"""Items whose names one search looks at before it answers with what it has."""


def named(con: sqlite3.Connection, drive: Drive, words: list[str], number: int, count: int) -> tuple[list[Row], int]:
    """At most `count` items after a number whose folded names hold all words, and the number to go on after; 0 at the end."""
    beyond = con.execute(
        "SELECT number FROM item WHERE drive = ? AND number > ? ORDER BY number LIMIT 1 OFFSET ?",
        (drive.id, number, LOOKED_AT - 1),
    ).fetchone()
    last = beyond[0] if beyond else 1 << 62
    holds = "AND instr(fold, ?) " * len(words)
    found = con.execute(
        f"SELECT {COLUMNS} FROM item WHERE {_HERE} AND number > ? AND number <= ? {holds} ORDER BY number LIMIT ?",
        (drive.id, number, last, *words, count),
    )
    rows = [Row(*row) for row in found]
    if len(rows) == count:
        return rows, rows[-1].number
    return rows, last if beyond else 0


def children(
    con: sqlite3.Connection, parent: str, after: str, count: int, *, falling: bool = False
) -> list[tuple[str, Row]]:
    """At most `count` items of a folder with their folded names, by name, after a folded name; `falling`: from the last."""
    if not falling:
        return folders.children(con, parent, after, count)
    beyond = "AND fold < ?" if after else ""
    found = con.execute(
        f"SELECT fold, {COLUMNS} FROM item WHERE parent = ? AND gone = 0 {beyond} ORDER BY fold DESC LIMIT ?",
        (parent, *((after,) if after else ()), count),
    )
    return [(row[0], Row(*row[1:])) for row in found]
