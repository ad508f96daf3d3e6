"""How quickly every page answers in a large area, with readers at work, quiet and while the area is classified and proposed.

`python -m tests.benchmarks.pages [SECONDS [FOLDERS FILES [WORKSPACE]]]` makes a department that became a maze (unless told
otherwise 100,000 folders with 1,000,000 files), has it reviewed to a third, serves it in a process of its own, and lets 20
readers click through every page of the table for SECONDS (180), 5 s between their clicks: once alone, once while other
processes classify by two policies in turn, which differ in a fifth of the files, and propose. Prints a line a page: seconds
are the server's own, from the request to the last byte of the answer. A workspace that is named is kept, and used as it is
when it is there already. The exit code is 1 when a page takes more than GOAL at its 95th percentile, or one fails.
"""

import asyncio
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from filrydd.stages.work import system_clock
from filrydd.web.access import Page
from filrydd.web.application import pages
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.service import Service
from tests.benchmarks import mazes, pages_area
from tests.benchmarks.pages_area import World
from tests.benchmarks.pages_child import DOWNLOAD
from tests.benchmarks.pages_clicks import ROLES, Clicks, known
from tests.benchmarks.pages_reader import BETWEEN, Reader

GOAL = 0.300
READERS = 20
_BEFORE = "before the readers"
Told = dict[str, Any]


def say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)


def measured(workspace: Path, world: World, seconds: float, *, beside: bool) -> Told:
    """What the server saw while readers were at work; `beside`: while the area was classified and proposed."""
    with _child("serve", str(workspace), str(READERS)) as server:
        told = json.loads(_line(server))
        base = f"http://127.0.0.1:{told['port']}"
        table = _table(workspace)
        job = _looked(base, told["cookie"], dict(told["sessions"])["siri"])
        readers = []
        for number, (who, session) in enumerate(told["sessions"]):
            clicks = Clicks(world, job, table, number)
            readers.append(Reader(who, (told["cookie"], session), base, clicks, random.Random(number)))

        async def all_of_them() -> None:
            until = time.monotonic() + seconds
            await asyncio.gather(*(reader.read(until) for reader in readers))

        ran: Told = {}
        if beside:
            with _child("churn", str(workspace)) as churn:
                asyncio.run(all_of_them())
                ran = json.loads(_rest(churn))
        else:
            asyncio.run(all_of_them())
        found: Told = json.loads(_rest(server))
    waited = [one for reader in readers for one in reader.waited]
    return {**found, "waited": waited, "done": ran.get("done", [])}


def _looked(base: str, cookie: str, session: str) -> str:
    """A job of the superuser's that is done, by its number: the one that looks for folders to ask about."""
    department = f"/department/{pages_area.DEPARTMENT}"
    with httpx.Client(base_url=base, cookies={cookie: session}, timeout=120, headers={"origin": base}) as client:
        shown = client.get(department, headers={"x-page": _BEFORE})
        key = re.search(r'name="form_key" value="([^"]+)"', shown.text)
        assert key is not None, shown.text
        sent = {"form_key": key[1], "once": "look", "area": mazes.AREA, "what": "look"}
        led = client.post(f"{department}/run", data=sent, headers={"x-page": _BEFORE}).headers["location"]
        job = led.partition("job=")[2] or led.rpartition("/")[2]
        while "refresh" in client.get(f"/job/{job}", headers={"x-page": _BEFORE}).headers:
            time.sleep(1)
    return job


def table_of(found: Told) -> bool:
    """Print what was measured, a line a page; whether all of it is as it should be."""
    rows: dict[str, list[tuple[float, int]]] = {}
    for word, _when, seconds, status, _beside in found["seen"]:
        if word == _BEFORE:
            continue
        rows.setdefault(word, []).append((seconds, status))
    print(f"{'page':<62} {'count':>5} {'p50':>7} {'p95':>7} {'max':>7}  ms   answers")
    good = True
    for word in sorted(rows, key=lambda word: -_at(rows[word], 0.95)):
        slow = _at(rows[word], 0.95) > GOAL
        statuses = Counter(status for _seconds, status in rows[word])
        failed = any(status >= 500 for status in statuses)
        good &= not (slow or failed)
        cells = " ".join(f"{1000 * _at(rows[word], share):7.0f}" for share in (0.5, 0.95, 1))
        said = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
        called = f"{word} (begins)" if word.endswith(DOWNLOAD) else word
        print(
            f"{called:<62} {len(rows[word]):>5} {cells}  {'SLOW' if slow else '    '} {said}{' FAILED' if failed else ''}"
        )
    every = [one for some in rows.values() for one in some]
    cells = " ".join(f"{1000 * _at(every, share):7.0f}" for share in (0.5, 0.95, 1))
    print(f"{'all of them':<62} {len(every):>5} {cells}")
    waited = sorted(found["waited"])
    print(f"{'  as the readers waited':<62} {len(waited):>5} {_cells(waited)}")
    print(f"at most {max(one[4] for one in found['seen'])} requests at once; load {os.getloadavg()[0]:.1f} at the end")
    sizes = [size for _when, size in found["memory"]]
    thirds = [sizes[min(len(sizes) - 1, len(sizes) * third // 3)] for third in range(4)] if sizes else []
    print(
        f"memory of the server: {', '.join(f'{size / 1e6:.0f}' for size in thirds)} MB, peak {found['peak'] / 1e6:.0f} MB"
    )
    for stage in ("classify", "propose"):
        times = [end - begun for word, begun, end in found["done"] if word == stage]
        if times:
            print(f"beside: {stage} {len(times)} times, {sum(times) / len(times):.0f} s each")
    return good


def _cells(waited: Sequence[float]) -> str:
    return " ".join(f"{1000 * waited[max(0, math.ceil(share * len(waited)) - 1)]:7.0f}" for share in (0.5, 0.95, 1))


def _at(some: Sequence[tuple[float, int]], share: float) -> float:
    """The nearest rank."""
    ordered = sorted(seconds for seconds, _status in some)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _table(workspace: Path) -> tuple[Page, ...]:
    return pages(Service(workspace), Door(system_clock), Place.here(1))


@contextmanager
def _child(*words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.pages_child", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
        if process.wait():
            raise RuntimeError(f"{words[0]} ended with {process.returncode}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _rest(process: subprocess.Popen[str]) -> str:
    """End its input, and read what it says at its end."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.close()
    return process.stdout.read()


def main(seconds: float, folders: int, files: int, place: Path, which: str = "both") -> int:
    """Both runs; the exit code."""
    os.environ.setdefault("FILRYDD_KEY", str(place / "ledger.key"))
    os.environ["FILRYDD_LANG"] = "nb"
    place.mkdir(parents=True, exist_ok=True)
    world = pages_area.ready(place, folders, files, say)
    assert set(ROLES) == set(pages_area.PEOPLE)
    say(f"{len(known(_table(place), Clicks(world, '', _table(place), 0)))} pages")
    good = True
    for word, beside in (("quiet", False), ("while it is classified and proposed", True)):
        if which not in ("both", word.partition(" ")[0]):
            continue
        # Readers answer, and stages publish: each run begins with the same area.
        with tempfile.TemporaryDirectory(dir=place.parent, prefix="pages-") as folder:
            copied = shutil.copytree(place, Path(folder) / "workspace")
            load = os.getloadavg()[0]
            say(
                f"{READERS} readers, {BETWEEN:.0f} s between their clicks, for {seconds:.0f} s, {word}; load {load:.1f}"
            )
            good &= table_of(measured(copied, world, seconds, beside=beside))
    print(f"every page in under {1000 * GOAL:.0f} ms at its 95th percentile: {'yes' if good else 'NO'}")
    return 0 if good else 1


if __name__ == "__main__":
    lasts = float(sys.argv[1]) if len(sys.argv) > 1 else 180.0
    folders, files = (int(word) for word in sys.argv[2:4] or ("100000", "1000000"))
    if len(sys.argv) > 4:
        sys.exit(main(lasts, folders, files, Path(sys.argv[4]), *sys.argv[5:6]))
    with tempfile.TemporaryDirectory() as top:
        sys.exit(main(lasts, folders, files, Path(top) / "workspace"))
