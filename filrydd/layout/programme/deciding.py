"""The decision for every old folder: the choice as people are told it, and the word for why."""

from collections.abc import Iterator
from dataclasses import replace

from filrydd.layout import reasons
from filrydd.layout.programme.branches import Branch, Forest
from filrydd.layout.programme.choosing import Choices, Way
from filrydd.layout.programme.drafting import Draft
from filrydd.layout.programme.noise import Noise
from filrydd.layout.programme.shape import Decision
from filrydd.model.structure import NOT_KNOWN, Choice

_OF_NOISE = {
    Noise.YEAR: reasons.SAYS_A_YEAR,
    Noise.MONTH: reasons.SAYS_A_MONTH,
    Noise.NOTHING: reasons.SAYS_NOTHING,
    Noise.PERSON: reasons.SAYS_A_PERSON,
    Noise.NONE: reasons.TOO_DEEP,
}


def decisions(wood: Forest, choices: Choices, made: Draft, again: set[int]) -> tuple[Decision, ...]:
    """A decision for each old folder, by number. `again`: branches that a repair kept."""
    inside = _inside(made)
    found: list[Decision] = []
    for number, branch in enumerate(wood.branches):
        if branch.olds:
            found.extend(_of_branch(wood, choices, made, number, again, inside))
    for folder, above in wood.empty:
        found.append(Decision(folder, Choice.LIFT, reasons.NOTHING_LEFT, made.lies[above]))
    return tuple(sorted(found, key=lambda decision: decision.folder))


def _of_branch(
    wood: Forest, choices: Choices, made: Draft, number: int, again: set[int], inside: list[int]
) -> Iterator[Decision]:
    branch = wood.branches[number]
    choice, why = _choice(branch, choices, made, number, again, inside)
    years = made.years.get(number, {})
    first = Decision(branch.olds[0].id, choice, why, None if years else made.lies[number], years)
    yield first
    for old in branch.olds[1:]:
        if old.id in wood.joined:
            yield replace(first, folder=old.id, choice=Choice.MERGE, why=wood.joined[old.id])
        elif choice is Choice.LIFT:
            yield replace(first, folder=old.id)
        else:
            yield replace(first, folder=old.id, choice=Choice.MERGE, why=reasons.SAME_NAME)


def _choice(
    branch: Branch, choices: Choices, made: Draft, number: int, again: set[int], inside: list[int]
) -> tuple[Choice, str]:
    way = choices.ways[number]
    stands = made.nodes[made.lies[number]].branch == number
    said = branch.said if branch.stays or branch.goes else ""
    if branch.parent is None:
        split = number in made.years
        choice = Choice.SPLIT if split else Choice.KEEP if number == 0 else Choice.LIBRARY
        return choice, said or (reasons.TOO_MANY_FILES if split else reasons.TOP)
    if way == Way.LIFT and number not in made.refused:
        if said:
            return Choice.LIFT, said
        step = branch.is_step and branch.noise is not Noise.NOTHING
        return Choice.LIFT, reasons.ONLY_A_STEP if step else _OF_NOISE[branch.noise]
    if number in made.joined:
        return Choice.MERGE, reasons.SAME_NAME_AFTER_LIFTING
    if not stands:
        return Choice.LIFT, reasons.NOTHING_LEFT
    if way == Way.GATHER:
        return Choice.GATHER, reasons.SHARES_ACCESS
    if number in made.years:
        return Choice.SPLIT, said or reasons.TOO_MANY_FILES
    if branch.choice is Choice.SPLIT:
        return Choice.KEEP, reasons.YEARS_NOT_KNOWN
    own = _has_own_access(made, made.lies[number], inside)
    if branch.choice is Choice.RESTRICT or own:
        return Choice.RESTRICT, said if branch.choice is Choice.RESTRICT else reasons.OWN_ACCESS
    if said and number not in made.refused:
        return Choice.KEEP, said
    if number in again:
        return Choice.KEEP, reasons.TOO_MANY_ABOVE
    return Choice.KEEP, reasons.OTHER_WORD if branch.worded else reasons.KNOWN


def _inside(made: Draft) -> list[int]:
    """For each new folder the access class that holds in it."""
    found: list[int] = []
    for node in made.nodes:
        found.append(node.access if node.access != NOT_KNOWN or node.parent is None else found[node.parent])
    return found


def _has_own_access(made: Draft, number: int, inside: list[int]) -> bool:
    above = made.nodes[number].parent
    return above is not None and inside[number] != inside[above]
