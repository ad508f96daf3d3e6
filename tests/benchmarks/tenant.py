"""How fast the rehearsal tenant is, so that it is never what is measured.

`python -m tests.benchmarks.tenant [FOLDER [ITEMS]]`

A bare client and the tenant share this machine's cores. In FOLDER (a temporary one if not named) a tenant takes small and
large files, durably, as it always does; beside it, in the same run, a bare Starlette application on the same server reads the
same bodies and keeps nothing, to show what of the time is the server's. Then a library is filled with ITEMS files (a million
if not named), 100,000 of them in one folder, and the tenant lists, finds and takes more. Prints a table.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks import tenant_client as client
from tests.benchmarks.rows import Found

_BARE = """
import sys, uvicorn
from starlette.responses import JSONResponse
from starlette.requests import Request
async def app(scope, receive, send):
    size = 0
    async for piece in Request(scope, receive).stream():
        size += len(piece)
    await JSONResponse({"size": size}, 201)(scope, receive, send)
uvicorn.run(app, port=int(sys.argv[1]), http="httptools", log_level="error", access_log=False, lifespan="off")
"""
_SMALL, _LARGE, _FRAGMENT = 50_000, 200 << 20, 10 << 20
_CONNECTIONS = 64
_ROUNDS = 3


class Tenant:
    """A tenant in a process of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "filrydd.rehearsal", "--folder", str(folder), "--with-parent", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        self.ready = json.loads(self.process.stdout.readline())
        self.drive = self.ready["drives"][0]["id"]
        self.port = int(self.ready["web"].rpartition(":")[2])

    def head(self, method: str, path: str, *more: str) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Authorization: Bearer {self.ready['token']}",
            *more,
        ]
        return "\r\n".join([*lines, "\r\n"]).encode()

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        url = path if path.startswith("http") else f"{self.ready['graph']}/drives/{self.drive}{path}"
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.ready['token']}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
            return json.load(answer)

    def memory(self, what: str = "VmRSS") -> int:
        """MB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(what)).split()[1]) // 1024

    def processor(self) -> float:
        """Seconds."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().split()
        return (int(stat[13]) + int(stat[14])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(60)


@contextmanager
def tenant(folder: Path, *words: str) -> Iterator[Tenant]:
    one = Tenant(folder, *words)
    try:
        yield one
    finally:
        one.stop()


@contextmanager
def bare() -> Iterator[int]:
    """The port of an application that keeps nothing."""
    import socket
    import time

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", _BARE, str(port)])
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def small_files(one: Tenant, count: int, size: int = _SMALL) -> Iterator[client.Request]:
    """PUTs of different contents, in 50 folders, below a folder of their own."""
    below, base = uuid.uuid4().hex, os.urandom(size)
    for number in range(count):
        path = f"/v1.0/drives/{one.drive}/root:/{below}/m{number % 50}/fil%20{number:06}.bin:/content"
        yield one.head("PUT", path, f"Content-Length: {size}"), number.to_bytes(8, "big") + base[8:]


def whole_files(one: Tenant, count: int, base: memoryview) -> Iterator[client.Request]:
    for _ in range(count):
        name = uuid.uuid4().hex
        head = one.head("PUT", f"/v1.0/drives/{one.drive}/root:/{name}.bin:/content", f"Content-Length: {len(base)}")
        yield head, name.encode()[:8], base[8:]


def fragments(one: Tenant, count: int, base: memoryview) -> Iterator[client.Request]:
    for _ in range(count):
        name = uuid.uuid4().hex
        url = one.ask(f"/root:/{name}.bin:/createUploadSession", {})["uploadUrl"]
        host, _, path = url.removeprefix("http://").partition("/")
        for start in range(0, len(base), _FRAGMENT):
            end = min(start + _FRAGMENT, len(base))
            said = f"Content-Length: {end - start}\r\nContent-Range: bytes {start}-{end - 1}/{len(base)}\r\n\r\n"
            head = f"PUT /{path} HTTP/1.1\r\nHost: {host}\r\n{said}".encode()
            yield head, name.encode()[:8] if not start else base[start : start + 8], base[start + 8 : end]


def transfer_port(one: Tenant) -> int:
    url = one.ask(f"/root:/{uuid.uuid4().hex}.bin:/createUploadSession", {})["uploadUrl"]
    return int(url.removeprefix("http://").partition("/")[0].rpartition(":")[2])


def speed(found: Found, folder: Path) -> None:
    base = memoryview(os.urandom(_LARGE))
    with tenant(folder, "--no-rewrite") as one, bare() as port:
        client.small(one.port, small_files(one, 500), _CONNECTIONS)
        rates: dict[str, list[float]] = {}
        for _ in range(_ROUNDS):
            told = client.small(one.port, small_files(one, 6000), _CONNECTIONS)
            assert told.good == 6000, told
            rates.setdefault("small", []).append(6000 / told.seconds)
            told = client.small(port, small_files(one, 6000), _CONNECTIONS)
            rates.setdefault("bare small", []).append(told.good / told.seconds)
            for name, made, where in (
                ("fragments", fragments, transfer_port(one)),
                ("whole", whole_files, one.port),
                ("bare large", whole_files, port),
            ):
                told = client.large(where, [made(one, 2, base) for _ in range(2)])
                assert told.good == sum(told.statuses.values()), told
                rates.setdefault(name, []).append(4 * _LARGE / told.seconds / 1e6)
            name = uuid.uuid4().hex
            client.large(one.port, [iter([(one.head("PUT", f"/v1.0/drives/{one.drive}/root:/{name}:/content",
                                                   f"Content-Length: {_LARGE}"), base)])])  # fmt: skip
            url = one.ask(f"/root:/{name}")["@microsoft.graph.downloadUrl"]
            host, _, path = url.removeprefix("http://").partition("/")
            request = f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
            came, seconds = client.download(int(host.rpartition(":")[2]), [request] * 4)
            rates.setdefault("download", []).append(came / seconds / 1e6)
        peak = one.memory("VmHWM")
    median = {name: sorted(each)[_ROUNDS // 2] for name, each in rates.items()}
    found.at_least(f"small PUTs ({_SMALL:,} bytes, {_CONNECTIONS} connections)", median["small"], 1500, "/s")
    found.at_least(f"fragments ({_FRAGMENT >> 20} MiB, two sessions)", median["fragments"], 500, "MB/s")
    found.at_least(f"PUT of {_LARGE >> 20} MiB, two at once", median["whole"], 500, "MB/s")
    found.at_least("download", median["download"], 500, "MB/s")
    found.at_most("memory after all this", peak, 200, "MB")
    found.remarks.append(
        f"an application that keeps nothing: {median['bare small']:,.0f} small PUTs/s, {median['bare large']:,.0f} MB/s"
    )
    found.remarks += [f"{name}: {', '.join(f'{rate:,.0f}' for rate in each)}" for name, each in rates.items()]


def fill(folder: Path, drive: str, items: int, *, crowd: int) -> None:
    """Rows of a stopped tenant: `crowd` files in one folder, the others a thousand to a folder."""
    with sqlite3.connect(folder / "tenant.db") as con:
        (root,) = con.execute("SELECT root FROM drive WHERE id = ?", (drive,)).fetchone()
        (change,) = con.execute("SELECT change FROM drive WHERE id = ?", (drive,)).fetchone()
        shape = (
            "INSERT INTO item (id, drive, parent, name, fold, guid, folder, size, children, blob, quickxor, created,"
            " modified, etag, ctag, versions, change, number) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '', 1, 1, 1, 1, ?, ?, ?)"
        )
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

        def rows() -> Iterator[tuple[object, ...]]:
            number, left, at = change, items, 0
            while left:
                inside = min(left, crowd if not at else 1000)
                name, parent = "crowd" if not at else f"folder {at}", f"01FOLDER{at:024}"
                number += 1
                yield parent, drive, root, name, name, str(uuid.uuid4()), 1, inside, "", 0, number, number
                for one in range(inside):
                    number += 1
                    name = f"dokument {one:06}.txt"
                    id = f"01FILE{number:026}"
                    yield id, drive, parent, name, name, str(uuid.uuid4()), 0, 0, empty, 1, number, number
                left, at = left - inside, at + 1
            con.execute("UPDATE drive SET change = ? WHERE id = ?", (number, drive))
            con.execute("UPDATE item SET children = children + ? WHERE id = ?", (at, root))

        con.executemany(shape, rows())


def volume(found: Found, folder: Path, items: int) -> None:
    with tenant(folder) as one:
        drive = one.drive
    fill(folder, drive, items, crowd=min(items, 100_000))
    with tenant(folder, "--no-rewrite") as one:
        before = one.memory()
        pages = [_seconds(one, "/root:/crowd:/children?$top=200")]
        link = pages[0][1].get("@odata.nextLink")
        listed = len(pages[0][1]["value"])
        while link:
            pages.append(_seconds(one, link))
            listed += len(pages[-1][1]["value"])
            link = pages[-1][1].get("@odata.nextLink")
        assert listed == min(items, 100_000), listed
        after_listing = one.memory()
        told = client.small(one.port, small_files(one, 5000), _CONNECTIONS)
        delta, link = 0, "/root/delta?$top=1000"
        while link:
            page = one.ask(link)
            delta += len(page["value"])
            link = page.get("@odata.nextLink", "")
        after = one.memory()
    assert delta > items, delta
    found.at_most(f"memory with {items:,} items: at start", before, 200, "MB")
    found.at_most("  after a listing of a folder with 100,000", after_listing, 250, "MB")
    found.at_most("  after 5,000 more files and a whole delta", after, 250, "MB")
    taken = sorted(seconds * 1000 for seconds, _ in pages)
    found.at_most("  a page of that listing", taken[len(taken) // 2], 50, "ms")
    found.remarks.append(f"the slowest of its {len(taken)} pages, read from a cold database: {taken[-1]:.0f} ms")
    found.at_least("  small PUTs into that library", told.good / told.seconds, 1500, "/s")


def _seconds(one: Tenant, path: str) -> tuple[float, dict[str, Any]]:
    import time

    begun = time.perf_counter()
    page = one.ask(path)
    return time.perf_counter() - begun, page


def main(folder: str = "", items: str = "1000000") -> None:
    found = Found()
    with tempfile.TemporaryDirectory() as usual:
        place = Path(folder or usual)
        speed(found, place / "speed")
        volume(found, place / "volume", int(items))
    print("| Measure | Measured | Goal | |\n| --- | --- | --- | --- |")
    for row in found.rows:
        print(f"| {row.measure} | {row.measured} | {row.goal} | {'ok' if row.met else 'below'} |")
    print("\n".join(found.remarks))


if __name__ == "__main__":
    main(*sys.argv[1:])
