"""Columns of lists, as rows.

Limits: Microsoft, "Software boundaries and limits for SharePoint" (columns of each kind, indexes of a list), and "Add an index
to a list or library column" (20,000 items).
"""

import json
import math
import re
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from filrydd.rehearsal.clock import moment
from filrydd.rehearsal.refusal import bad, not_found, taken
from filrydd.rehearsal.rules.names import fold, units
from filrydd.rehearsal.store.sites import Drive

LONGEST_LINE = 255
"""Characters in a column of one line."""
LONGEST_NOTE = 63_999
MOST = {
    "text": 276,
    "note": 192,
    "choice": 276,
    "number": 72,
    "dateTime": 48,
    "boolean": 96,
    "hyperlinkOrPicture": 138,
}
"""Columns of each kind that a list may have."""
MOST_INDEXED = 20
MOST_ITEMS_TO_INDEX = 20_000
"""Items beyond which a list's column cannot become indexed."""
_CANNOT_BE_INDEXED = ("note", "hyperlinkOrPicture")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `name` is the key in `fields`; `definition` is what Graph's facet of its kind says of it."""

    id: str
    name: str
    display: str
    kind: str
    indexed: bool = False
    definition: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    required: bool = False
    default: str = ""
    """What it says of a new file; empty for nothing."""

    @property
    def longest(self) -> int:
        """Characters that a line of text may have."""
        return int(self.definition.get("maxLength", LONGEST_LINE))

    @property
    def choices(self) -> list[str]:
        """What can be chosen."""
        return list(self.definition.get("choices", ()))

    @property
    def several(self) -> bool:
        """Whether more than one can be chosen at a time."""
        return self.kind == "choice" and self.definition.get("displayAs") == "checkBoxes"

    def allows(self, number: float) -> bool:
        """Whether a number lies within its limits."""
        lowest, highest = self.definition.get("minimum", -math.inf), self.definition.get("maximum", math.inf)
        return math.isfinite(number) and lowest <= number <= highest

    def key(self, value: object) -> str | float | None:
        """What a value of this column is compared and sorted by; None for what has no place in an order."""
        if isinstance(value, bool | int | float):
            return float(value)
        if not isinstance(value, str):
            return None
        return float(moment(value)) if self.kind == "dateTime" else fold(value)


def columns(con: sqlite3.Connection, drive: Drive) -> list[Column]:
    """Those of a list that somebody made, by name."""
    return columns_of(con, drive.id)


def columns_of(con: sqlite3.Connection, drive: str) -> list[Column]:
    """The same, by the drive's id."""
    found = con.execute(
        "SELECT id, name, display, kind, indexed, definition FROM library_column WHERE drive = ? ORDER BY name",
        (drive,),
    )
    return [_column(*row) for row in found]


def _column(id: str, name: str, display: str, kind: str, indexed: int, kept: str) -> Column:
    said = json.loads(kept)
    return Column(
        id,
        name,
        display,
        kind,
        bool(indexed),
        said.get("facet", {}),
        said.get("description", ""),
        bool(said.get("required")),
        said.get("default", ""),
    )


def _kept(column: Column) -> str:
    kept = {"facet": dict(column.definition), "description": column.description, "required": column.required}
    return json.dumps(kept | ({"default": column.default} if column.default else {}))


def column(con: sqlite3.Connection, drive: Drive, id: str) -> Column:
    """The column with that id or name. Raises Refused (404)."""
    for each in columns(con, drive):
        if id.lower() == each.id or id == each.name:
            return each
    raise not_found("The column could not be found.")


def make_column(
    con: sqlite3.Connection,
    drive: Drive,
    name: str,
    display: str,
    kind: str,
    *,
    indexed: bool = False,
    definition: Mapping[str, Any] | None = None,
    description: str = "",
    required: bool = False,
    default: str = "",
) -> Column:
    """A new column. Raises Refused (400, 409)."""
    if not _NAME.fullmatch(name):
        raise bad("The column's name or displayName is not valid.")
    there = columns(con, drive)
    if any(name.lower() == each.name.lower() for each in there):
        raise taken("A column with that name already exists.")
    if sum(each.kind == kind for each in there) >= MOST[kind]:
        raise bad(f"The list has {MOST[kind]} columns of the kind {kind} already.")
    made = Column(str(uuid.uuid4()), name, display, kind, False, definition or {}, description, required, default)
    _check(made)
    con.execute(
        "INSERT INTO library_column (drive, name, id, display, kind, definition) VALUES (?, ?, ?, ?, ?, ?)",
        (drive.id, name, made.id, display, kind, _kept(made)),
    )
    return change_column(con, drive, made, indexed=True) if indexed else made


def change_column(
    con: sqlite3.Connection,
    drive: Drive,
    column: Column,
    *,
    display: str | None = None,
    description: str | None = None,
    required: bool | None = None,
    indexed: bool | None = None,
    definition: Mapping[str, Any] | None = None,
    default: str | None = None,
) -> Column:
    """A column with other words or limits, or with an index. Raises Refused (400)."""
    changed = Column(
        column.id,
        column.name,
        column.display if display is None else display,
        column.kind,
        column.indexed if indexed is None else indexed,
        column.definition if definition is None else definition,
        column.description if description is None else description,
        column.required if required is None else required,
        column.default if default is None else default,
    )
    _check(changed)
    if changed.indexed and not column.indexed:
        _index(con, drive, changed)
    if column.indexed and not changed.indexed:
        _unindex(con, drive, column)
    con.execute(
        "UPDATE library_column SET display = ?, indexed = ?, definition = ? WHERE drive = ? AND name = ?",
        (changed.display, int(changed.indexed), _kept(changed), drive.id, column.name),
    )
    return changed


def remove_column(con: sqlite3.Connection, drive: Drive, column: Column) -> None:
    """Take a column away, with all that it says."""
    _unindex(con, drive, column)
    con.execute("DELETE FROM library_column WHERE drive = ? AND name = ?", (drive.id, column.name))
    con.execute(
        "DELETE FROM field WHERE name = ? AND item IN (SELECT id FROM item WHERE drive = ?)", (column.name, drive.id)
    )


def _check(column: Column) -> None:
    if not 0 < units(column.display) <= LONGEST_LINE or not column.display.isprintable():
        raise bad("The column's name or displayName is not valid.")
    if column.indexed and (column.kind in _CANNOT_BE_INDEXED or column.several):
        raise bad("Columns of this kind cannot be indexed.")


def _index(con: sqlite3.Connection, drive: Drive, column: Column) -> None:
    if sum(each.indexed for each in columns(con, drive)) >= MOST_INDEXED:
        raise bad(f"The list has {MOST_INDEXED} indexed columns already.")
    few = "SELECT count(*) FROM (SELECT 1 FROM item WHERE drive = ? AND gone = 0 AND parent <> '' LIMIT ?)"
    if con.execute(few, (drive.id, MOST_ITEMS_TO_INDEX + 1)).fetchone()[0] > MOST_ITEMS_TO_INDEX:
        raise bad(f"The list has more than {MOST_ITEMS_TO_INDEX} items; a column cannot become indexed any more.")
    found = con.execute(
        "SELECT value, number FROM item JOIN field ON field.item = item.id WHERE drive = ? AND gone = 0 AND field.name = ?",
        (drive.id, column.name),
    )
    for value, number in found.fetchall():
        if (place := column.key(json.loads(value))) is not None:
            con.execute("INSERT INTO field_index VALUES (?, ?, ?, ?)", (drive.id, column.name, place, number))


def _unindex(con: sqlite3.Connection, drive: Drive, column: Column) -> None:
    con.execute("DELETE FROM field_index WHERE drive = ? AND name = ?", (drive.id, column.name))
