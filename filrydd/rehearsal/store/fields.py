"""What columns say of items, as rows."""

import json
import sqlite3
from collections.abc import Mapping

from filrydd.rehearsal.clock import moment
from filrydd.rehearsal.refusal import Refused, bad
from filrydd.rehearsal.rules.names import units
from filrydd.rehearsal.store.columns import LONGEST_LINE, LONGEST_NOTE, Column, columns, make_column
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import LIBRARY, Drive

__all__ = ["LONGEST_LINE", "LONGEST_NOTE", "Column", "columns", "fill", "make_column", "of_item", "title"]

Value = str | int | float | bool | list[str] | dict[str, str] | None
TITLE = Column("fa564e0f-0c70-4ab9-b863-0177e6ddd247", "Title", "Title", "text")
"""The column that every library has from the start; its id is SharePoint's."""
_LONGEST_ADDRESS = 255


def of_item(con: sqlite3.Connection, row: Row) -> dict[str, Value]:
    """What the columns that somebody made say of an item; those that are empty are left out."""
    found = con.execute(
        "SELECT field.name, value FROM field JOIN library_column AS made ON made.name = field.name"
        " WHERE item = ? AND made.drive = ? ORDER BY field.name",
        (row.id, row.drive),
    )
    return {name: json.loads(value) for name, value in found}


def title(con: sqlite3.Connection, row: Row) -> str | None:
    """The title of an item, if it has one."""
    found = con.execute("SELECT value FROM field WHERE item = ? AND name = 'Title'", (row.id,)).fetchone()
    return json.loads(found[0]) if found else None


def fill(con: sqlite3.Connection, drive: Drive, row: Row, values: Mapping[str, object]) -> None:
    """Write columns of an item; None empties one. Raises Refused (400)."""
    known = {column.name: column for column in columns(con, drive)}
    if drive.template == LIBRARY:
        known.setdefault(TITLE.name, TITLE)
    for name, value in values.items():
        column = known.get(name)
        if column is None:
            raise Refused(400, "invalidRequest", f"Field '{name}' is not recognized")
        if value is None:
            con.execute("DELETE FROM field WHERE item = ? AND name = ?", (row.id, name))
        else:
            _check(column, value)
            con.execute("INSERT OR REPLACE INTO field VALUES (?, ?, ?)", (row.id, name, json.dumps(value)))
        if column.indexed:
            _index(con, row, column, value)


def _index(con: sqlite3.Connection, row: Row, column: Column, value: object) -> None:
    here = (row.drive, column.name, row.number)
    con.execute("DELETE FROM field_index WHERE drive = ? AND name = ? AND number = ?", here)
    if (key := column.key(value)) is not None:
        con.execute("INSERT INTO field_index VALUES (?, ?, ?, ?)", (row.drive, column.name, key, row.number))


def _check(column: Column, value: object) -> None:
    if not _fits(column, value):
        raise bad(f"The value of the field '{column.name}' is not valid for its column.")


def _fits(column: Column, value: object) -> bool:
    match column.kind:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and column.allows(value)
        case "boolean":
            return isinstance(value, bool)
        case "hyperlinkOrPicture":
            return _is_link(value)
        case "choice" if column.several:
            return isinstance(value, list) and all(_is_choice(column, each) for each in value)
        case "choice":
            return _is_choice(column, value)
    if not isinstance(value, str):
        return False
    if column.kind == "dateTime":
        moment(value)
        return True
    if column.kind == "note":
        return units(value) <= LONGEST_NOTE
    return units(value) <= column.longest and "\n" not in value


def _is_choice(column: Column, value: object) -> bool:
    if not isinstance(value, str) or not 0 < units(value) <= LONGEST_LINE:
        return False
    return value in column.choices or bool(column.definition.get("allowTextEntry"))


def _is_link(value: object) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"Url", "Description"}:
        return False
    address = value.get("Url")
    return (
        isinstance(address, str)
        and address.startswith(("http://", "https://"))
        and all(isinstance(text, str) and units(text) <= _LONGEST_ADDRESS for text in value.values())
    )
