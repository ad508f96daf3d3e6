"""Who is told on a day, and who is not and why."""

from datetime import date, timedelta
from typing import Literal

import pytest

from filrydd.model.department import Person, Reviewing
from filrydd.notices.due import As, Due, Left, Why, decide
from filrydd.notices.state import Asked, Kind, Outcome, PassedOn, Standing, Told
from tests.notices.people import BERIT, FRIDAY, KARI, MONDAY, OLA, away, part, standing

WEEKLY = Reviewing(None)
UNTIL = Reviewing(FRIDAY)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def told(on: date, kind: Kind = Kind.WEEKLY, who: Person = KARI, outcome: Outcome = Outcome.SENT) -> Told:
    return Told("bilag", who.email, kind, FRIDAY, on, outcome)


def due(day: date, reviewing: Reviewing, *sent: Told, of: Standing | None = None) -> list[tuple[str, As, Kind]]:
    return [(one.person.name, one.role, one.kind) for one in decide([of or standing()], reviewing, sent, day)[0]]


def left(
    day: date, reviewing: Reviewing, *sent: Told, of: Standing | None = None
) -> list[tuple[str, Why, date | None]]:
    return [(one.person.name, one.why, one.on) for one in decide([of or standing()], reviewing, sent, day)[1]]


def test_the_first_message_comes_a_week_after_the_proposal_and_the_next_ones_a_week_after_each() -> None:
    assert left(MONDAY + days(4), WEEKLY)[0] == (KARI.name, Why.NOT_YET, MONDAY + days(7))
    assert due(MONDAY + days(7), WEEKLY) == [(KARI.name, As.CONTACT, Kind.WEEKLY)]
    once = told(MONDAY + days(7))
    assert left(MONDAY + days(11), WEEKLY, once)[0] == (KARI.name, Why.TOLD, MONDAY + days(7))
    assert due(MONDAY + days(14), WEEKLY, once) == [(KARI.name, As.CONTACT, Kind.WEEKLY)]


def test_a_week_that_ends_on_a_saturday_is_told_on_monday() -> None:
    saturday = MONDAY + days(5)
    of = standing(first=saturday - days(7))
    assert left(saturday, WEEKLY, of=of)[0][1] is Why.FREE
    assert due(saturday + days(2), WEEKLY, of=of) == [(KARI.name, As.CONTACT, Kind.WEEKLY)]


def test_the_day_that_it_is_told_on_is_a_workday_on_which_they_are_there() -> None:
    saturday = MONDAY + days(5)
    kari = away(KARI, saturday, saturday + days(2))
    of = standing(part(contact=kari), first=saturday - days(7))
    assert left(saturday - days(1), WEEKLY, of=of)[0] == (KARI.name, Why.NOT_YET, saturday + days(3))


def test_three_days_before_the_deadline_there_is_one_more() -> None:
    only = Reviewing(FRIDAY, weekly=False)
    assert due(FRIDAY - days(4), only) == []
    assert due(FRIDAY - days(3), only) == [(KARI.name, As.CONTACT, Kind.BEFORE)]
    assert due(FRIDAY - days(2), only, told(FRIDAY - days(3), Kind.BEFORE)) == []


def test_the_day_before_the_deadline_moves_to_the_workday_before_a_holiday() -> None:
    # Three days before 7 April 2026 is Easter Saturday; the last day before Easter at work is Wednesday.
    easter = Reviewing(date(2026, 4, 7), weekly=False)
    of = standing(first=date(2026, 3, 2))
    assert due(date(2026, 3, 31), easter, of=of) == []
    assert due(date(2026, 4, 1), easter, of=of) == [(KARI.name, As.CONTACT, Kind.BEFORE)]


def test_who_leaves_before_is_told_on_the_last_day_at_work() -> None:
    kari = away(KARI, FRIDAY - days(7), FRIDAY + days(3))
    of = standing(part(contact=kari))
    only = Reviewing(FRIDAY, weekly=False, deputies="never")
    assert due(FRIDAY - days(9), only, of=of) == []
    assert due(FRIDAY - days(8), only, of=of) == [(KARI.name, As.CONTACT, Kind.BEFORE)]


def test_what_was_missed_is_told_the_next_day_until_the_deadline_itself() -> None:
    only = Reviewing(FRIDAY, weekly=False)
    assert due(FRIDAY, only) == [(KARI.name, As.CONTACT, Kind.BEFORE)]


def test_once_the_deadline_is_over_contact_and_manager_are_told_so_once() -> None:
    monday = FRIDAY + days(3)
    assert due(FRIDAY + days(1), UNTIL) == []
    assert due(monday, UNTIL) == [
        (KARI.name, As.CONTACT, Kind.PASSED),
        (BERIT.name, As.MANAGER, Kind.PASSED),
    ]
    both = (told(monday, Kind.PASSED), told(monday, Kind.PASSED, BERIT))
    for later in (1, 7, 15, 30):
        assert due(monday + days(later), UNTIL, *both) == []


def test_a_new_deadline_is_told_of_anew() -> None:
    new = Reviewing(FRIDAY + days(28), weekly=False)
    sent = (told(FRIDAY - days(3), Kind.BEFORE), told(FRIDAY + days(3), Kind.PASSED))
    assert due(FRIDAY + days(25), new, *sent) == [(KARI.name, As.CONTACT, Kind.BEFORE)]


def test_nobody_is_told_of_a_deadline_that_was_over_before_the_proposal() -> None:
    old = Reviewing(MONDAY - days(1))
    assert due(MONDAY + days(7), old) == []
    assert left(MONDAY + days(7), old)[0] == (KARI.name, Why.TOO_EARLY, MONDAY - days(1))


@pytest.mark.parametrize(("asked", "why"), [(Asked.SIGNED, Why.SIGNED), (Asked.NOBODY, Why.NOBODY)])
def test_a_part_that_waits_for_nobody_tells_nobody(asked: Asked, why: Why) -> None:
    for day in (MONDAY + days(7), FRIDAY - days(3), FRIDAY + days(3)):
        assert due(day, UNTIL, of=standing(asked=asked)) == []
        assert left(day, UNTIL, of=standing(asked=asked)) == [(KARI.name, why, None)]


@pytest.mark.parametrize(
    ("deputies", "is_away", "expected"),
    [
        ("never", True, []),
        ("when the contact is away", False, [KARI.name]),
        ("when the contact is away", True, [OLA.name]),
        ("always", False, [KARI.name, OLA.name]),
        ("always", True, [OLA.name]),
    ],
)
def test_deputies_are_told_as_the_policy_says(
    deputies: Literal["never", "when the contact is away", "always"], is_away: bool, expected: list[str]
) -> None:
    day = MONDAY + days(7)
    kari = away(KARI, day, day + days(1)) if is_away else KARI
    of = standing(part(contact=kari, deputies=(OLA,)))
    found, not_told = decide([of], Reviewing(None, deputies=deputies), (), day)
    assert [one.person.name for one in found] == expected
    if is_away:
        assert [(one.person.name, one.why, one.on) for one in not_told] == [(KARI.name, Why.AWAY, day + days(1))]


def test_who_stands_in_goes_on_where_the_contact_left_off() -> None:
    day = MONDAY + days(9)
    of = standing(part(contact=away(KARI, day, day + days(10)), deputies=(OLA,)))
    assert due(day, WEEKLY, told(MONDAY + days(7)), of=of) == []
    assert due(MONDAY + days(14), WEEKLY, told(MONDAY + days(7)), of=of) == [(OLA.name, As.DEPUTY, Kind.WEEKLY)]


@pytest.mark.parametrize(
    ("managers", "week", "before", "after"),
    [
        ("never", False, False, False),
        ("before the deadline", False, True, False),
        ("after the deadline", False, False, True),
        ("always", True, True, True),
    ],
)
def test_managers_are_told_as_the_policy_says(
    managers: Literal["never", "before the deadline", "after the deadline", "always"],
    week: bool,
    before: bool,
    after: bool,
) -> None:
    reviewing = Reviewing(FRIDAY, managers=managers)
    for day, expected in ((MONDAY + days(7), week), (FRIDAY - days(3), before), (FRIDAY + days(3), after)):
        assert (BERIT.name in [name for name, _role, _kind in due(day, reviewing)]) is expected


def test_the_manager_whose_signature_is_missing_is_asked_whatever_managers_are_told() -> None:
    of = standing(asked=Asked.MANAGER)
    assert due(MONDAY + days(7), Reviewing(FRIDAY, managers="never"), of=of) == [(BERIT.name, As.SECOND, Kind.WEEKLY)]


def test_who_is_contact_and_manager_at_once_gets_one_message() -> None:
    of = standing(part(contact=KARI, owner=Person("K. Nordmann", "Kari@EXAMPLE.no"), deputies=(KARI,)))
    everybody = Reviewing(FRIDAY, deputies="always", managers="always")
    assert due(MONDAY + days(7), everybody, of=of) == [(KARI.name, As.CONTACT, Kind.WEEKLY)]


@pytest.mark.parametrize("email", ["", "kari", "kari@", "a@b, c@d", "<a@b>", "kari@example.no\r\nBcc: x@y.no"])
def test_without_an_address_that_a_message_can_go_to_it_is_said_so(email: str) -> None:
    of = standing(part(contact=Person("Kari", email)))
    assert due(MONDAY + days(7), WEEKLY, of=of) == []
    assert left(MONDAY + days(7), WEEKLY, of=of)[0] == ("Kari", Why.NO_ADDRESS, None)


@pytest.mark.parametrize(
    ("outcome", "why"), [(Outcome.SENT, Why.TODAY), (Outcome.FAILED, Why.FAILED), (Outcome.UNKNOWN, Why.UNKNOWN)]
)
def test_nobody_is_tried_twice_on_a_day_but_what_did_not_surely_leave_is_due_again_the_next(
    outcome: Outcome, why: Why
) -> None:
    day = MONDAY + days(7)
    tried = told(day, outcome=outcome)
    assert due(day, WEEKLY, tried) == []
    assert left(day, WEEKLY, tried)[0] == (KARI.name, why, day)
    assert bool(due(day + days(1), WEEKLY, tried)) is (outcome is not Outcome.SENT)


def test_one_message_a_day_also_when_another_part_comes_later_on_it() -> None:
    day = MONDAY + days(7)
    both = [standing(), standing(part("lønn"))]
    found, not_told = decide(both, WEEKLY, [told(day)], day)
    assert found == ()
    assert {one.why for one in not_told if one.role is As.CONTACT} == {Why.TODAY}


def test_whom_something_was_passed_on_to_is_told_once() -> None:
    of = Standing(part(), Asked.CONTACT, MONDAY, passed_on=(PassedOn(OLA, KARI.name, MONDAY, 2),))
    day = MONDAY + days(1)
    assert due(day, WEEKLY, of=of) == [(OLA.name, As.ASKED, Kind.PASSED_ON)]
    once = Told("bilag", OLA.email, Kind.PASSED_ON, MONDAY, day, Outcome.SENT)
    for later in (1, 6, 20):
        assert OLA.name not in [name for name, _role, _kind in due(day + days(later), WEEKLY, once, of=of)]


def test_everybody_of_whom_a_part_could_tell_is_either_told_or_said_not_to_be() -> None:
    of = standing(part(deputies=(OLA,)))
    everybody = Reviewing(FRIDAY, deputies="always", managers="always")
    for number in range(40):
        found, not_told = decide([of], everybody, (), MONDAY + days(number))
        names = [one.person.name for one in (*found, *not_told)]
        assert sorted(names) == sorted([KARI.name, OLA.name, BERIT.name])
        assert all(isinstance(one, Due) for one in found) and all(isinstance(one, Left) for one in not_told)
