"""Several connections to one source, each used by one thread at a time: a file waits for answers most of its time."""

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from types import TracebackType
from typing import Protocol, Self, TypeVar

from filrydd.sources import Source

T = TypeVar("T")
MOST = 8
"""Connections at a time. Over a line with 4.4 ms, on a machine with much else to do, eight delete and set aside about eight
times as fast as one, and sixteen little more (`tests/benchmarks/retire.py`)."""
# Files that go together, for each lane, and their bytes: a case that freezes something waits for their end.
_EACH = 4
_BYTES = 64 << 20


class Sized(Protocol):
    @property
    def size(self) -> int: ...


S = TypeVar("S", bound=Sized)


def pieces(batch: Sequence[S], lanes: int) -> Iterator[list[S]]:
    """A batch in pieces that go together: some for each lane, and not too many bytes."""
    piece: list[S] = []
    size = 0
    for one in batch:
        if piece and (len(piece) == lanes * _EACH or size + one.size > _BYTES):
            yield piece
            piece, size = [], 0
        piece.append(one)
        size += one.size
    if piece:
        yield piece


class Lanes:
    """Acts on a source, up to `most` at a time; a context manager. The given source is one of them and stays open."""

    def __init__(self, source: Source, most: int) -> None:
        self.most = most
        self._source = source
        self._opened: list[Source] = []
        self._free: queue.LifoQueue[Source | None] = queue.LifoQueue()
        for _number in range(most - 1):
            self._free.put(None)
        self._free.put(source)
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="retire") if most > 1 else None

    def run(self, acts: Sequence[Callable[[Source], T]]) -> list[T]:
        """The answers in the order of the acts, when all of them are over. Raises the first exception of one."""
        if self._pool is None or len(acts) < 2:
            return [act(self._source) for act in acts]
        waiting = [self._pool.submit(self._act, act) for act in acts]
        wait(waiting)
        return [one.result() for one in waiting]

    def _act(self, act: Callable[[Source], T]) -> T:
        source = self._free.get()
        try:
            if source is None:
                source = self._source.again()
                self._opened.append(source)
            return act(source)
        finally:
            self._free.put(source)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        for source in self._opened:
            source.close()
