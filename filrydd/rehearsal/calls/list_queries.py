"""Which items of a list a `$filter` and an `$orderby` mean, and what SharePoint refuses to look for.

A column that is not indexed is refused (400), unless the header `Prefer: HonorNonIndexedQueriesWarningMayFailRandomly` says
that it may fail; and beyond the list view threshold of 5,000 items it does fail, as throttling (429), which no waiting
mends: microsoftgraph/msgraph-sdk-dotnet#827, microsoftgraph/microsoft-graph-docs#8450 (also for an order by id). What is
indexed answers as long as the first condition leaves at most 5,000 items (the same thread). That Created and Modified
count as indexed, but only the columns that somebody made indexed answer for a large list, is our inference.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from functools import partial

from filrydd.rehearsal.calls import filters
from filrydd.rehearsal.calls.asking import Call
from filrydd.rehearsal.calls.filters import Comparison, Condition, Key
from filrydd.rehearsal.refusal import Refused, bad
from filrydd.rehearsal.store import columns, fields, listing
from filrydd.rehearsal.store.columns import Column
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.listing import THRESHOLD, Place
from filrydd.rehearsal.store.sites import LIBRARY, Drive
from filrydd.rehearsal.tenancy import Tenancy

HONOUR = "honornonindexedquerieswarningmayfailrandomly"
_TOP_LEVEL = {"id": "id", "createdDateTime": "Created", "lastModifiedDateTime": "Modified"}
_BUILT_IN = {
    "id": Column("", "id", "ID", "number", indexed=True),
    "Created": Column("", "Created", "Created", "dateTime", indexed=True),
    "Modified": Column("", "Modified", "Modified", "dateTime", indexed=True),
    "FileLeafRef": Column("", "FileLeafRef", "Name", "text"),
}
_ORDER = re.compile(r"\s*(?P<path>[A-Za-z_][\w/]*)(?:\s+(?P<way>asc|desc))?\s*")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: a condition and one column to sort by, either of them perhaps None."""

    condition: Condition | None
    column: Column | None
    falling: bool


class Looking:
    """Looks through one list, as far as SharePoint does."""

    def __init__(self, tenancy: Tenancy, drive: Drive) -> None:
        self._con = tenancy.store.read
        self._drive = drive
        self._columns = {column.name: column for column in columns.columns(self._con, drive)} | _BUILT_IN
        if drive.template == LIBRARY:
            self._columns.setdefault(fields.TITLE.name, fields.TITLE)

    def query(self, call: Call, condition: str | None, order: str | None) -> Query:
        """The query of a call. Raises Refused (400) for what is not understood, not there or not indexed."""
        wanted = filters.parsed(condition) if condition is not None else None
        named = [self._column(each.path) for each in filters.comparisons(wanted)] if wanted else []
        for each in filters.comparisons(wanted) if wanted else ():
            self._wanted(each)
        column, falling = None, False
        if order is not None:
            found = _ORDER.fullmatch(order)
            if not found:
                raise bad("Invalid orderby clause")
            column, falling = self._column(found["path"]), found["way"] == "desc"
            named.append(column)
        honoured = HONOUR in call.headers.get("prefer", "").lower()
        if not honoured and (problem := next((each for each in named if not each.indexed), None)):
            raise bad(
                f"Field '{problem.name}' cannot be referenced in filter or orderby as it is not indexed. Provide the"
                " 'Prefer: HonorNonIndexedQueriesWarningMayFailRandomly' header to allow this, but be warned that such"
                " queries may fail on large lists."
            )
        return Query(wanted, column, falling)

    def page(self, query: Query, token: str, count: int) -> tuple[list[Row], str]:
        """At most `count` items, and the token of the next page; empty if there is none. Raises Refused (400, 429)."""
        place = _unpacked(token) if token else None
        if query.condition is None and query.column is None:
            rows = listing.after(self._con, self._drive, place[1] if place else 0, count + 1)
            found: list[tuple[Place, Row]] = [((None, row.number), row) for row in rows]
        elif query.condition is None and query.column and self._is_made(query.column) and self._is_large():
            found = listing.in_order(
                self._con, self._drive, query.column.name, falling=query.falling, place=place, count=count + 1
            )
        else:
            found = self._sorted(query, place)[: count + 1]
        more = len(found) > count
        found = found[:count]
        return [row for _place, row in found], _packed(found[-1][0]) if more else ""

    def _sorted(self, query: Query, place: Place | None) -> list[tuple[Place, Row]]:
        found: list[tuple[Place, Row]] = []
        for row in self._candidates(query):
            if query.condition is None or filters.matches(query.condition, partial(self._holds, row)):
                key = self._key(query.column, row) if query.column else None
                found.append(((key, row.number), row))
        found.sort(key=lambda one: _rank(one[0]), reverse=query.falling)
        if place is None:
            return found
        last = _rank(place)
        return [one for one in found if (_rank(one[0]) < last if query.falling else _rank(one[0]) > last)]

    def _candidates(self, query: Query) -> list[Row]:
        """The items to look at: all of a small list, those that the first condition leaves of a large one."""
        if not self._is_large():
            return listing.after(self._con, self._drive, 0, THRESHOLD)
        first = filters.first(query.condition) if query.condition else None
        if first is None:
            raise _throttled()
        column, wanted = self._column(first.path), self._wanted(first)
        if wanted is None or first.operator == "ne":
            raise _throttled()
        if column.name == "id" and isinstance(wanted, float) and first.operator != "startswith":
            numbers = listing.numbers_by_number(self._con, self._drive, first.operator, wanted, THRESHOLD + 1)
        elif self._is_made(column):
            numbers = listing.numbers_by_index(
                self._con, self._drive, column.name, first.operator, wanted, THRESHOLD + 1
            )
        else:
            raise _throttled()
        if len(numbers) > THRESHOLD:
            raise _throttled()
        return listing.numbered(self._con, self._drive, numbers)

    def _is_large(self) -> bool:
        return listing.is_large(self._con, self._drive)

    def _is_made(self, column: Column) -> bool:
        return column.indexed and column.name not in _BUILT_IN

    def _column(self, path: str) -> Column:
        name = path.removeprefix("fields/") if path.startswith("fields/") else _TOP_LEVEL.get(path, "")
        if not name:
            raise filters.invalid()
        column = self._columns.get("id" if name == "ID" else name)
        if column is None:
            raise bad(f"Field '{name}' is not recognized")
        if column.kind in ("note", "hyperlinkOrPicture"):
            raise bad(f"Field '{name}' cannot be referenced in filter or orderby.")
        return column

    def _wanted(self, comparison: Comparison) -> Key:
        """The literal of a comparison as the column's key. Raises Refused (400) for one that the column cannot hold."""
        column, value = self._column(comparison.path), comparison.value
        if value is None:
            return None
        if column.name == "id" and isinstance(value, str) and value.isdecimal():
            value = float(value)
        if column.kind == "boolean" and value in (0.0, 1.0):
            value = bool(value)
        number = column.kind in ("number", "boolean")
        if number != isinstance(value, bool | float):
            raise filters.invalid()
        return column.key(value)

    def _holds(self, row: Row, comparison: Comparison) -> bool:
        column, wanted = self._column(comparison.path), self._wanted(comparison)
        if column.several:
            chosen = self._values(row).get(column.name) or []
            any_of = any(column.key(each) == wanted for each in chosen) if isinstance(chosen, list) else False
            return any_of if comparison.operator == "eq" else not any_of
        return comparison.holds(self._key(column, row), wanted)

    def _key(self, column: Column, row: Row) -> Key:
        match column.name:
            case "id":
                return float(row.number)
            case "Created":
                return float(row.created)
            case "Modified":
                return float(row.modified)
            case "FileLeafRef":
                return column.key(row.name)
            case "Title":
                return column.key(fields.title(self._con, row))
        return column.key(self._values(row).get(column.name))

    def _values(self, row: Row) -> dict[str, fields.Value]:
        return fields.of_item(self._con, row)


def _rank(place: Place) -> tuple[int, float, str, int]:
    """A place as what Python can sort: nothing first, then numbers, then texts; at last the item's number."""
    key, number = place
    if key is None:
        return 0, 0.0, "", number
    return (1, key, "", number) if isinstance(key, float) else (2, 0.0, key, number)


def _throttled() -> Refused:
    return Refused(429, "activityLimitReached", "The request has been throttled", inner="throttledRequest")


def _packed(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _unpacked(token: str) -> Place:
    try:
        said = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        said = None
    match said:
        case [None | str() | float() as key, int() as number] if not isinstance(number, bool) and 0 <= number < 1 << 62:
            return key, number
    raise bad("The $skiptoken is not valid.")
