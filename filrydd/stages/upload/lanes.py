"""Which files are under way at the same time: as many as the tenant bears, large ones early and small ones packed around them.

A large file costs the line and hardly a call, a small one costs calls and hardly the line; beside each other neither idles.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from filrydd.catalog import queue
from filrydd.catalog.connection import Catalog
from filrydd.catalog.queue import Destined

FEWEST, MOST = 4, 64
READING = 4
"""Files beyond the calls that may be on their way: they are being read, or wait for the disk."""
LARGE_AT_ONCE = 4
_BATCH = 64


@dataclass(slots=True)
class _Stream:
    """The files of one kind that are still to come, read in batches."""

    cursor: queue.Cursor
    waiting: list[Destined] = field(default_factory=list)

    def next(self) -> Destined | None:
        if not self.waiting:
            self.waiting = self.cursor.next(_BATCH)[::-1]
        return self.waiting.pop() if self.waiting else None


class Some(Protocol):
    """Files that are still to be sent."""

    def next(self, *, large: bool) -> Destined | None:
        """The next file, one of the wanted kind as long as there is one; None at the end of both."""


class Again:
    """A few files that are tried again."""

    def __init__(self, files: list[Destined]) -> None:
        self._files = files[::-1]

    def next(self, *, large: bool) -> Destined | None:
        return self._files.pop() if self._files else None


class Supply:
    """The files of the queue that have an item of their own, each once."""

    def __init__(self, catalog: Catalog) -> None:
        self._large = _Stream(queue.Cursor(catalog, large=True))
        self._small = _Stream(queue.Cursor(catalog, large=False))

    def next(self, *, large: bool) -> Destined | None:
        first, second = (self._large, self._small) if large else (self._small, self._large)
        return first.next() or second.next()


async def side_by_side(
    supply: Some,
    send: Callable[[Destined], Awaitable[None]],
    at_once: Callable[[], int],
    may_begin: Callable[[], Awaitable[None]],
) -> None:
    """Send all that the supply has. `at_once` says how many calls may be on their way; `may_begin` is awaited before each file.

    The first error stops the others before it is raised.
    """
    under_way: dict[asyncio.Task[None], bool] = {}
    try:
        while True:
            wanted = max(FEWEST, min(MOST, at_once() + READING))
            while len(under_way) < wanted:
                large = sum(under_way.values()) < max(1, min(LARGE_AT_ONCE, wanted // 4))
                file = supply.next(large=large)
                if file is None:
                    break
                await may_begin()
                under_way[asyncio.ensure_future(send(file))] = file.size >= queue.LARGE
            if not under_way:
                return
            done, _rest = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del under_way[task]
                task.result()
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
