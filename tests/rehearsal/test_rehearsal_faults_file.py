"""The fault file: all that is wrong with it is told at once, and nothing in it is ignored in silence."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from filrydd.errors import FilryddError
from filrydd.rehearsal.faults.file import read
from filrydd.rehearsal.faults.kinds import Kind
from filrydd.rehearsal.faults.rule import SORTS, Deed, Fault
from filrydd.rehearsal.rules.retry_after import Form
from filrydd.rehearsal.rules.throttle import TIERS, UNITS, Cost, Limits, RefuseWith
from tests.rehearsal.bad_day import bad_day

WHOLE = """
seed: 7
throttle:
  tier: 1001-5000
  minute: 100
  costs: {fragment: 4, get: 0}
  refuse_with: mixed
  retry_after: lower-case
  then:
    - {after_seconds: 60, minute: 300}
    - {after_requests: 10, tier: 0-1000, refuse_with: 429}
clock: {ahead_seconds: -90.5, drift: 0.01}
quota: 5000000000
tokens: 20
people:
  - {does: edit, share: 0.02, path: "plan/**", who: Kari Nordmann, seconds: 2, most: 5}
  - {does: add, every: 3}
faults:
  - {fault: drop_after, on: [upload, fragment], share: 0.05}
  - {fault: unavailable, on: any, nth: [1, 3], status: 504}
  - {fault: unavailable, on: write, first: 2}
  - {fault: corrupted_item, path: "/Plan/*.PDF", share: 1, most: 3, hash: old}
"""


def kept(tmp_path: Path, text: str | bytes) -> Path:
    file = tmp_path / "faults.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def problems(tmp_path: Path, text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(FilryddError) as trouble:
        read(kept(tmp_path, text))
    assert trouble.value.exit_code == 1
    assert "faults.yaml" in trouble.value.message and trouble.value.next
    return trouble.value.details


def test_all_of_a_file_is_taken(tmp_path: Path) -> None:
    bad = read(kept(tmp_path, WHOLE))
    assert (bad.seed, bad.ahead_seconds, bad.drift, bad.quota, bad.tokens) == (7, -90.5, 0.01, 5_000_000_000, 20)
    first, second, third = bad.throttled(Limits(minute=5))
    assert first.limits == Limits(100, *[getattr(TIERS["1001-5000"], name) for name in ("day", "tenant", "ingress")])
    assert first.units == {**UNITS, Cost.FRAGMENT: 4, Cost.GET: 0}
    assert (first.refuse_with, first.retry_after) == (RefuseWith.MIXED, Form.LOWER_CASE)
    assert (second.limits.minute, second.after_seconds, second.after_requests) == (300, 60, math.inf)
    assert second.units == third.units == first.units
    assert (third.limits, third.refuse_with, third.after_requests) == (TIERS["0-1000"], RefuseWith.TOO_MANY, 10)
    drop, unavailable, again, corrupted = bad.rules
    assert (drop.fault, drop.on, drop.when.share) == (Fault.DROP_AFTER, {Kind.UPLOAD, Kind.FRAGMENT}, 0.05)
    assert (unavailable.on, unavailable.when.nth, unavailable.status) == (set(Kind), {1, 3}, 504)
    assert (unavailable.number, again.number, again.when.first, again.status) == (1, 2, 2, 503)
    assert Kind.DELETE in again.on and Kind.UPLOAD not in again.on
    assert corrupted.path.fullmatch("plan/å.pdf") and not corrupted.path.fullmatch("plan/a/å.pdf")
    assert (corrupted.when.most, corrupted.keeps_hash) == (3, True)
    assert [(person.does, person.when.every, person.who) for person in bad.people] == [
        (Deed.EDIT, 0, "Kari Nordmann"),
        (Deed.ADD, 3, ""),
    ]


def test_an_empty_file_is_a_good_day(tmp_path: Path) -> None:
    for text in ("", "# nothing\n", "faults:\nthrottle:\n", "{}"):
        bad = read(kept(tmp_path, text))
        assert bad.rules == bad.people == bad.throttle == ()
        assert [setting.limits for setting in bad.throttled(Limits(minute=5))] == [Limits(minute=5)]


def test_everything_that_is_wrong_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = """
seed: -1
colour: blue
throttle: {tier: 1-2, minute: many, costs: {fragments: 2}, then: [{minute: 3}]}
clock: {ahead: 3}
people:
  - {does: dance, share: 0.5}
  - {does: edit}
faults:
  - {fault: rain}
  - {fault: drop_after, on: [upload, puts], share: 1.5}
  - {fault: slow_answer, seconds: 10000, status: 503, first: 1, nth: [1]}
  - upload
"""
    told = problems(tmp_path, text)
    assert [line.partition(":")[0] for line in told] == sorted(
        [line.partition(":")[0] for line in told], key=lambda word: int(word.split()[1])
    )
    for begin, rest in (
        ("Line 2: seed: ", "whole number from 0"),
        ("Line 3: colour: ", "Known: seed, throttle, clock, quota, tokens, people, faults"),
        ("Line 4: throttle.tier: ", "0-1000, 1001-5000"),
        ("Line 4: throttle.minute: ", "whole number"),
        ("Line 4: throttle.costs.fragments: ", "get, list, delta, download, write, upload, fragment, permissions"),
        ("Line 4: throttle.then[1]: ", "after_seconds, after_requests"),
        ("Line 5: clock.ahead: ", "ahead_seconds, drift"),
        ("Line 7: people[1].does: ", "edit, rename, move, delete, add"),
        ("Line 8: people[2]: ", "share, nth, first, every"),
        ("Line 10: faults[1]: ", "too_many_requests, unavailable, locked"),
        ("Line 11: faults[2].on: ", "fragment"),
        ("Line 11: faults[2].share: ", "from 0 to 1"),
        ("Line 12: faults[3].seconds: ", "from 0 to 600"),
        ("Line 12: faults[3].status: ", "fault, on, path, share, nth, first, most, seconds"),
        ("Line 12: faults[3]: ", "share, nth, first"),
        ("Line 13: faults[4]: ", "too_many_requests"),
    ):
        assert [line for line in told if line.startswith(begin) and rest in line], (begin, told)
    assert len(told) == 16


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        ("a: [", "Line 1: "),
        ("faults: &a [1]\npeople: *a\n", "Line 2: Aliases"),
        ("[" * 5_000, "nesting"),
        ("seed: 1\nseed: 2\n", "Line 2: The key seed comes twice."),
        ("? [1]\n: 2\n", "plain word"),
        ("x" * 70_000, "64 kB"),
        ("- 1\n", "must have keys"),
        ("seed: 2024-13-45\n", "Line 1: "),
        ("seed: !!python/object/apply:os.system [echo]\n", "Line 1: "),
        ("faults: [{fault: session_gone, on: upload, first: 1}]", "fragment, commit, status"[:8]),
        ("faults: [{fault: drop_after, nth: [0]}]", "whole numbers from 1"),
        ("faults: [{fault: drop_after, nth: true}]", "whole numbers from 1"),
        ("faults: [{fault: drop_after, first: 1, path: ''}]", "1 to 400"),
        ("faults: {fault: drop_after}", "a list"),
        ("clock: {ahead_seconds: .nan}", "from -"),
        ("tokens: 0", "whole number"),
    ],
)
def test_what_is_no_fault_file_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    told = problems(tmp_path, text)
    assert said in " ".join(told), told


@given(some.binary(max_size=300) | some.text(max_size=300).map(str.encode))
def test_no_file_at_all_brings_it_down(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(data)
    try:
        read(file)
    except FilryddError as trouble:
        assert trouble.details


_plain = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20)
_words = some.sampled_from(
    ["fault", "on", "path", "share", "nth", "first", "most", "does", "every", "then"]
    + [each.value for each in (*Fault, *Kind)]
)
_trees = some.recursive(
    _plain | _words,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(_words | some.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(some.dictionaries(some.sampled_from(["seed", "throttle", "clock", "people", "faults", "quota"]), _trees))
def test_no_content_at_all_brings_it_down(tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any]) -> None:
    import yaml

    file = tmp_path_factory.getbasetemp() / "tree.yaml"
    file.write_text(yaml.dump(content, Dumper=yaml.SafeDumper), encoding="utf-8")
    try:
        read(file)
    except FilryddError as trouble:
        assert trouble.details


def test_every_fault_says_what_it_can_strike_and_takes_no_more_than_its_own(tmp_path: Path) -> None:
    assert set(SORTS) == set(Fault)
    values = {"seconds": 1, "bytes": 1, "status": 503, "retry_after": "told", "times": 2, "hash": "new"}
    for fault, sort in SORTS.items():
        for name, value in values.items():
            text = f"faults: [{{fault: {fault}, first: 1, {name}: {value}}}]"
            if name in sort.takes:
                assert read(kept(tmp_path, text)).rules[0].on == sort.on
            else:
                assert name in problems(tmp_path, text)[0]


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("**", ["", "a", "a/b.c"], []),
        ("*.pdf", ["a.pdf", ".pdf"], ["a/b.pdf", "a.pdfx"]),
        ("**/*.pdf", ["a.pdf", "a/b/c.pdf"], ["a.pd"]),
        ("plan/**", ["plan/a", "plan/a/b"], ["plan", "annet/plan/a"]),
        ("a?c", ["abc", "aåc"], ["ac", "a/c"]),
        ("a.b(c)[d]+", ["a.b(c)[d]+"], ["axb(c)[d]+"]),
        ("*" * 200 + "b", ["a" * 300 + "b"], ["a" * 300]),
    ],
)
def test_a_path_is_a_glob(tmp_path: Path, glob: str, yes: list[str], no: list[str]) -> None:
    rule = read(kept(tmp_path, f"faults: [{{fault: drop_after, first: 1, path: '{glob}'}}]")).rules[0]
    assert all(rule.path.fullmatch(path) for path in yes)
    assert not any(rule.path.fullmatch(path) for path in no)


def test_a_bad_file_ends_the_command_and_a_missing_one_too(start: Callable[..., Any], tmp_path: Path) -> None:
    file = kept(tmp_path, "faults: [{fault: rain}]")
    for named, said in ((file, "Line 1: faults[1]"), (tmp_path / "none.yaml", "cannot be read")):
        child = start("--faults", str(named))
        assert child.ready == {}
        assert child.process.wait(20) == 1
        told = child.process.stderr.read()
        assert said in told and "Traceback" not in told


def test_the_command_takes_a_fault_file_and_a_tier(start: Callable[..., Any], tmp_path: Path) -> None:
    import httpx

    file = kept(tmp_path, "faults: [{fault: unavailable, on: get, first: 1}]")
    child = start("--faults", str(file), "--tier", "0-1000")
    root = f"{child.ready['graph']}/drives/{child.ready['drives'][0]['id']}/root"
    assert [httpx.get(root).status_code for _call in range(2)] == [503, 200]


def test_the_file_is_read_anew_when_it_changes_and_a_broken_one_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with bad_day(tmp_path, "faults: [{fault: unavailable, on: get, first: 99}]\nthrottle: {minute: 1000}") as day:

        def soon(status: int) -> None:
            end = time.monotonic() + 10
            while day.library.http.get(f"{day.library.address}/root").status_code != status:
                assert time.monotonic() < end
                time.sleep(0.05)

        soon(503)
        used = day.tenancy.throttle.standing()[0].minute_used
        day.file.write_text("faults: [{fault: locked, first: 1}", encoding="utf-8")
        time.sleep(0.6)
        assert day.library.http.get(f"{day.library.address}/root").status_code == 503
        told = capfd.readouterr().err
        assert "faults.yaml" in told and "Line 1" in told and "stays" in told
        day.file.write_text("clock: {ahead_seconds: 30}", encoding="utf-8")
        soon(200)
        assert day.tenancy.clock.now() - time.time() > 29
        assert day.tenancy.throttle.standing()[0].minute_used >= used
        assert day.tenancy.throttle.setting.limits == Limits()
        assert day.names().count("unavailable") >= 2
        # A file that is gone changes nothing; one that comes back is heeded.
        day.file.unlink()
        time.sleep(0.3)
        assert day.tenancy.clock.now() - time.time() > 29
        day.file.write_text("throttle: {minute: 1}", encoding="utf-8")
        soon(429)
