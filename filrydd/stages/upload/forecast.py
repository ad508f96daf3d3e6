"""How long an upload takes: arithmetic over counts, limits and hours. Pure: it reads no clock and sends nothing.

The ceiling is what the tenant allows, so a forecast is how long what is to be sent takes under each limit, and which limit it
is that decides. Prices are those of "Avoid getting throttled or blocked in SharePoint Online" (`facts/sharepoint.md`, section
3); that a fragment costs as much as an upload is our inference. Verification is not in it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from filrydd.catalog.forecasts import Expected, ToSend
from filrydd.model.hours import Hours
from filrydd.model.tier import Tier, above

FRAGMENT = 10 << 20
"""Bytes in one request: 5-10 MiB is what Graph recommends."""
INGRESS = 400_000_000_000
"""Bytes an hour that one application may send."""
NIGHTS = Hours.parse("17:00-07:00, weekends")
"""What people mean by nights, where nobody has said any hours."""
_READ, _WRITE, _PERMISSIONS = 1, 2, 5
_DAY = timedelta(days=1)
# Nothing is planned for longer, and a timetable of one minute a day must not be counted out for centuries.
_LONGEST = timedelta(days=3650)
# What another choice must save to be worth a line.
_WORTH = 0.95


class Limit(StrEnum):
    """What decides how long it takes. The word is stored; `lang.words` has the sentence."""

    NOTHING = "nothing to send"
    MINUTE = "units a minute"
    DAY = "units a day"
    INGRESS = "bytes an hour"
    LINE = "the line"
    ANSWERS = "the tenant's answers"


@dataclass(frozen=True, slots=True)
class Cost:
    """What something takes: resource units, requests, bytes."""

    units: int = 0
    requests: int = 0
    bytes: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.units + other.units, self.requests + other.requests, self.bytes + other.bytes)

    def less(self, done: "Cost") -> "Cost":
        """What is left of it; never below nothing."""
        return Cost(
            max(0, self.units - done.units), max(0, self.requests - done.requests), max(0, self.bytes - done.bytes)
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """`minute` and `day`: resource units in a minute and in 24 hours; `line` bytes and `answers` requests in a second, as
    they were measured, None where nobody has."""

    minute: int
    day: int
    line: float | None = None
    answers: float | None = None

    @classmethod
    def of(cls, tier: Tier, measured: tuple[float | None, float | None] = (None, None)) -> "Limits":
        """Those of a tier, beside what earlier runs came to."""
        return cls(tier.minute, tier.day, *measured)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`seconds` from the beginning to the end, closed hours included, and when that is; both None for over ten years."""

    cost: Cost
    seconds: float | None
    ends: datetime | None
    binding: Limit


@dataclass(frozen=True, slots=True)
class Instead:
    """How long it would take with other hours (None: around the clock) or another tier (None: the same)."""

    hours: Hours | None
    tier: Tier | None
    seconds: float


def cost_of(file_size: int, *, filled: bool = False) -> Cost:
    """What one file costs: a session and its fragments; an empty one takes its content and then its times."""
    pieces = -(-file_size // FRAGMENT) or 1
    columns = Cost(_READ + _WRITE, 2) if filled else Cost()
    return Cost(_WRITE + _WRITE * pieces, 1 + pieces, file_size) + columns


def cost(ahead: ToSend) -> Cost:
    """What all of it costs."""
    pieces = ahead.fragments + ahead.empty
    sent = Cost(_WRITE * (ahead.files + pieces), ahead.files + pieces, ahead.bytes)
    # Before a later version goes, its item is asked for; when all are there, the versions are listed.
    history = Cost(_READ * ahead.versions + _WRITE * ahead.chains, ahead.versions + ahead.chains)
    columns = Cost((_READ + _WRITE) * ahead.filled, 2 * ahead.filled)
    # Permissions are given, and read back.
    shared = ahead.invitations + ahead.restricted
    folders = Cost(_WRITE * ahead.folders + _PERMISSIONS * shared, ahead.folders + shared)
    return sent + history + columns + folders


def forecast(whole: Cost, limits: Limits, hours: Hours | None, begin: datetime) -> Forecast:
    """When it is done, begun at a moment (local time where there are `hours`), and which limit decides that."""
    ends = _end(whole, limits, hours, begin)
    seconds = None if ends is None else (ends - begin).total_seconds()
    return Forecast(whole, seconds, ends, _binding(whole, limits, hours, begin))


def instead(whole: Cost, limits: Limits, hours: Hours | None, tier: Tier, begin: datetime) -> list[Instead]:
    """Other hours and the next tier, as far as they change how long it takes; without hours also nights alone, which take
    longer and disturb nobody."""
    now = _end(whole, limits, hours, begin)
    found: list[Instead] = []
    other = None if hours else NIGHTS
    if (ends := _end(whole, limits, other, begin)) and ends != now:
        found.append(Instead(other, None, (ends - begin).total_seconds()))
    larger = above(tier)
    if larger:
        ends = _end(whole, replace(limits, minute=larger.minute, day=larger.day), hours, begin)
        if ends and (now is None or ends - begin < _WORTH * (now - begin)):
            found.append(Instead(hours, larger, (ends - begin).total_seconds()))
    return found


def expected(ahead: ToSend, found: Forecast, tier: Tier, hours: Hours | None) -> Expected:
    """What is kept of a forecast with its run."""
    return Expected(
        tier=tier.name,
        hours="" if hours is None else str(hours),
        binding=found.binding,
        files=ahead.files + ahead.copies,
        bytes=ahead.bytes,
        requests=found.cost.requests,
        units=found.cost.units,
        seconds=None if found.seconds is None else round(found.seconds),
    )


def _open_seconds(whole: Cost, limits: Limits) -> dict[Limit, float]:
    """Seconds within the hours that each limit alone would take, but for that of a day."""
    seconds = {Limit.MINUTE: whole.units * 60 / limits.minute, Limit.INGRESS: whole.bytes * 3600 / INGRESS}
    if limits.line:
        seconds[Limit.LINE] = whole.bytes / limits.line
    if limits.answers:
        seconds[Limit.ANSWERS] = whole.requests / limits.answers
    return seconds


def _end(
    whole: Cost, limits: Limits, hours: Hours | None, begin: datetime, without: Limit | None = None
) -> datetime | None:
    """When it is done, as if the limit `without` were none; None for over ten years.

    The units of a day are counted in 24 hours from the beginning on, again and again: an upload that has used them up goes
    on when the first of them are a day old.
    """
    left = max(seconds for limit, seconds in _open_seconds(whole, limits).items() if limit is not without)
    daily = math.inf  # seconds within the hours in which the units of a day are used up
    if without is not Limit.DAY and whole.units > limits.day:
        if not left:
            return begin + _DAY * ((whole.units - 1) // limits.day)
        daily = left * limits.day / whole.units
    return after(hours, begin, left, daily) if left else begin


def after(hours: Hours | None, begin: datetime, seconds: float, daily: float = math.inf) -> datetime | None:
    """When so many seconds within the hours have passed since a moment, of which in 24 hours only `daily` count; None for
    over ten years."""
    left, start = seconds, begin
    while start - begin < _LONGEST:
        lasts = daily
        for opens, closes in _openings(hours, start, start + _DAY):
            may = min((closes - opens).total_seconds(), lasts)
            if left <= may:
                return opens + timedelta(seconds=left)
            left -= may
            lasts -= may
        start += _DAY
    return None


def _openings(hours: Hours | None, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    if hours is None:
        yield begin, end
        return
    for opens, closes in hours.openings(begin):
        if opens >= end:
            return
        yield opens, min(closes, end)


def _binding(whole: Cost, limits: Limits, hours: Hours | None, begin: datetime) -> Limit:
    """The limit without which it would be done soonest; where several are as tight, the one that alone takes longest."""
    alone = _open_seconds(whole, limits)
    if not any(alone.values()):
        return Limit.NOTHING
    alone[Limit.DAY] = _DAY.total_seconds() * ((whole.units - 1) // limits.day) if whole.units else 0.0
    latest = begin + _LONGEST
    end = _end(whole, limits, hours, begin) or latest
    gained = {limit: end - (_end(whole, limits, hours, begin, without=limit) or latest) for limit in alone}
    return max(alone, key=lambda limit: (gained[limit], alone[limit]))
