"""The names that are taken in one folder, so that no two are the same to SharePoint."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from filrydd.layout.names import Mask, numbered
from filrydd.model.names import fold


def key(name: str) -> str:
    """Equal for names that SharePoint may hold for one.

    Wider than `fold`: `ß` is `ss` and `ﬁ` is `fi` too, as in the collations of the databases below SharePoint, while Windows
    keeps such names apart. A number too many harms nobody, one too few loses a file.
    """
    folded = fold(name)
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded.casefold())


@dataclass(slots=True)
class _Series:
    """The numbers with equally many digits for names that are the same once there is room for such a number."""

    next: int
    end: int


class Taken:
    """Folded names in use in one folder. Taking many equal names costs no more than taking many different ones."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._folded = {key(name) for name in names}
        self._series: dict[str, _Series] = {}
        self._latest: dict[str, _Series] = {}

    def __contains__(self, name: str) -> bool:
        return key(name) in self._folded

    def claim(self, name: str) -> bool:
        """Take the name as it is, if it is free; whether it was."""
        folded = key(name)
        if folded in self._folded:
            return False
        self._folded.add(folded)
        return True

    def take(self, name: str, room: int, *, folder: bool, top: bool = False, mask: Mask | None = None) -> str:
        """The mended name itself if it is free, else with the first free number from 2 on; it is then taken.

        `room` is the most code units that the result may have; `mask` as in `names.mend`. Raises ValueError when a number is
        needed and `room` is under `LEAST_ROOM`.
        """
        if self.claim(name):
            return name
        folded = key(name)
        series = self._latest.get(folded) or self._begin(numbered(name, 2, room, folder=folder, top=top, mask=mask), 2)
        while True:
            while series.next < series.end:
                free = numbered(name, series.next, room, folder=folder, top=top, mask=mask)
                series.next += 1
                if self.claim(free):
                    self._latest[folded] = series
                    return free
            # One digit more may cut the name shorter, to where it is the same as others.
            first = numbered(name, series.end, room, folder=folder, top=top, mask=mask)
            series = self._begin(first, series.end)

    def _begin(self, first: str, number: int) -> _Series:
        return self._series.setdefault(key(first), _Series(number, 10 ** len(str(number))))
