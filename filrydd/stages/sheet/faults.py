"""Everything that is wrong with a sheet: the first thousand faults with their places, the count, and which rows are out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import movelist
from filrydd.catalog.connection import Catalog
from filrydd.errors import SheetRefused
from filrydd.lang import _, n_

SHOWN = 20
_KEPT = 1_000
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row of a sheet, counted from 1 as Excel does; `row` is None for a row that is not there."""

    sheet: str
    row: int | None
    why: str

    def __str__(self) -> str:
        if self.row is None:
            return _("{sheet}: {what}").format(sheet=self.sheet, what=self.why)
        return _("{sheet}, row {row}: {what}").format(sheet=self.sheet, row=self.row, what=self.why)


class Faults:
    """Collects what is wrong. `kept` are the first faults, `count` is how many there are, `missing` how many of them are
    rows that are not there; `whole` whether one concerns more than single rows, which then cannot be left out alone."""

    def __init__(self, catalog: Catalog) -> None:
        """`movelist.begin_sheet` comes first."""
        self.kept: list[Fault] = []
        self.count = 0
        self.missing = 0
        self.whole = False
        self._catalog = catalog
        self._out: list[tuple[str, int]] = []

    def add(self, sheet: str, row: int, why: str) -> None:
        """Something is wrong in that row."""
        self._keep(Fault(sheet, row, why))
        self._out.append((sheet, row))
        if len(self._out) >= _BATCH:
            self._flush()

    def add_missing(self, sheet: str, why: str, times: int = 1) -> None:
        """So many rows are not there."""
        self._keep(Fault(sheet, None, why), times)
        self.missing += times

    def add_whole(self, sheet: str, why: str) -> None:
        """Something is wrong with the sheet itself."""
        self._keep(Fault(sheet, 1, why))
        self.whole = True

    def leave_out(self) -> int:
        """Take the rows with faults out of what was read; returns how many rows are lacking now, those included that were not
        there."""
        self._flush()
        return movelist.leave_out(self._catalog) + self.missing

    def refuse(self, message: str, next: str) -> SheetRefused:
        """The refusal of a sheet with these faults."""
        return SheetRefused(message, next=next, details=tuple(told(self.kept, self.count)))

    def counted(self, path: Path) -> str:
        """How many faults the file has, as a sentence."""
        if self.whole:
            text = n_(
                "{path} has {count} fault that is not of single rows, so nothing was stored.",
                "{path} has {count} faults, and not only in single rows, so nothing was stored.",
                self.count,
            )
        else:
            text = n_(
                "{path} has {count} fault, so nothing was stored.",
                "{path} has {count} faults, so nothing was stored.",
                self.count,
            )
        return text.format(path=path, count=self.count)

    def _keep(self, fault: Fault, times: int = 1) -> None:
        self.count += times
        if len(self.kept) < _KEPT:
            self.kept.append(fault)

    def _flush(self) -> None:
        movelist.mark_out(self._catalog, self._out)
        self._out.clear()


def quoted(word: str) -> str:
    """A word of a command line as both a POSIX shell and Windows' take it when it has spaces."""
    return f'"{word}"' if " " in word else word


def told(kept: Iterable[Fault], count: int) -> list[str]:
    """The first faults as lines, and how many more there are of `count`."""
    lines = [str(fault) for fault, _n in zip(kept, range(SHOWN), strict=False)]
    return lines if count <= len(lines) else [*lines, _("... and {count} more").format(count=count - len(lines))]
