"""The names that are taken in one folder, so that no two are the same to SharePoint."""

from collections.abc import Iterable

from filrydd.layout.names import numbered
from filrydd.model.names import fold


class Taken:
    """Folded names in use in one folder. Taking many equal names costs no more than taking many different ones."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._folded = {fold(name) for name in names}
        self._next: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return fold(name) in self._folded

    def take(self, name: str, room: int, *, folder: bool, top: bool = False) -> str:
        """The mended name itself if it is free, else with the first free number from 2 on; it is then taken.

        `room` is the most code units that the result may have. Raises ValueError when a number is needed and `room` is
        under `LEAST_ROOM`.
        """
        folded = fold(name)
        free = name
        if folded in self._folded:
            number = self._next.get(folded, 2)
            free = numbered(name, number, room, folder=folder, top=top)
            while fold(free) in self._folded:
                number += 1
                free = numbered(name, number, room, folder=folder, top=top)
            self._next[folded] = number + 1
        self._folded.add(fold(free))
        return free
