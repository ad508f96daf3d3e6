"""The cells of a workbook's sheets (SpreadsheetML): a line for each row, with tabs so that columns stay under their headings."""

import posixpath
import re
import zipfile

from filrydd.documents import xml_text
from filrydd.documents.contents import MOST_TEXT, Contents, Unread
from filrydd.documents.xml_text import Attributes, Handler
from filrydd.model.finding import Outcome

_MOST_COLUMNS = 16_384
_COLUMN = re.compile(r"[A-Z]{1,3}")
_POWER = re.compile(r"\d(?:\.\d+)?E\+?\d+$")
_LARGEST_WHOLE = 1e15


def read_sheets(package: zipfile.ZipFile, contents: Contents) -> None:
    """Add the cells of all sheets. Raises Unread, and what zipfile raises."""
    shared: list[str] = []
    names = package.namelist()
    for name in names:
        if name.lower() == "xl/sharedstrings.xml":
            with package.open(name) as file:
                xml_text.parse(file, _Strings(shared), contents)
    for name in sorted(names):
        if posixpath.dirname(name).lower() in ("xl/worksheets", "xl/macrosheets") and name.lower().endswith(".xml"):
            with package.open(name) as file:
                xml_text.parse(file, _Sheet(shared, contents), contents)
            contents.add("\n\n")


class _Strings(Handler):
    """The strings that cells share, in order; how they are to be spoken (`rPh`) left out."""

    def __init__(self, shared: list[str]) -> None:
        self._shared = shared
        self._text: list[str] = []
        self._inside = False
        self._phonetic = False
        self._length = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._text = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._inside = not self._phonetic

    def end(self, name: str) -> None:
        if name == "t":
            self._inside = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._shared.append(_in_a_cell("".join(self._text)))

    def text(self, data: str) -> None:
        if self._inside:
            self._text.append(data)
            self._length += len(data)
            if self._length > MOST_TEXT:
                raise Unread(Outcome.TOO_LARGE, f"more than {MOST_TEXT} characters of text")


class _Sheet(Handler):
    _VALUES = frozenset({"v", "t"})
    _NOTES = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})

    def __init__(self, shared: list[str], contents: Contents) -> None:
        self._shared = shared
        self._contents = contents
        self._row: list[str] = []
        self._value: list[str] = []
        self._inside = False
        self._kind = ""
        self._column = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self._row = []
        elif name == "c":
            self._kind = attributes.get("t", "")
            self._column = _column(attributes.get("r", ""), len(self._row))
            self._value = []
        elif name in self._VALUES or name in self._NOTES:
            self._inside = True

    def end(self, name: str) -> None:
        if name in self._VALUES:
            self._inside = False
        elif name == "c":
            if value := self._shown("".join(self._value)):
                self._row.extend([""] * (self._column - len(self._row)))
                self._row.append(value)
        elif name == "row":
            if self._row:
                self._contents.line("\t".join(self._row))
        elif name in self._NOTES:
            self._inside = False
            self._contents.line("\n" + _in_a_cell("".join(self._value)))
            self._value = []

    def text(self, data: str) -> None:
        if self._inside:
            self._value.append(data)

    def _shown(self, value: str) -> str:
        if self._kind == "s":
            try:
                return self._shared[int(value)]
            except (ValueError, IndexError) as fault:
                raise Unread(Outcome.DAMAGED, "a cell refers to a string that is not there") from fault
        if self._kind == "" and _POWER.match(value) and float(value) < _LARGEST_WHOLE:
            return f"{float(value):.10g}" if float(value) % 1 else str(int(float(value)))
        return _in_a_cell(value)


def _column(reference: str, following: int) -> int:
    """The column from 0 that a reference such as `C5` names; without one it is the next."""
    letters = _COLUMN.match(reference)
    if letters is None:
        return following
    column = 0
    for letter in letters[0]:
        column = column * 26 + ord(letter) - 64
    return max(min(column, _MOST_COLUMNS) - 1, following)


def _in_a_cell(text: str) -> str:
    return " ".join(text.split()) if any(letter in text for letter in "\t\r\n") else text
