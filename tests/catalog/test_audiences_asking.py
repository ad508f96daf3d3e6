"""Who in Entra takes whose place, and the question whether more people should be able to read something."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.people import audiences, counterparts
from filrydd.catalog.people.asking import LEAST_FILES, Question, questions
from filrydd.catalog.people.principals import Told, begin, hear
from filrydd.model.rule import Under
from tests.catalogs import CHANGE, EVERYONE, FULL, KARI, OLA, PEOPLE, PER, READ, STAFF, judge, lay_out, tell

RULE = (
    "INSERT INTO rule (id, digest, name, fate, reason_nb, reason_en, basis, noark, decided_by, confirmed_by, junk,"
    " awaits_confirmation, block) VALUES (?, ?, '', ?, '', '', '', '', '', '', 0, 0, ?)"
)
MOVE, HOLD, BLOCK = 1, 2, 3


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with open_catalog(tmp_path / "felles.db", create=True) as catalog:
        with catalog.writing():
            catalog.run("INSERT INTO area (one, name, source) VALUES (1, 'felles', '/x')")
            for number, fate, block in ((MOVE, "move", 0), (HOLD, "hold", 0), (BLOCK, "hold", 1)):
                catalog.run(RULE, (number, str(number), fate, block))
        yield catalog


@pytest.fixture
def area(catalog: Catalog) -> dict[str, int]:
    """Kari's folder with one below, in the staff's; every file moves, and was read."""
    kari = [(KARI, CHANGE)]
    ids = lay_out(catalog, {"": [(STAFF, CHANGE)], "Notater": kari, "Notater/Gamle": kari, "Åpent": [(STAFF, READ)]})
    with catalog.writing():
        for folder in ids.values():
            for number in range(LEAST_FILES // 2):
                catalog.run(
                    "INSERT INTO file (folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
                    " VALUES (?, ?, 'txt', 100, 0, 0, 32, 0, 1)",
                    (folder, f"{number}.txt"),
                )
        catalog.run("INSERT INTO ruling SELECT id, ? FROM file", (MOVE,))
        catalog.run(
            "INSERT INTO examination (file, size, modified, outcome, detail) SELECT id, size, modified, 'read', '' FROM file"
        )
    judge(catalog)
    tell(catalog, PEOPLE, {STAFF: [KARI, OLA, PER]})
    judge(catalog)
    return ids


def one_file(catalog: Catalog, folder: int) -> int:
    return int(catalog.value("SELECT MAX(id) FROM file WHERE folder = ?", (folder,)))


def test_the_owner_is_asked_of_the_topmost_folder_that_few_can_read(catalog: Catalog, area: dict[str, int]) -> None:
    assert questions(catalog) == [Question(area["Notater"], "Notater", ("Kari",), LEAST_FILES + 2)]


@pytest.mark.parametrize(
    "what",
    [
        "DELETE FROM examination WHERE file = {file}",
        "UPDATE examination SET outcome = 'no reader' WHERE file = {file}",
        "UPDATE file SET modified = 7 WHERE id = {file}",
        "INSERT INTO finding (stage, file, kind, found) VALUES ('examine', {file}, 'identity number', 0)",
        "INSERT INTO finding (stage, file, kind, found) VALUES ('classify', {file}, 'identity number in name', 0)",
        "INSERT INTO finding (stage, file, kind, found) VALUES ('examine', {file}, 'protected', 0)",
        "UPDATE ruling SET rule = 3 WHERE file = {file}",
        "INSERT INTO freeze (path, matter, name, note, at) VALUES ('notater/gamle/1.TXT', 'x', 'x', '', 0)",
        "INSERT INTO freeze (path, matter, name, note, at) VALUES ('', 'x', 'x', '', 0)",
        "INSERT INTO private_notice (path, owner, what, name, note, at) VALUES ('Notater/Gamle', '', 'told', '', '', 0)",
        "UPDATE folder SET descriptor = NULL WHERE name = 'Gamle'",
    ],
)
def test_nothing_is_asked_where_one_thing_below_speaks_against_it(
    catalog: Catalog, area: dict[str, int], what: str
) -> None:
    with catalog.writing():
        catalog.run(what.format(file=one_file(catalog, area["Notater/Gamle"])))
    assert questions(catalog) == []


def test_nothing_is_asked_in_private_places(catalog: Catalog, area: dict[str, int]) -> None:
    assert questions(catalog, [Under(("Åpent",))]) != []
    assert questions(catalog, [Under(("Notater/Gamle",))]) == []
    assert questions(catalog, [Under(("Notater",))]) == []


def test_files_that_stay_count_for_nothing(catalog: Catalog, area: dict[str, int]) -> None:
    with catalog.writing():
        catalog.run("DELETE FROM examination WHERE file = ?", (one_file(catalog, area["Notater"]),))
        catalog.run("UPDATE ruling SET rule = ? WHERE file = ?", (HOLD, one_file(catalog, area["Notater"])))
    assert questions(catalog) == [Question(area["Notater"], "Notater", ("Kari",), LEAST_FILES + 1)]
    with catalog.writing():
        catalog.run("UPDATE ruling SET rule = ? WHERE file IN (SELECT id FROM file WHERE name = '1.txt')", (HOLD,))
    assert questions(catalog) == []


def found(catalog: Catalog, stands_for: dict[str, str]) -> dict[str, tuple[str, str, list[str]]]:
    classes = audiences.classes(catalog, stands_for=stands_for, left_out=())
    granting = {principal: 1 for grants in classes.grants for principal, _role in grants}
    return {
        one.name: (one.how, one.entra_id, [other.name for other in one.suggestions])
        for one in counterparts.counterparts(catalog, stands_for, granting)
    }


def test_the_same_name_is_no_counterpart_and_the_same_address_only_a_suggestion(catalog: Catalog) -> None:
    lay_out(catalog, {"": [(KARI, READ), (OLA, READ), (PER, READ), (STAFF, FULL), (EVERYONE, 1)]})
    judge(catalog)
    people = [
        Told(KARI, "Kari", "user", False, "k1", "kari@x.no"),
        Told(OLA, "Ola", "user", False, "", "ola@x.no"),
        Told(PER, "Per", "user", False, "", "per@x.no"),
        Told(STAFF, "Staff", "group", False),
    ]
    lay_out(catalog, {"": [(KARI, READ), (OLA, READ), (PER, READ), (STAFF, FULL)]})
    judge(catalog)
    tell(catalog, people)
    begin(catalog)
    assert counterparts.unmatched(catalog) == ["ola@x.no", "per@x.no"]
    hear(catalog, people[:2])
    assert counterparts.unmatched(catalog) == ["per@x.no"]
    counterparts.hear(
        catalog, [("PER@x.no", "p1", "Per P."), ("kari@x.no", "k2", "Kari"), ("staff@x.no", "s1", "Staff")]
    )
    with catalog.writing():
        counterparts.take_over(catalog)
    assert found(catalog, {OLA: "o1"}) == {
        "Kari": ("exact", "k1", []),
        "Ola": ("decided", "o1", []),
        "Per": ("suggested", "", ["Per P."]),
        "Staff": ("none", "", []),
    }
    tell(catalog, [Told(PER, "Per", "user", False, "p9")])
    with catalog.writing():
        counterparts.take_over(catalog)
    assert catalog.value("SELECT COUNT(*) FROM suggestion") == 0
    assert catalog.value("SELECT mail FROM principal WHERE sid = ?", (PER,)) == "per@x.no"
