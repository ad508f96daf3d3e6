"""Named classes that refer to each other: unknown ones, circles, and conditions that unfold to something huge.

A few lines can name each other so that they unfold to billions of parts; so what a condition unfolds to is counted before
anything is compiled.
"""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from filrydd.lang import _
from filrydd.policy.nearest import nearest
from filrydd.policy.wording import Complaint
from filrydd.policy.yaml_lines import Loc, Tree

MOST_PARTS = 5000
DEEPEST_PARTS = 100


class Weight(NamedTuple):
    """What a condition unfolds to: its number of parts, and levels of nesting."""

    parts: int
    depth: int


_LIGHT = Weight(1, 1)
_LISTS = (
    *("path", "name", "extension", "expression", "path_expression"),
    *("owner", "open_to", "writable_by", "copy_of", "finding"),
)


def references(condition: Tree, loc: Loc) -> Iterator[tuple[str, Loc]]:
    """The class names that a condition refers to, with their places."""
    if isinstance(condition, list):
        for number, inner in enumerate(condition):
            yield from references(inner, (*loc, number))
    if isinstance(condition, dict):
        yield from named(condition, loc)
        for key in ("any", "all", "not"):
            yield from references(condition.get(key, ""), (*loc, key))


def named(holder: dict[str, Tree], loc: Loc) -> Iterator[tuple[str, Loc]]:
    """The class names under the key `class` of a rule, block or condition."""
    names = holder.get("class", [])
    if isinstance(names, str):
        yield names, (*loc, "class")
    elif isinstance(names, list):
        yield from ((name, (*loc, "class", number)) for number, name in enumerate(names) if isinstance(name, str))


def unknown(found: Iterator[tuple[str, Loc]], known: Mapping[str, object]) -> Iterator[Complaint]:
    """One complaint for each reference to a class that there is not."""
    for name, loc in found:
        if name not in known:
            message = _('There is no class "{name}".').format(name=name)
            if near := nearest(name, known):
                message += " " + _('Did you mean "{word}"?').format(word=near)
            yield Complaint(loc, False, message)


def circles(classes: dict[str, Tree]) -> tuple[list[str], list[Complaint]]:
    """The classes in an order in which each comes after those it refers to, and one complaint for each circle."""
    needs = {
        name: {other for other, _loc in references(condition, ()) if other in classes}
        for name, condition in classes.items()
    }
    found: list[Complaint] = []
    while True:
        try:
            return list(TopologicalSorter(needs).static_order()), found
        except CycleError as circle:
            ring: list[str] = circle.args[1]
            first = min(ring, key=list(classes).index)
            needs[first] = set()
            shown = ring[::-1] if len(ring) <= 6 else [*ring[:-6:-1], "..."]
            way = " -> ".join(shown)
            message = _("These classes refer to each other in a circle: {way}.").format(way=way)
            found.append(Complaint(("classes", first), True, message))


def weigh(condition: Tree, of_classes: Mapping[str, Weight]) -> Weight:
    """What a condition (or the holder of a `class` key) unfolds to, given what the classes do."""
    inside = (
        [of_classes.get(name, _LIGHT) for name, _loc in named(condition, ())] if isinstance(condition, dict) else []
    )
    own = 1
    if isinstance(condition, list):
        inside += [weigh(inner, of_classes) for inner in condition]
    elif isinstance(condition, dict):
        inside += [weigh(condition[key], of_classes) for key in ("any", "all", "not", "when") if key in condition]
        own += sum(len(listed) for key in _LISTS if isinstance(listed := condition.get(key), list))
    return Weight(own + sum(weight.parts for weight in inside), 1 + max((weight.depth for weight in inside), default=0))


def too_heavy(weight: Weight, loc: Loc) -> Iterator[Complaint]:
    """A complaint when a condition unfolds to more than anybody means."""
    if weight.depth > DEEPEST_PARTS:
        yield Complaint(loc, True, _("This condition leads through too many classes. Make it simpler."))
    elif weight.parts > MOST_PARTS:
        message = _("This condition unfolds to {count} parts, which is too much. Make it simpler.")
        yield Complaint(loc, True, message.format(count=weight.parts))


def weigh_classes(
    classes: dict[str, Tree], order: list[str], outside: Mapping[str, Weight]
) -> tuple[dict[str, Weight], list[Complaint]]:
    """The weight of every class, and a complaint for each that is too heavy (it then counts as light for the others)."""
    weights, found = dict(outside), []
    for name in order:
        weight = weigh(classes[name], weights)
        heavy = list(too_heavy(weight, ("classes", name)))
        found += heavy
        weights[name] = _LIGHT if heavy else weight
    return weights, found
