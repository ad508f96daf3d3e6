"""Folders that a program still writes to, told from those of people on labelled, made-up folders."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from filrydd.findings.drops import drop_folder
from filrydd.model.times import from_datetime

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY = from_datetime(TODAY)
Times = list[datetime]


def ago(days: float, hour: float = 0) -> datetime:
    return TODAY - timedelta(days=days) + timedelta(hours=hour)


def nightly(chance: random.Random) -> Times:
    return [ago(days, 1) + timedelta(minutes=chance.random() * 4) for days in range(60)]


def nightly_on_weekdays_over_summer_time(chance: random.Random) -> Times:
    changed = datetime(2026, 10, 25, tzinfo=UTC)
    nights = [ago(days) for days in range(80) if ago(days).weekday() < 5]
    return [night + timedelta(hours=3 if night < changed else 4, seconds=chance.randrange(90)) for night in nights]


def hourly(chance: random.Random) -> Times:
    return [TODAY - timedelta(hours=hour, seconds=chance.randrange(20)) for hour in range(400)]


def weekly(chance: random.Random) -> Times:
    return [ago(7 * week + 1, 5) + timedelta(seconds=chance.randrange(60)) for week in range(25)]


def many_by_night(chance: random.Random) -> Times:
    return [ago(days, 22 + chance.random() * 4) for days in range(1, 30) for _each in range(chance.randrange(1, 9))]


def people_by_day(chance: random.Random) -> Times:
    days = [ago(day) for day in range(60) if ago(day).weekday() < 5]
    return [day + timedelta(hours=7 + chance.random() * 8) for day in days for _each in range(chance.randrange(4))]


def each_morning_by_hand(chance: random.Random) -> Times:
    days = [ago(day) for day in range(60) if ago(day).weekday() < 5]
    return [day + timedelta(hours=7, minutes=chance.gauss(0, 25)) for day in days]


def copied_last_night(chance: random.Random) -> Times:
    return [ago(1, 2) + timedelta(seconds=number) for number in range(5_000)]


def scanned_in_one_go(chance: random.Random) -> Times:
    return [ago(3, 9) + timedelta(seconds=30 * number) for number in range(400)]


def nightly_until_a_year_ago(chance: random.Random) -> Times:
    return [ago(days, 1) for days in range(365, 500)]


def hourly_until_a_month_ago(chance: random.Random) -> Times:
    return [time - timedelta(days=30) for time in hourly(chance)]


def night_shift_on_weekdays(chance: random.Random) -> Times:
    return [time for time in many_by_night(chance) if (time + timedelta(hours=2)).weekday() < 5]


def few(chance: random.Random) -> Times:
    return [ago(days, 1) for days in range(10)]


def from_the_future(chance: random.Random) -> Times:
    return [TODAY + timedelta(days=number + 2) for number in range(100)]


def some_evenings(chance: random.Random) -> Times:
    return people_by_day(chance) + [ago(days, 22) for days in range(0, 30, 5)]


DROPS: Sequence[Callable[[random.Random], Times]] = (
    nightly,
    nightly_on_weekdays_over_summer_time,
    hourly,
    weekly,
    many_by_night,
)
OTHERS: Sequence[Callable[[random.Random], Times]] = (
    people_by_day,
    each_morning_by_hand,
    copied_last_night,
    scanned_in_one_go,
    nightly_until_a_year_ago,
    hourly_until_a_month_ago,
    night_shift_on_weekdays,
    few,
    from_the_future,
    some_evenings,
)
SEEDS = range(20)


def of(make: Callable[[random.Random], Times], seed: int = 0) -> list[int]:
    return [from_datetime(time) for time in make(random.Random(seed))]


@pytest.mark.parametrize("make", DROPS, ids=lambda make: make.__name__)
def test_a_folder_that_a_program_fills_is_found(make: Callable[[random.Random], Times]) -> None:
    told = [drop_folder(times, Counter({7: len(times)}), DAY) for times in (of(make, seed) for seed in SEEDS)]
    assert None not in told


@pytest.mark.parametrize("make", OTHERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("asked", [True, False])
def test_a_folder_of_people_is_not_taken_for_one(make: Callable[[random.Random], Times], asked: bool) -> None:
    for seed in SEEDS:
        times = of(make, seed)
        assert drop_folder(times, Counter({7: len(times)}) if asked else None, DAY) is None


@pytest.mark.parametrize("make", DROPS, ids=lambda make: make.__name__)
def test_several_owners_are_people(make: Callable[[random.Random], Times]) -> None:
    assert drop_folder(of(make), Counter({1: 50, 2: 40}), DAY) is None


def test_files_by_night_are_not_enough_where_nobody_knows_the_owner() -> None:
    assert drop_folder(of(many_by_night), None, DAY) is None
    assert drop_folder(of(nightly), None, DAY) == "daily 01 UTC"


def test_the_answer_says_what_was_regular() -> None:
    owner = Counter({7: 100})
    assert drop_folder(of(nightly), owner, DAY) == "daily 01 UTC"
    assert drop_folder(of(hourly), owner, DAY) in ("interval 60 min", "interval 59 min")
    assert drop_folder(of(many_by_night), owner, DAY) == "nights"


def test_names_that_people_give_speak_against_it() -> None:
    times = of(nightly)
    machine = [f"uttrekk_2026{number:04}.xml" for number in range(len(times))]
    people = [f"{'abcdefghijklmnopqrst'[number % 20]} notat.docx" for number in range(len(times))]
    assert drop_folder(times, Counter({7: len(times)}), DAY, machine) == "daily 01 UTC"
    assert drop_folder(times, Counter({7: len(times)}), DAY, people) is None
