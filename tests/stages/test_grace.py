"""The grace period: until when the old area can be read, more time for a reason, and who is told of the last day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from filrydd.catalog import audit, extensions, ledger, seals
from filrydd.errors import BadUsage, NotVerified
from filrydd.model import times
from filrydd.model.by import By
from filrydd.notices.post import FolderPost
from filrydd.notices.state import Kind
from filrydd.stages import grace, remind
from filrydd.stages.work import Work
from tests.areas import POLICY, Area
from tests.commands import filrydd
from tests.stages.test_remind import KARI as KARI_AT
from tests.stages.test_remind import WISHES, WITH_ADDRESSES, written

KARI = By("Kari Nordmann", "https://log.in||kari", "OpenID Connect, https://log.in")
SEALED = datetime(2027, 3, 1, 14, 30, tzinfo=UTC)
Later = Callable[[], datetime]


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    """Proposed, and not sealed."""
    made = make_area({"Bilag": {"a.docx": "a"}, "Notat": {"c.txt": "ccc"}})
    made.policy(POLICY.replace("grace: 0d", "grace: 90d"))
    made.until_proposed()
    return made


def at(area: Area, day: date, hour: int = 12) -> Work:
    return area.work(lambda: datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def seal(area: Area, when: datetime = SEALED) -> seals.Seal:
    """The seal of an area whose permissions nobody has touched: only its row, as the stage leaves it."""
    now = times.from_datetime(when)
    with area.catalog() as catalog:
        begun = seals.begin(catalog, now)
        seals.turn(catalog, begun.id, "sealed", "tester", now)
        found = seals.latest(catalog)
    assert found is not None
    return found


def ends(area: Area, found: seals.Seal) -> datetime:
    with area.catalog() as catalog:
        return grace.ends(area.work(), catalog, found)


def test_the_later_of_the_policy_and_what_people_asked_for_holds(area: Area) -> None:
    found = seal(area)
    assert ends(area, found) == SEALED + timedelta(days=90)
    done = grace.extend(at(area, date(2027, 5, 1)), date(2027, 8, 1), KARI, "contact", " Vi er ikke ferdige. ")
    assert (done.before, done.until) == (date(2027, 5, 30), date(2027, 8, 1))
    assert ends(area, found) == datetime(2027, 8, 2, tzinfo=UTC), "the whole day counts"
    area.policy(POLICY.replace("grace: 0d", "grace: {days: 90d, until: 2027-12-31}"))
    assert ends(area, found) == datetime(2028, 1, 1, tzinfo=UTC)
    area.policy(POLICY)
    assert ends(area, found) == datetime(2027, 8, 2, tzinfo=UTC), "a promise holds whatever the policy says later"
    with area.catalog() as catalog:
        later = times.from_datetime(SEALED + timedelta(days=70))
        seals.turn(catalog, found.id, "open", "tester", later)
        again = seals.begin(catalog, later)
        assert grace.last_day(area.work(), catalog, again) >= date(2027, 8, 1), "and after another seal"
        (one,) = extensions.history(catalog)
        rows = [row for row in ledger.rows(catalog) if row.kind == "extension"]
        assert (one.by, one.role, one.reason, one.seal) == (KARI, "contact", "Vi er ikke ferdige.", found.id)
        assert (len(rows), rows[0].hash, audit.broken(catalog)) == (1, done.head, [])
        catalog.run("UPDATE extension SET until = '2027-05-01'")
        assert any("changed after it was written" in sentence for sentence in audit.broken(catalog))


def test_only_later_with_a_reason_and_not_beyond_five_years(area: Area) -> None:
    today = date(2027, 5, 1)
    with pytest.raises(NotVerified, match="not read-only yet"):
        grace.extend(at(area, today), date(2027, 8, 1), KARI, "contact", "Hvorfor ikke")
    seal(area)
    for until, reason, told in (
        (date(2027, 5, 30), "x", "until 30 May 2027 already"),
        (date(2027, 5, 1), "x", "not after today"),
        (date(2026, 8, 1), "x", "not after today"),
        (date(2032, 5, 2), "x", "more than 5 years"),
        (date.max, "x", "more than 5 years"),
        (date(2027, 8, 1), " \n ", "why more time"),
        (date(2027, 8, 1), "x" * 4001, "at most 4000"),
    ):
        with pytest.raises(BadUsage, match=told):
            grace.extend(at(area, today), until, KARI, "contact", reason)
    with area.catalog() as catalog:
        assert extensions.history(catalog) == []
    assert grace.extend(at(area, today), date(2032, 5, 1), KARI, "contact", "x").until == date(2032, 5, 1)
    leap = date(2028, 2, 29)
    assert grace.latest_possible(leap) == date(2033, 2, 28)


def test_the_day_may_be_over_as_long_as_nothing_is_deleted(area: Area) -> None:
    found = seal(area)
    done = grace.extend(at(area, date(2027, 7, 1)), date(2027, 7, 2), KARI, "contact", "En dag til.")
    assert (done.before, ends(area, found)) == (date(2027, 5, 30), datetime(2027, 7, 3, tzinfo=UTC))


def test_the_command_moves_the_day_for_whoever_gives_a_reason(area: Area) -> None:
    seal(area, datetime.now(UTC))
    workspace = area.workspace
    day = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()
    words = ("extend", "felles", "--as", "Kari Nordmann")
    assert filrydd(*words, "--until", day, workspace=workspace).code == 2
    done = filrydd(*words, "--until", day, "--reason", "Revisjon", "--json", workspace=workspace)
    assert done.code == 0, done.err
    assert (done.json["until"], done.json["before"] < day, len(done.json["ledger"])) == (day, True, 64)
    assert "Nothing is deleted before that day is over." in done.err
    again = filrydd(*words, "--until", day, "--reason", "Revisjon", workspace=workspace)
    assert (again.code, "already" in again.err) == (2, True)


def test_the_contacts_hear_of_the_last_day_and_where_to_ask_for_more_time(area: Area, tmp_path: Path) -> None:
    area.policy(WITH_ADDRESSES.replace("grace: 0d", "grace: 90d"))
    seal(area)
    work = at(area, date(2027, 5, 26))  # a Wednesday, two working days before the last day, a Sunday
    plan = remind.plan(work)
    assert (plan.closed, plan.last, plan.is_over) == (True, date(2027, 5, 30), False)
    assert {(one.address, one.dues[0].kind) for one in plan.letters} == {
        (KARI_AT, Kind.LAST_DAYS),
        ("ola@example.no", Kind.LAST_DAYS),
    }
    with FolderPost(tmp_path / "post") as post:
        done = remind.apply(work, WISHES, post)
    assert (len(done.sent), done.failed) == (2, ())
    message = next(one for one in written(tmp_path / "post") if KARI_AT in str(one["To"]))
    text = " ".join(message.get_body().get_content().split())  # type: ignore[union-attr]
    assert "the old area felles can be read until Sunday 30 May 2027" in " ".join(str(message["Subject"]).split())
    assert "It can be read until Sunday 30 May 2027. After that day it is deleted." in text
    assert "https://filrydd.example.no/area/felles/longer" in text
    assert "signed" not in text and not [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert remind.plan(work).letters == ()
    grace.extend(work, date(2027, 9, 1), KARI, "contact", "Revisjon")
    assert remind.plan(at(area, date(2027, 5, 27))).letters == ()
    (half, *_others) = remind.plan(at(area, date(2027, 6, 1))).letters
    assert (half.dues[0].kind, half.dues[0].due) == (Kind.HALF_TIME, date(2027, 9, 1))
    assert filrydd("remind", "felles", workspace=area.workspace).code == 0
