"""What is read of the files that are being sent: ahead of its turn, beside the event loop, within a bound for all of them.

While one fragment is on its way a thread reads the next one (and whoever gave the content hashes it there).
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from filrydd.targets.tenant import Content, Hashed

Result = TypeVar("Result")
IN_MEMORY = 40 << 20
"""Bytes of fragments in memory at a time, of all files together: four of full size. A file has at most two."""
UNCOUNTED = 256 << 10
"""Bytes: what is smaller waits for nobody, so that small files go beside large ones; lanes alone bound how many those are."""
READERS = 16
"""Threads that read. A share far away answers one question of each at a time."""


class Allowance:
    """So many bytes for all. Whoever waits for some is served in turn; who asks for more than there ever is gets all."""

    def __init__(self, size: int) -> None:
        self._size = self._left = size
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int) -> int:
        """Wait for that many bytes; returns how many are to be given back."""
        size = min(size, self._size)
        if self._waiting or self._left < size:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append((size, turn))
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._left += size
                self._serve()
                raise
        else:
            self._left -= size
        return size

    def take_now(self, size: int) -> int:
        """The same without waiting; 0 when others wait or there are not so many."""
        if self._waiting or self._left < size:
            return 0
        self._left -= size
        return size

    def give_back(self, size: int) -> None:
        """What was taken is free again."""
        self._left += size
        self._serve()

    def _serve(self) -> None:
        while self._waiting:
            size, turn = self._waiting[0]
            if turn.done():
                self._waiting.popleft()
            elif self._left >= size:
                self._waiting.popleft()
                self._left -= size
                turn.set_result(None)
            else:
                return


class Readers:
    """The threads that read for one tenant, and the memory that they may fill."""

    def __init__(self) -> None:
        self.allowance = Allowance(IN_MEMORY)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="filrydd-read")

    def start(self, work: Callable[[], Result]) -> "asyncio.Future[Result]":
        """Do something in one of the threads."""
        return asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Let the threads go once they are done. Safe to call twice."""
        self._threads.shutdown(wait=False)


@dataclass(slots=True)
class _Fragment:
    """One that is read or being read; `held` bytes of the allowance are its own."""

    first: int
    end: int
    held: int
    data: "asyncio.Future[bytes]"


class Reading:
    """The fragments of one content, in the order in which they are asked for. Ends by `close`.

    Nothing else is asked of the content meanwhile: one call of it at a time.
    """

    def __init__(self, readers: Readers, content: Content) -> None:
        self._readers = readers
        self._content = content
        self._here: _Fragment | None = None
        self._next: _Fragment | None = None

    async def fragment(self, first: int, end: int) -> bytes:
        """Bytes from `first` up to `end`; kept until others are asked for. Raises what the content raises."""
        if not self._here or (self._here.first, self._here.end) != (first, end):
            await self._drop(self._here)
            self._here, self._next = self._next, None
            if not self._here or (self._here.first, self._here.end) != (first, end):
                await self._drop(self._here)
                self._here = None
                held = await self._readers.allowance.take(end - first) if _counts(first, end) else 0
                self._here = self._read(first, end, held)
        # Not awaited itself: that a thread reads cannot be taken back, and the content must stay open until it has.
        await asyncio.wait([self._here.data])
        return self._here.data.result()

    def look_ahead(self, first: int, end: int) -> None:
        """Begin to read what will be asked for next, where there is memory for it."""
        if first >= end or self._next:
            return
        held = self._readers.allowance.take_now(end - first) if _counts(first, end) else 0
        if held or not _counts(first, end):
            self._next = self._read(first, end, held)

    async def hash(self) -> str:
        """The quickXorHash of the whole content, "" where it does not tell. Raises what the content raises."""
        if not isinstance(self._content, Hashed):
            return ""
        await self._drop(self._next)
        self._next = None
        hashed = self._readers.start(self._content.hash)
        await asyncio.wait([hashed])
        return hashed.result()

    async def close(self) -> None:
        """Nothing is read any more when this returns."""
        here, after = self._here, self._next
        self._here = self._next = None
        try:
            await self._drop(here)
        finally:
            await self._drop(after)

    def _read(self, first: int, end: int, held: int) -> _Fragment:
        content = self._content
        return _Fragment(first, end, held, self._readers.start(lambda: content.read(first, end - first)))

    async def _drop(self, fragment: _Fragment | None) -> None:
        if fragment is None:
            return
        try:
            await asyncio.wait([fragment.data])
        finally:
            # Once, also where an interruption comes between and it is let go again at the end.
            held, fragment.held = fragment.held, 0
            self._readers.allowance.give_back(held)
        # What went wrong with bytes that nobody wants any more is nobody's trouble; it is looked at so that it is known.
        fragment.data.exception()


def _counts(first: int, end: int) -> bool:
    return end - first > UNCOUNTED
