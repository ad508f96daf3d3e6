"""The bytes of one file on their way: read in worker threads, hashed as they are read, and seen not to change meanwhile."""

from collections.abc import Callable

from filrydd.model.entry import Seen
from filrydd.quickxor import QuickXor
from filrydd.stages.readers import Shared

PIECE = 1 << 20
"""Bytes read at once; a file of at most so many is read before anything is sent of it."""


class ChangedWhileRead(Exception):
    """The file is no longer what it was when it was opened."""


class Content:
    """What a tenant is sent, for one thread at a time. It is whole and unchanged when its last byte has been read.

    Raises ChangedWhileRead, and what the source raises.
    """

    def __init__(self, open_file: Callable[[], Shared]) -> None:
        self._reader = open_file()
        try:
            self.seen: Seen = self._reader.seen
            self.size = self.seen.size
            self.streams = self._reader.streams()
            self._hasher = QuickXor()
            self._hashed = 0
            self._at = 0
            self._whole: bytes | None = None
            if self.size <= PIECE:
                # An empty file that nobody may read would else pass, since nothing of it is ever read.
                self._whole = self._read(0, self.size, beyond=1)
        except BaseException:
            self.close()
            raise

    def read(self, offset: int, size: int) -> bytes:
        """Exactly so many bytes from there."""
        if self._whole is not None:
            return self._whole[offset : offset + size]
        return self._read(offset, size)

    def hash(self) -> str:
        """The quickXorHash of the whole content, empty for an empty file; what was sent by an earlier run is read now."""
        while self._hashed < self.size:
            self._read(self._hashed, min(PIECE, self.size - self._hashed))
        return self._hasher.base64() if self.size else ""

    def close(self) -> None:
        """Let the file go. Safe to call twice."""
        if self._reader is not None:
            reader, self._reader = self._reader, None  # type: ignore[assignment]
            reader.__exit__(None, None, None)

    @property
    def reader(self) -> Shared:
        """The open file itself, for a comparison."""
        return self._reader

    def _read(self, offset: int, size: int, beyond: int = 0) -> bytes:
        if offset != self._at:
            self._reader.seek(offset)
            self._at = offset
        data = self._reader.read(size + beyond)
        if 0 < len(data) < size + beyond:
            # A share gives less at once; what comes whole is not copied once more.
            pieces, left = [data], size + beyond - len(data)
            while left and (piece := self._reader.read(left)):
                pieces.append(piece)
                left -= len(piece)
            data = b"".join(pieces)
        self._at += len(data)
        if len(data) != size:
            raise ChangedWhileRead
        if offset <= self._hashed < offset + size:
            self._hasher.update(data[self._hashed - offset :])
            self._hashed = offset + size
        if offset + size == self.size:
            now = self._reader.look()
            if (now.size, now.modified) != (self.seen.size, self.seen.modified):
                raise ChangedWhileRead
        return data
