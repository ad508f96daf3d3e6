"""Bodies that are none, too large, too short, too slow: refused while they stream, in memory that stays flat."""

import re
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.rehearsal.conftest import GRAIN
from tests.rehearsal.test_rehearsal_bad_input import said_raw


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"name":' * 100_000,
        b'{"name": NaN, "folder": {}}',
        b'{"name": Infinity, "folder": {}}',
        b"\xff",
        b"7",
    ],
)
def test_json_that_is_none_is_400_in_graphs_form(library, error, body: bytes) -> None:
    status, code = error(library.http.post(f"{library.address}/root/children", content=body))
    assert (status, code) in ((400, "BadRequest"), (400, "invalidRequest"))


def pour(port: int, head: str, piece: bytes, most: int, *, chunked: bool) -> tuple[bytes, int]:
    """Send a body without end, until the other side answers or hangs up: its answer, and how much was sent."""
    framed = b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece
    sent, answer = 0, b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode())
        try:
            while sent < most:
                line.sendall(framed)
                sent += len(piece)
        except OSError:
            pass
        try:
            while got := line.recv(65536):
                answer += got
                if b"\r\n\r\n" in answer:
                    break
        except OSError:
            pass
    return answer, sent


def test_a_client_that_sends_a_little_too_much_reads_why(library, error) -> None:
    refusal = library.http.post(f"{library.address}/root/children", content=b" " * (5 << 20))
    assert error(refusal) == (413, "requestTooLarge")
    assert refusal.headers["Connection"] == "close"


@pytest.mark.parametrize("chunked", [True, False])
def test_json_beyond_4_mib_is_refused_while_it_streams(library, tenant, chunked: bool) -> None:
    port = urlsplit(tenant.web).port
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {200 << 20}"
    head = f"POST /v1.0/drives/{library.drive}/root/children HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}\r\n\r\n"
    answer, sent = pour(port, head, b" " * 65536, 200 << 20, chunked=chunked)
    assert sent < 64 << 20
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")


def test_a_fragment_that_goes_on_beyond_its_range_is_refused_while_it_streams(library) -> None:
    url = library.session("stor.bin").json()["uploadUrl"]
    place = urlsplit(url)
    head = (
        f"PUT {place.path}?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\nTransfer-Encoding: chunked\r\n"
        f"Content-Range: bytes 0-{GRAIN - 1}/{2 * GRAIN}\r\n\r\n"
    )
    answer, sent = pour(place.port or 0, head, b"x" * 65536, 200 << 20, chunked=True)
    assert sent < 64 << 20
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
    assert library.http.get(url).json()["nextExpectedRanges"] == ["0-"]


def test_a_put_that_says_that_it_is_too_large_is_refused_before_it_comes(library, tenant) -> None:
    port = urlsplit(tenant.web).port
    size = (250 << 20) + 1
    head = (
        f"PUT /v1.0/drives/{library.drive}/root:/stor.bin:/content HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Length: {size}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode())
        answer = line.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413")
    assert library.get("stor.bin").status_code == 404


def test_a_client_that_asks_first_is_told_to_go_on(library, tenant) -> None:
    port = urlsplit(tenant.web).port
    head = (
        f"PUT /v1.0/drives/{library.drive}/root:/spurt.bin:/content HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 100")
        line.sendall(b"fem b")
        assert b" 201 " in line.recv(65536)
    assert library.content("spurt.bin") == b"fem b"


@pytest.mark.parametrize("sent", [b"", b"halv"])
def test_a_body_shorter_than_it_says_becomes_no_file(library, tenant, sent: bytes) -> None:
    port = urlsplit(tenant.web).port
    head = f"PUT /v1.0/drives/{library.drive}/root:/kort.bin:/content HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode() + sent)
        time.sleep(0.05)
    time.sleep(0.2)
    assert library.get("kort.bin").status_code == 404


def test_what_follows_a_body_is_never_part_of_the_file(library, tenant) -> None:
    port = urlsplit(tenant.web).port
    head = f"PUT /v1.0/drives/{library.drive}/root:/lang.bin:/content HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode() + b"abc")
        assert line.recv(65536).startswith(b"HTTP/1.1 201")
        line.sendall(b"det som er for mye\r\n\r\n")
        # No request: the server says so and hangs up.
        assert line.recv(65536).startswith(b"HTTP/1.1 400")
    assert library.content("lang.bin") == b"abc"


@pytest.mark.parametrize(
    "headers",
    ["Content-Length: 3\r\nContent-Length: 5", "Content-Length: -1", "Content-Length: x", "Transfer-Encoding: x",
     "Content-Length: 99999999999999999999999", "Content-Length: 5\r\nTransfer-Encoding: chunked"],
)  # fmt: skip
def test_lengths_that_contradict_each_other_become_no_file(library, tenant, headers: str) -> None:
    port = urlsplit(tenant.web).port
    head = f"PUT /v1.0/drives/{library.drive}/root:/uklar.bin:/content HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n"
    status, _told, _answer = said_raw(port, f"{head}Connection: close\r\n\r\n", b"abcde\r\n\r\n")
    assert status in (0, 400, 413, 501), status
    assert library.get("uklar.bin").status_code == 404


def test_slow_senders_hold_nobody_up(library, tenant) -> None:
    port = urlsplit(tenant.web).port
    path = f"/v1.0/drives/{library.drive}/root:/treg{{}}.bin:/content"
    head = f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n"
    lines = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(100)]
    try:
        for number, line in enumerate(lines):
            line.sendall(head.format(number).encode() + b"x")
        begun = time.monotonic()
        assert library.put("rask.bin", b"rask").status_code == 201
        assert time.monotonic() - begun < 5
        lines[0].sendall(b"y" * 99)
        assert b" 201 " in lines[0].recv(65536)
    finally:
        for line in lines:
            line.close()
    assert library.content("treg0.bin") == b"x" + b"y" * 99


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) << 10


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("words", [("PUT", "/root:/stor.bin:/content"), ("POST", "/root/children")])
def test_a_body_without_end_is_refused_while_it_streams_and_memory_stays_flat(start, words) -> None:
    child = start()
    port, drive = urlsplit(child.ready["web"]).port, child.ready["drives"][0]["id"]
    said_raw(port, f"GET /v1.0/drives/{drive} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    before = resident(child.process.pid)
    method, path = words
    head = f"{method} /v1.0/drives/{drive}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer, sent = pour(port, head, b"x" * (1 << 20), 330 << 20, chunked=True)
    assert sent < 330 << 20
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")
    assert resident(child.process.pid) - before < 30 << 20
    folder = Path(child.process.args[child.process.args.index("--folder") + 1])
    deadline = time.monotonic() + 10
    while sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) > 20 << 20:
        assert time.monotonic() < deadline, "what was refused is still on disk"
        time.sleep(0.1)
