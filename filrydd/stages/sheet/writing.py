"""The workbook, row by row: openpyxl's write-only mode, which keeps one row in memory."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from filrydd.lang import _
from filrydd.stages.sheet import form
from filrydd.stages.sheet.cells import needs_quoting

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_ANSWER, _SEAL = get_column_letter(form.FIXED + 1), get_column_letter(form.COLUMNS)
_LAST_SHOWN = get_column_letter(form.COLUMNS - 1)


class Writer:
    """Writes a move list; `save` ends it. `sheets` are the names of the sheets of each kind so far. A context manager."""

    def __init__(self, now: datetime) -> None:
        self._book = Workbook(write_only=True)
        self._book.properties.creator = "filrydd"
        self._book.properties.created = now.replace(tzinfo=None)
        # No password: it keeps sheets from being dropped or renamed by accident, not by intent.
        self._book.security = WorkbookProtection(lockStructure=True)
        self.sheets: dict[form.Kind, list[str]] = {kind: [] for kind in form.KINDS}
        self._sheet: WriteOnlyWorksheet | None = None
        self._kind: form.Kind = "groups"
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A list that is given up half way: openpyxl still holds the temporary file of the last sheet.
        for sheet in self._book.worksheets:
            if isinstance(sheet, WriteOnlyWorksheet) and not sheet.closed:
                sheet.close()

    def begin(self, kind: form.Kind) -> None:
        """The rows that follow are of that kind."""
        self._finish_sheet()
        self._kind = kind
        number = len(self.sheets[kind]) + 1
        name = form.sheet_name(kind, number)
        self.sheets[kind].append(name)
        sheet = self._book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for column, width in enumerate(form.widths(kind), start=1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.column_dimensions[_SEAL].hidden = True
        bold = [self._styled(sheet, title) for title in form.titles(kind)]
        for cell in bold:
            cell.font = Font(bold=True)
        sheet.append(bold)
        self._sheet, self._rows = sheet, 0
        self._open = self._styled(sheet, None)
        self._open.protection = Protection(locked=False)

    def row(self, cells: Sequence[form.Cell], seal: str) -> None:
        """One row: its locked cells and their seal."""
        if self._rows == form.MOST_ROWS:
            self.begin(self._kind)
        sheet = self._sheet
        assert sheet is not None, "begin comes first"
        shown = [self._text(sheet, cell) if isinstance(cell, str) and needs_quoting(cell) else cell for cell in cells]
        # openpyxl writes a cell out as it is handed in, so one empty open cell serves every row.
        sheet.append([*shown, self._open, self._open, seal])
        self._rows += 1

    def save(self, facts: Iterable[tuple[str, str]], file: IO[bytes]) -> None:
        """Add the hidden sheet with the facts and write everything into the file."""
        self._finish_sheet()
        hidden = self._book.create_sheet(form.FACTS)
        hidden.sheet_state = "veryHidden"
        for name, value in facts:
            hidden.append([self._text(hidden, name), self._text(hidden, value)])
        cast("Worksheet", hidden).protection.sheet = True
        self._book.save(file)

    def _finish_sheet(self) -> None:
        sheet, self._sheet = self._sheet, None
        if sheet is None:
            return
        last = max(self._rows, 1) + 1
        choice = DataValidation(type="list", formula1=f'"{",".join(form.words().values())}"', allow_blank=True)
        choice.showErrorMessage = choice.showInputMessage = True
        choice.errorTitle = choice.promptTitle = _("Your answer")
        choice.error = _("Choose one of the words of the list.")
        choice.prompt = _("Leave it empty if you agree.")
        choice.add(f"{_ANSWER}2:{_ANSWER}{last}")
        # The stubs of openpyxl leave out what a streamed sheet shares with others.
        whole = cast("Worksheet", sheet)
        whole.data_validations.append(choice)
        whole.auto_filter.ref = f"A1:{_LAST_SHOWN}{last}"
        whole.protection.sheet = True
        # These attributes say what is locked: filtering and wider columns stay free.
        whole.protection.autoFilter = False
        whole.protection.formatColumns = False
        whole.protection.formatRows = False
        sheet.close()

    @staticmethod
    def _styled(sheet: WriteOnlyWorksheet, value: str | None) -> "Cell":
        return WriteOnlyCell(sheet, value)

    @classmethod
    def _text(cls, sheet: WriteOnlyWorksheet, value: str) -> "Cell":
        cell = cls._styled(sheet, value)
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell
