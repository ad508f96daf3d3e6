"""Several connections to the old area, so that files can be read in worker threads beside each other.

A source is used by one thread at a time. Which of them a file is read through is settled when it is opened; all that is
asked of the source or the file holds that connection's lock meanwhile, and no longer.
"""

from threading import Lock
from types import TracebackType
from typing import Self

from filrydd.model.entry import Seen
from filrydd.sources import Source
from filrydd.sources.source import EntryTrouble, Reader
from filrydd.stages.scan.rate import Rate

CONNECTIONS = 4
"""More of them than this win nothing: a server answers the fourth while it reads for the other three."""


class Readers:
    """The first connection is the stage's own and stays open; the others are closed with this, a context manager. All of
    them together read no faster than `rate`."""

    def __init__(self, source: Source, connections: int = CONNECTIONS, rate: Rate | None = None) -> None:
        self._rate = rate or Rate(None)
        self._ways = [_Way(source), *(_Way(source.again()) for _other in range(connections - 1))]

    def open(self, path: str) -> "Shared":
        """The file, over the connection with the fewest files open. For any thread. Raises EntryTrouble, SourceError."""
        way = min(self._ways, key=lambda one: one.open_files)
        return Shared(way, path, self._rate)

    def close(self) -> None:
        """End the connections that are not the stage's own. Safe to call twice."""
        for way in self._ways[1:]:
            with way.lock:
                way.source.close()
        del self._ways[1:]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Way:
    """One connection, and how many files are open over it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lock = Lock()
        self.open_files = 0


class Shared:
    """The contract's Reader, for any thread but one at a time; it also tells the file's other streams."""

    def __init__(self, way: _Way, path: str, rate: Rate) -> None:
        self._way = way
        self._rate = rate
        self._path = path
        with way.lock:
            self._reader: Reader = way.source.open(path)
            way.open_files += 1
        self.seen: Seen = self._reader.seen

    def read(self, size: int) -> bytes:
        with self._way.lock:
            piece = self._reader.read(size)
        # Whoever waits here holds up nobody else.
        self._rate.spend(len(piece))
        return piece

    def seek(self, offset: int) -> None:
        with self._way.lock:
            self._reader.seek(offset)

    def look(self) -> Seen:
        with self._way.lock:
            return self._reader.look()

    def streams(self) -> tuple[str, ...]:
        """The names of the streams beside the main one; none where the server does not tell them."""
        try:
            with self._way.lock:
                return self._way.source.streams(self._path)
        except EntryTrouble:
            # What is read of the file itself says whether it can be sent; a server without streams refuses the question.
            return ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._way.lock:
            self._reader.__exit__(kind, error, trace)
            self._way.open_files -= 1
