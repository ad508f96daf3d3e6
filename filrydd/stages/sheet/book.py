"""A workbook that is open for reading: names of sheets, and rows of texts."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import IO, Any
from zipfile import ZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel
from openpyxl.xml.constants import SHARED_STRINGS

from filrydd.stages.sheet.parsing import Raw, raw_rows
from filrydd.stages.sheet.strings import Strings


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, whole numbers without a point however the last program stored them; a formula shows itself."""

    text: str
    formula: bool


EMPTY = Cell("", False)


class Book:
    """A workbook that lies in an open file. To be closed."""

    def __init__(self, file: IO[bytes]) -> None:
        """Raises whatever openpyxl and the XML parser raise: see `opening.fenced`."""
        # openpyxl reads what is small. Its `read` would go through every worksheet that does not tell its size, and make
        # a list of all shared texts.
        reader: Any = ExcelReader(file, read_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        self._archive: ZipFile = reader.archive
        self._parts: dict[str, str] = {sheet.name: part.target for sheet, part in reader.parser.find_sheets()}
        self._epoch: datetime = reader.wb.epoch
        self._dates = frozenset[int](reader.wb._date_formats)
        texts = reader.package.find(SHARED_STRINGS)
        if texts is None:
            self._strings = Strings()
        else:
            with self._archive.open(texts.PartName[1:]) as source:
                self._strings = Strings(source)

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of its sheets."""
        return tuple(self._parts)

    def rows(self, sheet: str, width: int, most: int) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Number (from 1) and the first `width` cells of the rows that have any, up to row number `most`.

        Raises what `parsing.raw_rows` raises; KeyError and IndexError for a broken workbook.
        """
        with self._archive.open(self._parts[sheet]) as source:
            for number, raws in raw_rows(source, width):
                if number > most:
                    return
                cells = [EMPTY] * width
                for column, raw in raws.items():
                    cells[column - 1] = self._cell(raw)
                if any(cell.text for cell in cells):
                    yield number, tuple(cells)

    def close(self) -> None:
        """Drop what was opened besides the file."""
        self._strings.close()
        self._archive.close()

    def _cell(self, raw: Raw) -> Cell:
        if raw.formula:
            return Cell(raw.text, True)
        if raw.kind == "s":
            return Cell(self._strings[int(raw.text)], False)
        if raw.kind == "n":
            return Cell(self._number(raw), False)
        if raw.kind == "b":
            return Cell("TRUE" if raw.text == "1" else "FALSE", False)
        return Cell(raw.text, False)

    def _number(self, raw: Raw) -> str:
        if raw.text.isdecimal() and raw.style not in self._dates:
            return raw.text
        value = float(raw.text)
        if raw.style in self._dates:
            with contextlib.suppress(OverflowError, ValueError):
                day = from_excel(value, self._epoch)
                if isinstance(day, datetime) and day.time() == time():
                    return day.date().isoformat()
                return str(day)
        return str(int(value)) if value.is_integer() else str(value)
