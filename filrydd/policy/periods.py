"""Periods: how long something is kept, and which files that is over for on a given day.

    5y after end of year      from the end of the year in which the file was last changed
    3y6m after last change    from the day on which the file was last changed
    2y after created          from the day on which the file was created
    until 2030-12-31          a fixed last day, for all files
    for ever                  never over

A length is years, months and days in that order, each of them optional (`10y`, `3y6m`, `90d`).

Days and years are those of UTC, everywhere and always. In Oslo a day begins one or two hours before, so a file saved in
the first hour of a Norwegian new year counts to the year before.

A period runs from the end of the day (or year) it begins with, and is over from the first moment on which the whole
length has passed; `over` asks for the first moment of `day`, so nothing is over in the middle of a day. A month without
that date counts on to the first of the next one (one year from the end of 28 February 2024 ends on 1 March 2025): a
period is never shorter than its words.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from filrydd.lang import _
from filrydd.model.rule import All, Before, Either, Predicate
from filrydd.model.times import from_day


class Start(StrEnum):
    """What a period is counted from."""

    END_OF_YEAR = "end of year"
    LAST_CHANGE = "last change"
    CREATED = "created"
    FIXED = "until"
    NEVER_OVER = "for ever"


@dataclass(frozen=True, slots=True)
class Period:
    """`months` and `days` are the length; `last_day` is set for `until` alone."""

    start: Start
    months: int = 0
    days: int = 0
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Age:
    """How long ago: whole months and days."""

    months: int = 0
    days: int = 0


_AGE = r"(?=\d)(?:(?P<y>\d{1,3})y)?\s?(?:(?P<m>\d{1,4})m)?\s?(?:(?P<d>\d{1,5})d)?"
_COUNTED = re.compile(
    _AGE + r"\s+after\s+(?P<start>end of year|last change|created)",
    re.ASCII,
)
_ALONE = re.compile(_AGE, re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAYS = re.compile(r"(\d{1,5})d", re.ASCII)


def day_of(text: str) -> date:
    """The day that a text like `2026-11-23` names; `ValueError` with a plain sentence otherwise."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as wrong:
        raise ValueError(_('There is no such day as "{text}".').format(text=text)) from wrong
    raise ValueError(_('"{text}" is not a day. Write it like 2026-11-23.').format(text=text))


def days_of(text: str) -> int:
    """The number of days that a text like `90d` names; `ValueError` with a plain sentence otherwise."""
    if found := _DAYS.fullmatch(text):
        return int(found[1])
    raise ValueError(_('"{text}" is not a number of days. Write it like 90d.').format(text=text))


def period_of(text: str) -> Period:
    """The period that a text states, in the forms above; `ValueError` with a plain sentence otherwise."""
    words = " ".join(text.lower().split())
    if words == "for ever":
        return Period(Start.NEVER_OVER)
    if words.startswith("until "):
        return Period(Start.FIXED, last_day=day_of(words.removeprefix("until ")))
    if found := _COUNTED.fullmatch(words):
        months = int(found["y"] or 0) * 12 + int(found["m"] or 0)
        return Period(Start(found["start"]), months, int(found["d"] or 0))
    raise ValueError(_('"{text}" is not a period. Write it like "5y after end of year".').format(text=text))


def age_of(text: str) -> Age:
    """The length that a text like `3y6m` states; `ValueError` with a plain sentence otherwise."""
    if found := _ALONE.fullmatch(" ".join(text.lower().split())):
        return Age(int(found["y"] or 0) * 12 + int(found["m"] or 0), int(found["d"] or 0))
    raise ValueError(_('"{text}" is not a length of time. Write it like 5y, 3y6m or 90d.').format(text=text))


def older(age: Age, time: Literal["modified", "created", "latest"], day: date) -> Predicate:
    """What matches exactly the files for which that much has passed, at the first moment (UTC) of `day`, since the end of the
    day of that time; so `5y` is over when the period `5y after last change` is."""
    return Before(time, from_day(_first_running_day(Period(Start.LAST_CHANGE, age.months, age.days), day)))


def over(period: Period, day: date) -> Predicate:
    """What matches exactly the files for which the period is over at the first moment (UTC) of `day`.

    With N whole years after the end of the year that is: last changed before 1 January of the year `day.year - N`. A file
    from before the year 1 does not exist, so a period that reaches so far back matches nothing.
    """
    if period.start is Start.NEVER_OVER:
        return Either(())
    if period.last_day is not None:
        return All(()) if day > period.last_day else Either(())
    if period.start is Start.END_OF_YEAR:
        return Before("modified", from_day(_first_running_year(period, day)))
    return Before("created" if period.start is Start.CREATED else "modified", from_day(_first_running_day(period, day)))


def _first_running_year(period: Period, day: date) -> date:
    """1 January of the earliest year whose period is still running at `day`."""
    year = max(1, day.year - period.months // 12 - period.days // 365 - 2)
    while _is_over(date(year, 12, 31), period, day):
        year += 1
    return date(year, 1, 1)


def _first_running_day(period: Period, day: date) -> date:
    """The earliest day whose period is still running at `day`.

    The search begins at the first of a month that certainly lies before it, at most two months and some days away.
    """
    if day.toordinal() <= period.days:
        return date.min
    base = day - timedelta(days=period.days)
    year, month = divmod(base.year * 12 + base.month - 2 - period.months, 12)
    first = date(year, month + 1, 1) if year >= 1 else date.min
    while _is_over(first, period, day):
        first += timedelta(days=1)
    return first


def _is_over(begun: date, period: Period, day: date) -> bool:
    """Whether the length has passed at the first moment of `day`, counted from the end of the day `begun`."""
    try:
        after = begun + timedelta(days=1)
        year, month = divmod(after.year * 12 + after.month - 1 + period.months, 12)
        if after.day > calendar.monthrange(year, month + 1)[1]:
            year, month = divmod(year * 12 + month + 1, 12)
            after = after.replace(day=1)
        return after.replace(year=year, month=month + 1) + timedelta(days=period.days) <= day
    except (ValueError, OverflowError):  # ends after the year 9999
        return False
