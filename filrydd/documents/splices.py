"""A file as another one with some stretches of bytes replaced: what a fenced child says instead of writing a file itself."""

import base64
import binascii
import bisect
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filrydd.documents.pieces import PIECE

MOST_BYTES = 4 << 20
"""Bytes that all splices of one file put in at most."""
MOST_SPLICES = 1_000


@dataclass(frozen=True, slots=True)
class Splice:
    """The bytes from `start` up to `end` of a file become `data`."""

    start: int
    end: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """Splices as they go through the fence, or the word and detail for why there are none."""

    splices: list[tuple[int, int, str]]
    word: str = ""
    detail: str = ""


def told(splices: Iterable[Splice]) -> list[tuple[int, int, str]]:
    """Splices as they go through the fence."""
    return [(one.start, one.end, base64.b64encode(one.data).decode("ascii")) for one in splices]


def understood(said: object) -> tuple[Splice, ...]:
    """Splices that came through the fence, in order and apart from each other. Raises ValueError."""
    if not isinstance(said, list) or len(said) > MOST_SPLICES:
        raise ValueError("no splices")
    found, at = list[Splice](), 0
    for each in said:
        if not (isinstance(each, list) and len(each) == 3 and isinstance(each[2], str)):
            raise ValueError("no splice")
        start, end = each[0], each[1]
        if not (type(start) is int and type(end) is int and at <= start <= end):
            raise ValueError("splices out of order")
        try:
            found.append(Splice(start, end, base64.b64decode(each[2], validate=True)))
        except binascii.Error as fault:
            raise ValueError("no bytes") from fault
        at = end
    return tuple(found)


def write(source: Path, splices: Sequence[Splice], place: Path) -> None:
    """Write the spliced file to `place`. Raises OSError, and ValueError for a splice beyond the file's end."""
    with source.open("rb") as old, place.open("wb") as new:
        at = 0
        for one in splices:
            _copy(old, new, one.start - at)
            new.write(one.data)
            old.seek(one.end)
            at = one.end
        if at > old.seek(0, io.SEEK_END):
            raise ValueError("a splice beyond the end")
        old.seek(at)
        while piece := old.read(PIECE):
            new.write(piece)


def _copy(old: IO[bytes], new: IO[bytes], count: int) -> None:
    while count:
        piece = old.read(min(PIECE, count))
        if not piece:
            raise ValueError("a splice beyond the end")
        new.write(piece)
        count -= len(piece)


class Spliced(io.RawIOBase):
    """The spliced file for reading, without writing it anywhere."""

    def __init__(self, file: IO[bytes], splices: Sequence[Splice]) -> None:
        super().__init__()
        self._file = file
        # Where each stretch begins here, and what it is: bytes, or a place in the file.
        self._starts: list[int] = []
        self._what: list[bytes | int] = []
        self.size = self._at = old = 0
        for one in splices:
            self._add(old, one.start - old)
            self._add(one.data, len(one.data))
            old = one.end
        self._add(old, file.seek(0, io.SEEK_END) - old)

    def _add(self, what: bytes | int, size: int) -> None:
        if size > 0:
            self._starts.append(self.size)
            self._what.append(what)
            self.size += size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        if self._at >= self.size or not len(buffer):
            return 0
        number = bisect.bisect_right(self._starts, self._at) - 1
        start, what = self._starts[number], self._what[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else self.size
        offset, count = self._at - start, min(len(buffer), end - self._at)
        if isinstance(what, bytes):
            data = what[offset : offset + count]
        else:
            self._file.seek(what + offset)
            data = self._file.read(count)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
