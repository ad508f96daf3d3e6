"""Where to begin: the places in an area where one look and one decision clean up most.

A place is one folder, and so one decision. What it would clean up is weighed as its share of the area's bytes plus its
share of the area's files; a folder without files counts as a file. No place lies in another, and of copies one is left out
of all places.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from filrydd.catalog.insight.copied import Copies, Copy
from filrydd.catalog.insight.standouts import Ranked, Years
from filrydd.catalog.insight.tallies import BULKY, Subtree
from filrydd.model import names

_UNTOUCHED_YEARS = 5
_MOSTLY = 0.9
_MAINLY = 0.8
_LARGE_FILE = 10_000_000
# What weighs less is not worth a look, and most folders are passed over by this.
_LEAST = 0.0001

# Folders that programs make for themselves, and those that people make for what shall go; folded.
_PASSING = frozenset((
    "temp", "tmp", ".tmp", ".temp", "temporary", "cache", "caches", ".cache", "inetcache", "$recycle.bin",
    "recycler", "recycled", "#recycle", ".trash", ".trashes", ".trash-1000", "papirkurv", "__macosx",
    ".temporaryitems", ".thumbnails", ".@__thumb", "@eadir", "node_modules", "__pycache__", "found.000",
    "lost+found", "midlertidig", "søppel", "slettes", "temporary internet files", "midlertidige filer",
    "kan slettes", "skal slettes", "til sletting",
))  # fmt: skip


class Kind(StrEnum):
    """Why a place is worth a look. The word is stored; people are told in a sentence."""

    COPY = "copy"  # everything in it lies somewhere else too
    JUNK = "junk"  # what programs left, or a folder for what shall go
    LEFTOVER = "leftover"  # nearly all is somebody's who is gone
    UNTOUCHED = "untouched"  # nothing has changed for years
    BULKY = "bulky"  # large files of one kind that is seldom worth keeping
    EMPTY = "empty"  # folders without a file


@dataclass(frozen=True, slots=True)
class Place:
    """A folder (row) to begin with. `files` and `bytes` are what could go, `folders` the empty ones; `decisions` the work.

    `other` is the folder (row) that has the same content, for a copy; `years` how long nothing has changed, for what is
    untouched; `family` the kind of the large files.
    """

    kind: Kind
    folder: int
    files: int
    bytes: int
    folders: int = 0
    decisions: int = 1
    other: int | None = None
    years: int | None = None
    family: str | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    """A place that may be chosen, its share of the area and its range of folders."""

    weight: float
    lo: int
    hi: int
    place: Place
    copy: Copy | None = None


class Beginnings:
    """Gathers places while `tallies.subtrees` closes one folder after the other; `files` and `size` are the area's."""

    def __init__(self, most: int, day: date, files: int, size: int, copies: Copies) -> None:
        self._most = most
        self._years = Years(day)
        self._files = max(files, 1)
        self._bytes = max(size, 1)
        self._copies = copies
        # Twice as many as are asked for, since a copy is refused when no other one would be left.
        self._kept: Ranked[_Wish] = Ranked(2 * most, lambda wish: (wish.weight, wish.copy is not None, -wish.lo))

    def close(self, one: Subtree) -> None:
        """A folder is closed."""
        found = self._kept.take(one.depth + 1)
        at_most = one.bytes / self._bytes + (one.files + one.folders) / self._files
        if at_most < _LEAST:
            return
        own = max(self._wishes(one), key=lambda wish: wish.weight, default=None) if one.depth else None
        # The heaviest goes first when places are chosen, and what it lies in or what lies in it is then out.
        if own is not None and own.weight >= _LEAST and own.weight >= max((wish.weight for wish in found), default=0.0):
            found = [own]
        self._kept.keep(one.depth, found)

    def _wishes(self, one: Subtree) -> Iterator[_Wish]:
        """What could be done with a folder; of equal weight the first is the best reason."""
        if not one.files:
            if not one.shut:
                yield self._wish(one, Place(Kind.EMPTY, one.id, 0, 0, one.folders))
            return
        if copy := self._copies.spare(one.id):
            yield self._wish(one, Place(Kind.COPY, one.id, one.files, one.bytes), copy)
        if names.fold(one.name) in _PASSING:
            yield self._wish(one, Place(Kind.JUNK, one.id, one.files, one.bytes))
        elif one.special and one.special[0] >= _MOSTLY * one.files:
            yield self._wish(one, Place(Kind.JUNK, one.id, one.special[0], one.special[1]))
        if one.absent and one.absent[0] >= _MOSTLY * one.files and one.absent[2] == one.absent[3]:
            yield self._wish(one, Place(Kind.LEFTOVER, one.id, one.absent[0], one.absent[1]))
        years = 0 if one.blind else self._years.since(one.changed)
        if years >= _UNTOUCHED_YEARS:
            yield self._wish(one, Place(Kind.UNTOUCHED, one.id, one.files, one.bytes, years=years))
        if one.special:
            for family, files, size in zip(BULKY, one.special[2::2], one.special[3::2], strict=True):
                if files and size >= _MAINLY * one.bytes and size >= _LARGE_FILE * files:
                    yield self._wish(one, Place(Kind.BULKY, one.id, files, size, family=family))

    def _wish(self, one: Subtree, place: Place, copy: Copy | None = None) -> _Wish:
        weight = place.bytes / self._bytes + (place.files + place.folders) / self._files
        return _Wish(weight, one.lo, one.hi, place, copy)

    def chosen(self) -> list[Place]:
        """The places, best first, when the top has been closed."""
        taken: list[tuple[int, int]] = []
        spared: list[tuple[int, int]] = []
        places: list[Place] = []
        for wish in self._kept.best():
            if len(places) == self._most:
                break
            if _meet(wish.lo, wish.hi, spared):
                continue
            place = wish.place
            if wish.copy is not None:
                going = [*taken, (wish.lo, wish.hi)]
                left = next(
                    (other for other in wish.copy.others(place.folder) if not _meet(other.lo, other.hi, going)), None
                )
                if left is None:
                    continue
                spared.append((left.lo, left.hi))
                place = replace(place, other=left.folder)
            taken.append((wish.lo, wish.hi))
            places.append(place)
        return places


def _meet(lo: int, hi: int, ranges: list[tuple[int, int]]) -> bool:
    return any(lo <= other_hi and other_lo <= hi for other_lo, other_hi in ranges)
