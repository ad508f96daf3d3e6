"""Rules that can never decide anything: an earlier one takes all their files, or a block forbids their fate for all of them.

Only what is certain from the words is told: the same condition, written the same way or by its classes, not what some
globs happen to have in common.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from filrydd.lang import _
from filrydd.policy.wording import Complaint
from filrydd.policy.yaml_lines import Loc, Tree

Holders = list[tuple[dict[str, Tree], Loc]]
_EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a rule or block asks for: `everything`, or one of some classes, or a condition in one writing."""

    words: Hashable
    classes: frozenset[str] = frozenset()

    def holds_all_of(self, other: "_Asked") -> bool:
        return self.words == other.words or (bool(other.classes) and other.classes <= self.classes)


def never_reached(rules: Holders) -> Iterator[Complaint]:
    """One complaint for each rule of a file that an earlier one without a period leaves no file to."""
    earlier: list[tuple[str, _Asked, str]] = []
    everything = ""
    by_words: dict[tuple[Hashable, str], str] = {}
    for raw, loc in rules:
        asked, name, period = _asked(raw), str(raw.get("rule", "")), str(raw.get("after", ""))
        if asked is None:
            continue
        before = everything or by_words.get((asked.words, "")) or by_words.get((asked.words, period))
        before = before or next((one for one, other, _period in earlier if other.holds_all_of(asked)), "")
        if before:
            message = _('This rule is never reached: "{name}" above it takes all its files.')
            yield Complaint((*loc, "rule"), False, message.format(name=before))
            continue
        by_words.setdefault((asked.words, period), name or "?")
        if not period:
            if asked.classes:
                earlier.append((name or "?", asked, period))
            everything = everything or (name or "?" if asked.words == _EVERYTHING else "")


def forbidden(rules: Holders, blocks: Holders) -> Iterator[Complaint]:
    """One complaint for each rule whose fate a block forbids for all its files."""
    barriers = [(asked, raw) for raw, _loc in blocks if (asked := _asked(raw))]
    for raw, loc in rules:
        asked, fate = _asked(raw), raw.get("fate")
        if asked is None:
            continue
        for barrier, block in barriers:
            forbids = block.get("forbids")
            if isinstance(forbids, list) and fate in forbids and barrier.holds_all_of(asked):
                message = _('The block "{name}" forbids {fate} for all files of this rule. One of them must go.')
                yield Complaint((*loc, "fate"), False, message.format(name=block.get("block", "?"), fate=fate))
                break


def _asked(holder: dict[str, Tree]) -> _Asked | None:
    """None when the holder has no condition, or two; that is told elsewhere."""
    if ("class" in holder) == ("when" in holder):
        return None
    when = holder["when"] if "when" in holder else {"class": holder["class"]}
    if when == _EVERYTHING:
        return _Asked(_EVERYTHING)
    if not isinstance(when, dict):
        return None
    only_classes = when.get("class") if set(when) == {"class"} else None
    names = [only_classes] if isinstance(only_classes, str) else only_classes if isinstance(only_classes, list) else []
    return _Asked(_one_writing(when), frozenset(name for name in names if isinstance(name, str)))


def _one_writing(node: Tree) -> Hashable:
    """A condition as something that is equal for two ways to write it: no list has an order, one text is a list of one."""
    if isinstance(node, dict):
        return frozenset((key, _one_writing(inner)) for key, inner in node.items())
    items = node if isinstance(node, list) else [node]
    return frozenset(item if isinstance(item, str) else _one_writing(item) for item in items)
