"""Hours in which a long piece of work may run: times of the day, and whole weekends.

They are those of the wall clock where the work runs. Public holidays are no weekends: whoever writes a timetable counts on
Saturdays and Sundays, and no calendar knows what a municipality keeps open. On the two days a year on which the clock is
moved, what is computed ahead is an hour off; what asks again when it wakes up is not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

_TIME = r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*"
_FORM = re.compile(f"{_TIME}[-–]{_TIME}", re.ASCII)
_BETWEEN = re.compile(r"[,;]|\s(?:and|og)\s")
_WEEKENDS = frozenset({"weekends", "weekend", "helger", "helg", "helgene"})
_SATURDAY = 5
_DAY = timedelta(days=1)
# Nobody names more times of the day than this; it bounds what a foreign file can cause.
_MOST = 24


@dataclass(frozen=True, slots=True)
class Span:
    """From one time of the day to another, the second left out; past midnight when the first is the later one."""

    begin: time
    end: time

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Hours:
    """A timetable: the work may run in each of the spans of every day, and with `weekends` on Saturdays and Sundays whole."""

    spans: tuple[Span, ...]
    weekends: bool = False

    def __post_init__(self) -> None:
        if not (self.spans or self.weekends):
            raise ValueError("a timetable that never opens")

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """`17:00-07:00`, `17-07`, `17:00-07:00, weekends` (or `helger`), `weekends`, `11:30-12:30, 17-07`.

        Raises ValueError for anything else, and for a span that is none or all of the day.
        """
        spans: list[Span] = []
        weekends = False
        words = _BETWEEN.split(text)
        if len(words) > _MOST:
            raise ValueError(text[:80])
        for word in words:
            if word.strip().casefold() in _WEEKENDS:
                weekends = True
            elif (span := _span(word)) not in spans:
                spans.append(span)
        return cls(tuple(spans), weekends)

    def __contains__(self, moment: datetime) -> bool:
        return not self.wait(moment)

    def wait(self, moment: datetime) -> timedelta:
        """How long it is from a moment until the work may run; nothing within the hours."""
        return next(self.openings(moment))[0] - moment

    def openings(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From a moment on, from when to when the work may run, in order and without end; parted at each midnight.

        Raises OverflowError where the calendar ends, in the year 9999.
        """
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        while True:
            for begin, end in self._of(midnight):
                if midnight + end > moment:
                    yield max(midnight + begin, moment), midnight + end
            midnight += _DAY

    def open_seconds(self, begin: datetime, end: datetime) -> float:
        """For how many seconds the work may run between two moments."""
        seconds = 0.0
        for opens, closes in self.openings(begin):
            if opens >= end:
                break
            seconds += (min(closes, end) - opens).total_seconds()
        return seconds

    def _of(self, day: datetime) -> list[tuple[timedelta, timedelta]]:
        """From when to when a day is open, since its midnight; what overlaps or touches is one."""
        if self.weekends and day.weekday() >= _SATURDAY:
            return [(timedelta(), _DAY)]
        pieces: list[tuple[timedelta, timedelta]] = []
        for span in self.spans:
            begin, end = _since_midnight(span.begin), _since_midnight(span.end)
            pieces += [(begin, end)] if begin < end else [(timedelta(), end), (begin, _DAY)]
        joined: list[tuple[timedelta, timedelta]] = []
        for begin, end in sorted(pieces):
            if joined and begin <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            elif begin < end:
                joined.append((begin, end))
        return joined

    def __str__(self) -> str:
        return ", ".join([*map(str, self.spans), *(["weekends"] if self.weekends else [])])


def _span(text: str) -> Span:
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(text[:80])
    hour, minute, until_hour, until_minute = map(int, found.groups(default="0"))
    # 24:00 is how people write the end of a day.
    ends_the_day = (until_hour, until_minute) == (24, 0)
    span = Span(time(hour, minute), time(0 if ends_the_day else until_hour, until_minute))
    if span.begin == span.end:
        raise ValueError(text[:80])
    return span


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute)
