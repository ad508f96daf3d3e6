"""The process that lists folders for a walk: reads tasks from one pipe, writes answers to the other, ends when they close.

A message is its length (8 bytes, little-endian) and what `marshal` made. A task: paths, entries, seconds. An answer: what
`list_some` gave. The first message is `hello`, by which the walk knows that it is talking to a program like itself.
"""

import contextlib
import gc
import marshal
import os
import struct
import sys

from filrydd.sources.local.descent import list_some
from filrydd.sources.local.packed import packed_facts
from filrydd.sources.local.way import Way

LENGTH = struct.Struct("<Q")
_READ_AT_ONCE = 1 << 20
# Room for an answer or two on Linux, so that listing goes on while the walk's own process is busy storing.
_ROOM = 1 << 20


class PipeClosed(Exception):
    """Nobody is at the other end any more."""


def hello() -> bytes:
    """What tells two processes of this program that they understand each other, names of files included."""
    return packed_facts(("filrydd walk 1", sys.hexversion, sys.getfilesystemencoding()))


def main() -> None:
    """Serve the walk whose top is the folder of the descriptor in the first argument."""
    # What is made here lives as long as one folder's listing and holds no circles.
    gc.disable()
    with contextlib.suppress(PipeClosed), Way(int(sys.argv[-1])) as way:
        widen(1)
        write_message(1, hello())
        ask_access = os.geteuid() != 0
        while True:
            paths, entries, seconds = marshal.loads(read_message(0))
            write_message(1, packed_facts(list_some(way, paths, entries, seconds, ask_access=ask_access)))


def widen(pipe: int) -> None:
    """Give a pipe more room where the system lets this user have it; all works with less."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)


def read_message(pipe: int) -> bytes:
    """The next message. Raises PipeClosed."""
    (length,) = LENGTH.unpack(_read(pipe, LENGTH.size))
    return _read(pipe, length)


def write_message(pipe: int, message: bytes) -> None:
    """Write one message; waits for room. Raises PipeClosed."""
    left = memoryview(LENGTH.pack(len(message)) + message)
    try:
        while left:
            left = left[os.write(pipe, left) :]
    except BrokenPipeError:
        raise PipeClosed from None


def _read(pipe: int, length: int) -> bytes:
    pieces = []
    while length:
        piece = os.read(pipe, min(length, _READ_AT_ONCE))
        if not piece:
            raise PipeClosed
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
