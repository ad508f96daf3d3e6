"""What a predicate means, in plain Python, for one file (`filrydd.model.rule` states the contract).

The catalog renders the same predicates to SQL; this is what its tests compare with, and what a policy's examples run on.
`?` in a glob stands for one character of the folded name (`model.names.fold`); `[` means itself.
"""

import fnmatch
import re
from collections.abc import Callable
from functools import lru_cache

from filrydd.model.names import extension, fold, tidy_path
from filrydd.model.rule import All, Before, Either, HasExtension, Named, Not, Predicate, SizeBetween, Under

State = frozenset[tuple[int, int]]


def matches(predicate: Predicate, folder: str, name: str, size: int, modified: int, created: int) -> bool:
    """Whether a file matches.

    `folder` is the path of the folder it lies in (`""`: the area's top) and `name` its own name, both in stored form;
    `size` in bytes, times in ticks.
    """

    folded = fold(name)

    def ask(one: Predicate) -> bool:
        match one:
            case Under(patterns):
                return path_globs(patterns).match(folder)
            case Named(patterns):
                return any(named_like(pattern)(folded) for pattern in patterns)
            case HasExtension(extensions):
                return extension(name) in extensions
            case Before(time, ticks):
                return (created if time == "created" else modified) < ticks
            case SizeBetween(least, most):
                return (least is None or least <= size) and (most is None or size <= most)
            case All(of):
                return all(ask(inner) for inner in of)
            case Either(of):
                return any(ask(inner) for inner in of)
            case Not(of):
                return not ask(of)

    return ask(predicate)


@lru_cache(maxsize=4096)
def named_like(pattern: str) -> Callable[[str], bool]:
    """A test of folded names against one glob (`*`, `?`).

    `fnmatch` renders every star but the last as an atomic group, so the time is bounded by length x length.
    """
    expression = re.compile(fnmatch.translate(fold(pattern).replace("[", "[[]")))
    return lambda folded: expression.match(folded) is not None


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
