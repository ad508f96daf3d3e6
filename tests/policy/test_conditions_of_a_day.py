"""Conditions that count from the day asked, and the other keys of a condition: what they become."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.finding import NOT_FOR_SHAREPOINT, Found
from filrydd.model.rule import (
    All,
    Before,
    CopyOf,
    Either,
    Has,
    Like,
    Not,
    OpenTo,
    OwnedBy,
    OwnerIs,
    Predicate,
    Under,
)
from filrydd.model.times import from_day
from filrydd.policy import Facts, load, matches
from filrydd.policy.periods import age_of, older, over, period_of

Policies = Callable[..., Path]
DAY = date(2026, 11, 23)
NOT_HERE = Has(tuple(kind for kind in Found if kind in NOT_FOR_SHAREPOINT), as_far_as_read=True)


@pytest.fixture
def meaning(policies: Policies, valid: str) -> Callable[..., Predicate]:
    def mean(condition: str, day: date = DAY) -> Predicate:
        text = valid.replace("when: everything", f"when: {condition}")
        return load(policies(regnskap=text), "regnskap").rules(day)[-1].when

    return mean


def start(year: int, month: int, day: int) -> int:
    return from_day(date(year, month, day))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{modified_after: 2020-12-31}", Not(Before("modified", start(2021, 1, 1)))),
        ("{created_after: 2020-02-28}", Not(Before("created", start(2020, 2, 29)))),
        ("{modified_after: today}", Not(Before("modified", start(2026, 11, 24)))),
        ("{created_after: today}", Not(Before("created", start(2026, 11, 24)))),
        ("{modified_before: today}", Before("modified", start(2026, 11, 23))),
        ("{created_before: today}", Before("created", start(2026, 11, 23))),
        ("{older_than: 5y}", Before("modified", start(2021, 11, 23))),
        ("{older_than: {created: 90d}}", Before("created", start(2026, 8, 25))),
        ("{younger_than: 5y}", Not(Before("modified", start(2021, 11, 23)))),
        ("{older_than: {latest: 1y, modified: 2y}}",
         All((Before("modified", start(2024, 11, 23)), Before("latest", start(2025, 11, 23))))),
        ("{younger_than: {modified: 1m, created: 1d}}",
         All((Not(Before("modified", start(2026, 10, 23))), Not(Before("created", start(2026, 11, 22)))))),
        ("{expression: ['\\d{11}', HEMMELIG]}", Like(("\\d{11}", "HEMMELIG"))),
        ("{path_expression: '/20\\d5$'}", Like(("/20\\d5$",), "path")),
        ("{owner: [KOMMUNE\\kari, S-1-5-32-544]}", OwnedBy(("KOMMUNE\\kari", "S-1-5-32-544"))),
        ("{owner_is: vanished}", OwnerIs(("vanished",))),
        ("{open_to: Everyone}", OpenTo(("Everyone",))),
        ("{writable_by: [Everyone, x]}", OpenTo(("Everyone", "x"), "write")),
        ("{copy_of: ['Arkiv/', '**/Arkiv']}", CopyOf(("Arkiv", "**/Arkiv"))),
        ("{finding: [database, duplicate]}", Has((Found.DUPLICATE, Found.DATABASE))),
        ("{finding: not for sharepoint}", NOT_HERE),
        ("{finding: [not for sharepoint, identity number]}", Either((Has((Found.NUMBER,)), NOT_HERE))),
        ("{path: x, owner: y}", All((Under(("x",)), OwnedBy(("y",))))),
    ],
)  # fmt: skip
def test_every_new_key_becomes_its_predicate(
    meaning: Callable[..., Predicate], condition: str, expected: Predicate
) -> None:
    assert meaning(condition) == expected


def test_classes_rules_blocks_and_private_places_move_with_the_day(policies: Policies, valid: str) -> None:
    text = valid.replace("classes:\n", "classes:\n  new: {younger_than: 1y}\n  own: {path: Privat}\n").replace(
        "      modified_before: 1951-01-01", "      modified_after: today"
    )
    text = text.replace("when: everything", "class: new") + "private: own\n"
    department = load(policies(regnskap=text), "regnskap")
    first, second = date(2026, 11, 23), date(2027, 11, 23)
    assert department.rules(first)[-1].when == Not(Before("modified", start(2025, 11, 23)))
    assert department.rules(second)[-1].when == Not(Before("modified", start(2026, 11, 23)))
    assert department.blocks(first)[0].when == Not(Before("modified", start(2026, 11, 24)))
    assert department.blocks(second)[0].when == Not(Before("modified", start(2027, 11, 24)))
    assert department.private(first) == department.private(second) == (Under(("Privat",)),)
    assert department.rules(first) is department.rules(first)


def test_a_department_forgets_days_and_still_answers_the_same(policies: Policies, valid: str) -> None:
    department = load(policies(regnskap=valid.replace("when: everything", "when: {older_than: 1d}")), "regnskap")
    days = [DAY + timedelta(days=number) for number in range(40)]
    once = [department.rules(day) for day in days]
    assert [department.rules(day) for day in days] == once
    assert len({rules[-1].when for rules in once}) == len(days)


@pytest.mark.parametrize("day", [date.min, date(1601, 1, 1), date(2098, 1, 1), date.max])
def test_any_day_of_the_calendar_can_be_asked_and_written(meaning: Callable[..., Predicate], day: date) -> None:
    before_all, after_all = from_day(date.min) - 1, from_day(date.max) + 864_000_000_000
    for condition in ("modified_after", "modified_before"):
        for written in ("today", day.isoformat()):
            when = meaning(f"{{{condition}: {written}}}", day)
            seen = [matches(when, Facts("", "x", 1, ticks, ticks)) for ticks in (before_all, after_all)]
            assert seen == [condition == "modified_before", condition == "modified_after"]
    assert matches(meaning("{older_than: 999y}", day), Facts("", "x", 1, before_all, before_all))


@given(st.integers(0, 40), st.integers(0, 20), st.integers(0, 400), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_older_than_is_what_the_period_of_that_length_says(years: int, months: int, days: int, day: date) -> None:
    length = f"{years}y{months}m{days}d"
    assert older(age_of(length), "modified", day) == over(period_of(f"{length} after last change"), day)


@given(
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["1y", "3y6m", "90d", "0d"]),
)
def test_the_latest_time_is_as_old_as_the_younger_of_both(modified: date, created: date, length: str) -> None:
    facts = Facts("", "x", 1, from_day(modified), from_day(created))
    age = age_of(length)
    both = [matches(older(age, time, DAY), facts) for time in ("modified", "created")]  # type: ignore[arg-type]
    assert matches(older(age, "latest", DAY), facts) is all(both)
