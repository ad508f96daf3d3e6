"""What a proposal tells people about access: who gains and loses, and where the owner is asked whether more should read."""

from collections.abc import Callable

import pytest

from filrydd.catalog import proposals, remarks
from filrydd.catalog.connection import Catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.paths import find_folder
from filrydd.catalog.remarks import QuestionRow, ShiftRow
from filrydd.errors import NotApproved
from filrydd.model.structure import Edit, What
from filrydd.stages import classify, edit, propose
from tests.areas import POLICY, Area
from tests.catalogs import CHANGE, EVERYONE, FULL, KARI, OLA, PER, READ, STAFF, Short, judge, packed, tell
from tests.catalogs import PEOPLE as ALL

PEOPLE = [one for one in ALL if one.sid in (KARI, STAFF, OLA, PER)]
LISTS: dict[str, Short] = {
    "": [(STAFF, CHANGE)],
    "Bilag": [(STAFF, CHANGE)],
    "Notater": [(KARI, CHANGE)],
    "Felles": [(STAFF, CHANGE), (OLA, READ)],
}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    """Everything is the staff's but for Kari's notes and a folder that Ola reads too, who is not in Entra."""
    area = make_area(
        {
            "a.txt": b"a",
            "Bilag": {"x.txt": b"x"},
            "Notater": {f"{number}.txt": b"n" * number for number in range(1, 26)},
            "Felles": {"b.txt": b"b"},
        }
    )
    area.scan()
    classify.run(area.work())
    with area.catalog() as catalog:
        people = [
            type(one)(one.sid, one.name, one.kind, False, "" if one.sid == OLA else one.sid[-4:]) for one in PEOPLE
        ]
        _permit(catalog, LISTS)
        judge(catalog)
        tell(catalog, people, {STAFF: [KARI, PER]})
        judge(catalog)
    return area


def _permit(catalog: Catalog, lists: dict[str, Short]) -> None:
    with catalog.writing():
        for path, entries in lists.items():
            number = descriptor_id(catalog, packed(entries))
            catalog.run("UPDATE folder SET descriptor = ? WHERE id = ?", (number, find_folder(catalog, path)))


def _read_everything(area: Area) -> None:
    with area.catalog() as catalog, catalog.writing():
        catalog.run(
            "INSERT INTO examination (file, size, modified, outcome, detail) SELECT id, size, modified, 'read', ''"
            " FROM file"
        )


def _told(area: Area) -> tuple[tuple[ShiftRow, ...], tuple[QuestionRow, ...]]:
    with area.catalog() as catalog:
        part = next(row.id for row in proposals.parts(catalog) if row.name == "felles")
        return remarks.shifts(catalog, part)[1], remarks.questions(catalog, part)[1]


def test_that_nobody_has_told_who_is_who_is_said_at_once(area: Area) -> None:
    assert not propose.run(area.work()).people_lacking
    with area.catalog() as catalog, catalog.writing():
        catalog.run("UPDATE principal SET entra_id = ''")
    assert propose.run(area.work()).people_lacking


def test_what_only_administrators_can_open_is_never_left_to_the_site(area: Area) -> None:
    with area.catalog() as catalog:
        _permit(catalog, {path: [] for path in ("", "Bilag", "Notater", "Felles")})
        judge(catalog)
    done = propose.run(area.work())
    assert done.access_told and any("Nobody but administrators can read this." in one for one in done.problems)
    with pytest.raises(NotApproved):
        area.sign("felles")


def test_nobody_gains_or_loses_by_a_proposal_alone(area: Area) -> None:
    assert propose.run(area.work()).shifted == 0
    assert _told(area) == ((), ())


def test_who_is_left_out_by_name_is_shown_with_the_folders(area: Area) -> None:
    assert any("not found in Entra" in problem for problem in propose.run(area.work()).problems)
    with pytest.raises(NotApproved):
        area.sign("felles")
    edit.say(area.work(), [Edit(What.LEAVE_OUT, OLA, "", "Berit Bakken", "har sluttet")])
    done = propose.run(area.work())
    assert (done.problems, done.shifted) == ((), 1)
    assert _told(area)[0] == (ShiftRow("Felles", 1, 1, "read", "", "leave out", 1, ("Ola",)),)
    area.sign("felles")


def test_the_owner_is_asked_only_where_all_was_read(area: Area) -> None:
    assert propose.run(area.work()).asked == 0
    _read_everything(area)
    assert propose.run(area.work()).asked == 1
    (question,) = _told(area)[1]
    assert (question.path, question.readers, question.files) == ("Notater", ("Kari",), 25)


def test_an_answer_by_name_lets_the_others_in_and_ends_the_question(area: Area) -> None:
    _read_everything(area)
    propose.run(area.work())
    edit.say(area.work(), [Edit(What.OPEN, "Notater", "", "Berit Bakken", "det er til alle")])
    done = propose.run(area.work())
    shifts, questions = _told(area)
    assert (done.asked, questions) == (0, ())
    assert shifts == (ShiftRow("Notater", 1, 25, "", "write", "open", 1, ("Åse",)),)


def test_what_grants_cannot_say_is_solved_by_accepting_anothers_readers(area: Area) -> None:
    with area.catalog() as catalog:
        _permit(catalog, {"Felles": [(OLA, -FULL), (EVERYONE, READ)]})
        judge(catalog)
    assert "SharePoint cannot say who has access here" in propose.run(area.work()).problems[0]
    edit.say(area.work(), [Edit(What.OPEN, "Felles", "", "Berit Bakken", "avtalt med eieren")])
    assert propose.run(area.work()).problems == ()
    area.sign("felles")


def test_nothing_is_opened_to_readers_whom_nobody_knows(area: Area) -> None:
    with area.catalog() as catalog:
        _permit(catalog, {"Felles": [(OLA, -FULL), (EVERYONE, READ)]})
        judge(catalog)
    edit.say(area.work(), [Edit(What.OPEN, "Notater", "Felles", "Berit Bakken", "til alle der")])
    done = propose.run(area.work())
    assert any(one.startswith("Notater: Nobody knows who can read this folder. (Felles)") for one in done.problems)
    with area.catalog() as catalog:
        notes = catalog.value("SELECT scope FROM target WHERE name = 'Notater'")
        granted = catalog.rows(
            "SELECT p.sid FROM scope_grant g JOIN principal p ON p.id = g.principal WHERE scope = ?", (notes,)
        )
        assert [row["sid"] for row in granted] == [KARI], "as it was"


def test_files_at_the_root_of_a_library_ask_for_a_folder(area: Area) -> None:
    area.policy(POLICY.replace("    folder: Felles\n", '    folder: ""\n'))
    assert "Files would lie at the library's root" in propose.run(area.work()).problems[0]
    area.policy()
    assert not any("root" in problem for problem in propose.run(area.work()).problems)
