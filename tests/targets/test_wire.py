"""What carries the requests: every byte as it is given, once, and no address in what it says of trouble."""

import asyncio
import gzip
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from filrydd.rehearsal.wire.server import running
from filrydd.targets.wire import LONGEST_LINE, PIECE, Wire
from tests.targets.front import Answer, Front

SECRET = "tempauth-of-an-upload"


def _by_wire(steps: Callable[[httpx.AsyncClient], Awaitable[None]], **options: str) -> None:
    async def go() -> None:
        timeout = httpx.Timeout(5, write=0.3)
        async with httpx.AsyncClient(transport=Wire(**options), timeout=timeout) as client:
            await steps(client)

    asyncio.run(go())


@contextmanager
def _server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """One connection that does what it likes with it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _address = listening.accept()
            with line:
                answer(line)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 5 * PIECE + 3])
def test_a_body_arrives_whole_with_its_length(script: Front, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    script.answer("PUT", "/up", Answer(201, {}, b"done"))

    async def steps(client: httpx.AsyncClient) -> None:
        answer = await client.put(f"{script.address}/up?{SECRET}", content=data, headers={"Content-Range": "x"})
        assert (answer.status_code, answer.content) == (201, b"done")
        came = script.requests[0]
        assert came.body == data
        assert came.headers["content-length"] == str(size)
        assert came.headers["content-range"] == "x"
        assert "transfer-encoding" not in came.headers
        assert came.path == f"/up?{SECRET}"

    _by_wire(steps)


@pytest.mark.parametrize(
    "path",
    ["/a%3A%2Fb%20%C3%A5:/c", "/v1.0/drives/b!x/items/root:/a%2Fb:/content?@microsoft.graph.x=fail", "/x//y?a=%2B"],
)
def test_an_address_is_sent_as_it_was_checked(script: Front, path: str) -> None:
    script.answer("GET", "", Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(b"content")))

    async def steps(client: httpx.AsyncClient) -> None:
        answer = await client.get(script.address + path, headers={"Authorization": "Bearer t"})
        assert answer.content == b"content"
        assert script.requests[0].path.encode() == httpx.URL(script.address + path).raw_path
        assert script.requests[0].headers["host"] == script.address.removeprefix("http://")
        assert script.requests[0].headers["authorization"] == "Bearer t"

    _by_wire(steps)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET", "POST"])
def test_nothing_is_repeated_behind_the_back_of_whoever_asked(script: Front, method: str) -> None:
    """Also not on a connection that was used before, where clients like to suppose that the other end had closed it."""
    script.answer(method, "/x", Answer(200, {}, b"1"), Answer(drop=True), Answer(200, {}, b"3"))

    async def steps(client: httpx.AsyncClient) -> None:
        url = f"{script.address}/x?{SECRET}"
        assert (await client.request(method, url)).content == b"1"
        with pytest.raises(httpx.TransportError) as broken:
            await client.request(method, url)
        assert SECRET not in repr(broken.value) + repr(broken.value.__cause__)
        assert len(script.requests) == 2
        assert (await client.request(method, url)).content == b"3"

    _by_wire(steps)


def test_an_answer_that_is_cut_off_is_no_answer(script: Front) -> None:
    script.answer("GET", "/x", Answer(200, {}, b"x" * 5000, cut=4999))

    async def steps(client: httpx.AsyncClient) -> None:
        with pytest.raises(httpx.TransportError) as broken:
            await client.get(f"{script.address}/x?{SECRET}")
        assert SECRET not in repr(broken.value)

    _by_wire(steps)


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nLocation: " + b"a" * (LONGEST_LINE + 1) + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_http_is_a_broken_connection_without_the_address(words: bytes) -> None:
    def answer(line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(words)

    async def steps(client: httpx.AsyncClient) -> None:
        with pytest.raises(httpx.TransportError) as broken:
            await client.get(f"{address}/x?{SECRET}")
        assert SECRET not in repr(broken.value)

    with _server(answer) as address:
        _by_wire(steps)


def test_a_host_that_is_not_there_is_a_connection_that_failed() -> None:
    async def steps(client: httpx.AsyncClient) -> None:
        with pytest.raises(httpx.ConnectError) as broken:
            await client.put(f"http://127.0.0.1:9/x?{SECRET}", content=b"x")
        assert SECRET not in repr(broken.value)
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://kommune.invalid/x?{SECRET}")

    _by_wire(steps)


def test_a_body_that_nobody_takes_does_not_wait_for_ever() -> None:
    done = threading.Event()

    async def steps(client: httpx.AsyncClient) -> None:
        begun = time.monotonic()
        with pytest.raises(httpx.TransportError):
            await client.put(f"{address}/x", content=bytes(64 << 20))
        assert 0.2 < time.monotonic() - begun < 4
        done.set()

    def stuck(line: socket.socket) -> None:
        done.wait(10)

    with _server(stuck) as address:
        _by_wire(steps)


def test_a_body_that_goes_slowly_is_not_given_up_while_it_goes() -> None:
    came = bytearray()

    def answer(line: socket.socket) -> None:
        # Longer in all than a piece may take.
        head = line.recv(1000)
        came.extend(head.partition(b"\r\n\r\n")[2])
        while len(came) < 6 << 20:
            if len(came) % (1 << 20) < 60_000:
                time.sleep(0.02)
            came.extend(line.recv(60_000))
        line.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    async def steps(client: httpx.AsyncClient) -> None:
        assert (await client.put(f"{address}/x", content=bytes(6 << 20))).status_code == 201

    with _server(answer) as address:
        _by_wire(steps)


def test_an_answer_that_comes_before_the_body_has_gone_does_not_hang() -> None:
    def answer(line: socket.socket) -> None:
        line.recv(1000)
        line.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")

    async def steps(client: httpx.AsyncClient) -> None:
        try:
            answer = await client.put(f"{address}/x", content=bytes(32 << 20))
        except httpx.TransportError:
            return
        assert (answer.status_code, answer.content) == (413, b"no")

    with _server(answer) as address:
        _by_wire(steps)


def test_a_proxy_is_asked_for_what_lies_behind_it(script: Front) -> None:
    script.answer("GET", "", Answer(200, {}, b"by the proxy"))

    async def steps(client: httpx.AsyncClient) -> None:
        assert (await client.get("http://kommune.invalid/x%2Fy")).content == b"by the proxy"
        assert script.requests[0].path == "http://kommune.invalid/x%2Fy"

    _by_wire(steps, proxy=script.address)


def test_a_streamed_answer_that_is_left_in_the_middle_does_not_spoil_the_next(script: Front) -> None:
    script.answer("GET", "/x", Answer(200, {}, bytes(8 << 20)), Answer(200, {}, b"next"))

    async def steps(client: httpx.AsyncClient) -> None:
        async with client.stream("GET", f"{script.address}/x") as answer:
            async for piece in answer.aiter_bytes(1000):
                assert len(piece) == 1000
                break
        assert (await client.get(f"{script.address}/x")).content == b"next"

    _by_wire(steps)


def test_certificates_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(tmp_path / "tenant") as ready:

        async def refused(client: httpx.AsyncClient) -> None:
            with pytest.raises(httpx.ConnectError, match="certificate"):
                await client.get(f"{ready.authority}/x?{SECRET}")

        async def trusted(client: httpx.AsyncClient) -> None:
            answer = await client.get(f"{ready.authority}/{ready.tenant}/v2.0/.well-known/openid-configuration")
            assert answer.json()["token_endpoint"].startswith(ready.authority)

        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        _by_wire(refused)
        monkeypatch.setenv("SSL_CERT_FILE", ready.certificate)
        _by_wire(trusted)
