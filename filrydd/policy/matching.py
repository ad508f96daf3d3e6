"""What a predicate means, in plain Python, for one file (`filrydd.model.rule` states the contract).

The catalog renders the same predicates to SQL; this is what its tests compare with, and what a policy's examples run on.
`?` in a glob stands for one character of the folded name (`model.names.fold`); `[` means itself.
"""

import fnmatch
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from filrydd.model.finding import BY_READING, Found
from filrydd.model.names import extension, fold, tidy_path
from filrydd.model.rule import (
    All,
    Before,
    CopyOf,
    Either,
    Has,
    HasExtension,
    Like,
    Named,
    Not,
    OpenTo,
    OwnedBy,
    OwnerIs,
    Predicate,
    SizeBetween,
    Under,
)
from filrydd.policy.expressions import compiled

State = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one file; None: nobody asked, so whatever depends on it is unknown.

    `folder` is the path of the folder it lies in (`""`: the area's top) and `name` its own name, both in stored form; `size`
    in bytes, times in ticks. `owner` has the owner's name and SID; `owner_state` is `active`, `disabled` or `vanished`;
    `readers` and `writers` are the names and SIDs of all who may read, and write, in the folder. `copies` are the paths of the
    folders in which other files with the same content lie. Of an `unexamined` file the findings that only a reading tells
    (`BY_READING`) are unknown unless they are in `findings`.
    """

    folder: str
    name: str
    size: int
    modified: int
    created: int
    owner: tuple[str, ...] | None = None
    owner_state: str | None = None
    readers: frozenset[str] | None = None
    writers: frozenset[str] | None = None
    copies: tuple[str, ...] | None = None
    findings: frozenset[Found] | None = frozenset()
    unexamined: bool = False


def matches(predicate: Predicate, facts: Facts) -> bool | None:
    """Whether a file matches; None when the facts do not tell (Kleene's third value, as NULL in SQL)."""
    folded = fold(facts.name)

    def ask(one: Predicate) -> bool | None:
        match one:
            case Under(patterns):
                return path_globs(patterns).match(facts.folder)
            case Named(patterns):
                return any(named_like(pattern)(folded) for pattern in patterns)
            case HasExtension(extensions):
                return extension(facts.name) in {fold(one) for one in extensions}
            case Before(time, ticks):
                return _time(facts, time) < ticks
            case SizeBetween(least, most):
                return (least is None or least <= facts.size) and (most is None or facts.size <= most)
            case Like(expressions, of):
                text = folded if of == "name" else fold(facts.folder)
                return any(compiled(expression)(text) for expression in expressions)
            case OwnedBy(owners):
                return _among(owners, facts.owner)
            case OwnerIs(states):
                return None if facts.owner_state is None else facts.owner_state in states
            case OpenTo(principals, right):
                return _among(principals, facts.readers if right == "read" else facts.writers)
            case CopyOf(patterns):
                return None if facts.copies is None else any(map(path_globs(patterns).match, facts.copies))
            case Has(kinds, as_far_as_read):
                answer = _any(_has(kind, facts) for kind in kinds)
                return bool(answer) if as_far_as_read else answer
            case All(of):
                return _every(ask(inner) for inner in of)
            case Either(of):
                return _any(ask(inner) for inner in of)
            case Not(of):
                answer = ask(of)
                return None if answer is None else not answer

    return ask(predicate)


def _time(facts: Facts, time: str) -> int:
    match time:
        case "created":
            return facts.created
        case "latest":
            return max(facts.created, facts.modified)
        case _:
            return facts.modified


def _among(wanted: tuple[str, ...], known: Iterable[str] | None) -> bool | None:
    return None if known is None else not {fold(name) for name in wanted}.isdisjoint(fold(name) for name in known)


def _has(kind: Found, facts: Facts) -> bool | None:
    if facts.findings is None:
        return None
    if kind in facts.findings:
        return True
    return None if facts.unexamined and kind in BY_READING else False


def _every(answers: Iterable[bool | None]) -> bool | None:
    """No as soon as one is no; yes only when all are yes."""
    unknown = False
    for answer in answers:
        if answer is False:
            return False
        unknown = unknown or answer is None
    return None if unknown else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    """Yes as soon as one is yes; no only when all are no."""
    unknown = False
    for answer in answers:
        if answer:
            return True
        unknown = unknown or answer is None
    return None if unknown else False


def named_like(pattern: str) -> Callable[[str], bool]:
    """A test of folded names against one glob (`*`, `?`)."""
    expression = glob_expression(pattern)
    return lambda folded: expression.match(folded) is not None


@lru_cache(maxsize=4096)
def glob_expression(pattern: str) -> re.Pattern[str]:
    """The expression that matches (from the beginning) exactly the folded names that one glob stands for.

    `fnmatch` renders every star but the last as an atomic group, so the time is bounded by length x length.
    """
    return re.compile(fnmatch.translate(fold(pattern).replace("[", "[[]")))


class PathGlobs:
    """Path globs, asked folder by folder from the area's top downward.

    `top()` is the state of the top folder, `into(state, name)` that of a folder in it, and `holds(state)` whether that
    folder or one above it matches. A walk in preorder so costs one step a folder, whatever its depth.
    """

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._globs = tuple(
            tuple(None if part == "**" else named_like(part) for part in tidy_path(pattern).split("/") if part)
            for pattern in patterns
        )

    def top(self) -> State:
        return self._reach({(number, 0) for number in range(len(self._globs))})

    def into(self, state: State, name: str) -> State:
        if self.holds(state):
            return state
        folded = fold(name)
        reached = set()
        for number, at in state:
            part = self._globs[number][at]
            if part is None:
                reached.add((number, at))
            elif part(folded):
                reached.add((number, at + 1))
        return self._reach(reached)

    def holds(self, state: State) -> bool:
        return any(at == len(self._globs[number]) for number, at in state)

    def match(self, folder: str) -> bool:
        """Whether the folder at that path, or any above it, matches one of the globs."""
        state = self.top()
        for name in folder.split("/") if folder else ():
            state = self.into(state, name)
        return self.holds(state)

    def _reach(self, found: set[tuple[int, int]]) -> State:
        """With each place also those behind the `**` that follow, since `**` may stand for no segment at all."""
        reached = set()
        for number, at in found:
            parts = self._globs[number]
            reached.add((number, at))
            while at < len(parts) and parts[at] is None:
                at += 1
                reached.add((number, at))
        return frozenset(reached)


@lru_cache(maxsize=1024)
def path_globs(patterns: tuple[str, ...]) -> PathGlobs:
    """The globs of one `Under`, compiled once."""
    return PathGlobs(patterns)
