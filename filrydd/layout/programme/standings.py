"""Where each branch can come to stand, and what each of its choices costs there: the table that the programme works on.

A *standing* is a branch with what surrounds it: the access class of the folder that it would lie in, and the names of steps
that were lifted on the way and are to be written before its own. Depth is not part of it: costs are rows over all depths.
A *group* is the standings of one folder's children under the same surroundings; choosing for a branch means choosing one of
at most three groups for what is below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from filrydd.layout.programme.branches import Branch
from filrydd.layout.programme.joining import LONGEST_JOINED, joined
from filrydd.layout.programme.noise import Noise, noise_of
from filrydd.layout.programme.objective import FULL, MOST_LIFTED, Prices
from filrydd.model.structure import NOT_KNOWN, Choice

Numbers = NDArray[np.int64]
NEVER = 1 << 60
"""The cost of what is not allowed: more than any sum of others."""


@dataclass(frozen=True, slots=True)
class Level:
    """All standings of branches that are equally far below their library's top, and their groups in the next level.

    Costs are in hundredths of a point, without those of depth. `down` and `up`: the groups below when the branch is kept, or
    not (-1: nothing below). `starts`: where each group of this level begins. `divisible`: standings whose files may lie
    in a folder a year. `gathering`: standings that may lie with others of their access class, which is `classes`.
    """

    branch: Numbers
    keep: Numbers
    lift: Numbers
    down: Numbers
    up: Numbers
    starts: Numbers
    deep: NDArray[np.bool_]
    divisible: tuple[int, ...]
    gathering: Numbers
    classes: Numbers
    befores: Mapping[int, str]


@dataclass(slots=True)
class _Rows:
    """A level under construction; `groups`: number of (branch above, access, names before)."""

    groups: dict[tuple[int, int, str], int] = field(default_factory=dict)
    branch: list[int] = field(default_factory=list)
    keep: list[int] = field(default_factory=list)
    lift: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)
    up: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    deep: list[bool] = field(default_factory=list)
    divisible: list[int] = field(default_factory=list)
    gathering: list[int] = field(default_factory=list)
    befores: dict[int, str] = field(default_factory=dict)

    def group(self, above: int, access: int, before: str) -> int:
        return self.groups.setdefault((above, access, before), len(self.groups))


def may_divide(branch: Branch) -> bool:
    """Whether the branch's files can lie in a folder a year."""
    if branch.choice is Choice.SPLIT:
        return bool(branch.years)
    return branch.files > FULL and len(branch.years) > 1 and branch.choice not in (Choice.KEEP, Choice.RESTRICT)


def may_gather(branch: Branch) -> bool:
    """Whether the branch may leave its place for one with others of its access class. What is in a library of its own stays,
    and what is in a folder that somebody wants where it is: it would be empty otherwise, and gone."""
    return not branch.stays and not branch.bound and not branch.goes and branch.access != NOT_KNOWN


def may_join(step: Branch, child: Branch, before: str) -> str | None:
    """What is written before the name of a step's only child when the step is lifted; None when it cannot be lifted.

    A name that says nothing is not worth writing, so that may be empty.
    """
    if step.stays or step.goes:
        return None
    name = before if step.noise is Noise.NOTHING else joined(before, step.name)
    if name and (child.goes or child.renamed or len(joined(name, child.name)) > LONGEST_JOINED):
        return None
    return name


def may_lift(branch: Branch, above: int) -> bool:
    """Whether the branch, which is no step, may be lifted into a folder with access class `above`."""
    same = branch.access in (above, NOT_KNOWN)
    if branch.goes:
        return same or not branch.files
    return same and not branch.stays and branch.files <= MOST_LIFTED


def lifting(branch: Branch) -> int:
    """What each folder with files loses of the way there that people know, in hundredths, when the branch is lifted.

    A step loses nothing, since its name stays; unless that says nothing.
    """
    if branch.is_step and not branch.goes and branch.noise is not Noise.NOTHING:
        return 0
    return 25 if branch.noise else 100


def says_little(branch: Branch, name: str) -> bool:
    """Whether the name under which the branch lies is noise."""
    if name == branch.name or branch.parent is None:
        return branch.noise is not Noise.NONE
    return noise_of(name) is not Noise.NONE


def standings(branches: Sequence[Branch], prices: Prices) -> tuple[list[Level], list[tuple[int, int]]]:
    """The levels from the top down, and (root branch, group below it or -1) for each library's top."""
    rows = _Rows()
    roots = [
        (number, rows.group(number, branch.access, "") if branch.children else -1)
        for number, branch in enumerate(branches)
        if branch.parent is None
    ]
    levels = []
    while rows.groups:
        below = _Rows()
        for above, access, before in rows.groups:
            rows.starts.append(len(rows.branch))
            for number in branches[above].children:
                _stand(rows, below, branches, number, access, before, prices)
        levels.append(_level(rows, branches))
        rows = below
    return levels, roots


def _stand(
    rows: _Rows, below: _Rows, branches: Sequence[Branch], number: int, above: int, before: str, prices: Prices
) -> None:
    """Add one standing, and the groups below it to the next level."""
    branch = branches[number]
    place = len(rows.branch)
    name = joined(before, branch.name) if before else branch.name
    own = branch.access not in (NOT_KNOWN, above)
    inside = branch.access if own else above
    step = branch.is_step
    divisible = may_divide(branch)
    keep = prices.length * (len(name) + 1) * branch.below + prices.scope * own + prices.step * step
    if branch.noise or before:
        keep += prices.noise * says_little(branch, name)
    if branch.files > FULL and not divisible:
        keep += prices.whole(0, branch.files)
    lift, up = NEVER, -1
    down = below.group(number, inside, "") if branch.children else -1
    if step and not branch.goes:
        ahead = may_join(branch, branches[branch.children[0]], before)
        if ahead is not None:
            lift, up = prices.known * lifting(branch) * branch.below, below.group(number, above, ahead)
    elif not before and may_lift(branch, above):
        lift = prices.known * lifting(branch) * branch.below + prices.clash * branch.clashes
        up = below.group(number, above, "") if branch.children else -1
        if branch.goes:
            keep = NEVER
    if own and above != NOT_KNOWN and branch.library == branches[0].library and may_gather(branch):
        rows.gathering.append(place)
    if divisible:
        rows.divisible.append(place)
    if before:
        rows.befores[place] = before
    rows.branch.append(number)
    rows.keep.append(keep)
    rows.lift.append(lift)
    rows.down.append(down)
    rows.up.append(up)
    rows.deep.append(bool(branch.files) and not divisible)


def _level(rows: _Rows, branches: Sequence[Branch]) -> Level:
    return Level(
        branch=np.array(rows.branch, dtype=np.int64),
        keep=np.array(rows.keep, dtype=np.int64),
        lift=np.array(rows.lift, dtype=np.int64),
        down=np.array(rows.down, dtype=np.int64),
        up=np.array(rows.up, dtype=np.int64),
        starts=np.array(rows.starts, dtype=np.int64),
        deep=np.array(rows.deep, dtype=np.bool_),
        divisible=tuple(rows.divisible),
        gathering=np.array(rows.gathering, dtype=np.int64),
        classes=np.array([branches[rows.branch[place]].access for place in rows.gathering], dtype=np.int64),
        befores=rows.befores,
    )
