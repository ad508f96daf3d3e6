"""report: every file of an upload with its outcome, as a file for a spreadsheet.

CSV with semicolons, as Norwegian spreadsheets expect it, or xlsx. Names are hostile: no cell can become a formula, and identity
numbers are masked.
"""

import contextlib
import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Protocol

from filrydd.catalog import proposals, reporting
from filrydd.catalog.reporting import Outcome, Reported
from filrydd.errors import BadUsage, NotApproved
from filrydd.lang import _
from filrydd.lang.remedies import remedy
from filrydd.lang.words import said
from filrydd.model import times
from filrydd.stages import whole_file
from filrydd.stages.sheet.book_of_tables import MOST_ROWS, Book, Cell
from filrydd.stages.sheet.cells import needs_quoting, safe
from filrydd.stages.work import Work

_KINDS = (".csv", ".xlsx")
_TELL_EVERY = 1_000
_WIDTHS = (60, 60, 22, 40, 50, 14, 21, 21, 21, 30, 40, 10, 40)


@dataclass(frozen=True, slots=True)
class Report:
    """What was written: how many files of each outcome."""

    path: Path
    files: int
    outcomes: dict[str, int] = field(hash=False)


def check_path(path: Path, *, force: bool) -> None:
    """Raises BadUsage for a report that could not be written: before an upload, and not days later."""
    if path.suffix.lower() not in _KINDS:
        raise BadUsage(
            _("{path} ends neither with .csv nor with .xlsx.").format(path=path),
            next=_("Name the report like this: --report upload.csv"),
        )
    if path.exists() and not force:
        raise BadUsage(
            _("{path} is there already.").format(path=path),
            next=_("Choose another name, or write over it with --force."),
        )
    if not path.parent.is_dir():
        raise BadUsage(
            _("There is no folder {folder} for the report.").format(folder=path.parent),
            next=_("Make the folder, or choose another place."),
        )


def write(work: Work, path: Path) -> Report:
    """Write the report of every file that moves to `path` (`.csv` or `.xlsx`), in place of what is there; whole or not at all.

    Raises NotApproved when nothing was ever proposed, DiskFull, NoSuchArea.
    """
    counted: dict[str, int] = {}
    # There are few reasons and many files.
    say, do = cache(said), cache(remedy)
    with work.catalog() as catalog:
        if proposals.destination(catalog) is None:
            raise NotApproved(
                _("Nothing is proposed for {area} yet.").format(area=work.area), next=f"filrydd propose {work.area}"
            )
        # Opened first: a folder that cannot be written to is no news after ten minutes' work.
        with (
            whole_file.drafted(path) as file,
            work.telling(_("Writing the report of {area}").format(area=work.area), None, _("rows")) as progress,
        ):
            table: _Table = _Csv(file) if path.suffix.lower() == ".csv" else _Xlsx(file)
            with contextlib.closing(table), contextlib.closing(reporting.files(catalog, work.now())) as files:
                table.row(_titles())
                for number, one in enumerate(files, 1):
                    table.row(_cells(one, say, do))
                    counted[one.outcome] = counted.get(one.outcome, 0) + 1
                    if number % _TELL_EVERY == 0:
                        progress.advance(_TELL_EVERY)
                table.end()
    return Report(path, sum(counted.values()), counted)


def _titles() -> tuple[str, ...]:
    return (
        _("Old path"),
        _("New address"),
        _("Outcome"),
        _("Why"),
        _("What to do"),
        _("Size in bytes"),
        _("Changed (UTC)"),
        _("Created (UTC)"),
        _("Sent (UTC)"),
        _("Hash (quickXorHash)"),
        _("Item"),
        _("Versions"),
        _("Shares the item of"),
    )


def _cells(one: Reported, say: Callable[[str], str], do: Callable[[str], str]) -> tuple[Cell, ...]:
    failed = one.outcome is Outcome.FAILED
    reason = one.reason if failed else ""
    why = ": ".join(part for part in (say(reason), one.detail) if part) if failed else ""
    outcome = say(one.outcome) + (f" {one.version}" if one.version and one.version != "?" else "")
    to_do = "" if one.outcome in (Outcome.SENT, Outcome.COPY, Outcome.VERSION) else do(reason or one.outcome)
    return (
        one.path,
        one.url or "/".join(part for part in one.place if part),
        outcome,
        " ".join(why.split()),
        to_do,
        one.size,
        times.to_iso(one.modified),
        times.to_iso(one.created),
        "" if one.sent is None else times.to_iso(one.sent),
        one.hash,
        one.item,
        one.versions or "",
        one.of,
    )


class _Table(Protocol):
    """Takes rows one by one, the header first; `end` writes what was held back, `close` gives up what is left."""

    def row(self, cells: Sequence[Cell]) -> None: ...

    def end(self) -> None: ...

    def close(self) -> None: ...


class _Csv:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        # Without it Excel takes UTF-8 for something else.
        file.write("\ufeff".encode())
        self._out = csv.writer(self, delimiter=";", lineterminator="\r\n")

    def write(self, line: str) -> int:
        """One line of the writer's."""
        return self._file.write(line.encode("utf-8", "replace"))

    def row(self, cells: Sequence[Cell]) -> None:
        self._out.writerow([cell if isinstance(cell, int) else _plain(cell) for cell in cells])

    def end(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nor is anything else."""


def _plain(text: str) -> str:
    shown = safe(text)
    return f"'{shown}" if needs_quoting(shown) else shown


class _Xlsx:
    """Sheets of at most `MOST_ROWS` files, each with the header."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._book = Book(MOST_ROWS)
        self._begun = False

    def row(self, cells: Sequence[Cell]) -> None:
        if self._begun:
            self._book.row(cells)
            return
        self._book.begin(_("Files"), tuple(zip(map(str, cells), _WIDTHS, strict=True)))
        self._begun = True

    def end(self) -> None:
        self._book.save(self._file)

    def close(self) -> None:
        self._book.close()
