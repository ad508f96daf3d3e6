"""A local file held open for reading."""

import os
from types import TracebackType
from typing import Self

from filrydd.model.entry import Seen
from filrydd.sources.local.facts import detail_of, reason_of, seen_of
from filrydd.sources.source import EntryTrouble


class LocalReader:
    """The contract's Reader on a file descriptor, which it owns."""

    def __init__(self, path: str, name: str, fd: int) -> None:
        self._path = path
        self._name = name
        self._fd = fd
        self.seen: Seen = self.look()

    def read(self, size: int) -> bytes:
        try:
            return os.read(self._fd, size)
        except OSError as error:
            raise self._trouble(error) from error

    def seek(self, offset: int) -> None:
        os.lseek(self._fd, offset, os.SEEK_SET)

    def look(self) -> Seen:
        try:
            return seen_of(self._name, os.fstat(self._fd))
        except OSError as error:
            raise self._trouble(error) from error

    def fileno(self) -> int:
        """The descriptor, as files of Python's own tell it."""
        return self._fd

    def close(self) -> None:
        """Let the file go. Safe to call twice."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _trouble(self, error: OSError) -> EntryTrouble:
        return EntryTrouble(self._path, reason_of(error), detail_of(error))
