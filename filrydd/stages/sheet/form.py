"""What a move list in Excel looks like: sheets, columns, words for fates, the seal of a row, and the facts it carries.

A list has two kinds of rows, *groups* (the files of one folder under one rule) and *files*, laid out alike: eight locked
columns, the answer, the note, and the seal in a hidden column. Titles and words are in the language of the moment; a sheet
remembers its own.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from filrydd.catalog.answers import Known
from filrydd.catalog.movelist import Line
from filrydd.lang import _, language
from filrydd.layout import digest
from filrydd.model import times
from filrydd.model.rule import Fate
from filrydd.stages.sheet.cells import safe

FORMAT = "filrydd move list 1"
# The name of the hidden sheet with the facts; never translated.
FACTS = "filrydd"
# Excel has 1,048,576 rows a sheet.
MOST_ROWS = 1_000_000
FIXED = 8
COLUMNS = FIXED + 3
_SUM_BITS = 128

Kind = Literal["groups", "files"]
KINDS: tuple[Kind, ...] = ("groups", "files")
# The columns that say what a row is about, as the area itself knows it now: path, fate and the like, without what changes
# from day to day in an area that people work in (size, time) and without explanations.
_TELLING: dict[Kind, tuple[int, ...]] = {"groups": (0, 1, 2, 5), "files": (0, 1, 4, 7)}
# Whole numbers, as SQLite's and Excel's can both hold them.
_ID = re.compile(r"(?:[1-9][0-9]{0,14})(?:r(?P<rule>[1-9][0-9]{0,14}))?")

Cell = str | int


def titles(kind: Kind) -> tuple[str, ...]:
    """The header, one title a column."""
    if kind == "groups":
        fixed = (
            _("Id"),
            _("Folder"),
            _("Rule"),
            _("Files"),
            _("Size in bytes"),
            _("Fate"),
            _("Reason"),
            _("Legal basis"),
        )
    else:
        fixed = (
            _("Id"),
            _("Old path"),
            _("Size in bytes"),
            _("Changed (UTC)"),
            _("Fate"),
            _("Reason"),
            _("Legal basis"),
            _("New address"),
        )
    return (*fixed, _("Your answer"), _("Note"), _("Seal"))


def widths(kind: Kind) -> tuple[int, ...]:
    """The width of each column, in characters."""
    fixed = (10, 50, 24, 10, 15, 20, 45, 28) if kind == "groups" else (10, 60, 15, 17, 20, 45, 28, 60)
    return (*fixed, 22, 40, 18)


def sheet_name(kind: Kind, number: int) -> str:
    """The name of the n-th sheet of that kind, counted from 1."""
    name = _("Groups") if kind == "groups" else _("Files")
    return name if number == 1 else f"{name} {number}"


def words() -> dict[Fate, str]:
    """What each fate is called, and answered."""
    return {Fate.MOVE: _("to move"), Fate.DESTROY: _("to delete"), Fate.HOLD: _("to keep for now")}


def fixed_cells(kind: Kind, line: Line, known: Known, library: str) -> tuple[Cell, ...]:
    """The eight locked cells of a line, in the language of the moment."""
    rule = known.rule
    fate, reason, basis = words()[rule.fate], _one_line(rule.reason.read_in(language())), _one_line(rule.basis)
    if kind == "groups":
        return (line.id, safe(line.path), safe(rule.name), line.files, line.size, fate, reason, basis)
    address = safe(f"{library}/{line.address}") if line.address else ""
    changed = times.to_iso(line.modified)[:16].replace("T", " ")
    return (int(line.id), safe(line.path), line.size, changed, fate, reason, basis, address)


def _one_line(text: str) -> str:
    return safe(" ".join(text.split()))


def told(kind: Kind, cells: Sequence[Cell]) -> bytes:
    """A digest of what a row is about."""
    return hashlib.sha256(digest.line([cells[column] for column in _TELLING[kind]])).digest()[:16]


def seal(kind: Kind, area: str, proposal: str, cells: Iterable[Cell]) -> str:
    """The seal of a row: 16 hex digits over its locked cells, its kind, the area and the proposal.

    Against accidents and mixed-up files only: whoever knows this code can make one. What must be true of a row is
    compared with the catalog.
    """
    return hashlib.sha256(digest.line([FORMAT, kind, area, proposal, *cells])).hexdigest()[:16]


def added(total: int, one: str) -> int:
    """The checksum over seals, in whatever order they come: their sum, modulo 2**128."""
    return (total + int(one, 16)) % (1 << _SUM_BITS)


def parse_id(kind: Kind, text: str) -> tuple[int | None, int | None, int | None] | None:
    """(file, folder, rule) of a row's id, None where they do not apply; None for what is no id of that kind."""
    found = _ID.fullmatch(text)
    if found is None or (found["rule"] is not None) != (kind == "groups"):
        return None
    first, _r, rule = text.partition("r")
    return (None, int(first), int(rule)) if rule else (int(first), None, None)
