"""What a library's columns say of its items, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from filrydd.lang import _
from filrydd.rehearsal.clock import moment
from filrydd.rehearsal.pages.page import Cell, Pair
from filrydd.rehearsal.pages.words import moment_in_words, shortened
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.store import columns, fields
from filrydd.rehearsal.store.columns import Column
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

BESIDE = 8
"""Columns that stand beside each other in a folder's table; the others are on the page of each file."""
IN_A_CELL = 200
"""Characters of a value in a folder's table; all of it is on the page of the file."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The columns that say something of at least one of some items, and what they say, by the items' ids."""

    columns: tuple[Column, ...]
    said: dict[str, dict[str, str]]

    def cells(self, row: Row) -> tuple[Cell, ...]:
        """One cell for each of the columns."""
        return tuple(Cell(shortened(self.said[row.id].get(one.name, ""), IN_A_CELL)) for one in self.columns)


def filled(tenancy: Tenancy, drive: Drive, rows: Sequence[Row], *, without: Sequence[str] = ()) -> Filled:
    """The columns of a list as they are filled for some of its items; `without`: names of those that stand elsewhere."""
    con = tenancy.store.read
    known = columns.columns(con, drive)
    # One look-up an item: a page has a few hundred of them, and no library has as many columns as that.
    said = {row.id: _said(known, fields.of_item(con, row)) if known else {} for row in rows}
    used = {name for values in said.values() for name in values}
    return Filled(tuple(one for one in known if one.name in used and one.name not in without)[:BESIDE], said)


def of_one(tenancy: Tenancy, drive: Drive, row: Row) -> tuple[Pair, ...]:
    """The columns that are filled for an item, by their display names, in full."""
    con = tenancy.store.read
    known = columns.columns(con, drive)
    said = _said(known, fields.of_item(con, row)) if known else {}
    return tuple(
        (one.display, tuple(Cell(line) for line in said[one.name].splitlines() or [""]))
        for one in known
        if one.name in said
    )


def kind(column: Column) -> str:
    """What a column holds."""
    return {
        "text": _("a line of text"),
        "note": _("text of several lines"),
        "number": _("a number"),
        "dateTime": _("a time"),
        "boolean": _("yes or no"),
        "choice": _("a choice"),
        "hyperlinkOrPicture": _("a link"),
    }.get(column.kind, column.kind)


def _said(known: Sequence[Column], values: dict[str, fields.Value]) -> dict[str, str]:
    kinds = {column.name: column.kind for column in known}
    return {name: _in_words(kinds[name], value) for name, value in values.items() if name in kinds}


def _in_words(kind: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if kind == "dateTime":
        try:
            return moment_in_words(moment(value))
        except Refused:
            return str(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return str(value.get("Description") or value.get("Url") or "")
    return str(value)
