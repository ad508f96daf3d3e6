"""Portions: easy groups first to learn, then the riskiest first, at most 20 in each of at most eight.

A group that stood in a portion before stays there once somebody has answered: nobody finds a finished portion open again
because of what happened elsewhere.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from filrydd.portions.forming import Group
from filrydd.portions.given import Earlier

MOST_IN_PORTION, MOST_PORTIONS = 20, 8
_TO_LEARN, _LEAST_TO_LEARN, _KINDS_TO_LEARN = 8, 3, 3
_EASE = {"destroy": 0, "move": 1, "hold": 2, "mixed": 3}


class Placed(NamedTuple):
    """A group with its portion (0: nothing is asked) and its place, both counted from 1."""

    group: Group
    portion: int
    place: int


def ordered(groups: Sequence[Group], earlier: Mapping[str, Earlier]) -> list[Placed]:
    """Every group in its portion, in order."""
    stays = [group for group in groups if group.stays]
    asked = [group for group in groups if not group.stays]
    portions = _kept(asked, earlier) if earlier else _fresh(asked)
    return [
        Placed(group, number, place)
        for number, inside in enumerate([stays, *portions])
        for place, group in enumerate(inside, 1)
    ]


def _fresh(groups: Sequence[Group]) -> list[list[Group]]:
    easy = _easy(groups)
    chosen = {group.key for group in easy}
    rest = sorted((group for group in groups if group.key not in chosen), key=_riskiest)
    if len(groups) <= MOST_IN_PORTION or len(easy) < _LEAST_TO_LEARN:
        return _filled([*easy, *rest])
    return [easy, *_filled(rest)]


def _filled(groups: Sequence[Group]) -> list[list[Group]]:
    return [list(groups[at : at + MOST_IN_PORTION]) for at in range(0, len(groups), MOST_IN_PORTION)]


def _easy(groups: Sequence[Group]) -> list[Group]:
    found: list[Group] = []
    kinds: set[tuple[int, ...]] = set()
    simple = (one for one in groups if not one.risk and not one.coarse)
    for group in sorted(simple, key=lambda one: (_EASE[one.fate], *_largest(one))):
        if group.rules in kinds or len(kinds) < _KINDS_TO_LEARN:
            kinds.add(group.rules)
            found.append(group)
    return found[:_TO_LEARN]


def _kept(groups: Sequence[Group], earlier: Mapping[str, Earlier]) -> list[list[Group]]:
    portions: list[list[Group]] = [[] for _number in range(MOST_PORTIONS)]
    before = sorted(
        (group for group in groups if group.key in earlier and earlier[group.key].portion),
        key=lambda group: earlier[group.key],
    )
    new = [group for group in groups if group.key not in earlier or not earlier[group.key].portion]
    for group in before:
        portions[min(earlier[group.key].portion, MOST_PORTIONS) - 1].append(group)
    for group in sorted(new, key=_riskiest):
        # The portion to learn by is not added to while there is another.
        with_room = [inside for inside in [*portions[1:], portions[0]] if len(inside) < MOST_IN_PORTION]
        begun = [inside for inside in with_room if inside]
        (begun or with_room)[0].append(group)
    last = max((number for number, inside in enumerate(portions, 1) if inside), default=0)
    return portions[:last]


def _riskiest(group: Group) -> tuple[object, ...]:
    return (-group.risk, *_largest(group))


def _largest(group: Group) -> tuple[object, ...]:
    return -group.sums.files, -group.sums.bytes, group.path, group.wording, group.key
