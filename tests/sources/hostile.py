"""A server that signs nothing and answers whatever a test wants, at the other end of a lane."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

from filrydd.sources.smb.guard import Guard
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.lanes import Lanes
from filrydd.sources.smb.link import Dropped
from filrydd.sources.smb.wire import CLOSE, CREATE, PENDING, QUERY_DIRECTORY, QUERY_INFO, Speech

NO_MORE_FILES = 0x80000006
Answer = tuple[int, bytes]  # status, body


class NoGuard:
    """Nothing signed, nothing checked."""

    encrypts = False

    def frame(self, messages: Sequence[bytes]) -> bytes:
        data = b"".join(messages)
        return len(data).to_bytes(4, "big") + data

    def opened(self, frame: memoryview) -> bytearray:
        return bytearray(frame)

    def check(self, buffer: bytearray, view: memoryview, start: int, end: int) -> None:
        return


def header(
    number: int, status: int = 0, credits: int = 1, following: int = 0, flags: int = 9, command: int = 5
) -> bytes:
    return struct.pack(
        "<4sHHIHHIIQIIQ16x", b"\xfeSMB", 64, 1, status, command, credits, flags, following, number, 0, 1, 1
    )


def framed(*answers: bytes) -> bytes:
    data = b"".join(answers)
    return len(data).to_bytes(4, "big") + data


def created(handle: bytes = b"h" * 16, attributes: int = 0x10) -> bytes:
    return struct.pack("<HBBIqqqqqqII16sII", 89, 0, 0, 1, 0, 0, 0, 0, 0, 0, attributes, 0, handle, 0, 0)


def holding(data: bytes, offset: int = 72, length: int | None = None) -> bytes:
    return struct.pack("<HHI", 9, offset, len(data) if length is None else length) + data


def closed() -> bytes:
    return struct.pack("<HHI48x4x", 60, 0, 0)


def new_lane(stream: socket.socket, credits: int = 64, guard: Guard | None = None) -> Lane[Any]:
    connection = SimpleNamespace(
        sequence_window={"low": 1, "high": 1 + credits}, max_transact_size=1 << 20, supports_multi_credit=True
    )
    link = SimpleNamespace(connection=connection, close=stream.close)
    stream.setblocking(False)
    return Lane(link, stream, guard or NoGuard(), Speech(1, 1, dfs=False, signed=True, charged=True), b"")


class OneServer:
    """Answers each request by `answer(command, message id, request)`; a round's answers come in one frame each."""

    def __init__(self, answer: Callable[[int, int, bytes], Answer | None], credits: int = 64) -> None:
        self.answer = answer
        self.asked: list[int] = []
        self.credits = credits
        self._ends: list[socket.socket] = []

    def lane(self) -> Lane[Any]:
        ours, servers = socket.socketpair()
        self._ends.append(servers)
        threading.Thread(target=self._serve, args=(servers,), daemon=True).start()
        return new_lane(ours, self.credits)

    def close(self) -> None:
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self, end: socket.socket) -> None:
        with contextlib.suppress(OSError), end.makefile("rb") as stream:
            while head := stream.read(4):
                data = stream.read(int.from_bytes(head, "big"))
                while data:
                    command, following = struct.unpack_from("<12xH6xI", data)
                    (number,) = struct.unpack_from("<24xQ", data)
                    (charge,) = struct.unpack_from("<6xH", data)
                    request, data = (data[:following], data[following:]) if following else (data, b"")
                    self.asked.append(command)
                    told = self.answer(command, number, request)
                    if told is None:
                        end.shutdown(socket.SHUT_RDWR)
                        return
                    flags = 3 if told[0] == PENDING else 9
                    end.sendall(framed(header(number, told[0], charge, flags=flags, command=command) + told[1]))


def usual(page: Callable[[int, bytes], Answer]) -> Callable[[int, int, bytes], Answer]:
    """A server that opens and closes everything, and answers a question for a page by that function."""

    def answer(command: int, number: int, request: bytes) -> Answer:
        if command == CREATE:
            return 0, created()
        if command == QUERY_DIRECTORY:
            return page(number, request)
        if command == QUERY_INFO:
            return 0, holding(b"")
        assert command == CLOSE
        return 0, closed()

    return answer


@contextlib.contextmanager
def serving(server: OneServer, seconds: float = 5.0) -> Iterator[Lanes]:
    """Lanes that all lead to that server."""
    lanes = SimpleNamespace(server="fiendtlig", seconds=seconds, remarks=[], another=server.lane)
    try:
        yield cast(Lanes, lanes)
    finally:
        server.close()


def never(*_args: object) -> Any:
    raise Dropped("not asked in this test")
