"""Progress on standard error, on a clock that the test moves: a line a minute in a log, objects for machines."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from filrydd.cli.bar import Bars
from filrydd.cli.underway import sentence, short
from filrydd.lang import speaking
from filrydd.stages.upload.running import Running
from tests.reading import number

STATE = Running(
    files=1_234,
    files_total=20_000,
    bytes=1_200_000_000,
    bytes_total=3_400_000_000,
    units=5_000.0,
    units_minute=1_180.0,
    minute_limit=1_250,
    requests=2_500,
    throttled=2,
    waited=43.26,
    closed_for=0.0,
    opens_in=0.0,
    at_once=8,
    finishing=False,
    bytes_second=2e6,
    files_second=5.0,
    seconds=600.04,
    left_seconds=7_500.0,
    ends=datetime(2026, 12, 1, 7, 12, tzinfo=UTC),
    binding="units a minute",
)


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    out, err = capsys.readouterr()
    assert out == ""
    return err.replace("\u00a0", " ").splitlines()


def test_a_log_gets_a_line_a_minute_whatever_the_stage(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    bars = Bars("felles", ticks=clock)
    bars.begin("Scanning felles", None, "entries")
    for _second in range(150):
        clock.seconds += 1
        bars.advance(10)
    bars.end()
    assert lines(capsys) == ["Scanning felles: 600 entries", "Scanning felles: 1,200 entries"]


def test_a_short_piece_of_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    for objects in (False, True):
        bars = Bars("felles", objects=objects, ticks=clock)
        bars.begin("Scanning felles", 100, "B")
        bars.advance(100)
        bars.end()
    assert lines(capsys) == []


def test_while_columns_are_filled_it_is_said_and_no_end_is_promised_that_has_passed() -> None:
    filling = replace(STATE, files=19_999, finishing=True)
    with speaking("en"):
        assert "finishes what was sent, and its columns" in sentence("felles", filling)
        assert "2 h 5 min left" in sentence("felles", filling)
        late = replace(filling, left_seconds=0.0)
        assert "left" not in sentence("felles", late) and "left" not in short(late)
        assert "finishes" in short(late)
        assert "finishes" not in sentence("felles", STATE) + short(STATE)


def test_an_upload_in_a_log_says_what_is_done_what_it_waits_for_and_when_it_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    bars = Bars("felles", ticks=clock)
    with speaking("en"):
        bars.begin("Uploading felles", 3_400_000_000, "B")
        for _second in range(61):
            clock.seconds += 1
            bars.advance(1_000)
            bars.tell(STATE)
        clock.seconds += 60
        bars.tell(replace(STATE, closed_for=43.0))
        clock.seconds += 60
        bars.tell(replace(STATE, opens_in=3_600.0, left_seconds=None, ends=None))
        bars.end()
    first, waiting, closed = lines(capsys)
    assert first.startswith(
        "felles: 1,234 of 20,000 files, 1.2 GB of 3.4 GB; 300 files a minute; 94 % of what SharePoint"
    )
    assert "2 h 5 min left, done " in first
    assert first.endswith("what decides: what SharePoint allows in a minute")
    assert "waits 43 s: SharePoint asked for it" in waiting
    assert "waits 1 h 0 min: it is outside the hours" in closed
    assert "over ten years left" in closed


def test_a_machine_gets_an_object_at_once_and_at_least_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    bars = Bars("felles", objects=True, ticks=clock)
    bars.begin("Uploading felles", 3_400_000_000, "B")
    times = []
    for second in range(40):
        clock.seconds = float(second)
        bars.tell(replace(STATE, seconds=float(second)))
        times += [json.loads(line)["progress"]["seconds"] for line in lines(capsys)]
    bars.end()
    (last,) = lines(capsys)
    assert times[0] == 0
    assert max(later - earlier for earlier, later in zip(times, [*times[1:], 39], strict=True)) <= 10
    told = json.loads(last)["progress"]
    assert told["seconds"] == 39
    assert (told["area"], told["files"], told["waited"], told["ends"]) == (
        "felles",
        1_234,
        43.3,
        "2026-12-01T07:12:00+00:00",
    )
    assert {"units", "minute_limit", "throttled", "closed_for", "at_once", "left_seconds", "binding"} <= set(told)


def test_a_machine_hears_of_a_stage_that_tells_no_more_than_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    bars = Bars("felles", objects=True, ticks=clock)
    bars.begin("Making folders for felles", 30, "folders")
    for _folder in range(30):
        clock.seconds += 1
        bars.advance(1)
    bars.end()
    found = [json.loads(line)["progress"] for line in lines(capsys)]
    assert [one["done"] for one in found] == [9, 18, 27]
    assert (found[0]["area"], found[0]["total"]) == ("felles", 30)


def test_nothing_shows_an_identity_number(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    for objects in (False, True):
        bars = Bars("felles", objects=objects, ticks=clock)
        bars.begin(f"Reading {number()}", None, "files")
        clock.seconds += 61
        bars.advance(1)
        bars.say(f"{number()} was changed")
        bars.end()
    told = lines(capsys)
    assert len(told) == 4
    assert all(number() not in line and "***" in line for line in told)


def test_on_a_terminal_the_bar_tells_the_rest_and_the_log_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    clock = Clock()
    bars = Bars("felles", ticks=clock)
    bars.begin("Uploading felles", 3_400_000_000, "B")
    bars.tell(STATE)
    assert lines(capsys) == []  # not before two seconds
    clock.seconds = 100.0
    bars.tell(STATE)
    shown = capsys.readouterr().err
    bars.end()
    assert "1,234 of 20,000 files" in shown and "2 h 5 min left" in shown
    assert "\n" not in shown
