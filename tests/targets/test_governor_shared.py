"""One budget for all processes that speak as the same application to the same tenant."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as some

from filrydd.targets.governor import Governor, Timing
from filrydd.targets.governor.costs import Kind
from filrydd.targets.governor.shared import AMOUNTS, MOMENTS, UNSAID_AMOUNTS, UNSAID_MOMENTS, place
from filrydd.targets.tenant import Meter

# Calls as fast as the file lets it, until a moment; the number of them on standard output. Dies where told.
CHILD = """
import asyncio, os, sys, time
from pathlib import Path
from filrydd.targets.governor import Governor, Timing
from filrydd.targets.governor.costs import Kind
from filrydd.targets.tenant import Meter

async def calls(governor, until):
    count = 0
    while time.time() < until:
        try:
            call = await asyncio.wait_for(governor.turn(Kind.WRITE), until - time.time())
        except TimeoutError:
            break
        count += 1
        governor.answered(call, 200, {})
    return count

governor = Governor(Meter(), Timing(), shared=Path(sys.argv[1]))
print("ready", flush=True)
until = float(sys.stdin.readline())
print(asyncio.run(calls(governor, until)), len(governor.meter.remarks), flush=True)
"""


def told(limit: float, remaining: float, reset: float) -> httpx.Headers:
    return httpx.Headers(
        {"ratelimit-limit": str(limit), "ratelimit-remaining": str(remaining), "ratelimit-reset": str(reset)}
    )


@contextlib.contextmanager
def children(file: Path, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _child in range(count)
    ]
    try:
        for child in started:
            assert child.stdout and child.stdout.readline() == "ready\n"
        yield started
    finally:
        for child in started:
            child.kill()
            child.communicate()


def one_call(governor: Governor, answer: httpx.Headers | None = None, status: int = 200) -> float:
    """Seconds until a call had its turn; it is answered so."""

    async def steps() -> float:
        begun = time.monotonic()
        call = await governor.turn(Kind.WRITE)
        waited = time.monotonic() - begun
        governor.answered(call, status, answer or httpx.Headers())
        if status == 429:
            await governor.throttled(answer or httpx.Headers(), 1)
        elif answer:
            # What was told is entered as the next call takes its turn.
            await governor.turn(Kind.WRITE)
        return waited

    return asyncio.run(steps())


def test_two_processes_together_spend_what_is_left_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "tenant.json"
    with children(file, 2) as pair:
        until = time.time() + 3
        # 300 units, of which 1 and 0.2 % of the limit are kept back, and one call under way.
        first = Governor(Meter(), Timing(), shared=file)
        one_call(first, told(10_000, 300, 3))
        asyncio.run(first.close())
        for child in pair:
            assert child.stdin
            child.stdin.write(f"{until}\n")
            child.stdin.flush()
        counts = [child.communicate(timeout=20)[0].split() for child in pair]
    calls, remarks = zip(*((int(each), int(said)) for each, said in counts), strict=True)
    assert remarks == (0, 0)
    assert min(calls) > 10, "both have a share"
    assert 125 <= sum(calls) <= 138


def test_a_gate_that_one_process_closes_is_closed_for_all(tmp_path: Path) -> None:
    file = tmp_path / "tenant.json"
    one, other = Governor(Meter(), Timing(), shared=file), Governor(Meter(), Timing(), shared=file)
    assert one_call(other) < 0.5
    one_call(one, httpx.Headers({"retry-after": "1"}), 429)
    assert 0.4 < one_call(other) < 3


def test_a_process_that_died_holds_nothing_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "tenant.json"
    with children(file, 1) as (child,):
        one_call(Governor(Meter(), Timing(), shared=file), told(1_000_000, 100_000, 50))
        assert child.stdin
        child.stdin.write(f"{time.time() + 60}\n")
        child.stdin.flush()
        while len(json.loads(file.read_text())["out"]) < 2:
            time.sleep(0.02)
        child.kill()
        child.wait()
    governor = Governor(Meter(), Timing(), shared=file)
    assert one_call(governor) < 2
    assert not governor.meter.remarks


@settings(max_examples=25)
@given(some.binary(max_size=40) | some.recursive(some.none() | some.floats() | some.text(max_size=3), some.lists))
def test_whatever_the_file_holds_calls_go_on(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    assert one_call(Governor(Meter(), Timing(), shared=file)) < 2
    assert json.loads(file.read_text())["saved"] > 0


NUMBERS = some.one_of(
    some.none(), some.sampled_from([0, -1, 1e11, -1e11, 1e300, "x", True, []]), some.floats(allow_nan=False)
)
KEYS = [*MOMENTS, *AMOUNTS, *UNSAID_MOMENTS, *UNSAID_AMOUNTS, "told_limit", "day", "out", "recent"]


@settings(max_examples=50)
@given(some.dictionaries(some.sampled_from([key for key in KEYS if key not in ("open_at", "limit")]), NUMBERS))
def test_no_value_in_the_file_stops_the_calls_for_ever(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]
) -> None:
    file = tmp_path_factory.getbasetemp() / "values.json"
    file.write_text(json.dumps({"saved": 1e9, **values}))
    now = [1000.0]

    async def sleep(seconds: float) -> None:
        now[0] += seconds
        await asyncio.sleep(0)

    timing = Timing(clock=lambda: now[0], wall=lambda: 1e9 + now[0] - 1000, sleep=sleep, chance=lambda: 1.0)
    governor = Governor(Meter(), timing, shared=file)

    async def steps() -> None:
        for _call in range(3):
            governor.answered(await governor.turn(Kind.WRITE), 200, {})

    asyncio.run(steps())
    assert now[0] - 1000 <= 86_400


def test_the_use_of_the_day_is_remembered_by_the_next_process(tmp_path: Path) -> None:
    file = tmp_path / "tenant.json"
    ten = int(time.time() // 600)
    first = Governor(Meter(), Timing(), tier="0-1000", shared=file)
    one_call(first)
    asyncio.run(first.close())
    known = json.loads(file.read_text())
    assert sum(known["day"].values()) == 2
    known["day"] = {str(ten - 1): 1_200_000}
    file.write_text(json.dumps(known))
    governor = Governor(Meter(), Timing(), tier="0-1000", shared=file)

    async def steps() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(governor.turn(), 0.2)

    asyncio.run(steps())
    assert governor.meter.closed_for > 60
    assert governor.meter.requests == 0


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="a folder in the file's place")
def test_a_file_that_cannot_be_written_leaves_this_process_alone_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    governor = Governor(Meter(), Timing(), shared=tmp_path / "taken" / "tenant.json")
    assert one_call(governor, told(1250, 200, 3)) < 1
    assert one_call(governor) < 1
    assert len(governor.meter.remarks) == 1


def test_a_lock_that_is_held_by_something_that_hangs_stops_nobody(tmp_path: Path) -> None:
    file = tmp_path / "tenant.json"
    with FileLock(file.with_suffix(".lock")):
        governor = Governor(Meter(), Timing(), shared=file)
        assert one_call(governor) < 3
        assert one_call(governor) < 0.2
    assert len(governor.meter.remarks) == 1


def test_each_tenant_and_application_has_a_file_of_its_own_that_names_neither(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FILRYDD_STATE", str(tmp_path))
    files = {place(f"http://127.0.0.1:{port}/v1.0", app) for port in (1, 2) for app in ("", "8f14e45f-0004")}
    assert len(files) == 4
    assert all(file.parent == tmp_path and "127" not in file.name and "8f14e45f" not in file.name for file in files)


def test_a_visit_costs_little(tmp_path: Path) -> None:
    governor = Governor(Meter(), Timing(), shared=tmp_path / "tenant.json")

    async def steps() -> float:
        begun = time.process_time()
        for _call in range(2000):
            governor.answered(await governor.turn(Kind.WRITE), 200, {})
        return time.process_time() - begun

    assert asyncio.run(steps()) < 1.0
