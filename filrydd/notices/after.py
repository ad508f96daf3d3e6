"""Who is told on a day what comes after the upload: that the new place waits to be confirmed, and that the old one is deleted.

The contacts of a part hear at once that it waits for them, and every week after that. Of the last day on which the old area
can be read they hear at half time, and 14 and 3 working days before; when that day is moved, all of it is told anew. Never on
a day off, never while they are away, never twice on a day (`notices.due`); what a run missed, the next one makes up for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from filrydd.model.department import Part, Reviewing
from filrydd.notices.due import (
    WEEK,
    Asking,
    Due,
    Left,
    Why,
    apart,
    asked_on,
    contacts_of,
    hindrance,
    next_there,
    sent_about,
)
from filrydd.notices.state import Asked, Kind, Standing, Told
from filrydd.notices.workdays import is_workday

CONFIRMING = frozenset({Kind.CONFIRM})
CLOSING = frozenset({Kind.HALF_TIME, Kind.TWO_WEEKS, Kind.LAST_DAYS})
_BEFORE = {Kind.TWO_WEEKS: 14, Kind.LAST_DAYS: 3}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A part whose new place is to be confirmed, and the day from which on its contact is asked."""

    part: Part
    since: date


def confirming(
    waiting: Sequence[Waiting],
    reviewing: Reviewing,
    told: Sequence[Told],
    day: date,
    is_workday: Callable[[date], bool] = is_workday,
) -> tuple[tuple[Due, ...], tuple[Left, ...]]:
    """Who is asked on that day to confirm the new place, and who is not."""
    asking = asked_on(reviewing, told, day, is_workday, CONFIRMING)
    return apart(_confirming(one, asking) for one in waiting)


def closing(
    parts: Sequence[Part],
    sealed: date,
    last: date,
    reviewing: Reviewing,
    told: Sequence[Told],
    day: date,
    is_workday: Callable[[date], bool] = is_workday,
) -> tuple[tuple[Due, ...], tuple[Left, ...]]:
    """Who is told on that day that the old area is deleted after the day `last`, and who is not; read-only since `sealed`."""
    asking = asked_on(reviewing, told, day, is_workday, CLOSING)
    days = schedule(sealed, last, is_workday)
    return apart(_closing(part, sealed, last, days, asking) for part in parts)


def schedule(sealed: date, last: date, is_workday: Callable[[date], bool] = is_workday) -> dict[Kind, date]:
    """The days on which each message about the last day falls due, in their order; none before the area was sealed."""
    half = sealed + timedelta(days=(last - sealed).days // 2)
    days = {Kind.HALF_TIME: half} | {kind: _before(last, count, is_workday) for kind, count in _BEFORE.items()}
    # In a short grace period half time comes after the others were due; on one day only the last of them is told.
    return dict(sorted(((kind, max(on, sealed)) for kind, on in days.items()), key=lambda one: one[1]))


def _confirming(waiting: Waiting, asking: Asking) -> Iterator[Due | Left]:
    standing = Standing(waiting.part, Asked.CONTACT, waiting.since)
    for person, role in contacts_of(waiting.part, asking):
        hindered = hindrance(standing, person, role, asking)
        sent = [told.on for told in sent_about(standing, person, asking)]
        # After a no others look for what is missing, and nobody is asked meanwhile.
        on = max(waiting.since, max(sent) + WEEK) if sent else waiting.since
        if hindered is not None:
            yield hindered
        elif asking.day >= on:
            yield Due(standing, person, role, Kind.CONFIRM, on)
        elif sent:
            yield Left(standing, person, role, Why.TOLD, max(sent))
        else:
            yield Left(standing, person, role, Why.NOT_YET, next_there(on, person, asking))


def _closing(part: Part, sealed: date, last: date, days: dict[Kind, date], asking: Asking) -> Iterator[Due | Left]:
    standing = Standing(part, Asked.CONTACT, sealed)
    for person, role in contacts_of(part, asking):
        if asking.day > last:
            yield Left(standing, person, role, Why.OVER, last)
            continue
        hindered = hindrance(standing, person, role, asking)
        if hindered is not None:
            yield hindered
            continue
        sent = [told for told in sent_about(standing, person, asking) if told.due == last]
        reached = [kind for kind, on in days.items() if on <= asking.day]
        ahead = [on for on in days.values() if on > asking.day]
        if reached and not any(told.kind is reached[-1] for told in sent):
            yield Due(standing, person, role, reached[-1], last)
        elif ahead:
            yield Left(standing, person, role, Why.NOT_YET, next_there(min(ahead), person, asking))
        else:
            yield Left(standing, person, role, Why.TOLD, max(told.on for told in sent))


def _before(last: date, count: int, is_workday: Callable[[date], bool]) -> date:
    """The day with so many working days after it until `last`, which counts too."""
    on = last
    while count and on > date.min:
        count -= is_workday(on)
        on -= _DAY
    while on > date.min and not is_workday(on):
        on -= _DAY
    return on
