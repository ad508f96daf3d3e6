"""Who is to be told what on a day, and who is not and why.

A person hears of a part every week, counted from the day it was first proposed or from the last message about it; once
more so many days before the deadline, on the last working day until then on which they are there; and once when the
deadline has passed. Never on a Saturday, a Sunday or a public holiday, never while they are away, never twice on a day.
What a run missed is made up for by the next one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from filrydd.model.department import Part, Person, Reviewing
from filrydd.notices.lines import address, same_person
from filrydd.notices.state import Asked, Kind, Outcome, Standing, Told
from filrydd.notices.workdays import is_workday

WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_ALL = frozenset({Kind.WEEKLY, Kind.BEFORE, Kind.PASSED})
OF_THE_REVIEW = _ALL | {Kind.PASSED_ON}
_OF_MANAGERS = {
    "never": frozenset[Kind](),
    "before the deadline": frozenset({Kind.BEFORE}),
    "after the deadline": frozenset({Kind.PASSED}),
    "always": _ALL,
}


class As(StrEnum):
    """As what somebody is told."""

    CONTACT = "contact"
    DEPUTY = "deputy"
    MANAGER = "manager"
    SECOND = "second signature"  # the manager, whose signature is missing
    ASKED = "asked"  # somebody passed a decision on to them


class Why(StrEnum):
    """Why somebody is not told."""

    NOBODY = "nothing asked"
    SIGNED = "signed"
    FREE = "no working day"
    AWAY = "away"
    NO_ADDRESS = "no address"
    TOO_EARLY = "deadline before the proposal"
    TODAY = "told today"
    FAILED = "failed today"
    UNKNOWN = "not known"
    NOT_YET = "not yet"
    OVER = "grace period over"
    TOLD = "told"


# What a person has to see to, not only time.
OPEN = frozenset({Why.NO_ADDRESS, Why.TOO_EARLY, Why.FAILED, Why.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to tell one person. `due` is what it is for: the deadline, or the day on which it fell due."""

    standing: Standing
    person: Person
    role: As
    kind: Kind
    due: date


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who is not told. `on`: the last day away, the day they were told, or the day on which it falls due."""

    standing: Standing
    person: Person
    role: As
    why: Why
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What does not change from person to person: the policy, the day, what was sent by part and address, and what became
    of the messages of this day by address."""

    reviewing: Reviewing
    told: Mapping[tuple[str, str], Sequence[Told]]
    tried: Mapping[str, set[Outcome]]
    day: date
    is_workday: Callable[[date], bool]


def decide(
    standings: Sequence[Standing],
    reviewing: Reviewing,
    told: Sequence[Told],
    day: date,
    is_workday: Callable[[date], bool] = is_workday,
) -> tuple[tuple[Due, ...], tuple[Left, ...]]:
    """Who is to be told on that day, and who is not; no person twice for one part."""
    asking = asked_on(reviewing, told, day, is_workday, OF_THE_REVIEW)
    return apart(_of_part(standing, asking) for standing in standings)


def asked_on(
    reviewing: Reviewing,
    told: Sequence[Told],
    day: date,
    is_workday: Callable[[date], bool],
    kinds: frozenset[Kind],
) -> Asking:
    """What a day's decisions are made from: of these kinds what was told when, of all kinds what was tried on that day."""
    of_part: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    tried: defaultdict[str, set[Outcome]] = defaultdict(set)
    for one in told:
        email = same_person(one.email)
        if one.kind in kinds:
            of_part[one.part, email].append(one)
        if one.on == day:
            tried[email].add(one.outcome)
    return Asking(reviewing, of_part, tried, day, is_workday)


def apart(parts: Iterable[Iterable[Due | Left]]) -> tuple[tuple[Due, ...], tuple[Left, ...]]:
    """Who is told and who is not, of each part no person twice."""
    due: list[Due] = []
    left: list[Left] = []
    for of_part in parts:
        # Somebody may be contact and manager at once: the first role in which something is due counts, else the first.
        dues: dict[str, Due] = {}
        lefts: dict[str, Left] = {}
        for found in of_part:
            key = same_person(found.person.email) or found.person.name
            if isinstance(found, Due):
                dues.setdefault(key, found)
            else:
                lefts.setdefault(key, found)
        due += dues.values()
        left += [one for key, one in lefts.items() if key not in dues]
    return tuple(due), tuple(left)


def contacts_of(part: Part, asking: Asking) -> Iterator[tuple[Person, As]]:
    """The contact of a part, and who stands in for them as the policy says."""
    yield part.contact, As.CONTACT
    away = part.contact.is_away(asking.day)
    if asking.reviewing.deputies == "always" or (asking.reviewing.deputies == "when the contact is away" and away):
        for deputy in part.deputies:
            yield deputy, As.DEPUTY


def _of_part(standing: Standing, asking: Asking) -> Iterator[Due | Left]:
    if standing.asked in (Asked.NOBODY, Asked.SIGNED):
        why = Why.SIGNED if standing.asked is Asked.SIGNED else Why.NOBODY
        yield Left(standing, standing.part.contact, As.CONTACT, why)
        return
    for person, role, kinds in _people(standing, asking):
        yield _of_person(standing, person, role, kinds, asking)
    for passed in standing.passed_on:
        yield _of_asked(standing, passed.person, passed.on, asking)


def _people(standing: Standing, asking: Asking) -> Iterator[tuple[Person, As, frozenset[Kind]]]:
    """Whom the policy wants to hear of a part, as what, and of what."""
    part, reviewing = standing.part, asking.reviewing
    if standing.asked is Asked.MANAGER:
        # Here the manager is the one who is asked, whatever the policy says about telling managers of others' work.
        yield part.owner, As.SECOND, _ALL
        return
    for person, role in contacts_of(part, asking):
        yield person, role, _ALL
    kinds = _OF_MANAGERS[reviewing.managers]
    if kinds := kinds if reviewing.deadline is not None else kinds & {Kind.WEEKLY}:
        yield part.owner, As.MANAGER, kinds


def _of_person(standing: Standing, person: Person, role: As, kinds: frozenset[Kind], asking: Asking) -> Due | Left:
    day, deadline = asking.day, asking.reviewing.deadline
    if deadline is not None and deadline < standing.first:
        # Nobody can keep a deadline that was over before there was anything to look at: the policy is to be mended first.
        return Left(standing, person, role, Why.TOO_EARLY, deadline)
    if hindered := hindrance(standing, person, role, asking):
        return hindered
    sent = sent_about(standing, person, asking)
    if deadline is not None and day > deadline:
        if Kind.PASSED not in kinds:
            return Left(standing, person, role, Why.NOT_YET)
        if passed := _last(told for told in sent if told.kind is Kind.PASSED and told.due == deadline):
            return Left(standing, person, role, Why.TOLD, passed)
        return Due(standing, person, role, Kind.PASSED, deadline)
    waits: list[date] = []
    if deadline is not None and Kind.BEFORE in kinds:
        if not any(told.kind is Kind.BEFORE and told.due == deadline for told in sent):
            on = _day_before(deadline, standing.first, person, asking)
            if day >= on:
                return Due(standing, person, role, Kind.BEFORE, deadline)
            waits.append(on)
        elif Kind.PASSED in kinds:
            waits.append(deadline + _DAY)
    elif deadline is not None and Kind.PASSED in kinds:
        waits.append(deadline + _DAY)
    last = _last_of(standing, sent, role, asking)
    if asking.reviewing.weekly and Kind.WEEKLY in kinds:
        on = (last or standing.first) + WEEK
        if day >= on:
            return Due(standing, person, role, Kind.WEEKLY, on)
        waits.append(on)
    own = _last(sent)
    if own is not None or not waits:
        return Left(standing, person, role, Why.TOLD if own else Why.NOT_YET, own)
    return Left(standing, person, role, Why.NOT_YET, next_there(min(waits), person, asking))


def _of_asked(standing: Standing, person: Person, on: date, asking: Asking) -> Due | Left:
    """Somebody whom a decision was passed on to hears of it once."""
    if hindered := hindrance(standing, person, As.ASKED, asking):
        return hindered
    sent = sent_about(standing, person, asking)
    if told := _last(told for told in sent if told.kind is Kind.PASSED_ON and told.due == on):
        return Left(standing, person, As.ASKED, Why.TOLD, told)
    return Due(standing, person, As.ASKED, Kind.PASSED_ON, on)


def hindrance(standing: Standing, person: Person, role: As, asking: Asking) -> Left | None:
    """Why nothing can go to somebody on that day, whatever is due."""
    day = asking.day
    if not address(person.email):
        return Left(standing, person, role, Why.NO_ADDRESS)
    if not asking.is_workday(day):
        return Left(standing, person, role, Why.FREE)
    if person.is_away(day):
        return Left(standing, person, role, Why.AWAY, _last_day_away(person, day))
    # Also one that failed, or whose fate is not known, is not tried again on that day. A run that crashed may have sent it:
    # then the same words twice within minutes teach people to ignore them. The next day it is due again, as if it had never
    # left, and under the same Message-ID: a deadline that nobody heard of costs more than a sentence read twice.
    tried = asking.tried.get(same_person(person.email), set())
    for outcome, why in ((Outcome.SENT, Why.TODAY), (Outcome.UNKNOWN, Why.UNKNOWN), (Outcome.FAILED, Why.FAILED)):
        if outcome in tried:
            return Left(standing, person, role, why, day)
    return None


def _day_before(deadline: date, first: date, person: Person, asking: Asking) -> date:
    """The last working day at least `before` days before the deadline on which the person is there; not before `first`."""
    on = date.fromordinal(max(deadline.toordinal() - asking.reviewing.before, first.toordinal()))
    while on > first and (not asking.is_workday(on) or person.is_away(on)):
        on -= _DAY
    return on


def next_there(on: date, person: Person, asking: Asking) -> date:
    """That day, or the first one after it that is a working day and on which the person is there."""
    while on < date.max and (not asking.is_workday(on) or person.is_away(on)):
        on += _DAY
    return on


def _last_of(standing: Standing, sent: Sequence[Told], role: As, asking: Asking) -> date | None:
    """The last message that a week is counted from. Who stands in goes on where the contact left off."""
    days = [told.on for told in sent if told.kind is not Kind.PASSED_ON]
    if role is As.DEPUTY and asking.reviewing.deputies != "always":
        days += [
            told.on for told in sent_about(standing, standing.part.contact, asking) if told.kind is not Kind.PASSED_ON
        ]
    return max(days, default=None)


def sent_about(standing: Standing, person: Person, asking: Asking) -> list[Told]:
    about = asking.told.get((standing.part.name, same_person(person.email)), ())
    return [told for told in about if told.outcome is Outcome.SENT]


def _last(sent: Iterable[Told]) -> date | None:
    return max((told.on for told in sent), default=None)


def _last_day_away(person: Person, day: date) -> date:
    while day < date.max and (longer := [one.last for one in person.away if one.first <= day + _DAY <= one.last]):
        day = max(longer)
    return max([day, *(one.last for one in person.away if one.first <= day <= one.last)])
