"""The folders that stand out: gathered while `tallies.subtrees` closes one folder after the other."""

import heapq
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from filrydd.catalog.insight.tallies import Subtree
from filrydd.model import times

T = TypeVar("T")

_NEARLY_ALL = 0.9
# A folder with less of the area than this is no help to anybody, however old it is.
_WORTH_A_LINE = 0.001
_OLDEST = 60


class Ranked(Generic[T]):
    """The best of what was found in each folder that is still open; memory grows with the depth of the tree only."""

    def __init__(self, most: int, rank: Callable[[T], Any]) -> None:
        self._most = most
        self._rank = rank
        self._levels: list[list[T]] = []

    def take(self, depth: int) -> list[T]:
        """What was kept at that depth, below the folder that is being closed; it is kept no longer."""
        if depth >= len(self._levels):
            return []
        found, self._levels[depth] = self._levels[depth], []
        return found

    def keep(self, depth: int, found: Sequence[T]) -> None:
        """Keep what was found in a folder at that depth, as far as it is among the best there."""
        while depth >= len(self._levels):
            self._levels.append([])
        level = self._levels[depth]
        level += found
        if len(level) > 4 * self._most:
            self._levels[depth] = heapq.nlargest(self._most, level, key=self._rank)

    def best(self) -> list[T]:
        """The best of all, when the top has been closed."""
        return heapq.nlargest(self._most, self.take(0), key=self._rank)


@dataclass(frozen=True, slots=True)
class FolderTotal:
    """A folder (row) with all that is below it: files, bytes, and when any of them was last changed (ticks)."""

    folder: int
    files: int
    bytes: int
    changed: int


class Years:
    """How many whole years lie between a time and a day."""

    def __init__(self, day: date) -> None:
        self._starts = sorted(years_before(day, number) for number in range(1, _OLDEST + 1))

    def since(self, ticks: int) -> int:
        """Whole years without a change since then; 0 for the last year and for the future, at most 60."""
        return len(self._starts) - bisect_right(self._starts, ticks)


def years_before(day: date, number: int) -> int:
    """The first moment (ticks, UTC) of the day that many years before; what changed earlier is that old."""
    leap_day = (day.month, day.day) == (2, 29)
    return times.from_day(day.replace(year=day.year - number, day=28 if leap_day else day.day))


class Biggest:
    """The folders with the most bytes. One that nearly all lies in gives way to the folder below that has it."""

    def __init__(self, most: int) -> None:
        self._kept: Ranked[FolderTotal] = Ranked(most, lambda one: (one.bytes, one.files, -one.folder))

    def close(self, one: Subtree) -> None:
        """A folder is closed."""
        found = self._kept.take(one.depth + 1)
        if one.depth and one.bytes and max((below.bytes for below in found), default=0) < _NEARLY_ALL * one.bytes:
            found.append(FolderTotal(one.id, one.files, one.bytes, one.changed))
        self._kept.keep(one.depth, found)

    def best(self) -> list[FolderTotal]:
        """The biggest first."""
        return self._kept.best()


class Oldest:
    """The folders in which nothing has changed for the most years, among those that hold a thousandth of the area.

    A folder stands for those in it of the same age in years, and gives way to older ones that hold nearly all of it.
    """

    def __init__(self, most: int, day: date, files: int, size: int) -> None:
        self._years = Years(day)
        self._files = files
        self._bytes = size
        self._kept: Ranked[tuple[int, FolderTotal]] = Ranked(
            most, lambda one: (one[0], one[1].bytes, one[1].files, -one[1].folder)
        )

    def close(self, one: Subtree) -> None:
        """A folder is closed."""
        found = self._kept.take(one.depth + 1)
        years = self._years.since(one.changed) if one.files and one.depth and not one.blind else 0
        if years and self._is_worth_a_line(one):
            older = [below for below in found if below[0] > years]
            if not any(
                below.files >= _NEARLY_ALL * one.files and below.bytes >= _NEARLY_ALL * one.bytes
                for _years, below in older
            ):
                found = [*older, (years, FolderTotal(one.id, one.files, one.bytes, one.changed))]
        self._kept.keep(one.depth, found)

    def _is_worth_a_line(self, one: Subtree) -> bool:
        return one.files >= _WORTH_A_LINE * self._files or (one.bytes > 0 and one.bytes >= _WORTH_A_LINE * self._bytes)

    def best(self) -> list[FolderTotal]:
        """The oldest first; of one age in years the biggest first."""
        return [one for _years, one in self._kept.best()]
