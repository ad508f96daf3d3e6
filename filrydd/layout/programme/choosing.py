"""The choice for every branch with the least sum, given where folders may be gathered: a dynamic programme over the tree.

Exact for what is additive: each branch's cost depends on its standing and its depth alone. It works from the deepest level
up, for all standings of a level and all depths at once, and then reads the choices from the top down.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from filrydd.layout.programme.branches import Branch
from filrydd.layout.programme.objective import Prices, triangle
from filrydd.layout.programme.standings import NEVER, Level, Numbers, may_divide
from filrydd.model.structure import Choice

GATHERED_DEPTH = 2
_PIECE = 10_000


class Way(IntEnum):
    """The choice for one branch."""

    KEEP = 0
    LIFT = 1
    GATHER = 2


@dataclass(slots=True)
class Choices:
    """A way for each branch, the branches whose files lie in a folder a year, and what it all costs (hundredths of a point).

    `members` of each access class are gathered; `savings`: what that saves, next to the best other way for each.
    """

    ways: list[int]
    divided: set[int]
    total: int = 0
    members: dict[int, int] = field(default_factory=dict)
    savings: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Solved:
    """One level: the best way for each standing at each depth, and what gathering saves where it is the best."""

    ways: NDArray[np.int8]
    gathering: Numbers
    savings: NDArray[np.int32]


def as_they_are(branches: Sequence[Branch]) -> Choices:
    """Everything kept, but for what somebody wants otherwise and can have."""
    ways = [Way.LIFT if branch.goes else Way.KEEP for branch in branches]
    divided = {number for number, one in enumerate(branches) if one.choice is Choice.SPLIT and one.years}
    return Choices([int(way) for way in ways], divided)


def best(
    branches: Sequence[Branch],
    levels: Sequence[Level],
    roots: Sequence[tuple[int, int]],
    gathered: Sequence[Numbers],
    homes: frozenset[int],
    prices: Prices,
) -> Choices:
    """The choices with the least sum, ties decided for keeping, then for lifting.

    `levels` and `roots` come from `standings`; `gathered` holds for each level the cost of each of its `gathering` standings
    in a home, without what lies below; `homes` are the access classes that have one.
    """
    solved: list[_Solved] = []
    sums = np.zeros((1, len(levels) + 3), dtype=np.int64)
    for depth in range(len(levels), 0, -1):
        level, costs = levels[depth - 1], gathered[depth - 1]
        one, least = _solve(branches, level, depth, costs, homes, sums, prices)
        solved.append(one)
        sums = np.vstack([np.add.reduceat(least, level.starts, axis=0), np.zeros((1, least.shape[1]), dtype=np.int64)])
    solved.reverse()
    found = Choices([int(Way.KEEP)] * len(branches), set())
    for number, group in roots:
        found.total += _files(branches[number], 0, prices) + int(sums[group, 1])
        if _divides(branches[number], 0, prices):
            found.divided.add(number)
    _read(branches, levels, roots, solved, found, prices)
    return found


def _solve(
    branches: Sequence[Branch],
    level: Level,
    depth: int,
    costs: Numbers,
    homes: frozenset[int],
    below: Numbers,
    prices: Prices,
) -> tuple[_Solved, Numbers]:
    """The best ways of a level and their costs, for new depths 0 to `depth + 1`; `below` sums the groups of the next one."""
    depths = range(depth + 2)
    steps = np.array([prices.level * triangle(each - prices.levels) for each in depths], dtype=np.int64)
    least = below[level.down, 1 : depth + 3]
    least += level.keep[:, None]
    for rows in _pieces(np.flatnonzero(level.deep)):
        least[rows] += steps
    for place in level.divisible:
        least[place] += np.array(
            [_files(branches[level.branch[place]], each, prices) for each in depths], dtype=np.int64
        )
    ways = np.zeros(least.shape, dtype=np.int8)
    for rows in _pieces(np.flatnonzero(level.lift < NEVER)):
        lifted = below[level.up[rows], : depth + 2] + level.lift[rows, None]
        ways[rows] = lifted < least[rows]
        least[rows] = np.minimum(least[rows], lifted)
    open_here = np.flatnonzero(np.isin(level.classes, np.fromiter(homes, dtype=np.int64, count=len(homes))))
    savings = np.zeros((len(open_here), depth + 2), dtype=np.int32)
    for piece in _pieces(np.arange(len(open_here))):
        rows = level.gathering[open_here[piece]]
        # At its new depth, 2, its children lie at 3.
        there = (costs[open_here[piece]] + below[level.down[rows], GATHERED_DEPTH + 1])[:, None]
        ways[rows] = np.where(there < least[rows], int(Way.GATHER), ways[rows])
        savings[piece] = np.clip(least[rows] - there, 0, np.iinfo(np.int32).max)
        least[rows] = np.minimum(least[rows], there)
    return _Solved(ways, level.gathering[open_here], savings), least


def _pieces(rows: Numbers) -> Iterator[Numbers]:
    """The rows, some thousands at a time: what is computed on the way stays small."""
    for start in range(0, len(rows), _PIECE):
        yield rows[start : start + _PIECE]


def _files(branch: Branch, depth: int, prices: Prices) -> int:
    """What the place of the branch's own files costs, at that depth."""
    if _divides(branch, depth, prices):
        return prices.split(depth, branch.years)
    return prices.whole(depth, branch.files)


def _divides(branch: Branch, depth: int, prices: Prices) -> bool:
    if not may_divide(branch):
        return False
    return branch.choice is Choice.SPLIT or prices.split(depth, branch.years) < prices.whole(depth, branch.files)


def in_home(branch: Branch, name: str, home: str, noise: bool, prices: Prices) -> int:
    """The cost of a branch under that name in the home of its access class, without what lies below it."""
    return (
        prices.known * 50 * branch.below
        + prices.length * (len(home) + 1 + len(name) + 1) * branch.below
        + prices.step * branch.is_step
        + prices.noise * noise
        + _files(branch, GATHERED_DEPTH, prices)
    )


def _read(
    branches: Sequence[Branch],
    levels: Sequence[Level],
    roots: Sequence[tuple[int, int]],
    solved: Sequence[_Solved],
    found: Choices,
    prices: Prices,
) -> None:
    """Fill in the choices from the top down: in each level the groups that were chosen, with the depth of their standings."""
    groups = np.array([group for _number, group in roots if group >= 0], dtype=np.int64)
    depths = np.ones(len(groups), dtype=np.int64)
    for level, one in zip(levels, solved, strict=True):
        sizes = np.diff(np.append(level.starts, len(level.branch)))[groups]
        places = np.repeat(level.starts[groups] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
        depths = np.repeat(depths, sizes)
        ways = one.ways[places, depths]
        for number, way in zip(level.branch[places].tolist(), ways.tolist(), strict=True):
            found.ways[number] = way
        _divide(branches, level, places, np.where(ways == Way.GATHER, GATHERED_DEPTH, depths), ways, found, prices)
        _count_members(branches, level, one, places, depths, ways, found)
        groups = np.where(ways == Way.LIFT, level.up[places], level.down[places])
        depths = np.where(ways == Way.GATHER, GATHERED_DEPTH + 1, depths + (ways == Way.KEEP))
        depths, groups = depths[groups >= 0], groups[groups >= 0]


def _divide(
    branches: Sequence[Branch],
    level: Level,
    places: Numbers,
    depths: Numbers,
    ways: Numbers,
    found: Choices,
    prices: Prices,
) -> None:
    if not level.divisible:
        return
    for at in np.flatnonzero(np.isin(places, level.divisible) & (ways != Way.LIFT)).tolist():
        number = int(level.branch[places[at]])
        if _divides(branches[number], int(depths[at]), prices):
            found.divided.add(number)


def _count_members(
    branches: Sequence[Branch],
    level: Level,
    one: _Solved,
    places: Numbers,
    depths: Numbers,
    ways: Numbers,
    found: Choices,
) -> None:
    gathered = np.flatnonzero(ways == Way.GATHER)
    rows = np.searchsorted(one.gathering, places[gathered])
    savings = one.savings[rows, depths[gathered]]
    for number, saved in zip(level.branch[places[gathered]].tolist(), savings.tolist(), strict=True):
        access = branches[number].access
        found.members[access] = found.members.get(access, 0) + 1
        found.savings[access] = found.savings.get(access, 0) + saved


def expensive(found: Choices, costs: Mapping[int, int]) -> frozenset[int]:
    """The homes that are not worth what they cost, or have no two members; `costs` of each that was open."""
    return frozenset(
        access for access, cost in costs.items() if found.members.get(access, 0) < 2 or found.savings[access] <= cost
    )
