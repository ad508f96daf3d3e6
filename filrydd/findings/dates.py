"""Dates in names, in the forms that offices write: 2019-03-01, 20190301, 2019-03, 01.03.19, 1.3.2019, 010319, mars 2019.

A year alone ("budsjett 2019") and a month alone ("timeliste januar") are words of a name, not dates.
"""

import re
from collections.abc import Iterator
from datetime import date

from filrydd.model.times import from_day

PLACE = "\x01"
"""What stands in a text where a date was."""

_CALENDARS = (
    "januar februar mars april mai juni juli august september oktober november desember",
    "jan feb mar apr mai jun jul aug sep okt nov des",
    "january february march april may june july august september october november december",
)
MONTHS = {name: number for names in _CALENDARS for number, name in enumerate(names.split(), 1)} | {"sept": 9}
"""Folded names of months -> their number."""
_NAMED = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(
    r"(?<!\d)(?:"
    r"(?P<y1>(?:19|20)\d\d)(?P<gap>[-._ ]?)(?P<m1>0[1-9]|1[0-2])(?P=gap)(?P<d1>0[1-9]|[12]\d|3[01])"
    r"|(?P<d2>0?[1-9]|[12]\d|3[01])(?P<sep>[-._])(?P<m2>0?[1-9]|1[0-2])(?P=sep)(?P<y2>(?:(?:19|20)\d\d)|\d\d)"
    r"|(?P<d3>0[1-9]|[12]\d|3[01])(?P<m3>0[1-9]|1[0-2])(?P<y3>(?:19|20)\d\d)"
    r"|(?P<six>\d\d(?:0[1-9]|1[0-2])\d\d)"
    r"|(?P<y4>(?:19|20)\d\d)[-._](?P<m4>0[1-9]|1[0-2])"
    r")(?!\d)"
    rf"|(?<![^\W_])(?:(?P<d5>0?[1-9]|[12]\d|3[01])\.?[ _-]?)?(?P<m5>{_NAMED})[ ._-]{{0,2}}(?P<y5>(?:19|20)\d\d)(?!\d)"
)
_FORMS = ("1", "2", "3", "4", "5")


def take_dates(text: str, near: int) -> tuple[str, list[int]]:
    """A folded text with `PLACE` for each of its dates, and those dates as ticks of their first moment, in their order.

    Six digits can be read as day, month, year or as year, month, day; the day that is nearer to the moment `near` wins.
    """
    found: list[int] = []

    def replace(match: re.Match[str]) -> str:
        moments = [moment for moment in _readings(match) if moment is not None]
        if not moments:  # 31.02.19: a number, no date
            return match[0]
        found.append(min(moments, key=lambda moment: abs(moment - near)))
        return f" {PLACE} "

    return _DATE.sub(replace, text), found


def _readings(match: re.Match[str]) -> Iterator[int | None]:
    if match["six"]:
        one, two, three = match["six"][:2], match["six"][2:4], match["six"][4:]
        yield _moment(three, two, one)
        yield _moment(one, two, three)
    else:
        groups = match.groupdict()
        form = next(form for form in _FORMS if groups[f"m{form}"])
        yield _moment(groups[f"y{form}"], groups[f"m{form}"], groups.get(f"d{form}") or "1")


def _moment(year: str, month: str, day: str) -> int | None:
    whole = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    try:
        return from_day(date(whole, MONTHS.get(month) or int(month), int(day)))
    except ValueError:
        return None
