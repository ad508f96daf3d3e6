"""Classes that a policy calls private: what they may ask for.

What is private is never read, so whether a file is private must be known before anything of it is read, and must not change
with the day: by the place where it lies and by who owns it.
"""

from collections.abc import Iterator, Mapping

from filrydd.lang import _
from filrydd.policy.classes import references
from filrydd.policy.form import ConditionForm
from filrydd.policy.wording import Complaint, known_keys
from filrydd.policy.yaml_lines import Loc, Tree

# What no condition has at all is told as an unknown word already.
_PLACE = frozenset({"path", "path_expression", "owner", "any", "all", "class"})
_MORE = frozenset(known_keys(ConditionForm)) - _PLACE


def private_names(tree: dict[str, Tree]) -> Iterator[tuple[str, Loc]]:
    """The classes that a file calls private, with their places."""
    names = tree.get("private", [])
    if isinstance(names, str):
        yield names, ("private",)
    elif isinstance(names, list):
        yield from ((name, ("private", number)) for number, name in enumerate(names) if isinstance(name, str))


def not_by_place(tree: dict[str, Tree], classes: Mapping[str, Tree]) -> Iterator[Complaint]:
    """One complaint for each private class that asks for more than the place, naming the first such word."""
    for name, loc in private_names(tree):
        if word := _asks_for_more(name, classes):
            message = _('A private class asks for places and owners only; "{name}" asks for {word}.')
            yield Complaint(loc, False, message.format(name=name, word=word))


def _asks_for_more(name: str, classes: Mapping[str, Tree]) -> str:
    """The first word about something else, in the class or in one that it refers to."""
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        one = ahead.pop()
        if one in seen or one not in classes:
            continue
        seen.add(one)
        if word := _more(classes[one]):
            return word
        ahead += [other for other, _loc in references(classes[one], ())]
    return ""


def _more(condition: Tree) -> str:
    if isinstance(condition, list):
        return next((word for inner in condition if (word := _more(inner))), "")
    if not isinstance(condition, dict):
        return ""
    for key, inner in condition.items():
        if key in _MORE:
            return key
        if key in ("any", "all") and (word := _more(inner)):
            return word
    return ""
