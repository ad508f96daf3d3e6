"""What holds of reminders whatever the policy, the people and their absences are: days run through one by one."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.department import Absence, Part, Person, Reviewing
from filrydd.notices.due import As, Due, decide
from filrydd.notices.state import Asked, Kind, Outcome, Standing, Told
from filrydd.notices.workdays import is_workday

# Around Easter and May, where Norway has most of its holidays, and around Christmas.
STARTS = st.one_of(st.dates(date(2026, 3, 15), date(2026, 5, 20)), st.dates(date(2026, 12, 1), date(2027, 1, 10)))
DAY = timedelta(days=1)


@st.composite
def people(draw: st.DrawFn, start: date) -> Person:
    number = draw(st.integers(1, 4))
    spans = draw(st.lists(st.tuples(st.integers(-5, 40), st.integers(0, 20)), max_size=2))
    gone = tuple(Absence(start + first * DAY, start + (first + length) * DAY) for first, length in spans)
    # The same address has the same absences: they are one person.
    return Person(f"Person {number}", f"p{number}@example.no", away=gone)


@st.composite
def reviews(draw: st.DrawFn) -> tuple[list[Standing], Reviewing, date]:
    start = draw(STARTS)
    pool = {one.email: one for one in draw(st.lists(people(start), min_size=1, max_size=4))}
    person = st.sampled_from(sorted(pool.values(), key=lambda one: one.email))
    standings = [
        Standing(
            Part(f"part {number}", "", draw(person), draw(person), tuple(draw(st.lists(person, max_size=2)))),
            draw(st.sampled_from([Asked.CONTACT, Asked.CONTACT, Asked.MANAGER, Asked.SIGNED])),
            start,
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    reviewing = Reviewing(
        deadline=draw(st.none() | st.integers(0, 35).map(lambda days: start + days * DAY)),
        weekly=draw(st.booleans()),
        before=draw(st.integers(0, 40)),
        deputies=draw(st.sampled_from(["never", "when the contact is away", "always"])),
        managers=draw(st.sampled_from(["never", "before the deadline", "after the deadline", "always"])),
    )
    return standings, reviewing, start


def run(
    standings: list[Standing], reviewing: Reviewing, start: date, days: int, outcomes: list[Outcome], skip: set[int]
) -> list[tuple[date, Due]]:
    """Every message of that many days, two runs a day but on days that are skipped; outcomes are taken in turn."""
    told: list[Told] = []
    all_due: list[tuple[date, Due]] = []
    for number in range(days):
        day = start + number * DAY
        for _run in range(0 if number in skip else 2):
            for one in decide(standings, reviewing, told, day)[0]:
                outcome = outcomes[len(told) % len(outcomes)]
                told.append(Told(one.standing.part.name, one.person.email, one.kind, one.due, day, outcome))
                all_due.append((day, one))
    return all_due


OUTCOMES = st.lists(
    st.sampled_from([Outcome.SENT, Outcome.SENT, Outcome.FAILED, Outcome.UNKNOWN]), min_size=1, max_size=7
)


@given(reviews(), OUTCOMES, st.sets(st.integers(0, 59), max_size=30))
def test_never_on_a_free_day_never_to_somebody_away_never_twice_a_day(
    review: tuple[list[Standing], Reviewing, date], outcomes: list[Outcome], skip: set[int]
) -> None:
    standings, reviewing, start = review
    messages = run(standings, reviewing, start, 60, outcomes, skip)
    for day, one in messages:
        assert is_workday(day)
        assert not one.person.is_away(day)
        assert one.standing.asked is not Asked.SIGNED
    once = Counter((day, one.standing.part.name, one.person.email) for day, one in messages)
    assert set(once.values()) <= {1}


@given(reviews())
def test_before_the_deadline_each_contact_who_is_there_on_some_workday_is_told(
    review: tuple[list[Standing], Reviewing, date],
) -> None:
    standings, reviewing, start = review
    if reviewing.deadline is None:
        return
    messages = run(standings, reviewing, start, 60, [Outcome.SENT], set())
    span = [start + number * DAY for number in range((reviewing.deadline - start).days + 1)]
    for standing in standings:
        asked = {Asked.CONTACT: standing.part.contact, Asked.MANAGER: standing.part.owner}.get(standing.asked)
        if asked is None or not any(is_workday(day) and not asked.is_away(day) for day in span):
            continue
        assert any(
            one.standing.part == standing.part and one.person.email == asked.email and day <= reviewing.deadline
            for day, one in messages
        )


@given(reviews())
def test_before_and_after_the_deadline_there_is_one_message_of_each_kind_for_a_person_and_part(
    review: tuple[list[Standing], Reviewing, date],
) -> None:
    standings, reviewing, start = review
    messages = run(standings, reviewing, start, 60, [Outcome.SENT], set())
    counted = Counter(
        (one.standing.part.name, one.person.email, one.kind)
        for _day, one in messages
        if one.kind in (Kind.BEFORE, Kind.PASSED)
    )
    assert set(counted.values()) <= {1}
    for day, one in messages:
        over = reviewing.deadline is not None and day > reviewing.deadline
        assert over is (one.kind is Kind.PASSED)


@given(reviews(), st.sets(st.integers(0, 59), max_size=40))
def test_weekly_messages_are_at_least_a_week_apart(
    review: tuple[list[Standing], Reviewing, date], skip: set[int]
) -> None:
    standings, reviewing, start = review
    last: dict[tuple[str, str], date] = {}
    for day, one in run(standings, reviewing, start, 60, [Outcome.SENT], skip):
        key = (one.standing.part.name, one.person.email)
        if one.kind is Kind.WEEKLY:
            assert reviewing.weekly
            assert day - last.get(key, start) >= 7 * DAY
        last[key] = day


@given(reviews())
def test_deputies_and_managers_hear_only_what_the_policy_lets_them(
    review: tuple[list[Standing], Reviewing, date],
) -> None:
    standings, reviewing, start = review
    for day, one in run(standings, reviewing, start, 60, [Outcome.SENT], set()):
        if one.role is As.DEPUTY:
            assert reviewing.deputies != "never"
            assert reviewing.deputies == "always" or one.standing.part.contact.is_away(day)
        if one.role is As.MANAGER:
            assert reviewing.managers != "never"
            assert reviewing.managers != "before the deadline" or one.kind is Kind.BEFORE
            assert reviewing.managers != "after the deadline" or one.kind is Kind.PASSED
