"""How far an upload is, and when it will be over, on clocks that the test moves."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from filrydd.catalog.forecasts import ToSend
from filrydd.model import tier
from filrydd.model.hours import Hours
from filrydd.stages.upload.forecast import Limit, Limits
from filrydd.stages.upload.running import Pace, Running, told
from filrydd.targets.tenant import Meter

SIZE = 50_000


class Going:
    """An upload of small files, on a clock of its own, where every file costs four units."""

    def __init__(
        self, files: int, hours: Hours | None = None, of: tier.Tier = tier.SMALLEST, begun: datetime | None = None
    ) -> None:
        self.seconds = 0.0
        self.begun = begun or datetime(2026, 11, 30, 17, tzinfo=UTC)
        self.meter = Meter()
        ahead = ToSend(files=files, bytes=files * SIZE, fragments=files)
        self.pace = Pace(ahead, Limits.of(of), hours, self.meter, clock=self.now, ticks=lambda: self.seconds)

    def now(self) -> datetime:
        return self.begun + timedelta(seconds=self.seconds)

    def go(self, seconds: int, files_a_second: float) -> Running:
        """So many seconds at that rate, looked at every second as the stage does."""
        done = 0
        state = self.pace.state()
        for second in range(1, seconds + 1):
            while done < files_a_second * second:
                done += 1
                self.meter.units += 4
                self.meter.requests += 2
                self.pace.done(SIZE)
            self.seconds += 1
            state = self.pace.state()
        return state


def test_before_anything_is_known_of_the_rate_the_forecast_stands() -> None:
    state = Going(10_000).go(5, 1)
    assert state.left_seconds == pytest.approx(9_995 * 4 / 1250 * 60, rel=0.01)
    assert state.binding == Limit.MINUTE


def test_what_is_left_takes_as_long_as_the_present_rate_says() -> None:
    going = Going(1_000)
    state = going.go(100, 2)
    assert (state.files, state.files_total, state.bytes) == (200, 1_000, 200 * SIZE)
    assert state.left_seconds == pytest.approx(400, rel=0.05)
    # Slower than the limits would let it: it is not they that decide.
    assert state.binding == Limit.ANSWERS
    assert state.ends is not None
    assert state.ends - going.now() == pytest.approx(timedelta(seconds=400), abs=timedelta(seconds=20))


def test_a_burst_is_no_promise_as_long_as_the_limits_allow_less() -> None:
    going = Going(10_000)
    state = going.go(40, 20)
    assert state.units == 4 * 800
    assert state.left_seconds is not None
    assert state.left_seconds == pytest.approx(9_200 * 4 / 1250 * 60, rel=0.02)
    assert state.binding == Limit.MINUTE


def test_a_rate_that_falls_is_heard_of_within_minutes() -> None:
    going = Going(5_000)
    fast = going.go(300, 5)
    slow = going.go(700, 0.5)
    assert fast.left_seconds == pytest.approx(3_500 * 4 / 1250 * 60, rel=0.05)
    assert slow.left_seconds == pytest.approx(3_150 / 0.5, rel=0.1)


def test_units_are_those_of_the_last_minute() -> None:
    going = Going(10_000)
    assert going.go(120, 5).units_minute == pytest.approx(5 * 4 * 60, rel=0.05)
    assert going.go(30, 0).units_minute == pytest.approx(5 * 4 * 30, rel=0.1)
    assert going.go(60, 0).units_minute == 0


def test_the_tenants_own_word_on_the_limit_counts() -> None:
    going = Going(10_000)
    going.meter.minute_limit = 300
    state = going.go(10, 1)
    assert state.minute_limit == 300
    assert state.left_seconds == pytest.approx(9_990 * 4 / 300 * 60, rel=0.01)


def test_hours_in_which_it_is_closed_count_as_left_and_not_as_work() -> None:
    night = Hours.parse("17:00-07:00")
    begun = datetime(2026, 11, 30, 16, 0).astimezone()
    going = Going(100_000, hours=night, begun=begun)
    assert going.pace.state().opens_in == 3600
    going.seconds = 3600.0
    state = going.go(200, 2)
    assert state.opens_in == 0
    # 99,600 files at 2 in a second are 13 h 50 min, of which nearly all fit into the first night.
    assert state.left_seconds == pytest.approx(99_600 / 2, rel=0.05)
    actual = going.pace.actual(400, 400 * SIZE, 0)
    assert (actual.seconds, actual.working) == (3800, 200)


def test_what_does_not_fit_into_a_night_goes_on_in_the_next_one() -> None:
    begun = datetime(2026, 11, 30, 17, 0).astimezone()
    going = Going(200_000, hours=Hours.parse("17:00-07:00"), begun=begun)
    state = going.go(200, 2)
    # 99,800 seconds of work: a night has 50,400, and ten hours lie between two nights.
    assert state.left_seconds == pytest.approx(99_800 + 10 * 3600, rel=0.05)


def test_a_wait_that_the_tenant_asked_for_runs_down() -> None:
    going = Going(100)
    going.go(2, 1)
    going.meter.closed_for, going.meter.throttled, going.meter.waited = 43.0, 1, 0.0
    assert going.pace.state().closed_for == 43
    going.seconds += 40
    assert going.pace.state().closed_for == 3
    going.seconds += 40
    assert going.pace.state().closed_for == 0
    # The same wait asked for once more begins again.
    going.meter.throttled = 2
    assert going.pace.state().closed_for == 43
    assert going.pace.state().throttled == 2


def test_the_meter_may_have_counted_before_the_upload() -> None:
    meter = Meter(requests=500, throttled=3, waited=9.0, units=1000.0)
    pace = Pace(ToSend(files=1, bytes=5, fragments=1), Limits.of(tier.SMALLEST), None, meter)
    meter.requests += 2
    meter.units += 4
    pace.done(5)
    state = pace.state()
    assert (state.requests, state.units, state.throttled, state.waited) == (2, 4, 0, 0)
    assert (state.left_seconds, state.files) == (0, 1)


def test_nothing_to_do_is_over() -> None:
    state = Pace(ToSend(), Limits.of(tier.SMALLEST), None, Meter()).state()
    assert (state.files_total, state.left_seconds, state.binding) == (0, 0, Limit.NOTHING)


def test_copies_are_bytes_and_no_units() -> None:
    going = Going(10)
    ahead = ToSend(files=10, bytes=10 * SIZE, fragments=10, copies=10, copy_bytes=10 * SIZE)
    pace = Pace(ahead, Limits.of(tier.SMALLEST), None, going.meter, clock=going.now, ticks=lambda: going.seconds)
    for _file in range(10):
        pace.done(SIZE)
    middle = pace.state()
    for _file in range(10):
        pace.done(SIZE, copy=True)
    assert (middle.files, middle.files_total, middle.bytes, middle.bytes_total) == (10, 20, 10 * SIZE, 20 * SIZE)
    assert (pace.state().files, pace.state().bytes, pace.state().units) == (20, 20 * SIZE, 40)


def test_columns_to_be_filled_are_work_that_is_left_when_all_files_have_arrived() -> None:
    going = Going(0)
    # Ten files are sent for 40 units; their columns take 30 more.
    ahead = ToSend(files=10, bytes=10 * SIZE, fragments=10, filled=10)
    pace = Pace(ahead, Limits.of(tier.SMALLEST), None, going.meter, clock=going.now, ticks=lambda: going.seconds)
    assert not pace.state().finishing
    for _file in range(10):
        going.meter.units += 4
        pace.done(SIZE)
    going.seconds += 6
    sent = pace.state()
    assert (sent.files, sent.finishing) == (10, True)
    assert sent.left_seconds == pytest.approx(30 / 1250 * 60)
    going.meter.units += 15
    going.seconds += 6
    half = pace.state()
    assert half.finishing and half.left_seconds == pytest.approx(15 / 1250 * 60, rel=0.1)
    pace.end()
    over = pace.state()
    assert (over.finishing, over.left_seconds, over.binding) == (False, 0, Limit.NOTHING)


def test_a_copy_is_read_when_the_columns_are_filled() -> None:
    going = Going(0)
    ahead = ToSend(files=1, bytes=SIZE, fragments=1, filled=1, copies=2, copy_bytes=2 * SIZE)
    pace = Pace(ahead, Limits.of(tier.SMALLEST), None, going.meter, clock=going.now, ticks=lambda: going.seconds)
    pace.done(SIZE)
    assert pace.state().finishing
    pace.done(SIZE, copy=True)
    assert not pace.state().finishing
    pace.done(SIZE, copy=True)
    assert pace.state().left_seconds == 0


class Listener:
    def __init__(self) -> None:
        self.heard: list[Running] = []

    def tell(self, state: Running) -> None:
        self.heard.append(state)


def test_the_progress_is_told_while_it_runs_and_at_the_end() -> None:
    going, listener = Going(2), Listener()

    async def run() -> None:
        async with told(listener, going.pace, every=0.01):
            await asyncio.sleep(0.05)
            going.pace.done(SIZE)
            going.pace.done(SIZE)

    asyncio.run(run())
    assert len(listener.heard) >= 3
    assert listener.heard[0].files == 0
    assert listener.heard[-1].files == 2


def test_an_error_in_the_upload_comes_out_and_nobody_is_told_any_more() -> None:
    going, listener = Going(2), Listener()

    async def run() -> int:
        with pytest.raises(OSError, match="broken"):
            async with told(listener, going.pace, every=0.01):
                await asyncio.sleep(0.03)
                raise OSError("broken")
        heard = len(listener.heard)
        await asyncio.sleep(0.05)
        return heard

    assert asyncio.run(run()) == len(listener.heard)


def test_a_progress_that_cannot_hear_is_left_alone() -> None:
    async def run() -> bool:
        async with told(object(), Going(2).pace, every=0.01):
            await asyncio.sleep(0.02)
        return True

    assert asyncio.run(run())
