"""Servers that cannot be used, each said to be what it is, and never a wait without end."""

import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from filrydd.errors import SourceGone, SourceRefused
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import refusal
from filrydd.sources.smb.link import connect
from filrydd.sources.smb.smb1 import speaks_smb1
from tests.sources.refusing import HERE, PASSWORD, failure, refused, running


@pytest.mark.samba
@pytest.mark.xdist_group("smb_refusals")
def test_a_server_of_smb_1_alone_is_not_used_and_said_to_be_one() -> None:
    for server in running(server_min_protocol="NT1", server_max_protocol="NT1"):
        error = refused(server.port)
        assert isinstance(error, SourceRefused)
        assert "only SMB 1" in error.message
        assert "SMB 2 or 3" in error.next


@pytest.mark.samba
@pytest.mark.xdist_group("smb_refusals")
def test_a_server_that_lets_in_guests_is_refused() -> None:
    for server in running(map_to_guest="bad user", server_signing="auto"):
        error = refused(server.port, "finnes-ikke")
        assert isinstance(error, SourceRefused)
        assert "guest" in error.message
        connect(SmbAddress(HERE, "felles", "", "", server.port), Credentials("daemon", PASSWORD), 10.0).close()


@pytest.mark.samba
@pytest.mark.xdist_group("smb_refusals")
def test_a_full_server_is_said_to_be_full() -> None:
    for server in running(max_connections="1"):
        address = SmbAddress(HERE, "felles", "", "", server.port)
        first = connect(address, Credentials("daemon", PASSWORD), 10.0)
        try:
            error = refused(server.port, "root")
        finally:
            first.close()
        assert isinstance(error, SourceGone)
        assert "takes no more connections" in error.message
        assert "Wait" in error.next


@pytest.mark.parametrize("code", [0xC00000D0, 0xC0000205, 0xC0000259])
def test_every_word_for_full_is_told_the_same(code: int) -> None:
    assert "takes no more connections" in refusal.answered("fs1", code).message


def test_a_name_that_nobody_knows_is_said_to_be_one() -> None:
    for name in ("finnes-ikke.invalid", "æ" * 70, "a..b"):
        error = failure(SmbAddress(name, "felles"), Credentials("daemon", PASSWORD))
        assert isinstance(error, SourceGone)
        assert name in error.message and "not known" in error.message


def test_a_port_where_nobody_listens_is_named() -> None:
    with socket.socket() as closed:
        closed.bind((HERE, 0))
        port = closed.getsockname()[1]
        assert f"does not answer on port {port}" in refused(port).message


Act = Callable[[socket.socket], object]


@pytest.fixture
def other_server() -> Iterator[Callable[[Act], int]]:
    """`other_server(act)` listens on a port of its own and does `act` with each connection; the port."""
    with socket.socket() as listening:
        listening.bind((HERE, 0))
        listening.listen()
        port: int = listening.getsockname()[1]

        def start(act: Act) -> int:
            def serve() -> None:
                try:
                    while True:
                        stream, _where = listening.accept()
                        with stream:
                            act(stream)
                except OSError:
                    return

            threading.Thread(target=serve, daemon=True).start()
            return port

        yield start
        listening.shutdown(socket.SHUT_RDWR)


def says(answer: bytes) -> Act:
    def act(stream: socket.socket) -> None:
        stream.recv(4096)
        stream.sendall(answer)
        stream.recv(4096)

    return act


def test_a_web_server_is_told_from_a_file_server(other_server: Callable[[Act], int]) -> None:
    port = other_server(says(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
    error = refused(port, seconds=2)
    assert isinstance(error, SourceGone)
    assert f"{HERE} port {port} is not a file server" in error.message


def test_a_real_web_server_ends_in_words() -> None:
    with http.server.ThreadingHTTPServer((HERE, 0), http.server.SimpleHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        error = refused(server.server_address[1], seconds=1)
        server.shutdown()
    assert isinstance(error, SourceGone)


@pytest.mark.parametrize(
    "act",
    [
        lambda stream: stream.recv(4096) and time.sleep(1.5),
        lambda stream: stream.close(),
        says(b"\0\0\0\x40\xfeSMB"),
        says(b"\0\0\0\x40" + b"\xfeSMB" + bytes(60)),
        says(b"\0\0\0\x44" + b"\xfeSMB" + bytes(8) + b"\0\0\1\0" + bytes(52)),
        says(b"\0\0\0\x23" + b"\xffSMB\x72\x16\0\0\xc0" + bytes(26)),
        says(b"\0\0\0\0"),
        says(b"\xff\xff\xff\xff" * 20),
    ],
    ids=["silent", "hangs up", "stops midway", "short", "empty negotiate", "smb 1 no", "nothing", "too much"],
)
def test_a_server_that_does_not_go_on_is_gone_within_the_limit(other_server: Callable[[Act], int], act: Act) -> None:
    assert isinstance(refused(other_server(act), seconds=1), SourceGone)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"\xffSMB\x72" + bytes(27) + b"\x11\0\0", True),
        (b"\xffSMB\x72" + bytes(27) + b"\x01\xff\xff", False),
        (b"\xfeSMB" + bytes(31), False),
        (b"", False),
    ],
)
def test_only_a_server_that_agrees_to_smb_1_is_one(
    other_server: Callable[[Act], int], answer: bytes, expected: bool
) -> None:
    port = other_server(lambda stream: stream.recv(4096) and stream.sendall(len(answer).to_bytes(4, "big") + answer))
    assert speaks_smb1(HERE, port, 2) is expected


def test_asking_for_smb_1_ends_in_time_at_a_server_that_drips(other_server: Callable[[Act], int]) -> None:
    def drip(stream: socket.socket) -> None:
        for _piece in range(100):
            stream.sendall(b"\0")
            time.sleep(0.05)

    began = time.monotonic()
    assert not speaks_smb1(HERE, other_server(drip), 0.5)
    assert time.monotonic() - began < 1.5
