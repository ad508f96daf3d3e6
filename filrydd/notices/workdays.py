"""Days on which nobody is told anything: Saturdays, Sundays, and public holidays in Norway."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

_SATURDAY = 5
_LANGUAGES = {"nb": "no", "en": "en_US"}


def is_workday(day: date) -> bool:
    """Whether people are at work on that day, as far as the calendar tells."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def holiday(day: date, language: str = "nb") -> str:
    """What the public holiday on that day is called; empty when it is none."""
    return _holidays(day.year, language).get(day, "")


def day_in_norway(moment: datetime) -> date:
    """The day that it is for people in Norway. A timer that runs at midnight there runs on the day before in UTC: on a
    Saturday it would tell people what is meant for Friday."""
    return moment.astimezone(ZoneInfo("Europe/Oslo")).date()


@cache
def _holidays(year: int, language: str = "nb") -> dict[date, str]:
    import holidays

    # Those of the law, for the whole country (library `holidays`, 1901 to 2100; outside that only weekends are known).
    return dict(holidays.country_holidays("NO", years=year, language=_LANGUAGES.get(language, "no")))
