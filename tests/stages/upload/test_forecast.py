"""How long an upload takes, by files, bytes, tier and hours, and which limit decides it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filrydd.catalog.forecasts import ToSend
from filrydd.model import tier
from filrydd.model.hours import Hours
from filrydd.stages.upload.forecast import (
    FRAGMENT,
    INGRESS,
    NIGHTS,
    Cost,
    Forecast,
    Limit,
    Limits,
    cost,
    cost_of,
    forecast,
    instead,
)

MONDAY = datetime(2026, 11, 30, 17)
SMALL = Limits.of(tier.SMALLEST)
WEEK_NIGHTS = Hours.parse("17:00-07:00")
TIMETABLES = st.sampled_from([None, WEEK_NIGHTS, NIGHTS, Hours.parse("weekends"), Hours.parse("12-13, 18:30-23")])
COSTS = st.builds(
    lambda files, size, pieces: Cost(files * 2 * (1 + pieces), files * (1 + pieces), files * size),
    st.integers(0, 2_000_000),
    st.integers(0, 50_000_000),
    st.integers(1, 5),
)
LIMITS = st.builds(
    lambda one, line, answers: replace(Limits.of(one), line=line, answers=answers),
    st.sampled_from(tier.TIERS),
    st.none() | st.floats(1e5, 1e9),
    st.none() | st.floats(1, 1000),
)


def seconds(found: Forecast) -> float:
    return 1e12 if found.seconds is None else found.seconds


def small_files(count: int) -> Cost:
    return cost(ToSend(files=count, bytes=count * 50_000, fragments=count))


def of(whole: Cost, hours: Hours | None = None, limits: Limits = SMALL) -> Forecast:
    return forecast(whole, limits, hours, MONDAY)


def test_a_small_file_with_its_times_costs_four_units_and_with_its_columns_seven() -> None:
    assert cost_of(50_000) == Cost(4, 2, 50_000)
    assert cost_of(50_000, filled=True) == Cost(7, 4, 50_000)
    assert cost_of(FRAGMENT) == Cost(4, 2, FRAGMENT)
    assert cost_of(FRAGMENT + 1) == Cost(6, 3, FRAGMENT + 1)
    # Its content, and then its times.
    assert cost_of(0) == Cost(4, 2, 0)


@given(st.lists(st.integers(0, 100 << 20), max_size=50))
def test_the_whole_costs_what_its_files_cost(sizes: list[int]) -> None:
    counted = ToSend(
        files=len(sizes),
        bytes=sum(sizes),
        fragments=sum(-(-size // FRAGMENT) for size in sizes),
        empty=sizes.count(0),
        filled=len(sizes),
    )
    assert cost(counted) == sum((cost_of(size, filled=True) for size in sizes), Cost())


def test_folders_permissions_and_histories_cost_too() -> None:
    assert cost(ToSend(folders=10)) == Cost(20, 10, 0)
    assert cost(ToSend(folders=1, restricted=1, invitations=2)) == Cost(17, 4, 0)
    assert cost(ToSend(versions=3, chains=1)) == Cost(5, 4, 0)
    assert cost(ToSend(copies=1000)) == Cost()


def test_a_night_of_the_smallest_tier_takes_so_many_files_as_its_minutes_allow() -> None:
    # 14 hours of 1,250 units, at 4 units a file.
    night = 14 * 60 * 1250 // 4
    found = of(small_files(night), WEEK_NIGHTS)
    assert found.ends == MONDAY + timedelta(hours=14)
    assert found.binding is Limit.MINUTE
    # One more waits for the next evening.
    more = of(small_files(night + 1), WEEK_NIGHTS)
    assert more.ends is not None
    assert timedelta(0) < more.ends - (MONDAY + timedelta(days=1)) < timedelta(seconds=1)


def test_around_the_clock_the_units_of_a_day_decide() -> None:
    # 5,000,000 units: four times 1,200,000, and 200,000 at 1,250 a minute.
    found = of(small_files(1_250_000))
    assert found.seconds == pytest.approx(timedelta(days=4, minutes=160).total_seconds())
    assert found.binding is Limit.DAY


def test_a_weekend_uses_up_the_units_of_a_day_where_a_night_cannot() -> None:
    friday = datetime(2026, 11, 27, 17)
    # From Friday evening to Monday morning there are 62 hours, and units for 16 of each 24.
    found = forecast(small_files(3 * 1_200_000 // 4), SMALL, NIGHTS, friday)
    # The last two of the third sixteen hours would be Monday's, after the hours are over: they come in the evening.
    assert found.ends == datetime(2026, 11, 30, 19)
    assert forecast(small_files(2 * 1_200_000 // 4), SMALL, NIGHTS, friday).ends == datetime(2026, 11, 29, 9)


def test_large_files_on_the_largest_tier_are_bound_by_the_bytes_of_an_hour() -> None:
    size = 10_000_000_000_000
    counted = ToSend(files=1000, bytes=size, fragments=size // FRAGMENT + 1000)
    found = of(cost(counted), limits=Limits.of(tier.TIERS[-1]))
    assert found.binding is Limit.INGRESS
    assert found.seconds == pytest.approx(size / INGRESS * 3600)


def test_a_slow_line_decides_when_it_was_measured() -> None:
    counted = ToSend(files=1000, bytes=10**12, fragments=10**12 // FRAGMENT + 1000)
    found = of(cost(counted), limits=replace(SMALL, line=10e6))
    assert found.binding is Limit.LINE
    assert found.seconds == pytest.approx(1e5)


def test_a_tenant_that_answers_slowly_decides_when_it_was_measured() -> None:
    found = of(small_files(100_000), limits=replace(SMALL, answers=5.0))
    assert found.binding is Limit.ANSWERS
    assert found.seconds == pytest.approx(200_000 / 5)


def test_nothing_to_send_is_over_at_once() -> None:
    assert of(Cost(), NIGHTS) == Forecast(Cost(), 0.0, MONDAY, Limit.NOTHING)


def test_what_takes_over_ten_years_has_no_end() -> None:
    found = of(small_files(10_000_000), Hours.parse("03:00-03:01"))
    assert (found.seconds, found.ends) == (None, None)
    assert found.binding is Limit.MINUTE


def test_what_would_help_is_told_with_how_long_it_takes_then() -> None:
    whole = small_files(1_250_000)
    around, larger = instead(whole, SMALL, NIGHTS, tier.SMALLEST, MONDAY)
    assert (around.hours, around.tier, around.seconds) == (None, None, of(whole).seconds)
    assert larger.tier == tier.TIERS[1]
    assert larger.seconds == of(whole, NIGHTS, Limits.of(tier.TIERS[1])).seconds
    nights, _larger = instead(whole, SMALL, None, tier.SMALLEST, MONDAY)
    assert (nights.hours, nights.seconds) == (NIGHTS, of(whole, NIGHTS).seconds)


def test_a_larger_tier_is_not_praised_where_the_line_decides() -> None:
    whole = Cost(1000, 500, 10**12)
    slow = replace(SMALL, line=10e6)
    assert [one.tier for one in instead(whole, slow, None, tier.SMALLEST, MONDAY)] == [None]
    assert instead(Cost(), SMALL, None, tier.SMALLEST, MONDAY) == []
    assert instead(small_files(100_000), Limits.of(tier.TIERS[-1]), NIGHTS, tier.TIERS[-1], MONDAY) == []


def by_the_minute(whole: Cost, limits: Limits, hours: Hours | None) -> float | None:
    """The second way to count it: every minute gives what all the limits let it, and the units of each 24 hours from the
    beginning are counted out."""
    share_units = whole.units or 0
    slowest = max(
        whole.units / limits.minute,
        whole.bytes * 60 / INGRESS,
        whole.bytes / limits.line / 60 if limits.line else 0,
        whole.requests / limits.answers / 60 if limits.answers else 0,
    )
    if not slowest:
        return 0.0
    done, day = 0.0, 0.0
    for minute in range(40 * 24 * 60):
        if minute % (24 * 60) == 0:
            day = 0.0
        if hours is not None and MONDAY + timedelta(minutes=minute) not in hours:
            continue
        may = min(1 / slowest, (limits.day - day) / share_units if share_units else 1.0)
        done, day = done + may, day + may * share_units
        if done >= 1 - 1e-9:
            return (minute + 1) * 60.0
    return None


@settings(max_examples=50)
@given(COSTS, LIMITS, TIMETABLES)
def test_the_forecast_is_what_counting_by_the_minute_gives(whole: Cost, limits: Limits, hours: Hours | None) -> None:
    slow = by_the_minute(whole, limits, hours)
    found = forecast(whole, limits, hours, MONDAY)
    if slow is not None:
        assert found.seconds is not None
        assert slow - 121 <= found.seconds <= slow + 1
    else:
        assert found.seconds is None or found.seconds > 39 * 86_400


@settings(max_examples=50)
@given(COSTS, LIMITS, TIMETABLES)
def test_no_limit_but_the_binding_one_would_help_more(whole: Cost, limits: Limits, hours: Hours | None) -> None:
    found = forecast(whole, limits, hours, MONDAY)
    if found.binding is Limit.NOTHING:
        assert found.seconds == 0
        return
    far = 1e18
    without = {
        Limit.MINUTE: replace(limits, minute=1 << 60),
        Limit.DAY: replace(limits, day=1 << 60),
        Limit.LINE: replace(limits, line=far),
        Limit.ANSWERS: replace(limits, answers=far),
    }
    ends = {limit: seconds(forecast(whole, without[limit], hours, MONDAY)) for limit in without}
    if found.binding in ends:
        assert ends[found.binding] <= min(ends.values()) + 61


@given(COSTS, LIMITS, TIMETABLES)
def test_hours_never_end_sooner_and_a_larger_tier_never_later(whole: Cost, limits: Limits, hours: Hours | None) -> None:
    found, open_always = forecast(whole, limits, hours, MONDAY), forecast(whole, limits, None, MONDAY)
    assert seconds(found) >= seconds(open_always) - 1
    larger = replace(limits, minute=limits.minute * 2, day=limits.day * 2)
    assert seconds(forecast(whole, larger, hours, MONDAY)) <= seconds(found) + 1
