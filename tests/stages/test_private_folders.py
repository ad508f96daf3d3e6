"""People's own folders: told first, opened after the deadline and by name, never read."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from filrydd.catalog import audit, ledger
from filrydd.errors import BadUsage, Guard, NoSuchArea
from filrydd.sources.local.posix import PosixSource
from filrydd.stages import private
from tests.areas import POLICY, Area

DEADLINE = date(2030, 5, 10)
TREE = {"Hjem": {"kari": {"a.txt": "a", "Under": {"b.txt": "bb"}}, "ola": {"c.txt": "c"}}, "Notat": {"d.txt": "d"}}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    made.policy(POLICY.replace("path: Hjem", 'path: "Hjem/*"'))
    made.scan()
    with made.catalog() as catalog, catalog.writing():
        for number, (name, state) in enumerate((("Kari", "vanished"), ("Ola", "active")), 1001):
            catalog.run(
                "INSERT INTO principal (id, sid, name, kind, state) VALUES (?, ?, ?, 'user', ?)",
                (number, f"S-1-5-21-1-2-3-{number}", name, state),
            )
        catalog.run("UPDATE file SET owner = NULL")
        catalog.run("UPDATE file SET owner = 1001 WHERE name IN ('a.txt', 'b.txt')")
    return made


def on(day: date) -> Callable[[], datetime]:
    return lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


BEFORE, LAST, AFTER = on(DEADLINE - timedelta(9)), on(DEADLINE), on(DEADLINE + timedelta(1))


def test_each_private_folder_is_listed_with_its_owner_as_far_as_anybody_knows(area: Area) -> None:
    found = [one.folder for one in private.listed(area.work())]
    assert [(one.path, one.owner, one.state, one.owners, one.files, one.bytes) for one in found] == [
        ("Hjem/kari", "Kari", "vanished", 1, 2, 3),
        ("Hjem/ola", "", "", 0, 1, 1),
    ]


def test_a_private_folder_without_files_is_listed_too(area: Area) -> None:
    (area.top / "Hjem" / "tom").mkdir()
    area.scan()
    assert [one.folder.path for one in private.listed(area.work())] == ["Hjem/kari", "Hjem/ola", "Hjem/tom"]


def test_nobody_is_let_in_without_a_notice_or_before_its_deadline_is_over(area: Area) -> None:
    with pytest.raises(Guard, match="has not been told"):
        private.open_to(area.work(AFTER), "Hjem/kari", "Per", "Berit", "needed")
    private.tell(area.work(BEFORE), "Hjem/kari", "Berit", DEADLINE)
    for moment in (BEFORE, LAST):
        with pytest.raises(Guard, match="2030-05-10"):
            private.open_to(area.work(moment), "Hjem/kari", "Per", "Berit", "needed")
    with pytest.raises(Guard, match="has not been told"):
        private.open_to(area.work(AFTER), "Hjem/ola", "Per", "Berit", "needed")
    done = private.open_to(area.work(AFTER), "hjem/KARI/under", "Per", "Berit", "needed")
    assert (done.path, done.owner, done.let_in) == ("Hjem/kari/Under", "Kari", "Per")


def test_the_ledger_names_who_was_let_in_by_whom_and_why(area: Area) -> None:
    private.tell(area.work(BEFORE), "Hjem/kari", "Berit", DEADLINE, "by letter")
    assert not private.tell(area.work(BEFORE), "Hjem/kari", "Berit", DEADLINE).new
    private.open_to(area.work(AFTER), "Hjem/kari", "Per", "Berit", "the contract of 2019")
    with area.catalog() as catalog:
        rows = [(row.kind, row.actor, json.loads(row.body)) for row in ledger.rows(catalog)]
        assert audit.broken(catalog) == []
        with catalog.writing():
            catalog.run("UPDATE private_notice SET name = 'Arne' WHERE what = 'opened'")
        assert audit.broken(catalog) != []
    assert [(kind, actor, body["what"]) for kind, actor, body in rows] == [
        ("private", "Berit", "told"),
        ("private", "Berit", "opened"),
    ]
    assert rows[0][2]["deadline"] == "2030-05-10"
    assert (rows[1][2]["let_in"], rows[1][2]["reason"]) == ("Per", "the contract of 2019")
    told, opened = private.listed(area.work())[0].notices
    assert (told.what, told.deadline, opened.what, opened.deadline) == ("told", DEADLINE, "opened", None)


def test_a_second_notice_does_not_shorten_the_time_that_was_given(area: Area) -> None:
    private.tell(area.work(BEFORE), "Hjem/kari/Under", "Berit", DEADLINE + timedelta(30))
    private.tell(area.work(BEFORE), "Hjem/kari", "Berit", DEADLINE)
    for path in ("Hjem/kari", "Hjem/kari/Under"):
        with pytest.raises(Guard, match="2030-06-09"):
            private.open_to(area.work(AFTER), path, "Per", "Berit", "needed")


def test_a_notice_about_a_folder_within_opens_only_that(area: Area) -> None:
    private.tell(area.work(BEFORE), "Hjem/kari/Under", "Berit", DEADLINE)
    with pytest.raises(Guard, match="has not been told"):
        private.open_to(area.work(AFTER), "Hjem/kari", "Per", "Berit", "needed")
    assert private.open_to(area.work(AFTER), "Hjem/kari/Under", "Per", "Berit", "needed").let_in == "Per"


def test_only_private_folders_are_told_about(area: Area) -> None:
    with pytest.raises(Guard, match="nobody's own"):
        private.tell(area.work(BEFORE), "Notat", "Berit", DEADLINE)
    with pytest.raises(NoSuchArea, match="saw no folder"):
        private.tell(area.work(BEFORE), "Hjem/arne", "Berit", DEADLINE)
    for day, name in ((DEADLINE - timedelta(9), "Berit"), (DEADLINE, "  ")):
        with pytest.raises(BadUsage):
            private.tell(area.work(BEFORE), "Hjem/kari", name, day)
    with pytest.raises(BadUsage, match="--reason"):
        private.open_to(area.work(AFTER), "Hjem/kari", "Per", "Berit", "")


def test_nothing_is_read_for_it(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_given: object) -> None:
        raise AssertionError("a private folder was touched")

    for name in ("open", "look"):
        monkeypatch.setattr(PosixSource, name, never)
    private.listed(area.work())
    private.tell(area.work(BEFORE), "Hjem/kari", "Berit", DEADLINE)
    private.open_to(area.work(AFTER), "Hjem/kari", "Per", "Berit", "needed")
