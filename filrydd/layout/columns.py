"""What an upload writes into a library's columns, and the columns that it must find there; pure.

Values are those of Graph's `fields`: text, whole numbers, and times as `2019-03-12T08:00:00Z`. What is not known is left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from filrydd.lang import _
from filrydd.layout.case_numbers import case_number
from filrydd.layout.names import Mask, length
from filrydd.model import times
from filrydd.model.structure import Column

Kind = Literal["text", "note", "number", "dateTime"]
"""One line of at most 255 characters; several lines; a number; a date with a time."""

INTERNAL = {
    Column.DEPARTMENT: "FilryddDepartment",
    Column.ORIGINAL_PATH: "FilryddOriginalPath",
    Column.ORIGINAL_OWNER: "FilryddOriginalOwner",
    Column.CREATED: "FilryddCreated",
    Column.CLASS: "FilryddDocumentClass",
    Column.LABEL: "FilryddRetentionLabel",
    Column.CASE: "FilryddCaseNumber",
    Column.YEAR: "FilryddYear",
}
"""Internal names: what `fields` is keyed by, and what nobody changes."""

_KINDS: dict[Column, Kind] = {
    Column.ORIGINAL_PATH: "note",  # a path may be longer than a line
    Column.CREATED: "dateTime",
}
_LONGEST_LINE = 255  # SPFieldText.MaxLength
_LONGEST_NOTE = 63_999  # what a form takes; no path comes near it
# No file of an old area is older: such a time is a program's nought (1601), and a date column may refuse it.
_FIRST_TIME = times.from_day(date(1900, 1, 1))
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Definition:
    """A column that a library must have. `display` is what people read, in the language of the moment; `default` what it is to
    say of a new file, empty for nothing."""

    column: Column
    name: str
    display: str
    kind: Kind
    default: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of one file; empty, or None, where nothing is.

    `path`: its stored path in the area; `created` in ticks; `document_class`: the name of the rule that decided; `label`:
    the code of Noark; `year`: what `year_of` says of the folders that were lifted away over it.
    """

    department: str
    path: str
    owner: str = ""
    created: int | None = None
    document_class: str = ""
    label: str = ""
    year: int | None = None


# What every file says for itself: where one of these is wanted, each file has to be filled anyway.
_OF_EVERY_FILE = frozenset({Column.ORIGINAL_PATH, Column.CREATED, Column.CLASS, Column.LABEL})


def defaults(columns: Iterable[Column], department: str, *, mask: Mask | None = None) -> dict[Column, str]:
    """Columns whose value may stand in the library as what they say of a new file, so that an arriving file has it without a
    call of its own.

    Of all columns the department alone: it is the same for every file that an area sends. What people put into the library
    later has it too, which is true of a department's own library; of any other column it would be a claim about an old area
    that their file never lay in. Empty where every file has to be filled anyway.
    """
    wanted = frozenset(columns)
    if Column.DEPARTMENT not in wanted or wanted & _OF_EVERY_FILE:
        return {}
    said = values([Column.DEPARTMENT], FileFacts(department, ""), mask=mask).get(INTERNAL[Column.DEPARTMENT])
    return {Column.DEPARTMENT: str(said)} if said else {}


def definitions(
    columns: Iterable[Column], default: Mapping[Column, str] = MappingProxyType({})
) -> tuple[Definition, ...]:
    """The columns that a library must have, each once, in the order given; `default` as from `defaults`."""
    displays = {
        Column.DEPARTMENT: _("Department"),
        Column.ORIGINAL_PATH: _("Original path"),
        Column.ORIGINAL_OWNER: _("Original owner"),
        Column.CREATED: _("Created in the old area"),
        Column.CLASS: _("Document class"),
        Column.LABEL: _("Retention label"),
        Column.CASE: _("Case number"),
        Column.YEAR: _("Year"),
    }
    return tuple(
        Definition(column, INTERNAL[column], displays[column], _KINDS.get(column, "text"), default.get(column, ""))
        for column in dict.fromkeys(columns)
    )


def values(columns: Iterable[Column], facts: FileFacts, *, mask: Mask | None = None) -> dict[str, str | int]:
    """The value of each wanted column that is known, by the column's internal name.

    With `mask` no value has an identity number in it. A text that is too long for its column ends in `…`; control
    characters, which SharePoint refuses, become `\ufffd`.
    """
    hide = mask or str
    found: dict[str, str | int] = {}
    for column in columns:
        match column:
            case Column.CREATED:
                value: str | int | None = _time(facts.created)
            case Column.YEAR:
                # A number column shows it with a thousands separator.
                value = None if facts.year is None else str(facts.year)
            case Column.ORIGINAL_PATH:
                value = _text(hide(facts.path), _LONGEST_NOTE)
            case Column.CASE:
                *folders, name = hide(facts.path).split("/")
                value = case_number(name, folders)
            case Column.DEPARTMENT:
                value = _text(hide(facts.department), _LONGEST_LINE)
            case Column.ORIGINAL_OWNER:
                value = _text(hide(facts.owner), _LONGEST_LINE)
            case Column.CLASS:
                value = _text(hide(facts.document_class), _LONGEST_LINE)
            case Column.LABEL:
                value = _text(hide(facts.label), _LONGEST_LINE)
        if value is not None and value != "":
            found[INTERNAL[column]] = value
    return found


_YEAR_ALONE = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def year_of(folders: Sequence[str]) -> int | None:
    """The year that lifted folders say (their names, outermost first): the innermost that names just one."""
    for folder in reversed(folders):
        years = set(_YEAR_ALONE.findall(folder))
        if len(years) == 1:
            return int(years.pop())
    return None


def _time(ticks: int | None) -> str | None:
    return times.to_iso(ticks) if ticks is not None and ticks >= _FIRST_TIME else None


def _text(text: str, most: int) -> str:
    """The text without control characters, in at most `most` code units."""
    text = _CONTROL.sub("\ufffd", text)
    if length(text) <= most:
        return text
    end = most - 1
    while length(text[:end]) > most - 1:
        end -= 1
    return f"{text[:end]}…"
