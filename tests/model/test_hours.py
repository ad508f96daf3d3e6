"""Hours of the day and weekends, as people write them."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.hours import Hours, Span

TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))


@pytest.mark.parametrize("text", ["17:00-07:00", " 17:00 – 07:00 ", "17.00-07.00", "17-7"])
def test_hours_may_pass_midnight(text: str) -> None:
    hours = Hours.parse(text)
    assert str(hours) == "17:00-07:00"
    assert datetime(2026, 3, 2, 17, 0) in hours
    assert datetime(2026, 3, 2, 6, 59) in hours
    assert datetime(2026, 3, 2, 7, 0) not in hours
    assert hours.wait(datetime(2026, 3, 2, 15, 30)) == timedelta(hours=1, minutes=30)
    assert hours.wait(datetime(2026, 3, 2, 23, 0)) == timedelta()


def test_a_day_may_end_at_24() -> None:
    hours = Hours.parse("22:00-24:00")
    assert datetime(2026, 3, 2, 23, 59) in hours
    assert datetime(2026, 3, 2, 0, 0) not in hours


@pytest.mark.parametrize(
    "text", ["", "17", "17:0-07:00", "25:00-07:00", "17:60-07:00", "08:00-08:00", "17:00-07:00 x", "17:00"]
)
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Hours.parse(text)


SPANS = st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Span(*pair))
TIMETABLES = st.builds(
    lambda spans, weekends: Hours(tuple(dict.fromkeys(spans)), weekends or not spans),
    st.lists(SPANS, max_size=3),
    st.booleans(),
)


@pytest.mark.parametrize("text", ["17:00-07:00, weekends", "17-07,weekend", "17.00-07.00 og helger", "Helg; 17-7"])
def test_weekends_are_saturday_and_sunday_whole(text: str) -> None:
    hours = Hours.parse(text)
    assert str(hours) == "17:00-07:00, weekends"
    friday, monday = datetime(2026, 11, 27, 17), datetime(2026, 11, 30, 7)
    assert not hours.wait(friday)
    assert hours.open_seconds(friday, monday) == (monday - friday).total_seconds()
    assert monday not in hours
    assert hours.wait(monday) == timedelta(hours=10)


def test_weekends_alone_leave_the_week_closed() -> None:
    hours = Hours.parse("weekends")
    assert hours.wait(datetime(2026, 11, 30)) == timedelta(days=5)
    assert hours.open_seconds(datetime(2026, 11, 30), datetime(2026, 12, 7)) == 2 * 86_400


def test_a_public_holiday_on_a_weekday_is_a_weekday() -> None:
    assert datetime(2026, 12, 25, 12) not in Hours.parse("17-07, weekends")


def test_spans_that_overlap_count_once() -> None:
    hours = Hours.parse("17:00-07:00, 20:00-23:00, 06:00-08:00")
    assert hours.open_seconds(datetime(2026, 11, 30), datetime(2026, 12, 1)) == 15 * 3600


@pytest.mark.parametrize("text", ["weekends weekends", "weekends,", ", 17-07", "mondays", "1-2," * 30 + "3-4"])
def test_what_is_no_timetable_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Hours.parse(text)


@given(TIMETABLES)
def test_what_is_shown_is_read_back_as_the_same(hours: Hours) -> None:
    assert Hours.parse(str(hours)) == hours


@given(TIMETABLES, MOMENTS)
def test_after_the_wait_the_hours_have_begun(hours: Hours, moment: datetime) -> None:
    wait = hours.wait(moment)
    assert timedelta() <= wait < timedelta(days=6)
    assert moment + wait in hours
    assert hours.open_seconds(moment, moment + wait) == 0
    if wait > timedelta(minutes=1):
        assert moment + wait / 2 not in hours


@given(TIMETABLES, MOMENTS, st.integers(0, 10 * 24 * 60))
def test_open_seconds_are_the_minutes_that_are_open(hours: Hours, begin: datetime, minutes: int) -> None:
    begin = begin.replace(second=0, microsecond=0)
    spans, weekends = hours.spans, hours.weekends

    def is_open(moment: datetime) -> bool:
        now = moment.time()
        within = [
            (span.begin <= now < span.end) if span.begin < span.end else (now >= span.begin or now < span.end)
            for span in spans
        ]
        return any(within) or (weekends and moment.weekday() in (5, 6))

    # The second way to count it: minute by minute.
    step = max(1, minutes // 400)
    for at in range(0, minutes, step):
        assert (begin + timedelta(minutes=at) in hours) == is_open(begin + timedelta(minutes=at))
    short = min(minutes, 2000)
    counted = sum(is_open(begin + timedelta(minutes=at)) for at in range(short))
    assert hours.open_seconds(begin, begin + timedelta(minutes=short)) == counted * 60


def test_midnight_begins_and_ends_no_span_twice() -> None:
    hours = Hours((Span(time(22), time(0)), Span(time(0), time(1))))
    assert hours.open_seconds(datetime(2026, 3, 2), datetime(2026, 3, 3)) == 3 * 3600
