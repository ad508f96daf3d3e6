"""Everything that is wrong with a sheet, said at once: the first twenty places, and the count."""

from pathlib import Path

from filrydd.errors import SheetRefused
from filrydd.lang import _, n_

_SHOWN = 20


class Faults:
    """Collects what is wrong, each with its sheet and row."""

    def __init__(self) -> None:
        self.count = 0
        self._lines: list[str] = []

    def add(self, sheet: str, row: int, what: str) -> None:
        """Something is wrong in that row, counted from 1 as Excel does."""
        self.add_line(_("{sheet}, row {row}: {what}").format(sheet=sheet, row=row, what=what))

    def add_line(self, line: str, times: int = 1) -> None:
        """Something is wrong that has no row of its own."""
        self.count += times
        if len(self._lines) < _SHOWN:
            self._lines.append(line)

    def refuse(self, path: Path, next: str) -> None:
        """Raises SheetRefused when anything was wrong."""
        if not self.count:
            return
        shown = len(self._lines)
        rest = () if self.count <= shown else (_("... and {count} more").format(count=self.count - shown),)
        raise SheetRefused(
            n_(
                "{path} has {count} fault, so nothing was stored.",
                "{path} has {count} faults, so nothing was stored.",
                self.count,
            ).format(path=path, count=self.count),
            next=next,
            details=(*self._lines, *rest),
        )
