"""A signed area of many files, and who carries it to a rehearsal tenant: filrydd, rclone, a bare socket.

Every run has a tenant of its own, in a process of its own, and each program is a process as a person starts it.
"""

import json
import os
import random
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filrydd.stages import classify, propose, scan
from filrydd.stages.work import Work
from tests.areas import POLICY, Area, new_area
from tests.benchmarks.measure import Ran, run
from tests.benchmarks.tenant import Tenant, tenant
from tests.rehearsal.clients.rclone import AS_THEY_ARE, program

FRAGMENT = 10 << 20
FILES_A_FOLDER = 200
_PIECE = 4 << 20
_NEEDS_A_PERSON = 3
UNDIVIDED = POLICY.replace("    parts: [{name: bilag, path: Bilag, contact: {name: Ola Lunde}}]\n", "")
"""The policy for an area that is one part."""
LABEL = "Arkivverdig"
"""The retention label that every tenant here knows."""


@dataclass(frozen=True)
class Stand:
    """A signed area, and room for the runs beside it. `files` and `bytes` are what it holds."""

    area: Area
    folder: Path
    files: int
    bytes: int

    @contextmanager
    def tenant(self, *words: str) -> Iterator[Tenant]:
        """A new tenant; gone afterwards with all that it took."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="tenant-") as place:
            (Path(place) / "labels.csv").write_text(f"name,kind\n{LABEL},retention\n", encoding="utf-8")
            with tenant(Path(place), *words) as one:
                yield one

    def ours(self, one: Tenant, *words: str, watch: bool = False) -> tuple[Ran, dict[str, Any]]:
        """filrydd sends the area: how the process ran, and what it says. From a copy of the workspace, so that nothing is
        sent yet."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="workspace-") as place:
            workspace = Path(place) / "workspace"
            shutil.copytree(self.area.workspace, workspace)
            ran = run(
                command(workspace, one, *words),
                environment=environment(Path(place)),
                watch=watch,
                folder=here(),
                fine=(0, _NEEDS_A_PERSON),
            )
            return ran, json.loads(ran.output)

    def rclone(self, one: Tenant, transfers: int, *words: str) -> Ran:
        """rclone copies the area to a folder of a library."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="rclone-") as place:
            config = Path(place) / "rclone.conf"
            config.write_text(_config(one))
            every = (
                "--retries",
                "3",
                "--transfers",
                str(transfers),
                "--checkers",
                str(transfers),
                *AS_THEY_ARE,
                *words,
            )
            copy = [program(), "--config", str(config), "copy", *every, str(self.area.top), f"t:{uuid.uuid4().hex}"]
            return run(copy, environment={}, folder=here())

    def bare(self, one: Tenant, lines: int) -> float:
        """Seconds in which a client that only reads and sends carries the files over as many connections."""
        import time

        from tests.benchmarks import tenant_client as client

        files = [path for path in sorted(self.area.top.rglob("*")) if path.is_file()]
        below = uuid.uuid4().hex
        where = _transfer_port(one)

        def requests(part: list[Path]) -> Iterator[client.Request]:
            for number, path in enumerate(part):
                size = path.stat().st_size
                url = one.ask(f"/root:/{below}-{number}-{uuid.uuid4().hex}.bin:/createUploadSession", {})["uploadUrl"]
                host, _, target = url.removeprefix("http://").partition("/")
                with path.open("rb", buffering=0) as file:
                    for start in range(0, size, FRAGMENT):
                        end = min(start + FRAGMENT, size)
                        data = memoryview(file.read(end - start))
                        said = f"Content-Length: {end - start}\r\nContent-Range: bytes {start}-{end - 1}/{size}\r\n\r\n"
                        yield f"PUT /{target} HTTP/1.1\r\nHost: {host}\r\n{said}".encode(), data

        begun = time.perf_counter()
        told = client.large(where, [requests(files[line::lines]) for line in range(lines)])
        assert told.good == sum(told.statuses.values()), told
        return time.perf_counter() - begun


def command(workspace: Path, one: Tenant, *words: str) -> list[str]:
    where = ["--tenant", "rehearsal", "--address", one.ready["graph"]]
    program = [sys.executable, "-m", "filrydd", "--workspace", str(workspace)]
    return [*program, "upload", "felles", *where, "--execute", "--json", *words]


def environment(folder: Path) -> dict[str, str]:
    """No run knows what an earlier one learnt of its tenant, nor signs with the key of whoever runs it."""
    return {"FILRYDD_KEY": str(folder / "ledger.key"), "FILRYDD_STATE": str(folder / "state"), "FILRYDD_LANG": "en"}


def here() -> Path:
    return Path(__file__).parent.parent.parent


@contextmanager
def stand(folder: str | None, sizes: Iterator[int], policy: str = UNDIVIDED) -> Iterator[Stand]:
    """A stand whose area has files of these sizes in bytes, all with contents of their own."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="filrydd-upload-") as place:
        top = Path(place)
        os.environ["FILRYDD_KEY"] = str(top / "ledger.key")
        area = new_area(top / "made")
        files, size = _fill(area.top, sizes)
        area.policy(policy)
        work = Work(area.workspace, "felles", "benchmark")
        scan.run(work, str(area.top))
        classify.run(work)
        propose.run(work)
        area.sign()
        yield Stand(area, top, files, size)


def _fill(top: Path, sizes: Iterator[int]) -> tuple[int, int]:
    base, files, total = os.urandom(_PIECE), 0, 0
    then = datetime(2025, 5, 5, tzinfo=UTC).timestamp()
    for size in sizes:
        place = top / f"mappe {files // FILES_A_FOLDER}"
        if not files % FILES_A_FOLDER:
            place.mkdir(parents=True)
        path = place / f"dokument {files:06}.dat"
        with path.open("wb") as file:
            file.write(files.to_bytes(8, "big")[: size or 0])
            left = size - 8
            while left > 0:
                left -= file.write(base[: min(left, _PIECE)])
        os.utime(path, (then + files, then + files))
        files, total = files + 1, total + size
    return files, total


def sparse(path: Path, size: int) -> None:
    """A file of that many zero bytes that takes no room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


def small_sizes(count: int, seed: int = 1) -> Iterator[int]:
    """Sizes from 1 to 200 KB."""
    chance = random.Random(seed)
    for _ in range(count):
        yield chance.randint(1_000, 200_000)


def large_sizes(megabytes: int) -> Iterator[int]:
    """Large files of so many MB together, two thirds of them in files of 300 MB."""
    huge = max(1, megabytes * 2 // 3 // 300)
    yield from [300 * 10**6] * huge
    left = megabytes - 300 * huge
    while left > 0:
        yield min(60, left) * 10**6
        left -= 60


def units_of(one: Tenant) -> dict[str, Any]:
    """The tenant's own figures."""
    import urllib.request

    ask = urllib.request.Request(
        f"{one.ready['web']}/-/admin.json", headers={"Authorization": f"Bearer {one.ready['token']}"}
    )
    with urllib.request.urlopen(ask, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def _transfer_port(one: Tenant) -> int:
    url = one.ask(f"/root:/{uuid.uuid4().hex}.bin:/createUploadSession", {})["uploadUrl"]
    return int(url.removeprefix("http://").partition("/")[0].rpartition(":")[2])


def _config(one: Tenant) -> str:
    token = {"access_token": one.ready["token"], "token_type": "Bearer", "refresh_token": "x"}
    token["expiry"] = "2099-01-01T00:00:00Z"
    return (
        "[t]\ntype = onedrive\ndrive_type = documentLibrary\n"
        f"drive_id = {one.drive}\ntenant_url = {one.ready['api']}\ntoken = {json.dumps(token)}\n"
    )
