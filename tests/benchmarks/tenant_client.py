"""A bare HTTP client that costs next to nothing: requests made beforehand, answers read as far as their length.

Small requests go over some connections of one event loop; large ones through blocking sockets, one thread each, since an
event loop would copy a large body again and again.
"""

import asyncio
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
Request = Sequence[bytes | memoryview]


@dataclass
class Told:
    """What came back: answers by status, and how long it took, in seconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def good(self) -> int:
        return sum(count for status, count in self.statuses.items() if status < 300)


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[Request], told: Told, ended: "asyncio.Future[None]") -> None:
        self._requests, self._told, self._ended = requests, told, ended
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._came += data
        end = self._came.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._came, 0, end)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._came) >= whole:
            self._told.statuses[int(self._came[9:12])] += 1
            self._came = self._came[whole:]
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_result(None)

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
        else:
            self._transport.writelines(request)


def small(port: int, requests: Iterator[Request], connections: int) -> Told:
    """Send requests over some connections at once, each after the answer to the one before."""

    async def run() -> Told:
        told, loop = Told(), asyncio.get_running_loop()
        ends = [loop.create_future() for _ in range(connections)]
        begun = time.perf_counter()
        for end in ends:
            await loop.create_connection(lambda end=end: _Connection(requests, told, end), "127.0.0.1", port)
        await asyncio.gather(*ends)
        told.seconds = time.perf_counter() - begun
        return told

    return asyncio.run(run())


def large(port: int, each: Sequence[Iterator[Request]]) -> Told:
    """Send the requests of each iterator through a connection of its own, in a thread of its own."""
    told = Told()

    def one(requests: Iterator[Request]) -> None:
        with socket.create_connection(("127.0.0.1", port)) as wire:
            for request in requests:
                for part in request:
                    wire.sendall(part)
                told.statuses[_answer(wire)] += 1

    begun = time.perf_counter()
    with ThreadPoolExecutor(len(each)) as threads:
        list(threads.map(one, each))
    told.seconds = time.perf_counter() - begun
    return told


def download(port: int, requests: Sequence[bytes]) -> tuple[int, float]:
    """Ask for each in turn on one connection and throw away what comes: bytes of bodies, and seconds."""
    came, buffer, begun = 0, bytearray(1 << 20), time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as wire:
        for request in requests:
            wire.sendall(request)
            head, rest = _head(wire)
            length = _LENGTH.search(head)
            assert length, head
            left = int(length[1]) - len(rest)
            came += int(length[1])
            while left:
                got = wire.recv_into(buffer, min(left, len(buffer)))
                assert got, "the connection ended early"
                left -= got
    return came, time.perf_counter() - begun


def _answer(wire: socket.socket) -> int:
    head, body = _head(wire)
    length = _LENGTH.search(head)
    while length and len(body) < int(length[1]):
        body += wire.recv(1 << 16)
    return int(head[9:12])


def _head(wire: socket.socket) -> tuple[bytes, bytes]:
    came = b""
    while (end := came.find(b"\r\n\r\n")) < 0:
        piece = wire.recv(1 << 16)
        assert piece, "the connection ended early"
        came += piece
    return came[:end], came[end + 4 :]
