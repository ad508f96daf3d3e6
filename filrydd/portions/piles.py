"""Piles of cells on their way to being groups: how they begin, and which of them are divided."""

import heapq
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from filrydd.model.rule import Fate
from filrydd.portions import risk as risks
from filrydd.portions.branches import below, divided
from filrydd.portions.given import Cell, Given, Saying
from filrydd.portions.sums import Sums

MOST = 140
"""Groups of a part that are asked about: one portion to learn by, and seven full ones."""

_ENOUGH = 60  # a quarter of an hour, at fifteen seconds each
_MOST_RULES = 80  # groups that begin; more rules than that are taken together by fate
# Unease of a group: the root of its files, times what a mistake weighs. Ease: nothing is divided for less.
_EASE, _ALARM = 20.0, 60.0
_WEIGHT = {Fate.MOVE: 1.0, Fate.HOLD: 1.5, Fate.DESTROY: 2.0}
_MIXED_CHARACTER = 1.5
_SMALL_SHARE, _TINY_SHARE = 0.02, 0.005
_HUNDREDTH, _FEW = 0.01, 20
_MOST_CHILDREN = 8


@dataclass(slots=True)
class Pile:
    """Cells that are one group so far: those below `folder` of the rules in `sayings` that no other pile has."""

    key: str
    folder: int
    sayings: tuple[Saying, ...]
    cells: list[Cell]
    whole: bool  # the rule's catch over the whole part, as far as it is not told apart
    sums: Sums = field(default_factory=Sums)
    coarse: bool = False


class Forming:
    """The piles of a part, at most `most` but for what is taken together by fate. `files`: of the whole part."""

    def __init__(self, given: Given, files: int, most: int) -> None:
        self.piles: dict[str, Pile] = {}
        self._given, self._files, self._most = given, max(files, 1), most
        self._catch: dict[int, int] = {}  # by rule: its files in the part

    def begin(self, cells: Sequence[Cell]) -> None:
        """One pile for each rule, and those that were groups before."""
        given = self._given
        earlier: dict[int, list[int]] = {}
        for key in given.earlier:
            kind, _colon, rest = key.partition(":")
            folder, _colon, rule = rest.partition(":")
            if kind == "folder" and int(folder) in given.folders:
                earlier.setdefault(int(rule), []).append(int(folder))
        left: dict[int, list[Cell]] = {}
        for number, some in by_rule(cells).items():
            self._catch[number] = sum(cell.sums.files for cell in some)
            for place, inside in divided(given, some, earlier.get(number, ())):
                if place is None:
                    left[number] = inside
                else:
                    self._put(pile_of(f"folder:{place}:{number}", place, (given.sayings[number],), inside))
        room = max(0, min(_MOST_RULES, self._most - len(self.piles)))
        by_size = sorted(left, key=lambda one: _first_to_stand_alone(given, one, left[one], self._files))
        by_size.sort(key=lambda one: f"rule:{one}" not in given.earlier)
        if any(key.startswith("rest:") for key in given.earlier):
            # What was answered together stays together, also when there is room now.
            room = min(room, sum(f"rule:{number}" in given.earlier for number in by_size))
        for number in by_size[:room]:
            self._put(pile_of(f"rule:{number}", given.top, (given.sayings[number],), left[number], whole=True))
        together: dict[str, list[int]] = {}
        for number in by_size[room:]:
            saying = given.sayings[number]
            together.setdefault("junk" if saying.junk and saying.fate is Fate.DESTROY else saying.fate, []).append(
                number
            )
        for word, numbers in together.items():
            some = sorted((c for n in numbers for c in left[n]), key=lambda cell: given.folders[cell.folder].lo)
            sayings = tuple(given.sayings[number] for number in numbers)
            self._put(pile_of(f"rest:{word}", given.top, sayings, some, whole=True, coarse=True))

    def divide(self) -> None:
        """Divide the piles that it helps most to divide, as long as there is room."""
        queue: list[tuple[float, str, str, str]] = []
        for pile in self.piles.values():
            self._queue(queue, pile)
        while queue:
            unease, _path, _wording, key = heapq.heappop(queue)
            pile = self.piles[key]
            if not self._worth(pile, -unease):
                continue
            children = self._split(pile)
            for child in children:
                self._put(child)
                self._queue(queue, child)
            if not pile.cells:
                del self.piles[key]
            elif children:
                self._queue(queue, pile)

    def _put(self, pile: Pile) -> None:
        self.piles[pile.key] = pile

    def _queue(self, queue: list[tuple[float, str, str, str]], pile: Pile) -> None:
        unease = self._unease(pile)
        # What was a group before is answered as it was; and what was taken together by fate has no one rule to go by.
        if unease > _EASE and pile.key not in self._given.earlier and len(pile.sayings) == 1:
            path = self._given.path(pile.folder)
            heapq.heappush(queue, (-unease, path, pile.sayings[0].wording, pile.key))

    def _unease(self, pile: Pile) -> float:
        saying = pile.sayings[0]
        if saying.junk and saying.fate is Fate.DESTROY:
            return 0.0
        odd = _oddities(pile.sums)
        character = _MIXED_CHARACTER if 0 < odd < pile.sums.files else 1.0
        return math.sqrt(pile.sums.files) * _WEIGHT[saying.fate] * character

    def _worth(self, pile: Pile, unease: float) -> bool:
        share = pile.sums.files / self._files
        count = len(self.piles)
        at_risk = risks.destroys_documents(pile.sayings) or _oddities(pile.sums) > 0
        if count < _ENOUGH and count < self._most:
            return share >= (_TINY_SHARE if at_risk else _SMALL_SHARE)
        if count < self._most and at_risk:
            return unease >= _ALARM and share >= _TINY_SHARE
        pile.coarse = pile.whole and share >= _SMALL_SHARE
        return False

    def _split(self, pile: Pile) -> list[Pile]:
        """Take the folders that are worth it out of the pile; none when it cannot be told apart."""
        given = self._given
        folder, children = below(given, pile.folder, pile.cells)
        # What is destroyed is told apart where a folder has a hundredth of the rule's catch, all else where it is much of the
        # part.
        least = (_SMALL_SHARE if len(self.piles) < _ENOUGH else _TINY_SHARE) * self._files
        if risks.destroys_documents(pile.sayings):
            least = min(least, max(_FEW, _HUNDREDTH * self._catch[pile.sayings[0].number]))
        found = []
        for child, cells in children.items():
            if child != folder:
                sums = _summed(cells)
                odd = _oddities(sums) and _oddities(pile.sums) < pile.sums.files
                if sums.files >= least or odd:
                    found.append((-(sums.files + 4 * _oddities(sums)), given.path(child), child))
        bound = _ENOUGH if len(self.piles) < _ENOUGH else self._most
        room = min(_MOST_CHILDREN, bound - len(self.piles))
        chosen = {child for _weight, _path, child in sorted(found)[: max(room, 0)]}
        if not chosen:
            pile.coarse = pile.coarse or (pile.whole and len(children) > 1)
            return []
        saying = pile.sayings[0]
        pile.cells = [cell for child, cells in children.items() if child not in chosen for cell in cells]
        pile.cells.sort(key=lambda cell: given.folders[cell.folder].lo)
        pile.sums = _summed(pile.cells)
        return [
            pile_of(f"folder:{child}:{saying.number}", child, pile.sayings, cells)
            for child, cells in children.items()
            if child in chosen
        ]


def _first_to_stand_alone(given: Given, number: int, cells: Sequence[Cell], files: int) -> tuple[object, ...]:
    saying, sums = given.sayings[number], _summed(cells)
    points, _words = risks.weigh(sums, (saying,), widened=False, files=files, now=given.now)
    return -points, -sums.files, saying.wording


def by_rule(cells: Iterable[Cell]) -> dict[int, list[Cell]]:
    found: dict[int, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.rule, []).append(cell)
    return found


def _oddities(sums: Sums) -> int:
    return sums.numbers + sums.used


def _summed(cells: Iterable[Cell]) -> Sums:
    total = Sums()
    for cell in cells:
        total.add(cell.sums)
    return total


def pile_of(
    key: str, folder: int, sayings: tuple[Saying, ...], cells: list[Cell], *, whole: bool = False, coarse: bool = False
) -> Pile:
    return Pile(key, folder, sayings, cells, whole, _summed(cells), coarse)
