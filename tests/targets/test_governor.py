"""The gate: who waits, and for how long."""

import asyncio
from email.utils import formatdate

import httpx
from hypothesis import given
from hypothesis import strategies as some

from filrydd.targets.governor import Governor, Timing, retry_after
from filrydd.targets.tenant import Meter

WAITS = some.floats(min_value=0.5, max_value=500)


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def timing(self, chance: float = 1.0) -> Timing:
        return Timing(clock=lambda: self.now, wall=lambda: 1e9, sleep=self.sleep, chance=lambda: chance)


def governed(chance: float = 1.0) -> tuple[Governor, Time]:
    time = Time()
    return Governor(Meter(), time.timing(chance)), time


def headers(**named: object) -> httpx.Headers:
    return httpx.Headers({name.replace("_", "-"): str(value) for name, value in named.items()})


@given(some.lists(WAITS, min_size=1, max_size=6))
def test_the_longest_wait_that_anybody_was_told_holds_for_everybody(waits: list[float]) -> None:
    governor, time = governed()
    for wait in waits:
        governor.throttled(headers(retry_after=wait), 1)
    asyncio.run(governor.turn())
    assert abs(time.now - (100.0 + max(waits))) < 1e-6


def test_without_retry_after_the_wait_doubles_up_to_a_minute() -> None:
    waits = []
    for attempt in range(1, 10):
        governor, time = governed()
        governor.throttled(headers(), attempt)
        asyncio.run(governor.turn())
        waits.append(time.now - 100)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_retry_after_longer_than_a_minute_is_honoured_in_full() -> None:
    governor, time = governed()
    governor.throttled(headers(retry_after=900), 1)
    asyncio.run(governor.turn())
    assert time.now == 1000


def test_chance_never_takes_more_than_half_of_a_wait() -> None:
    governor, time = governed(chance=0.0)
    governor.throttled(headers(), 3)
    asyncio.run(governor.turn())
    assert time.now - 100 == 2


@given(some.integers(min_value=0, max_value=10_000))
def test_a_retry_after_as_a_date_is_counted_from_the_tenants_own_clock(seconds: int) -> None:
    told = {"Retry-After": formatdate(2e9 + seconds, usegmt=True), "Date": formatdate(2e9, usegmt=True)}
    assert retry_after(httpx.Headers(told), now=1e9) == seconds


def test_a_retry_after_as_a_date_is_counted_from_our_clock_where_the_tenant_has_none() -> None:
    assert retry_after(headers(retry_after=formatdate(1e9 + 90, usegmt=True)), now=1e9) == 90


@given(some.text(some.characters(codec="ascii", exclude_categories=["Cc"])))
def test_no_retry_after_breaks_the_governor_or_opens_the_gate_at_once(text: str) -> None:
    governor, time = governed()
    governor.throttled({"retry-after": text}, 1)
    asyncio.run(governor.turn())
    assert time.now > 100


def test_near_the_limit_calls_are_spread_over_what_is_left_of_the_minute() -> None:
    governor, time = governed()
    governor.heed(headers(ratelimit_limit=1250, ratelimit_remaining=40, ratelimit_reset=20))
    for _call in range(11):
        asyncio.run(governor.turn())
    assert 9.9 < time.now - 100 < 10.1


def test_far_from_the_limit_nobody_waits() -> None:
    governor, time = governed()
    governor.heed(headers(ratelimit_limit=1250, ratelimit_remaining=1000, ratelimit_reset=20))
    for _call in range(100):
        asyncio.run(governor.turn())
    assert time.now == 100


def test_with_nothing_left_everybody_waits_for_the_reset() -> None:
    governor, time = governed()
    governor.heed(headers(ratelimit_limit=1250, ratelimit_remaining=0, ratelimit_reset=17))
    asyncio.run(governor.turn())
    assert time.now == 117


def test_seconds_in_which_many_wait_are_counted_once() -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(governor.turn() for _call in range(20)))

    meter = Meter()
    governor = Governor(meter, Timing())
    governor.throttled(headers(retry_after=0.2), 1)
    asyncio.run(all_at_once())
    assert 0.15 < meter.waited < 1
    assert meter.throttled == 1
