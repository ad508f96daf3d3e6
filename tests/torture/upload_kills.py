"""The uploader is killed at random moments, with faults on: `python -m tests.torture.upload_kills [SECONDS] [KILLS] [SEED]`.

An area is uploaded by a process that is ended with SIGKILL after a random time, again and again until one comes to its end;
then everything must lie there once, with the right content, with no version too many, no upload session may be open, and the
journal must be empty. Then the next area. Until so many kills (default 200) or seconds (default 3,600) are over.
"""

import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import replace
from pathlib import Path

from filrydd.errors import FilryddError
from filrydd.stages import upload
from filrydd.targets import open_rehearsal
from filrydd.targets.governor import Timing
from tests.areas import Area, new_area
from tests.conftest import lay_out
from tests.targets.place import PEOPLE
from tests.tenants import tenant_process
from tests.torture import upload_area
from tests.torture.upload_area import Lies

FAULTS = """
seed: {seed}
faults:
  - {{fault: drop_before, on: [session, fragment, upload, folder, change, fields], share: 0.02}}
  - {{fault: drop_after, on: [session, fragment, upload, folder, change, fields, permissions], share: 0.02}}
  - {{fault: half_written, on: [fragment, upload], share: 0.02}}
  - {{fault: truncated_answer, on: [session, fragment, folder], share: 0.01}}
  - {{fault: too_many_requests, on: any, share: 0.004, seconds: 1}}
  - {{fault: unavailable, on: any, share: 0.004, seconds: 1}}
  - {{fault: session_gone, on: fragment, share: 0.02}}
  - {{fault: resource_modified, on: [session, folder, fields], share: 0.01}}
"""
SESSION_SECONDS = 3
"""How long the tenant keeps a session whose address died with the uploader."""
FASTER = 20
LARGE = 21 << 20
"""Bytes: three fragments of 10 MiB."""
_FAILED, _AGAIN, _BROKEN = 3, 1, 70
_ENV = "FILRYDD_TORTURED"


def tree() -> dict[str, object]:
    """The small tree and 240 more files in twelve folders."""
    more = {f"mappe {n}": {f"{n}-{k}.txt": f"{n} {k}\n" * (1 + k * 50) for k in range(20)} for n in range(12)}
    return {**upload_area.small_tree(LARGE), **more}


def make(folder: Path) -> Area:
    area = new_area(folder)
    lay_out(area.top, tree())  # type: ignore[arg-type]
    upload_area.close(area.top)
    upload_area.dated(area.top)
    upload_area.signed(area)
    return area


def uploader(area: Area, graph: str, log: Path) -> int:
    """A child process that uploads; returns its process id. Its exit code: 0 when all is there."""
    child = os.fork()
    if child:
        return child
    code = _BROKEN
    try:
        os.environ["FILRYDD_STATE"] = str(area.workspace.parent / "state")
        code = _upload(area, graph)
    except FilryddError as told:
        log.write_text(f"{type(told).__name__}: {told}")
        code = _AGAIN
    except BaseException:
        log.write_text(traceback.format_exc())
    finally:
        os._exit(code)


def _upload(area: Area, graph: str) -> int:
    base, wall = time.monotonic(), time.time()

    def clock() -> float:
        return base + (time.monotonic() - base) * FASTER

    timing = Timing(clock, lambda: wall + clock() - base, lambda seconds: asyncio.sleep(seconds / FASTER))

    async def opened() -> int:
        tenant = open_rehearsal(graph, timing=timing)
        try:
            return (await upload.apply(area.work(), tenant)).failed
        finally:
            await tenant.close()

    return _FAILED if asyncio.run(opened()) else 0


def until_killed_or_done(area: Area, graph: str, seconds: float, log: Path) -> int | None:
    """The exit code of an upload; None when it had not ended after so many seconds and was killed."""
    child = uploader(area, graph, log)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


class Campaign:
    """Kills until there were enough. `troubles` has what was wrong in the end, in words."""

    def __init__(self, place: Path, seed: int) -> None:
        self.place, self.dice = place, random.Random(seed)
        self.kills = self.journeys = 0
        self.codes: Counter[int] = Counter()
        self.troubles: list[str] = []
        self.area = make(place / "made")
        self.expected, self.takes = self._undisturbed()

    def _undisturbed(self) -> tuple[dict[str, Lies], float]:
        folder = self.place / "undisturbed"
        with self._tenant(folder, "seed: 1\n") as graph:
            area, begun = upload_area.another(self.area, folder), time.monotonic()
            code = until_killed_or_done(area, graph, 600, folder / "log")
            assert code == 0, (folder / "log").read_text() if (folder / "log").exists() else code
            took = time.monotonic() - begun
            library = upload_area.lying(folder / "tenant")
        there = {path.rpartition("/")[2]: lies.contents[-1] for path, lies in library.items()}
        source = {name.replace("b: c", "b- c"): sha for name, sha in upload_area.contents_of(self.area).items()}
        assert {name: source[name] for name in there} == there and len(source) == len(there) + 2
        return library, took

    def go(self, kills: int, until: float) -> None:
        while self.kills < kills and time.monotonic() < until:
            folder = self.place / f"journey {self.journeys}"
            self._journey(folder, kills)
            shutil.rmtree(folder)
            self.journeys += 1
            print(f"{self.kills} kills, {self.journeys} areas there, {len(self.troubles)} troubles", flush=True)

    def _journey(self, folder: Path, kills: int) -> None:
        seed = self.dice.randrange(10**6)
        with self._tenant(folder, FAULTS.format(seed=seed)) as graph:
            area, log = upload_area.another(self.area, folder), folder / "log"
            patience = 12
            while patience:
                # Once there were enough, this area is brought to its end.
                killing = self.kills < kills
                seconds = self.dice.uniform(0.02, 0.4 * self.takes) if killing else 300.0
                code = until_killed_or_done(area, graph, seconds, log)
                if code is None:
                    self.kills += 1
                    continue
                if code == 0:
                    break
                # Refused, or with files that failed: a person looks and runs it again.
                self.codes[code] += 1
                patience -= 1
                if code == _BROKEN:
                    self.troubles.append(f"seed {seed}: {log.read_text()[-1500:]}")
            ended = time.time()
            self._compare(area, folder / "tenant", ended, seed)

    def _compare(self, area: Area, library: Path, ended: float, seed: int) -> None:
        found = upload_area.lying(library)
        wrong: list[str] = []
        for path in sorted({*found, *self.expected}):
            one, other = found.get(path), self.expected.get(path)
            if one is None or other is None:
                wrong.append(f"{path} is {'missing' if one is None else 'there and should not be'}")
            elif replace(one, versions=0) != replace(other, versions=0):
                wrong.append(f"{path}: {one}, not {other}")
            elif one.versions > other.versions:
                wrong.append(f"{path}: {one.versions} versions, not {other.versions}")
        if sessions := upload_area.open_sessions(library, ended - SESSION_SECONDS):
            wrong.append(f"open sessions: {sessions}")
        wrong += [f"{what}: {rows}" for what, rows in upload_area.left_over(area).items() if rows]
        self.troubles += [f"seed {seed}: {each}" for each in wrong]

    def _tenant(self, folder: Path, faults: str):  # type: ignore[no-untyped-def]
        (folder / "tenant").mkdir(parents=True)
        (folder / "tenant" / "people.csv").write_text(PEOPLE, encoding="utf-8")
        (folder / "faults.yaml").write_text(faults, encoding="utf-8")
        ways = ("--no-rewrite", "--session-seconds", str(SESSION_SECONDS), "--faults", str(folder / "faults.yaml"))
        return tenant_process(folder / "tenant", *ways)


def orphans(marked: str) -> list[int]:
    """Processes that the killed ones started and that go on without them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            known = f"{_ENV}={marked}".encode() in (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if known and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


def main(seconds: float, kills: int, seed: int) -> int:
    import msgraph  # noqa: F401 - imported once, and not by every child

    marked = f"{os.getpid()}-{time.time_ns()}"
    os.environ[_ENV] = marked
    with tempfile.TemporaryDirectory(prefix="filrydd-torture-") as place:
        os.environ["FILRYDD_KEY"] = str(Path(place) / "ledger.key")
        campaign = Campaign(Path(place), seed)
        print(f"undisturbed: {len(campaign.expected)} files in {campaign.takes:.1f} s", flush=True)
        campaign.go(kills, time.monotonic() + seconds)
        time.sleep(2)
        left = orphans(marked)
    print(
        f"{campaign.kills} kills in {campaign.journeys} areas; run again by hand: {dict(campaign.codes)};"
        f" {len(campaign.troubles)} troubles; processes left over: {len(left)}"
    )
    for trouble in campaign.troubles:
        print(trouble)
    return int(bool(campaign.troubles or left))


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(
        main(
            float(words[0]) if words else 3600.0,
            int(words[1]) if len(words) > 1 else 200,
            int(words[2]) if len(words) > 2 else 1,
        )
    )
