"""Periods at their edges: year ends, leap days, UTC; and what always holds."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.rule import All, Before, Either
from filrydd.model.times import from_datetime, from_day
from filrydd.policy.matching import Facts, matches
from filrydd.policy.periods import Period, Start, over, period_of

DAYS = st.dates(date(1900, 1, 1), date(2400, 12, 31))


def is_over(text: str, moment: date | datetime, day: date) -> bool | None:
    ticks = from_datetime(moment) if isinstance(moment, datetime) else from_day(moment)
    return matches(over(period_of(text), day), Facts("", "a.txt", 1, ticks, ticks))


@pytest.mark.parametrize(
    ("text", "changed", "first_day"),
    [
        ("5y after end of year", date(2020, 12, 31), date(2026, 1, 1)),
        ("5y after end of year", date(2020, 1, 1), date(2026, 1, 1)),
        ("5y after end of year", date(2021, 1, 1), date(2027, 1, 1)),
        ("3y6m after end of year", date(2022, 5, 5), date(2026, 7, 1)),
        ("0y after end of year", date(2022, 5, 5), date(2023, 1, 1)),
        ("1y after last change", date(2023, 5, 10), date(2024, 5, 11)),
        ("1y after last change", date(2024, 2, 29), date(2025, 3, 1)),
        ("1y after last change", date(2024, 2, 28), date(2025, 3, 1)),
        ("4y after last change", date(2020, 2, 28), date(2024, 2, 29)),
        ("4y after last change", date(2020, 2, 29), date(2024, 3, 1)),
        ("1m after last change", date(2023, 1, 30), date(2023, 3, 1)),
        ("1m after last change", date(2023, 12, 31), date(2024, 2, 1)),
        ("3y6m after last change", date(2020, 8, 30), date(2024, 3, 1)),
        ("90d after last change", date(2023, 12, 31), date(2024, 3, 31)),
        ("1y1m1d after last change", date(2023, 12, 30), date(2025, 2, 1)),
        ("2y after created", date(2021, 7, 1), date(2023, 7, 2)),
        ("until 2030-12-31", date(2029, 1, 1), date(2031, 1, 1)),
    ],
)
def test_a_period_is_over_from_this_day_and_not_the_day_before(text: str, changed: date, first_day: date) -> None:
    last_moment = datetime(changed.year, changed.month, changed.day, 23, 59, 59, 999999, UTC)
    assert is_over(text, changed, first_day)
    assert is_over(text, last_moment, first_day)
    assert not is_over(text, changed, first_day - timedelta(days=1))


def test_the_year_of_a_file_is_that_of_utc() -> None:
    oslo = timezone(timedelta(hours=1))
    first_hour_in_oslo = datetime(2021, 1, 1, 0, 30, tzinfo=oslo)
    assert is_over("5y after end of year", first_hour_in_oslo, date(2026, 1, 1))
    assert not is_over("5y after end of year", first_hour_in_oslo + timedelta(minutes=30), date(2026, 1, 1))


def test_for_ever_is_never_over() -> None:
    assert over(period_of("for ever"), date.max) == Either(())


def test_created_and_last_change_ask_different_times() -> None:
    assert over(period_of("2y after created"), date(2026, 1, 1)) == Before("created", from_day(date(2024, 1, 1)))
    assert over(period_of("2y after last change"), date(2026, 1, 1)) == Before("modified", from_day(date(2024, 1, 1)))


def test_a_fixed_last_day_is_the_same_for_every_file() -> None:
    assert over(period_of("until 2030-12-31"), date(2030, 12, 31)) == Either(())
    assert over(period_of("until 2030-12-31"), date(2031, 1, 1)) == All(())


@pytest.mark.parametrize(
    "text",
    ["", "5", "5y", "y after created", " after created", "5y after", "5x after created", "-5y after created", "until",
     "until 2030", "until 2030-02-30", "until 20301231", "5y after end of years", "m5 after created", "5y 3y after created",
     "٥y after created", "1.5y after created", "for ever and ever"],
)  # fmt: skip
def test_what_is_no_period_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        period_of(text)


def test_spaces_and_capitals_make_no_difference() -> None:
    assert period_of(" 3Y 6M  after  Last Change ") == Period(Start.LAST_CHANGE, months=42)


@given(years=st.integers(0, 300), changed=DAYS, day=DAYS)
def test_whole_years_after_the_end_of_the_year_count_calendar_years(years: int, changed: date, day: date) -> None:
    assert is_over(f"{years}y after end of year", changed, day) == (changed.year < day.year - years)


@given(days=st.integers(0, 99_999), changed=DAYS, day=DAYS)
def test_days_after_the_last_change_count_days(days: int, changed: date, day: date) -> None:
    assert is_over(f"{days}d after last change", changed, day) == (changed + timedelta(days=1 + days) <= day)


@given(changed=DAYS, months=st.integers(0, 1500), days=st.integers(0, 400), start=st.sampled_from(list(Start)[:3]))
def test_the_first_day_on_which_a_period_is_over_is_never_too_early(
    changed: date, months: int, days: int, start: Start
) -> None:
    begun = date(changed.year, 12, 31) if start is Start.END_OF_YEAR else changed
    after = begun + timedelta(days=1)
    year, month = divmod(after.year * 12 + after.month - 1 + months, 12)
    month_later = date(year, month + 1, 1) + timedelta(days=after.day - 1)
    if (month_later.year, month_later.month) != (year, month + 1):
        month_later = month_later.replace(day=1)
    expected = month_later + timedelta(days=days)
    text = f"{months}m{days}d after {start}"
    assert is_over(text, changed, expected)
    assert not is_over(text, changed, expected - timedelta(days=1))


@given(changed=DAYS, day=DAYS, years=st.integers(0, 999), months=st.integers(0, 9999))
def test_what_is_over_stays_over(changed: date, day: date, years: int, months: int) -> None:
    text = f"{years}y{months}m after last change"
    if is_over(text, changed, day):
        assert is_over(text, changed, day + timedelta(days=1))
        assert is_over(text, changed - timedelta(days=1), day)


@pytest.mark.parametrize("day", [date.min, date(1, 2, 1), date.max])
@pytest.mark.parametrize("text", ["999y9999m99999d after created", "0d after last change", "1m after end of year"])
def test_the_ends_of_the_calendar_do_no_harm(text: str, day: date) -> None:
    assert isinstance(over(period_of(text), day), Before)
