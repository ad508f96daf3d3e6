"""The structure that costs least: a choice and a reason for every old folder of one part; pure and deterministic.

Hard rules hold by construction: the files of a folder come to lie only in a new folder of its own access class (one of which
nobody knows who can read it takes on what surrounds it), and no file is left without a place. What costs what is told in
`model.structure.Weights`; how it is counted, in `layout.objective`.

shape       the nouns
objective   what a structure costs
noise       names that say little
asked       what persons and the policy said, carried out on the tree
branches    same-named siblings as one
standings   where each branch can come to stand, and the cost of each choice there
choosing    the dynamic programme
homes       folders that gather what the same people can open
drafting    new folders from choices
repair      what the sums cannot see
deciding    the word for why
"""

from collections.abc import Callable, Mapping, Sequence

from filrydd.layout import problems
from filrydd.layout.programme import repair
from filrydd.layout.programme.branches import Forest, forest
from filrydd.layout.programme.choosing import Choices, as_they_are
from filrydd.layout.programme.deciding import decisions
from filrydd.layout.programme.drafting import Draft, draft, objective
from filrydd.layout.programme.homes import Homes
from filrydd.layout.programme.objective import Prices, copying
from filrydd.layout.programme.shape import Forced, Node, Objective, Old, Problem, Structure
from filrydd.model.structure import Weights


def structure(
    folders: Sequence[Old],
    *,
    weights: Weights,
    forced: Mapping[int, Forced],
    home_name: Callable[[int], str],
    words: Mapping[str, str],
    advised: int,
    libraries: Sequence[str] = ("",),
) -> Structure:
    """Compute one part's structure.

    `folders` have moves in them or below, parents first, with one top; the order of siblings does not matter. `forced`: what
    was said of old folders, by number. `home_name(access)`: what the folder is called in which those lie who share that
    access class. `words`: words in folder names and those to write instead. `advised`: files and folders that a library
    should not exceed. `libraries`: names; number 0 is where the part goes.

    The structure never costs more than copying the folders as they are (or, where persons ask for what costs more, than
    copying with what they asked for), in points or in scopes. Raises ValueError when the folders are no tree, when edits go
    in a circle, or for a library that is not there.
    """
    prices = Prices.of(weights)
    before = copying(folders, weights.levels)
    wood = forest(folders, forced, words, len(libraries))
    homes = Homes(wood.branches, home_name, prices)
    without, gathering = homes.none(), homes.some()
    if gathering is None or gathering.total >= without.total:
        chosen = _Candidate(wood, without, homes, weights)
    else:
        chosen = _Candidate(wood, gathering, homes, weights)
        # Only where repairs cost what the homes had saved can the other one be the better.
        if chosen.points > without.total:
            chosen = min(chosen, _Candidate(wood, without, homes, weights), key=lambda one: one.points)
    additive = chosen.total / 100
    if chosen.points > _exact(before, weights) or chosen.after.scopes > before.scopes:
        copy = _Candidate(forest(folders, forced, words, len(libraries), merge=False), None, homes, weights)
        if chosen.points > copy.points or chosen.after.scopes > copy.after.scopes:
            chosen = copy
    nodes = chosen.draft.shape(chosen.wood.branches)
    return Structure(
        nodes=nodes,
        decisions=decisions(chosen.wood, chosen.choices, chosen.draft, chosen.again),
        before=before,
        after=chosen.after,
        additive=additive,
        repaired=chosen.repaired,
        problems=(
            *chosen.wood.problems,
            *_refused(chosen.wood, chosen.draft),
            *_too_large(nodes, libraries, advised, folders[0].id),
        ),
    )


class _Candidate:
    """One structure and what it costs: of choices with their repairs, or (None) of everything kept but what was asked."""

    def __init__(self, wood: Forest, choices: Choices | None, homes: Homes, weights: Weights) -> None:
        self.wood = wood
        self.again: set[int] = set()
        self.draft: Draft
        if choices is None:
            self.choices = as_they_are(wood.branches)
            self.draft = draft(wood.branches, self.choices, homes, merge=False)
            self.repaired = {repair.COPIED: 1}
        else:
            self.draft, self.choices, self.repaired, self.again = repair.repaired(wood.branches, choices, homes)
        self.total = 0 if choices is None else choices.total
        self.after = objective(self.draft, wood.branches, self.choices, weights.levels)
        self.points = _exact(self.after, weights)


def _exact(cost: Objective, weights: Weights) -> int:
    """The points in hundredths, so that equals are equal."""
    return round(cost.points(weights) * 100)


def _refused(wood: Forest, made: Draft) -> list[Problem]:
    return [
        Problem(problems.EDIT_OF_ACCESS, wood.branches[number].olds[0].id, wood.branches[number].name)
        for number in sorted(made.refused)
    ]


def _too_large(nodes: Sequence[Node], libraries: Sequence[str], advised: int, top: int) -> list[Problem]:
    """A problem for each library that would hold more than it should, with the largest folder at its top."""
    found = []
    items = [node.files + 1 for node in nodes]
    for number in range(len(nodes) - 1, 0, -1):
        above = nodes[number].parent
        if above is not None:
            items[above] += items[number]
    for number, node in enumerate(nodes):
        if node.parent is None and items[number] - 1 > advised:
            below = [each for each, other in enumerate(nodes) if other.parent == number]
            largest = max(below, key=lambda each: items[each], default=number)
            named = "/".join(name for name in (libraries[node.library], nodes[largest].name) if name)
            found.append(Problem(problems.LIBRARY_TOO_LARGE, nodes[largest].folder or top, named))
    return found
