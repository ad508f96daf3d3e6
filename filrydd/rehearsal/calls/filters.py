"""`$filter`, as far as SharePoint takes it: comparisons of properties with literals, startswith, and, or, not, parentheses.

Source: OData 4.01, part 2 (URL conventions), section 5.1.1; which functions SharePoint takes: Microsoft Graph's list items
know no `contains`, `endswith` or arithmetic (our inference from the documents' silence and from refusals that are reported).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from filrydd.rehearsal.refusal import Refused, bad

Literal = str | float | bool | None
Key = str | float | None
MOST_WORDS = 400
"""Words and signs that a filter may have."""
_DEEPEST = 20
_WORD = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?)"
    r"|(?P<number>-?\d{1,15}(?:\.\d{1,15})?)"
    r"|(?P<name>[A-Za-z_@][\w.@/]*)"
    r"|(?P<sign>[(),]))"
)
_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_MIRRORED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A property against a literal; `operator` is eq, ne, gt, ge, lt, le or startswith."""

    path: str
    operator: str
    value: Literal

    def holds(self, found: Key, wanted: Key) -> bool:
        """Whether what was found compares so with what is wanted, both as sort keys; None is nothing at all."""
        if self.operator == "eq":
            return found == wanted
        if self.operator == "ne":
            return found != wanted
        if isinstance(found, str) and isinstance(wanted, str):
            if self.operator == "startswith":
                return found.startswith(wanted)
            return _ordered(self.operator, found > wanted, found == wanted)
        if isinstance(found, float) and isinstance(wanted, float):
            return _ordered(self.operator, found > wanted, found == wanted)
        return False


@dataclass(frozen=True, slots=True)
class Together:
    """`and` or `or` of several conditions; `not` of one."""

    how: str
    parts: tuple["Condition", ...]


Condition = Comparison | Together


def _ordered(operator: str, above: bool, same: bool) -> bool:
    return {"gt": above, "ge": above or same, "lt": not above and not same, "le": not above}.get(operator, False)


def parsed(text: str) -> Condition:
    """The condition that a `$filter` states. Raises Refused (400)."""
    words = list(_words(text))
    if not words or len(words) > MOST_WORDS:
        raise invalid()
    parser = _Parser(words)
    found = parser.any_of(0)
    if not parser.at_end():
        raise invalid()
    return found


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """All comparisons of a condition, from left to right."""
    if isinstance(condition, Comparison):
        yield condition
    else:
        for part in condition.parts:
            yield from comparisons(part)


def first(condition: Condition) -> Comparison | None:
    """The comparison that must hold whatever the rest says, the leftmost; None if there is none."""
    while isinstance(condition, Together) and condition.how == "and":
        condition = condition.parts[0]
    return condition if isinstance(condition, Comparison) else None


def matches(condition: Condition, holds: Callable[[Comparison], bool]) -> bool:
    """Whether a condition is true where `holds` says so of each comparison."""
    if isinstance(condition, Comparison):
        return holds(condition)
    if condition.how == "not":
        return not matches(condition.parts[0], holds)
    each = (matches(part, holds) for part in condition.parts)
    return all(each) if condition.how == "and" else any(each)


def invalid() -> Refused:
    """The refusal of a filter that cannot be understood."""
    return bad("Invalid filter clause")


def _words(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = _WORD.match(text, place)
        if not found or not found.lastgroup:
            raise invalid()
        yield found.lastgroup, found[found.lastgroup]
        place = found.end()


class _Parser:
    def __init__(self, words: list[tuple[str, str]]) -> None:
        self._words = words
        self._place = 0

    def at_end(self) -> bool:
        return self._place == len(self._words)

    def any_of(self, depth: int) -> Condition:
        parts = [self._all_of(depth)]
        while self._take("name", "or"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else Together("or", tuple(parts))

    def _all_of(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._take("name", "and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Together("and", tuple(parts))

    def _one(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise invalid()
        if self._take("name", "not"):
            return Together("not", (self._one(depth + 1),))
        if self._take("sign", "("):
            inner = self.any_of(depth + 1)
            self._need("sign", ")")
            return inner
        if self._take("name", "startswith"):
            self._need("sign", "(")
            path = self._path()
            self._need("sign", ",")
            value = self._literal()
            self._need("sign", ")")
            # `startswith(...) eq true` is how some clients write it.
            if self._take("name", "eq"):
                self._need("name", "true")
            if not isinstance(value, str):
                raise invalid()
            return Comparison(path, "startswith", value)
        return self._comparison()

    def _comparison(self) -> Comparison:
        kind, word = self._peek()
        if kind == "name" and word not in ("true", "false", "null"):
            path = self._path()
            return Comparison(path, self._operator(), self._literal())
        value, operator = self._literal(), self._operator()
        return Comparison(self._path(), _MIRRORED.get(operator, operator), value)

    def _operator(self) -> str:
        kind, word = self._next()
        if kind != "name" or word not in _COMPARISONS:
            raise invalid()
        return word

    def _path(self) -> str:
        kind, word = self._next()
        if kind != "name":
            raise invalid()
        return word

    def _literal(self) -> Literal:
        kind, word = self._next()
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return float(word)
        if kind == "moment":
            return word if "T" in word else f"{word}T00:00:00Z"
        if kind == "name" and word in ("true", "false", "null"):
            return {"true": True, "false": False}.get(word)
        raise invalid()

    def _peek(self) -> tuple[str, str]:
        return ("", "") if self.at_end() else self._words[self._place]

    def _next(self) -> tuple[str, str]:
        found = self._peek()
        if not found[0]:
            raise invalid()
        self._place += 1
        return found

    def _take(self, kind: str, word: str) -> bool:
        there = self._peek() == (kind, word)
        self._place += there
        return there

    def _need(self, kind: str, word: str) -> None:
        if not self._take(kind, word):
            raise invalid()
