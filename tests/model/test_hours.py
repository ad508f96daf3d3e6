"""Hours of the day, as people write them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.hours import Hours

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


@given(TIMES, TIMES, MOMENTS)
def test_after_the_wait_the_hours_have_begun(begin: object, end: object, moment: datetime) -> None:
    if begin == end:
        return
    hours = Hours(begin, end)  # type: ignore[arg-type]
    wait = hours.wait(moment)
    assert timedelta() <= wait < timedelta(days=1)
    assert moment + wait in hours
    if moment in hours:
        assert wait == timedelta()
