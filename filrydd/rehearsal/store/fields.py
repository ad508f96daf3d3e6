"""Columns of libraries and what they say of items, as rows."""

import json
import math
import re
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from filrydd.rehearsal.clock import moment
from filrydd.rehearsal.refusal import Refused, bad, taken
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive

LONGEST_LINE = 255
"""Characters in a column of one line."""
LONGEST_NOTE = 63_999
KINDS = ("text", "note", "number", "dateTime")
Value = str | int | float | None
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that somebody made. `name` is the key in `fields`."""

    id: str
    name: str
    display: str
    kind: str


def columns(con: sqlite3.Connection, drive: Drive) -> list[Column]:
    """Those of a library, by name."""
    found = con.execute("SELECT id, name, display, kind FROM library_column WHERE drive = ? ORDER BY name", (drive.id,))
    return [Column(*each) for each in found]


def make_column(con: sqlite3.Connection, drive: Drive, name: str, display: str, kind: str) -> Column:
    """A new column. Raises Refused (400, 409)."""
    if not _NAME.fullmatch(name) or not 0 < len(display) <= LONGEST_LINE:
        raise bad("The column's name or displayName is not valid.")
    if any(name.lower() == column.name.lower() for column in columns(con, drive)):
        raise taken("A column with that name already exists.")
    column = Column(str(uuid.uuid4()), name, display, kind)
    values = (drive.id, column.name, column.id, column.display, column.kind)
    con.execute("INSERT INTO library_column (drive, name, id, display, kind) VALUES (?, ?, ?, ?, ?)", values)
    return column


def of_item(con: sqlite3.Connection, row: Row) -> dict[str, Value]:
    """What the columns say of an item; those that are empty are left out."""
    found = con.execute("SELECT name, value FROM field WHERE item = ? ORDER BY name", (row.id,))
    return {name: json.loads(value) for name, value in found}


def fill(con: sqlite3.Connection, drive: Drive, row: Row, values: Mapping[str, object]) -> None:
    """Write columns of an item; None empties one. Raises Refused (400)."""
    kinds = {column.name: column.kind for column in columns(con, drive)}
    for name, value in values.items():
        if name not in kinds:
            raise Refused(400, "invalidRequest", f"Field '{name}' is not recognized")
        if value is None:
            con.execute("DELETE FROM field WHERE item = ? AND name = ?", (row.id, name))
            continue
        _check(name, kinds[name], value)
        con.execute("INSERT OR REPLACE INTO field VALUES (?, ?, ?)", (row.id, name, json.dumps(value)))


def _check(name: str, kind: str, value: object) -> None:
    if kind == "number":
        right = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    elif not isinstance(value, str):
        right = False
    elif kind == "dateTime":
        moment(value)
        right = True
    elif kind == "note":
        right = len(value) <= LONGEST_NOTE
    else:
        right = len(value) <= LONGEST_LINE and "\n" not in value
    if not right:
        raise bad(f"The value of the field '{name}' is not valid for its column.")
