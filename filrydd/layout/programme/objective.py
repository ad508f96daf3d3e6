"""What a structure costs, counted from old folders as they lie or from new ones as they came to lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from filrydd.layout.programme.noise import noise_of
from filrydd.layout.programme.shape import Objective, Old
from filrydd.model.structure import NOT_KNOWN, Weights

FULL = 5_000
"""Files that one folder should not exceed."""
MOST_LIFTED = 1_000
"""Files that a folder may have and still be lifted without being asked for: more would bury what lies above."""
YEAR_LENGTH = 5
"""Characters that a year folder adds to a path."""


def triangle(level: int) -> int:
    """1 + 2 + ... for levels beyond the last that costs nothing; 0 for those before."""
    return level * (level + 1) // 2 if level > 0 else 0


def beyond(files: int) -> int:
    """How often a folder is overfull: each 5,000 files, or part of them, beyond 5,000."""
    return max(0, -((FULL - files) // FULL))


@dataclass(frozen=True, slots=True)
class Prices:
    """What one of each shortcoming costs in hundredths of a point, so that sums are exact. `known` is for a hundredth."""

    scope: int
    level: int
    length: int
    step: int
    noise: int
    full: int
    known: int
    clash: int
    levels: int

    @classmethod
    def of(cls, weights: Weights) -> "Prices":
        """The prices of a department's weights."""
        return cls(
            scope=weights.scope * 100,
            level=weights.level * 100,
            length=weights.length * 10,
            step=weights.step * 100,
            noise=weights.noise * 100,
            full=weights.full * 100,
            known=weights.known,
            clash=weights.clash * 100,
            levels=weights.levels,
        )

    def whole(self, depth: int, files: int) -> int:
        """A folder's files lying in it at that depth."""
        return self.level * triangle(depth - self.levels) * bool(files) + self.full * beyond(files)

    def split(self, depth: int, years: Sequence[tuple[int, int]]) -> int:
        """A folder's files lying in a folder a year below it."""
        each = self.level * triangle(depth + 1 - self.levels) + self.length * YEAR_LENGTH
        return len(years) * each + self.full * sum(beyond(files) for _year, files in years)


class Place(NamedTuple):
    """One folder to be judged, old or new. `above`: its place in the list, None for the top of a library.

    `weight`: old folders whose own files lie in it; `extra`: such as do not count for the folders above (years). `noise`: the
    name is.
    """

    above: int | None
    name: str
    access: int
    files: int
    weight: int
    noise: bool
    extra: int = 0


def cost(places: Sequence[Place], levels: int, *, known: int = 0, clashes: int = 0) -> Objective:
    """What folders cost as they lie, parents before children; `levels` as in `Weights`.

    The tops of libraries cost nothing but too many files. A folder whose readers nobody knows has those above it.
    """
    depth, access = [0] * len(places), [NOT_KNOWN] * len(places)
    below, children = [place.weight for place in places], [0] * len(places)
    for number in range(len(places) - 1, -1, -1):
        above = places[number].above
        if above is not None:
            below[above] += below[number]
            children[above] += 1
    scopes = deep = long = steps = noise = full = 0
    for number, place in enumerate(places):
        full += beyond(place.files)
        if place.above is None:
            access[number] = place.access
            continue
        depth[number] = depth[place.above] + 1
        inherited = access[place.above]
        own = place.access not in (NOT_KNOWN, inherited)
        access[number] = place.access if own else inherited
        scopes += own
        deep += triangle(depth[number] - levels) if place.files else 0
        long += (len(place.name) + 1) * (below[number] + place.extra)
        steps += not place.files and children[number] == 1
        noise += place.noise
    return Objective(scopes, deep, long, steps, noise, full, known, clashes)


def copying(folders: Sequence[Old], levels: int) -> Objective:
    """What the old folders would cost if each were kept where it is; parents come first."""
    number = {old.id: place for place, old in enumerate(folders)}
    return cost(
        [
            Place(
                None if old.parent is None else number[old.parent],
                old.name,
                old.access,
                old.files,
                bool(old.files),
                bool(noise_of(old.name, person=old.person)),
            )
            for old in folders
        ],
        levels,
    )
