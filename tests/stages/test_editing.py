"""What people change is stored durably, in the ledger, by name; and taken back the same way."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from filrydd.catalog import audit, ledger
from filrydd.catalog import edits as kept
from filrydd.errors import BadUsage, Busy, Guard
from filrydd.model.structure import Edit, What
from filrydd.stages import edit, propose, scan
from tests.areas import Area

OLA = "S-1-5-21-1-2-3-1002"
LIFT = Edit(What.LIFT, "Bilag", "", "Kari", "says nothing")


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area({"Bilag": {"2019": {"a.txt": "1"}}, "Notat": {"b.txt": "2"}})
    scan.run(made.work(), str(made.top))
    return made


def said(area: Area) -> list[Edit]:
    with area.catalog() as catalog:
        return [stored.edit for stored in kept.said(catalog)]


def test_what_is_said_is_stored_with_a_row_in_the_ledger_for_each_name(area: Area) -> None:
    rename = Edit(What.RENAME, "Notat", "  Notater ")
    assert edit.say(area.work(), [LIFT, rename, Edit(What.KEEP, "Bilag/2019", "", "Kari")]) == 3
    assert said(area) == [
        LIFT,
        Edit(What.RENAME, "Notat", "Notater", "tester"),
        Edit(What.KEEP, "Bilag/2019", "", "Kari"),
    ]
    with area.catalog() as catalog:
        rows = list(ledger.rows(catalog))
        assert [(row.kind, row.actor) for row in rows] == [("edit", "Kari"), ("edit", "tester")]
        assert json.loads(rows[0].body)["edits"] == [
            [1, "lift", "Bilag", "", "says nothing"],
            [3, "keep", "Bilag/2019", "", ""],
        ]
        assert audit.broken(catalog) == []
        assert kept.unsupported(catalog) == []


def test_a_folder_of_any_size_is_split_by_year_when_somebody_says_so(make_area: Callable[..., Area]) -> None:
    area = make_area({"Bilag": {}, "Bilder": {"a.jpg": "1", "b.jpg": "2"}})
    for name, year in (("a.jpg", 2019), ("b.jpg", 2021)):
        then = datetime(year, 6, 1, tzinfo=UTC).timestamp()
        os.utime(area.top / "Bilder" / name, (then, then))
    area.until_proposed()
    edit.say(area.work(), [Edit(What.SPLIT, "Bilder", "", "Kari")])
    propose.run(area.work())
    with area.catalog() as catalog:
        rows = catalog.rows(
            "SELECT f.name, t.path FROM placement p JOIN file f ON f.id = p.file JOIN target t ON t.id = p.target"
        )
        assert dict(tuple(row) for row in rows) == {"a.jpg": "Felles/Bilder/2019", "b.jpg": "Felles/Bilder/2021"}


def test_what_is_open_already_is_not_stored_again(area: Area) -> None:
    assert edit.say(area.work(), [LIFT, LIFT]) == 1
    assert edit.say(area.work(), [LIFT]) == 0
    assert edit.say(area.work(), []) == 0
    with area.catalog() as catalog:
        assert len(list(ledger.rows(catalog))) == 1


def test_what_somebody_else_has_outweighed_is_said_anew(area: Area) -> None:
    keep = Edit(What.KEEP, "Bilag", "", "Ola")
    for one in (LIFT, keep, LIFT, Edit(What.RESTRICT, "Notat", "", "Ola"), LIFT):
        edit.say(area.work(), [one])
    assert said(area)[:3] == [LIFT, keep, LIFT]
    assert len(said(area)) == 4


def test_an_edit_is_taken_back_by_name_and_once(area: Area) -> None:
    edit.say(area.work(), [LIFT])
    assert edit.undo(area.work(), 1, "Ola") == LIFT
    assert said(area) == []
    with area.catalog() as catalog:
        last = ledger.head(catalog)
        assert last is not None
        assert (last.kind, last.actor, json.loads(last.body)) == ("edit taken back", "Ola", {"change": 1})
        assert catalog.row("SELECT undone_by FROM edit")["undone_by"] == "Ola"
        assert (audit.broken(catalog), kept.unsupported(catalog)) == ([], [])
        assert kept.find(catalog, 1) is not None
    for number in (1, 7):
        with pytest.raises(Guard, match=str(number)):
            edit.undo(area.work(), number, "Ola")
    with pytest.raises(BadUsage):
        edit.undo(area.work(), 1, " ")
    assert edit.say(area.work(), [LIFT]) == 1


@pytest.mark.parametrize("what", [What.OPEN, What.LEAVE_OUT, What.STANDS_FOR])
def test_who_can_open_what_is_changed_by_name_and_with_a_note_only(area: Area, what: What) -> None:
    path, value = ("Bilag", "Notat") if what is What.OPEN else (OLA.lower(), "11-22" if what is What.STANDS_FOR else "")
    for name, note in (("", "why"), ("Kari", ""), (" ", " ")):
        with pytest.raises(BadUsage, match="name"):
            edit.say(area.work(), [LIFT, Edit(what, path, value, name, note)])
    assert said(area) == []
    assert edit.say(area.work(), [Edit(what, path, value, "Kari", "why")]) == 1
    assert said(area)[0].path in ("Bilag", OLA)


@pytest.mark.parametrize(
    "one",
    [
        Edit(What.LEAVE_OUT, "Ola Nordmann", "", "Kari", "why"),
        Edit(What.RENAME, "Bilag", "to\nlines"),
        Edit(What.RENAME, "Bilag", "x" * 256),
        Edit(What.LIBRARY, ""),
        Edit(What.LIFT, "Bilag", "", "two\nlines"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_stored(area: Area, one: Edit) -> None:
    with pytest.raises(BadUsage):
        edit.say(area.work(), [LIFT, one])
    assert said(area) == []


def test_a_folder_may_be_called_whatever_a_folder_can_be_called(area: Area) -> None:
    odd = Edit(What.MOVE, "line\nbreak\\ud800", " blank ", "Kari")
    edit.say(area.work(), [odd])
    assert said(area) == [odd]


def test_nothing_is_said_while_somebody_proposes(area: Area) -> None:
    with area.work().holding("propose"), pytest.raises(Busy):
        edit.say(area.work(), [LIFT])
    with area.work().holding("propose"), pytest.raises(Busy):
        edit.undo(area.work(), 1, "Kari")
    assert said(area) == []


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE edit SET value = 'Arkiv' WHERE id = 1",
        "UPDATE edit SET name = 'Ola' WHERE id = 1",
        "UPDATE edit SET undone = 5 WHERE id = 1",
        "UPDATE edit SET undone = NULL WHERE id = 2",
        "DELETE FROM edit WHERE id = 1",
        "INSERT INTO edit (what, path, value, name, note, at) VALUES ('lift', 'Bilag', '', 'Kari', '', 1)",
    ],
)
def test_an_edit_that_the_ledger_does_not_know_is_found(area: Area, forgery: str) -> None:
    edit.say(area.work(), [LIFT, Edit(What.KEEP, "Notat")])
    edit.undo(area.work(), 2, "Kari")
    with area.catalog() as catalog:
        with catalog.writing():
            catalog.run(forgery)
        assert len(kept.unsupported(catalog)) == 1
