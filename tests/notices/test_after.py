"""Who is told what comes after the upload: the new place is to be confirmed, the old one is soon deleted."""

from datetime import date, timedelta

import pytest

from filrydd.model.department import Person, Reviewing
from filrydd.notices.after import Waiting, closing, confirming, schedule
from filrydd.notices.due import As, Why
from filrydd.notices.state import Kind, Outcome, Told
from filrydd.notices.workdays import is_workday
from tests.notices.people import KARI, MONDAY, OLA, away, part

USUAL = Reviewing(None)
SEALED = date(2027, 1, 11)  # a Monday
LAST = date(2027, 6, 30)  # a Wednesday
HALF, TWO_WEEKS, LAST_DAYS = date(2027, 4, 6), date(2027, 6, 10), date(2027, 6, 25)


def told(on: date, kind: Kind, due: date, who: Person = KARI, outcome: Outcome = Outcome.SENT) -> Told:
    return Told("bilag", who.email, kind, due, on, outcome)


def asked(day: date, *sent: Told, since: date = MONDAY) -> list[tuple[str, As, Kind, date]]:
    due, _left = confirming([Waiting(part(), since)], USUAL, sent, day)
    return [(one.person.name, one.role, one.kind, one.due) for one in due]


def said(day: date, *sent: Told, contact: Person = KARI, last: date = LAST) -> list[tuple[str, Kind]]:
    due, left = closing([part(contact=contact)], SEALED, last, USUAL, sent, day)
    assert len({one.person.name for one in (*due, *left)}) == len(due) + len(left)
    return [(one.person.name, one.kind) for one in due]


def test_a_contact_is_asked_at_once_and_then_every_week() -> None:
    assert asked(MONDAY - timedelta(days=3)) == []
    assert asked(MONDAY) == [(KARI.name, As.CONTACT, Kind.CONFIRM, MONDAY)]
    once = told(MONDAY, Kind.CONFIRM, MONDAY)
    assert asked(MONDAY, once) == []
    assert asked(MONDAY + timedelta(days=4), once) == []
    assert asked(MONDAY + timedelta(days=7), once)[0][3] == MONDAY + timedelta(days=7)
    later = MONDAY + timedelta(days=10)
    assert (asked(MONDAY + timedelta(days=9), once, since=later), len(asked(later, once, since=later))) == ([], 1)
    failed = told(MONDAY, Kind.CONFIRM, MONDAY, outcome=Outcome.FAILED)
    assert (asked(MONDAY, failed), len(asked(MONDAY + timedelta(days=1), failed))) == ([], 1)
    # A message about the review on the same day is one too many, and one of last week is no answer to this.
    assert asked(MONDAY, told(MONDAY, Kind.WEEKLY, MONDAY)) == []
    assert len(asked(MONDAY, told(MONDAY - timedelta(days=3), Kind.WEEKLY, MONDAY))) == 1


def test_the_days_are_half_time_and_14_and_3_working_days_before() -> None:
    assert schedule(SEALED, LAST) == {
        Kind.HALF_TIME: date(2027, 4, 6),
        Kind.TWO_WEEKS: TWO_WEEKS,
        Kind.LAST_DAYS: LAST_DAYS,
    }
    for kind, count in ((Kind.TWO_WEEKS, 14), (Kind.LAST_DAYS, 3)):
        on = schedule(SEALED, LAST)[kind]
        after = [on + timedelta(days=n) for n in range(1, (LAST - on).days + 1)]
        assert (is_workday(on), sum(map(is_workday, after))) == (True, count)


def test_each_is_told_once_and_again_when_the_last_day_is_moved() -> None:
    assert said(HALF - timedelta(days=1)) == []
    assert said(HALF) == [(KARI.name, Kind.HALF_TIME)]
    half = told(HALF, Kind.HALF_TIME, LAST)
    assert said(HALF + timedelta(days=1), half) == []
    assert said(TWO_WEEKS, half) == [(KARI.name, Kind.TWO_WEEKS)]
    assert said(LAST_DAYS, half) == [(KARI.name, Kind.LAST_DAYS)], "what was missed is not told beside what is nearer"
    every = [told(day, kind, LAST) for kind, day in schedule(SEALED, LAST).items()]
    assert [said(LAST - timedelta(days=n), *every) for n in range(3)] == [[], [], []]
    later = LAST + timedelta(days=90)
    assert said(LAST, *every, last=later) == [(KARI.name, Kind.HALF_TIME)], "they were told of another day"
    assert said(LAST + timedelta(days=1), *every[:2]) == []


def test_after_the_last_day_nobody_is_told() -> None:
    _due, left = closing([part()], SEALED, LAST, USUAL, [], LAST + timedelta(days=1))
    assert [(one.why, one.on) for one in left] == [(Why.OVER, LAST)]


def test_who_is_away_hears_of_it_when_they_are_back_and_who_stands_in_at_once() -> None:
    kari = away(KARI, LAST_DAYS, LAST_DAYS)
    both = part(contact=kari, deputies=(OLA,))
    due, left = closing([both], SEALED, LAST, USUAL, [], LAST_DAYS)
    assert [(one.person.name, one.role) for one in due] == [(OLA.name, As.DEPUTY)]
    assert [(one.person.name, one.why) for one in left] == [(KARI.name, Why.AWAY)]
    assert said(LAST_DAYS + timedelta(days=3), contact=kari) == [(KARI.name, Kind.LAST_DAYS)]


@pytest.mark.parametrize("days", [0, 1, 5, 20, 30])
def test_in_a_short_time_each_is_told_no_sooner_than_the_seal_and_the_last_one_always(days: int) -> None:
    last = SEALED + timedelta(days=days)
    every = schedule(SEALED, last)
    assert all(SEALED <= on <= last for on in every.values())
    assert list(every.values()) == sorted(every.values())
    sent: list[Told] = []
    for number in range(days + 1):
        day = SEALED + timedelta(days=number)
        sent += [told(day, kind, last) for _name, kind in said(day, *sent, last=last)]
    assert 1 <= len(sent) <= 3
    assert len({one.kind for one in sent}) == len(sent)
    assert sent[-1].on <= last
