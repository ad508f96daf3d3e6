"""Homes: one folder with permissions for folders that lie scattered and that the same people can open."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from filrydd.layout.programme.branches import Branch
from filrydd.layout.programme.choosing import Choices, best, expensive, in_home
from filrydd.layout.programme.joining import joined
from filrydd.layout.programme.objective import Prices
from filrydd.layout.programme.standings import Level, Numbers, says_little, standings
from filrydd.model.names import fold

# Each pass closes at least one home; the first two or three close nearly all that are not worth it.
MOST_PASSES = 12
# How far up names are looked for that tell members apart.
_MOST_ABOVE = 8


def member_names(branches: Sequence[Branch], members: Iterable[int]) -> dict[int, str]:
    """What each branch that may lie in its home is called there.

    Its own name, unless another one that may lie there has it too: then with the name of the nearest old folder above that
    tells them apart before it, or of the one directly above when none near by does.
    """
    names = {number: branches[number].name for number in members}
    above = {number: branches[number].parent for number in names}
    first: dict[int, str] = {}
    left = _alike(branches, names, names)
    for _up in range(_MOST_ABOVE):
        for number in left:
            up = above[number]
            assert up is not None
            names[number] = joined(branches[up].name, branches[number].name) if branches[up].key else names[number]
            first.setdefault(number, names[number])
            above[number] = branches[up].parent
        left = [number for number in _alike(branches, names, left) if above[number] is not None]
    for number in _alike(branches, names, first):
        names[number] = first[number]
    return names


def _alike(branches: Sequence[Branch], names: Mapping[int, str], among: Iterable[int]) -> list[int]:
    """Those whose name another one in the same home has."""
    keys = {number: (branches[number].access, fold(names[number])) for number in among}
    count: dict[tuple[int, str], int] = {}
    for key in keys.values():
        count[key] = count.get(key, 0) + 1
    return [number for number, key in keys.items() if count[key] > 1]


class Homes:
    """The homes that one part may have, and the choices with the best of them."""

    def __init__(self, branches: Sequence[Branch], home_name: Callable[[int], str], prices: Prices) -> None:
        self._branches, self._prices = branches, prices
        self._levels, self._roots = standings(branches, prices)
        scattered = self._scattered()
        self.names = member_names(branches, sorted(number for members in scattered.values() for number in members))
        self.called = {access: home_name(access) for access in sorted(scattered)}
        self._gathered = [self._costs(level) for level in self._levels]

    def none(self) -> Choices:
        """The best choices without any home."""
        return self.choose(frozenset())

    def some(self) -> Choices | None:
        """The best choices found with homes that are worth their cost, which `total` includes; None when there are none."""
        costs = {access: self._prices.scope * (access != self._branches[0].access) for access in self.called}
        for _pass in range(MOST_PASSES):
            if not costs:
                return None
            found = self.choose(frozenset(costs))
            closing = expensive(found, costs)
            if not closing:
                found.total += sum(costs.values())
                return found
            costs = {access: cost for access, cost in costs.items() if access not in closing}
        return None

    def choose(self, homes: frozenset[int]) -> Choices:
        """The best choices when these access classes have a home, whose own cost is not in `total`."""
        return best(self._branches, self._levels, self._roots, self._gathered, homes, self._prices)

    def _scattered(self) -> dict[int, set[int]]:
        """The access classes that differ from what surrounds them in two places or more, with their branches."""
        found: dict[int, set[int]] = {}
        for level in self._levels:
            for number in level.branch[level.gathering].tolist():
                found.setdefault(self._branches[number].access, set()).add(number)
        return {access: members for access, members in found.items() if len(members) > 1}

    def _costs(self, level: Level) -> Numbers:
        """The cost of each standing that may be gathered, in its home."""
        costs = np.zeros(len(level.gathering), dtype=np.int64)
        for row, place in enumerate(level.gathering.tolist()):
            number = int(level.branch[place])
            branch = self._branches[number]
            if branch.access in self.called:
                name = self.name(number, level.befores.get(place, ""))
                noise = says_little(branch, name)
                costs[row] = in_home(branch, name, self.called[branch.access], noise, self._prices)
        return costs

    def name(self, number: int, before: str) -> str:
        """What a gathered branch is called when these names of steps come before its own."""
        return joined(before, self._branches[number].name) if before else self.names[number]
