"""Days on which nobody is told anything."""

from datetime import UTC, date, datetime

import pytest

from filrydd.notices.workdays import day_in_norway, holiday, is_workday


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 2),  # skjærtorsdag
        date(2026, 4, 6),  # andre påskedag
        date(2026, 5, 1),
        date(2026, 5, 14),  # Kristi himmelfartsdag
        date(2027, 5, 17),  # 17 May and the second day of Pentecost, both on that Monday
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2026, 12, 19),  # a Saturday
        date(2026, 12, 20),
    ],
)
def test_weekends_and_norwegian_public_holidays_are_no_workdays(day: date) -> None:
    assert not is_workday(day)


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 31), date(2026, 4, 1), date(2026, 6, 24)])
def test_days_that_the_law_does_not_name_are_workdays(day: date) -> None:
    assert is_workday(day)


def test_the_day_is_the_one_that_people_in_norway_have() -> None:
    assert day_in_norway(datetime(2026, 12, 18, 22, 59, tzinfo=UTC)) == date(2026, 12, 18)
    assert day_in_norway(datetime(2026, 12, 18, 23, 1, tzinfo=UTC)) == date(2026, 12, 19)
    assert day_in_norway(datetime(2026, 6, 18, 22, 1, tzinfo=UTC)) == date(2026, 6, 19)


def test_a_holiday_is_called_by_its_name_in_both_languages() -> None:
    assert holiday(date(2026, 12, 25)) == "Første juledag"
    assert holiday(date(2026, 12, 25), "en") == "Christmas Day"
    assert holiday(date(2026, 12, 24)) == ""
