"""The grace period: until when the sealed area can be read, and asking for more time.

A case that freezes something stops deletion by itself, whatever the day: `retire` leaves what is frozen. It moves no day
here, and it hinders no seal, since a seal changes permissions and deletes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from filrydd.catalog import extensions, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.extensions import Extension
from filrydd.errors import BadUsage, NotVerified
from filrydd.lang import _, days
from filrydd.model import times
from filrydd.model.by import By
from filrydd.policy.grace import end_of
from filrydd.policy.grace import last_day as last_day_of
from filrydd.stages.typed import free
from filrydd.stages.work import Work

MOST_YEARS = 5
"""How far ahead a day may lie: a slip of the finger in the year is refused, and whoever needs longer asks again."""
LONGEST_REASON = 4000


@dataclass(frozen=True, slots=True)
class Period:
    """The grace period of an area that is read-only since `sealed`. `last_day`: the last one on which it can be read;
    `extensions`: who asked for more time, the newest first."""

    sealed: datetime
    over: datetime
    extensions: tuple[Extension, ...]

    @property
    def last_day(self) -> date:
        """The last day (UTC) on which the old area can be read."""
        return last_day_of(self.over)


@dataclass(frozen=True, slots=True)
class Extended:
    """A stored extension: the last day before it, the one that holds now, and the ledger's head."""

    area: str
    before: date
    until: date
    head: str


def ends(work: Work, catalog: Catalog, seal: seals.Seal) -> datetime:
    """The first moment (UTC) at which the grace period is over: the later of the policy and of what people asked for.

    While a seal is being laid it is counted from now. Raises what `Work.department` raises.
    """
    sealed = work.clock() if seal.sealed is None else times.to_datetime(seal.sealed)
    over = work.department().grace.over(sealed)
    asked = extensions.latest_day(catalog)
    return over if asked is None else max(over, end_of(asked))


def last_day(work: Work, catalog: Catalog, seal: seals.Seal) -> date:
    """The last day (UTC) on which the old area can be read."""
    return last_day_of(ends(work, catalog, seal))


def period(work: Work, catalog: Catalog) -> Period | None:
    """The grace period of the area; None while it is not read-only."""
    seal = seals.latest(catalog)
    if seal is None or seal.state != "sealed" or seal.sealed is None:
        return None
    over = ends(work, catalog, seal)
    return Period(times.to_datetime(seal.sealed), over, tuple(extensions.history(catalog)))


def latest_possible(today: date) -> date:
    """The last day that anybody may ask for."""
    # The 29th of February has no namesake every year.
    return today.replace(year=today.year + MOST_YEARS, day=min(today.day, 28) if today.month == 2 else today.day)


def extend(work: Work, until: date, by: By, role: str, reason: str) -> Extended:
    """Let the old area be read until that day, included. Only ever later.

    Raises BadUsage for a day that is not later than the one that holds, not after today, or too far ahead, and without a
    reason; NotVerified while the area is not read-only; Busy while something is being deleted.
    """
    reason = free(reason)
    if not reason:
        raise BadUsage(_("Nobody has said why more time is needed."), next=_("Write it in a sentence."))
    if len(reason) > LONGEST_REASON:
        raise BadUsage(_("Use at most {count} characters.").format(count=LONGEST_REASON))
    with work.holding("review"), work.catalog() as catalog:
        seal = seals.latest(catalog)
        found = period(work, catalog)
        if found is None or seal is None:
            raise NotVerified(
                _("{area} is not read-only yet, so there is no day to move.").format(area=work.area),
                next=_("Write a later day under grace in the policy."),
            )
        _check(until, found.last_day, work.day())
        row = extensions.store(catalog, seal.id, until, by, role, reason, work.now())
        return Extended(work.area, found.last_day, last_day(work, catalog, seal), row.hash)


def _check(until: date, now_until: date, today: date) -> None:
    if until <= today:
        raise BadUsage(_("{day} is not after today.").format(day=days.day(until)), next=_("Choose a later day."))
    if until <= now_until:
        raise BadUsage(
            _("The old area can be read until {day} already.").format(day=days.day(now_until)),
            next=_("Choose a later day."),
        )
    if until > latest_possible(today):
        raise BadUsage(
            _("{day} is more than {count} years ahead.").format(day=days.day(until), count=MOST_YEARS),
            next=_("Choose an earlier day; more time can be asked for again."),
        )
