"""Workbooks of plain tables, row by row: openpyxl's write-only mode, which keeps one row in memory.

No cell can become a formula, and identity numbers are masked.
"""

from collections.abc import Sequence
from functools import lru_cache
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from filrydd.stages.sheet.cells import needs_quoting, safe

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as Styled
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Cell = str | int
MOST_ROWS = 1_048_575
"""Rows of a sheet below its header: Excel has 1,048,576."""


@lru_cache(maxsize=4096)
def _safe(text: str) -> str:
    # Masking is slow, and but for paths and names all texts of a list come again and again.
    return safe(text)


class Book:
    """Writes sheets one after the other; a sheet that is full goes on in another. A context manager."""

    def __init__(self, most: int = MOST_ROWS) -> None:
        """`most`: rows of a sheet below its header."""
        # A quarter of a second to load, which only this needs.
        from openpyxl import Workbook

        self._book = Workbook(write_only=True)
        self._book.properties.creator = "filrydd"
        self._most = most
        self._sheet: WriteOnlyWorksheet | None = None
        self._name, self._number = "", 1
        self._titles: Sequence[tuple[str, int]] = ()
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give up what was not saved: openpyxl still holds the temporary file of the last sheet. Safe to call twice."""
        self._finish()

    def begin(self, name: str, titles: Sequence[tuple[str, int]]) -> None:
        """The rows that follow are of a sheet of that name; `titles` with their columns' widths in letters."""
        self._name, self._number, self._titles = name, 1, titles
        self._open(name)

    def row(self, cells: Sequence[Cell]) -> None:
        """One row."""
        if self._rows == self._most:
            self._number += 1
            self._open(f"{self._name} {self._number}")
        sheet = self._sheet
        assert sheet is not None, "begin comes first"
        sheet.append([cell if isinstance(cell, int) else self._text(sheet, _safe(cell)) for cell in cells])
        self._rows += 1

    def save(self, file: IO[bytes]) -> None:
        """Write everything into the file."""
        self._finish()
        self._book.save(file)

    def _open(self, name: str) -> None:
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        self._finish()
        sheet = self._book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for column, (_title, width) in enumerate(self._titles, start=1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        header = [self._styled(sheet, title) for title, _width in self._titles]
        for cell in header:
            cell.font = Font(bold=True)
        sheet.append(header)
        self._sheet, self._rows = sheet, 0

    def _finish(self) -> None:
        if self._sheet is not None:
            self._sheet.close()
            self._sheet = None

    @classmethod
    def _text(cls, sheet: "WriteOnlyWorksheet", value: str) -> "Styled | str":
        if not needs_quoting(value):
            return value
        cell = cls._styled(sheet, value)
        cell.quotePrefix = True
        return cell

    @staticmethod
    def _styled(sheet: "WriteOnlyWorksheet", value: str) -> "Styled":
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"
        return cell
