"""The keys `grace` and `copies`: how long the old area can be read, and how long the file server keeps copies after that."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from filrydd.policy import load, problems
from filrydd.policy.grace import Copies, Grace, last_day
from filrydd.policy.json_schema import schema
from filrydd.policy.periods import Age

Policies = Callable[..., Path]
SEALED = datetime(2027, 3, 1, 14, 30, tzinfo=UTC)

WRONG = [
    ("grace: 3 months", "not a number of days"),
    ("grace: {}", "A length of time is missing"),
    ("grace: {until: someday}", "is not a day"),
    ("grace: {until: 2027-02-30}", "no such day"),
    ("grace: {day: 90d}", 'Did you mean "days"?'),
    ("grace: {days: 1y}", "not a number of days"),
    ("copies: {snapshots: a month}", "not a length of time"),
    ("copies: {snapshot: 30d}", 'Did you mean "snapshots"?'),
    ("copies: 30d", "Keys and values"),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_one_mistake_gives_one_problem_on_its_line(policies: Policies, valid: str, text: str, words: str) -> None:
    written = valid.replace("grace: 90d", text)
    (found,) = problems(policies(regnskap=written))
    assert found.line == written.splitlines().index(text) + 1
    assert words in found.message


@pytest.mark.parametrize(
    ("written", "days", "until", "over"),
    [
        ("90d", 90, None, datetime(2027, 5, 30, 14, 30, tzinfo=UTC)),
        ("{days: 90d, until: 2027-06-30}", 90, date(2027, 6, 30), datetime(2027, 7, 1, tzinfo=UTC)),
        ("{days: 200d, until: 2027-06-30}", 200, date(2027, 6, 30), datetime(2027, 9, 17, 14, 30, tzinfo=UTC)),
        ("{until: 2027-04-01}", 90, date(2027, 4, 1), datetime(2027, 5, 30, 14, 30, tzinfo=UTC)),
        ("{days: 0d, until: 2027-03-01}", 0, date(2027, 3, 1), datetime(2027, 3, 2, tzinfo=UTC)),
        ("{days: 99999d, until: 9999-12-31}", 99999, date(9999, 12, 31), datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_the_later_of_days_and_date_holds(
    policies: Policies, valid: str, written: str, days: int, until: date | None, over: datetime
) -> None:
    department = load(policies(regnskap=valid.replace("grace: 90d", f"grace: {written}")), "regnskap")
    assert department.grace == Grace(days, until)
    assert department.grace_days == days
    assert department.grace.over(SEALED) == over


def test_the_last_day_of_a_period_that_ends_at_midnight_is_the_day_before() -> None:
    assert last_day(datetime(2027, 7, 1, tzinfo=UTC)) == date(2027, 6, 30)
    assert last_day(datetime(2027, 7, 1, 0, 1, tzinfo=UTC)) == date(2027, 7, 1)


def test_the_area_speaks_of_copies_before_the_department_and_that_before_the_common_file(
    policies: Policies, valid: str
) -> None:
    before, after = valid.split("    parts:\n")
    written = before + "    copies: {snapshots: 7d}\n    parts:\n" + after + "copies: {snapshots: 14d}\n"
    written = written.replace("areas:\n", "areas:\n  other: {}\n")
    department = load(policies(regnskap=written, common="copies: {snapshots: 30d, backups: 1y}\n"), "regnskap")
    assert department.copies("regnskap-felles") == Copies(Age(0, 7), Age(12, 0))
    assert department.copies("other") == Copies(Age(0, 14), Age(12, 0))
    assert load(policies(regnskap=valid, common=""), "regnskap").copies("regnskap-felles") == Copies(None, None)


def test_copies_last_as_long_as_the_words_say_and_never_shorter() -> None:
    copies = Copies(Age(0, 30), Age(1, 0))
    assert copies.snapshots_until(date(2027, 2, 1)) == date(2027, 3, 3)
    assert copies.backups_until(date(2027, 1, 31)) == date(2027, 3, 1)
    assert copies.backups_until(date(2027, 12, 15)) == date(2028, 1, 15)
    assert Copies(Age(0, 0)).snapshots_until(date(2027, 2, 1)) == date(2027, 2, 1)
    assert Copies().snapshots_until(date(2027, 2, 1)) is None
    assert Copies(backups=Age(9999, 0)).backups_until(date(9990, 1, 1)) == date.max


def test_the_schema_describes_the_keys_and_takes_the_short_form() -> None:
    department = schema("department")
    assert department["properties"]["grace"]["anyOf"][0] == {"type": ["string"]}
    assert all(department["$defs"]["GraceForm"]["properties"][key]["description"] for key in ("days", "until"))
    for whole in (department, schema("common")):
        assert whole["properties"]["copies"]["description"]
        assert all(whole["$defs"]["CopiesForm"]["properties"][key]["description"] for key in ("snapshots", "backups"))
