"""Questions to a server's named pipes: DCE/RPC ([C706]) with NDR 2.0, over the library's open of the pipe.

The bytes of an answer come from another machine, so every length is checked before it is believed.
"""

import contextlib
import struct
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from smbprotocol.open import Open

from filrydd.sources.smb.connection import dropping

_NDR = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<I", 2)
_HEAD = struct.Struct("<BBBB4sHHI")  # version twice, kind, flags, representation, length, length of a signature, number
_LITTLE_ENDIAN = b"\x10\0\0\0"
_REQUEST, _RESPONSE, _FAULT, _BIND, _BIND_ACK = 0, 2, 3, 11, 12
_FIRST, _LAST = 1, 2
_PIPE_ACCESS = 0x0012_019F
# The longest fragment that is offered and sent, what one read asks for, and what a question and an answer may come to in
# all, and in how many reads for each fragment of it.
_FRAGMENT = 4280
_READ = 8192
_MOST_ASKED = 1 << 17
_MOST = 1 << 20
_MOST_READS = 1024


class NotTold(Exception):
    """The server would not say, or said something that does not hold together."""


class Channel(Protocol):
    """A pipe that takes one message and gives the answer in pieces."""

    def write(self, data: bytes) -> object: ...

    def read(self, offset: int, length: int) -> bytes: ...


class Pipe:
    """A pipe bound to one interface."""

    def __init__(self, channel: Channel, interface: str, version: int, most: int = _MOST) -> None:
        """Bind to the interface, a UUID in text. An answer may come to `most` bytes. Raises NotTold, Dropped, or the
        library's response error."""
        self._channel = channel
        self._most = most
        self._most_reads = _MOST_READS * -(-most // _MOST)
        self._held = b""
        self._reads = 0
        self._number = 0
        name = uuid.UUID(interface).bytes_le + struct.pack("<I", version)
        answer = self._exchange(
            _BIND, [struct.pack("<HHIBxxxHBx", _FRAGMENT, _FRAGMENT, 0, 1, 0, 1) + name + _NDR], _BIND_ACK
        )
        # Two lengths and a group, the address with its length, padding to four, then the result of the one offer.
        place = 10 + int.from_bytes(answer[8:10], "little")
        place += -place % 4
        if (answer[place : place + 1], answer[place + 4 : place + 6]) != (b"\1", b"\0\0"):
            raise NotTold("the server does not offer this interface")

    def call(self, operation: int, stub: bytes) -> bytes:
        """The answer's stub. Raises NotTold, Dropped, or the library's response error."""
        if len(stub) > _MOST_ASKED:
            raise NotTold("the question is too long")
        room = _FRAGMENT - _HEAD.size - 8
        pieces = [stub[start : start + room] for start in range(0, len(stub), room)] or [b""]
        # What is still to come is told with each piece ([C706] 12.6.4.9, alloc_hint).
        bodies = [
            struct.pack("<IHH", len(stub) - index * room, 0, operation) + piece for index, piece in enumerate(pieces)
        ]
        return self._exchange(_REQUEST, bodies, _RESPONSE)

    def _exchange(self, kind: int, bodies: Sequence[bytes], expected: int) -> bytes:
        self._number += 1
        for index, body in enumerate(bodies):
            flags = (0 if index else _FIRST) | (_LAST if index == len(bodies) - 1 else 0)
            head = _HEAD.pack(5, 0, kind, flags, _LITTLE_ENDIAN, _HEAD.size + len(body), 0, self._number)
            with dropping():
                self._channel.write(head + body)
        found = b""
        while True:
            flags, data = self._fragment(expected)
            if bool(flags & _FIRST) is bool(found):
                raise NotTold("the fragments of the answer do not fit together")
            found += data
            if flags & _LAST:
                return found
            if not data or len(found) > self._most:
                raise NotTold("the answer has no end")

    def _fragment(self, expected: int) -> tuple[int, bytes]:
        head = self._take(_HEAD.size)
        major, _minor, kind, flags, form, length, signature, number = _HEAD.unpack(head)
        if major != 5 or form != _LITTLE_ENDIAN or signature or number != self._number or length < _HEAD.size:
            raise NotTold("the answer comes in an unexpected form")
        data = self._take(length - _HEAD.size)
        if kind == _FAULT:
            raise NotTold(f"the server's fault 0x{int.from_bytes(data[8:12], 'little'):08X}")
        if kind != expected:
            raise NotTold(f"the server answers with {kind}")
        return flags, data[8:] if kind == _RESPONSE else data

    def _take(self, size: int) -> bytes:
        while len(self._held) < size:
            self._reads += 1
            if self._reads > self._most_reads:
                raise NotTold("the answer comes in too many pieces")
            with dropping():
                piece = self._channel.read(0, _READ)
            if not piece:
                raise NotTold("the answer is cut short")
            self._held += piece
        taken, self._held = self._held[:size], self._held[size:]
        return taken


@contextlib.contextmanager
def opened(ipc: Any, name: str, interface: str, version: int, most: int = _MOST) -> Iterator[Pipe]:
    """A pipe of the server, bound. Raises NotTold, Dropped, or the library's response error, such as that there is no
    such pipe."""
    channel = Open(ipc, name)
    with dropping():
        channel.create(2, _PIPE_ACCESS, 0, 7, 1, 0)
    try:
        yield Pipe(channel, interface, version, most)
    finally:
        with dropping():
            channel.close()


class Stub:
    """The fields of an answer, one after the other, each at its own alignment. Every method raises NotTold."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def number(self, size: int = 4) -> int:
        self._place += -self._place % size
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        start, self._place = self._place, self._place + size
        if self._place > len(self._data):
            raise NotTold("the answer is cut short")
        return self._data[start : self._place]

    def text(self) -> str:
        """A string with its three counts ([C706] 14.3.4.2)."""
        _most, _first, count = self.number(), self.number(), self.number()
        return self.take(2 * count).decode("utf-16-le", "replace")


def text(value: str) -> bytes:
    """A string as an argument, with its counts and the NUL at its end, filled up to four bytes."""
    letters = (value + "\0").encode("utf-16-le", "surrogatepass")
    count = len(letters) // 2
    return struct.pack("<III", count, 0, count) + letters + b"\0" * (-len(letters) % 4)


def check(stub: bytes, operation: str) -> None:
    """Raises NotTold when the code at the end of an answer says no."""
    if len(stub) < 4:
        raise NotTold("the answer is cut short")
    if code := int.from_bytes(stub[-4:], "little"):
        raise NotTold(f"{operation}: 0x{code:08X}")
