"""Where a walk stands in a POSIX tree."""

import os
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from filrydd.sources.local.walk import Identity, enter, enter_to_read, identity, open_to_read

_KEPT_OPEN = 64
"""Folders on the way that are held open: far below the 1,024 descriptors that a process may have."""


class Way:
    """The folders from the top down to one of them, held open so that the next is reached by few steps, none of which
    follows a link. A context manager."""

    def __init__(self, top: int) -> None:
        # Its own, so that a source closed meanwhile does not leave it with whatever gets that number next.
        self._top = os.dup(top)
        self._top_to_read = -1
        self._names: list[str] = []
        # Of each folder below the top; -1 where it was let go.
        self._descriptors: list[int] = []
        self.facts = os.fstat(self._top)
        """Those of the folder that `to` went to."""
        self.passed: list[Identity] = [identity(self.facts)]
        """The identities of the top and every folder down to where the way stands."""

    def to(self, names: Sequence[str]) -> int:
        """Go to the folder at those names below the top; a descriptor to read it with, the way's own. Raises OSError, ELOOP
        when a link lies on the way."""
        if names:
            above = self.above(names)
            return self._add(names[-1], enter_to_read(above, names[-1]))
        self._back_to(0)
        if self._top_to_read < 0:
            self._top_to_read = open_to_read(self._top, ".", directory=True)
        self.facts = os.fstat(self._top_to_read)
        return self._top_to_read

    def above(self, names: Sequence[str]) -> int:
        """Go to the folder in which the last of the names lies; a descriptor that names it, the way's own. Raises OSError."""
        last = len(names) - 1
        same = last
        if self._names[:last] != names[:last]:
            pairs = enumerate(zip(self._names, names[:last], strict=False))
            same = next((index for index, (one, other) in pairs if one != other), min(last, len(self._names)))
        self._back_to(same)
        descriptor = self._held()
        for name in names[same:last]:
            descriptor = self._add(name, enter(descriptor, name))
        return descriptor

    def close(self) -> None:
        """Let everything go. Safe to call twice."""
        self._back_to(0)
        for descriptor in (self._top_to_read, self._top):
            if descriptor >= 0:
                os.close(descriptor)
        self._top_to_read = self._top = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _add(self, name: str, descriptor: int) -> int:
        try:
            self.facts = facts = os.fstat(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        descriptors = self._descriptors
        descriptors.append(descriptor)
        self._names.append(name)
        self.passed.append((facts.st_dev, facts.st_ino))
        if len(descriptors) > _KEPT_OPEN:
            # The way back up is the shorter to find again, the higher it lies.
            self._let_go(len(descriptors) - 1 - _KEPT_OPEN)
        return descriptor

    def _back_to(self, count: int) -> None:
        while len(self._descriptors) > count:
            self._let_go(-1)
            del self._descriptors[-1], self._names[-1], self.passed[-1]

    def _let_go(self, place: int) -> None:
        descriptor, self._descriptors[place] = self._descriptors[place], -1
        if descriptor >= 0:
            os.close(descriptor)

    def _held(self) -> int:
        """A descriptor of the folder where the way ends, found again from the nearest above when it was let go."""
        descriptors = self._descriptors
        first = len(descriptors)
        while first and descriptors[first - 1] < 0:
            first -= 1
        descriptor = descriptors[first - 1] if first else self._top
        for index in range(first, len(descriptors)):
            try:
                below = enter(descriptor, self._names[index])
            except OSError:
                self._back_to(index)
                raise
            if index > first:
                self._let_go(index - 1)
            descriptors[index] = descriptor = below
        return descriptor
