"""The gate: who waits, and for how long."""

import asyncio
from email.utils import formatdate

import httpx
from hypothesis import given
from hypothesis import strategies as some

from filrydd.targets.governor import Governor, Timing, retry_after
from filrydd.targets.governor.budget import HOT
from filrydd.targets.governor.costs import Kind
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


def governed(chance: float = 1.0, *, tier: str = "") -> tuple[Governor, Time]:
    time = Time()
    return Governor(Meter(), time.timing(chance), tier=tier), time


def headers(**named: object) -> httpx.Headers:
    return httpx.Headers({name.replace("_", "-"): str(value) for name, value in named.items()})


def refused(governor: Governor, *answers: httpx.Headers, attempt: int = 1, status: int = 429) -> None:
    """Several calls at once are refused; then the next one waits for its turn."""

    async def steps() -> None:
        calls = [await governor.turn() for _each in answers]
        for call, answer in zip(calls, answers, strict=True):
            governor.answered(call, status, answer)
            await governor.throttled(answer, attempt, status)
        await governor.turn()

    asyncio.run(steps())


def sent(governor: Governor, answer: httpx.Headers, calls: int, kind: Kind = Kind.WRITE) -> None:
    """A call gets that answer, and so many more go off after it, each answered as soon as it went, without headers."""

    async def steps() -> None:
        governor.answered(await governor.turn(kind), 200, answer, speaks=True)
        for _call in range(calls):
            governor.answered(await governor.turn(kind), 200, headers())

    asyncio.run(steps())


@given(some.lists(WAITS, min_size=1, max_size=6))
def test_the_longest_wait_that_anybody_was_told_holds_for_everybody(waits: list[float]) -> None:
    governor, time = governed()
    refused(governor, *(headers(retry_after=wait) for wait in waits))
    assert abs(time.now - (100.0 + max(waits))) < 1e-6


def test_without_retry_after_the_wait_doubles_up_to_a_minute() -> None:
    waits = []
    for attempt in range(1, 10):
        governor, time = governed()
        refused(governor, headers(), attempt=attempt)
        waits.append(time.now - 100)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_retry_after_of_days_is_honoured_in_full() -> None:
    governor, time = governed()
    refused(governor, headers(retry_after=200_000))
    assert time.now == 200_100


def test_the_longer_of_retry_after_and_reset_counts() -> None:
    for retry, reset, wait in ((8, 33, 33), (120, 33, 120)):
        governor, time = governed()
        refused(
            governor, headers(retry_after=retry, ratelimit_limit=1250, ratelimit_remaining=0, ratelimit_reset=reset)
        )
        assert time.now - 100 == wait


def test_a_refusal_for_another_reason_than_the_minute_waits_as_told_and_not_for_the_minute() -> None:
    governor, time = governed()
    refused(governor, headers(retry_after=8, ratelimit_limit=1250, ratelimit_remaining=200, ratelimit_reset=33))
    assert time.now - 100 == 8


def test_chance_never_takes_more_than_half_of_a_wait() -> None:
    governor, time = governed(chance=0.0)
    refused(governor, headers(), attempt=3)
    assert time.now - 100 == 2


@given(some.integers(min_value=0, max_value=10_000))
def test_a_retry_after_as_a_date_is_counted_from_the_tenants_own_clock(seconds: int) -> None:
    told = {"Retry-After": formatdate(2e9 + seconds, usegmt=True), "Date": formatdate(2e9, usegmt=True)}
    assert retry_after(httpx.Headers(told), now=1e9) == seconds


def test_a_retry_after_as_a_date_is_counted_from_our_clock_where_the_tenant_has_none() -> None:
    assert retry_after(headers(retry_after=formatdate(1e9 + 90, usegmt=True)), now=1e9) == 90


ANY_TEXT = some.text(some.characters(codec="ascii", exclude_categories=["Cc"])) | some.sampled_from(
    ["0", "-1", "1e308", "nan", "inf", "1e-300", "99999999999999999999", "Thu, 01 Jan 9999 00:00:00 GMT", "1,2"]
)


@given(ANY_TEXT)
def test_no_retry_after_breaks_the_governor_or_opens_the_gate_at_once(text: str) -> None:
    governor, time = governed()
    refused(governor, httpx.Headers({"retry-after": text}))
    assert time.now > 100


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, some.sampled_from([200, 429]))
def test_no_figures_break_the_governor_or_close_the_gate_for_more_than_a_day(
    limit: str, remaining: str, reset: str, status: int
) -> None:
    governor, time = governed()
    told = httpx.Headers({"ratelimit-limit": limit, "ratelimit-remaining": remaining, "ratelimit-reset": reset})
    if status == 429:
        refused(governor, told)
    else:
        sent(governor, told, 2)
    assert time.now - 100 < 2 * 86_400


def test_near_the_limit_what_is_left_is_spread_to_the_last_unit_over_the_rest_of_the_minute() -> None:
    governor, time = governed()
    # 2 units a call; 1 + 0.2 % of the limit are kept back.
    sent(governor, headers(ratelimit_limit=1250, ratelimit_remaining=40, ratelimit_reset=20), 18)
    assert 15 < time.now - 100 < 19
    sent(governor, headers(), 1)
    assert abs(time.now - 120) < 0.1, "the nineteenth would have been refused"


def test_far_from_the_limit_nobody_waits() -> None:
    governor, time = governed()
    sent(governor, headers(), 1000)
    assert time.now == 100


def test_a_tiers_limit_holds_from_the_first_call() -> None:
    governor, time = governed(tier="0-1000")
    sent(governor, headers(), 200)
    assert (governor.meter.minute_limit, governor.meter.day_limit) == (1250, 1_200_000)
    # 402 units, somewhat faster than 1,250 a minute would be.
    assert 0.9 < (time.now - 100) / (402 / (HOT * 1250 / 60)) < 1.1


def test_the_days_limit_follows_from_a_minute_that_is_a_known_tiers() -> None:
    for told, day in ((6250, 6_000_000), (5000, 4_800_000), (4321, None)):
        governor, _time = governed()
        sent(governor, headers(ratelimit_limit=told, ratelimit_remaining=900, ratelimit_reset=20), 1)
        assert (governor.meter.minute_limit, governor.meter.day_limit) == (told, day)


def test_with_nothing_left_everybody_waits_for_the_reset() -> None:
    governor, time = governed()
    sent(governor, headers(ratelimit_limit=1250, ratelimit_remaining=0, ratelimit_reset=17), 1)
    assert time.now == 117
    assert governor.meter.waited == 17


def test_an_answer_that_is_older_than_the_last_one_does_not_bring_units_back() -> None:
    governor, time = governed()

    async def steps() -> None:
        late, early = await governor.turn(Kind.WRITE), await governor.turn(Kind.WRITE)
        governor.answered(early, 200, headers(ratelimit_limit=1250, ratelimit_remaining=1, ratelimit_reset=30))
        governor.answered(late, 200, headers(ratelimit_limit=1250, ratelimit_remaining=240, ratelimit_reset=30))
        await governor.turn(Kind.WRITE)

    asyncio.run(steps())
    assert time.now == 130


def test_a_503_without_a_time_makes_room_for_fewer_calls_and_a_429_does_not() -> None:
    for status, fewer in ((503, True), (429, False)):
        governor, _time = governed()
        before = governor.meter.at_once
        refused(governor, headers() if status == 503 else headers(retry_after=2), status=status)
        assert (governor.meter.at_once < before) is fewer


def test_seconds_in_which_many_wait_are_counted_once() -> None:
    async def all_at_once() -> None:
        call = await governor.turn()
        governor.answered(call, 429, headers())
        await governor.throttled(headers(retry_after=0.2), 1)

        async def one() -> None:
            governor.ended(await governor.turn())

        await asyncio.gather(*(one() for _call in range(20)))

    meter = Meter()
    governor = Governor(meter, Timing())
    asyncio.run(all_at_once())
    assert 0.15 < meter.waited < 1
    assert meter.throttled == 1
    assert meter.requests == 21


def test_a_call_that_is_given_up_while_it_waits_leaves_its_place_to_the_next() -> None:
    async def steps() -> None:
        governor.answered(await governor.turn(), 429, headers())
        await governor.throttled(headers(retry_after=0.3), 1)
        first, second = asyncio.ensure_future(governor.turn()), asyncio.ensure_future(governor.turn())
        await asyncio.sleep(0.05)
        first.cancel()
        await asyncio.wait_for(second, 1)

    governor = Governor(Meter(), Timing())
    asyncio.run(steps())
