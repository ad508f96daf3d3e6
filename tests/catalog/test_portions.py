"""What the groups are made from, and that nobody changes what was answered without the ledger noticing."""

from collections.abc import Callable
from datetime import date

import pytest

from filrydd.catalog import answers, audit
from filrydd.catalog.connection import Catalog
from filrydd.catalog.portions import collecting, publishing
from filrydd.model.rule import Fate
from filrydd.portions import Sums, form, ordered
from filrydd.portions.sums import of_file
from filrydd.stages import portions
from filrydd.stages.portions import Answer, By, Looked
from tests.areas import Area

KARI = By("Kari Nordmann", "link", "a link on this PC")


def parts_of(catalog: Catalog, private: tuple[int, ...] = ()) -> dict[str, collecting.PartGiven]:
    known = answers.known_rules(catalog)
    return {one.part.name: one for one in collecting.parts(catalog, known, private, 17_000_000_000_000_000)}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(
        {
            "Bilag": {f"{number}.docx": "x" * number for number in range(1, 12)},
            "Felles": {"a.txt": "1", "b": {"c.txt": "22"}},
            "Hjem": {"kari": {"d.txt": "333"}},
        }
    )
    made.until_proposed()
    return made


def test_sql_adds_up_as_python_does_also_before_1970(area: Area) -> None:
    with area.catalog() as catalog:
        with catalog.writing():
            catalog.run("UPDATE file SET modified = -modified - id * 1000003 WHERE id % 2")
        cells = {(cell.folder, cell.rule): cell.sums for one in parts_of(catalog).values() for cell in one.given.cells}
        expected: dict[tuple[int, int], Sums] = {}
        for row in catalog.rows(
            "SELECT f.folder, g.rule, f.id, f.size, f.modified FROM file f JOIN ruling g ON g.file = f.id"
        ):
            expected.setdefault((row[0], row[1]), Sums()).add(of_file(*row[2:]))
        assert cells == expected


def test_every_ruled_file_of_every_part_is_in_one_group_of_the_catalog(area: Area) -> None:
    with area.catalog() as catalog:
        counts = catalog.row(
            "SELECT COUNT(*), COUNT(DISTINCT f.id), (SELECT COUNT(*) FROM file WHERE gone IS NULL), (SELECT SUM(files)"
            " FROM review_group) FROM file f JOIN ruling g ON g.file = f.id JOIN review_place p ON p.folder = f.folder"
            " AND p.rule = g.rule"
        )
        assert counts is not None
        assert set(counts) == {14}


def test_what_lies_in_somebodys_own_folder_is_held_without_a_name(area: Area) -> None:
    with area.catalog() as catalog:
        home = catalog.value("SELECT id FROM folder WHERE name = 'Hjem'")
        given = parts_of(catalog, (home,))["felles"].given
        placed = ordered(form(given), {})
    assert [(one.portion, one.group.fate) for one in placed if one.group.key.startswith("stays:")] == [(0, "hold")]


def test_owners_and_other_parts_tell_who_else_uses_a_group(area: Area) -> None:
    with area.catalog() as catalog:
        with catalog.writing():
            people = [
                (101, "S-1-5-21-1", "AD\\ola lunde"),
                (102, "S-1-5-21-2", "AD\\per"),
                (103, "S-1-5-21-3", "AD\\siv"),
            ]
            catalog.run_many("INSERT INTO principal (id, sid, name, kind) VALUES (?, ?, ?, 'user')", people)
            catalog.run(
                "UPDATE file SET owner = id % 3 + 101 WHERE folder = (SELECT id FROM folder WHERE name = 'Bilag')"
            )
            catalog.run(
                "INSERT INTO link (file, kind, target, place, to_file) SELECT f.id, 'workbook', 'x', 'inside', t.id"
                " FROM file f, file t WHERE f.name = 'a.txt' AND t.name = '3.docx'"
            )
        portions.prepare(area.work(), catalog)
        (group,) = (portions.portion(catalog, "bilag", 1) or _none()).groups
    # Ola Lunde is the part's own contact.
    assert group.others == ("felles", "AD\\per", "AD\\siv")
    assert group.other_count == 3
    assert group.risks == ("used",)


def test_a_chain_whose_versions_have_different_fates_is_asked_about_as_one(area: Area) -> None:
    with area.catalog() as catalog:
        with catalog.writing():
            first, second, third = (
                catalog.value("SELECT id FROM file WHERE name = ?", (f"{number}.docx",)) for number in (1, 2, 3)
            )
            hold = catalog.value("SELECT id FROM rule WHERE name = 'homes'")
            for old in (first, second):
                catalog.run("UPDATE ruling SET rule = ? WHERE file = ?", (hold, old))
                catalog.run(
                    "INSERT INTO finding (stage, file, kind, found, other) VALUES ('classify', ?, 'older version', 1, ?)",
                    (old, third),
                )
        portions.prepare(area.work(), catalog)
        groups = {group.key: group for group in (portions.portion(catalog, "bilag", 1) or _none()).groups}
        chain = groups[f"chain:{third}"]
        assert (chain.kind, chain.fate, chain.total.files) == ("chain", "mixed", 3)
        assert {(example.path, example.fate) for example in chain.examples} == {
            ("Bilag/1.docx", Fate.HOLD),
            ("Bilag/2.docx", Fate.HOLD),
            ("Bilag/3.docx", Fate.MOVE),
        }
        assert sum(group.total.files for group in groups.values()) == 11
        assert portions.group_of_file(catalog, second) == ("bilag", chain.key, 1)


def test_a_broken_off_preparation_leaves_the_former_groups_and_is_swept_away(area: Area) -> None:
    with area.catalog() as catalog:
        before = portions.overview(catalog, "bilag")
        one = parts_of(catalog)["bilag"]
        edition = publishing.begin(catalog, 1)
        may = publishing.Answerable(answers.known_rules(catalog), date(2026, 11, 29), frozenset(Fate))
        publishing.write(catalog, edition, one, ordered(form(one.given), {}), may, publishing.Others(catalog))
        assert portions.overview(catalog, "bilag") == before
        portions.prepare(area.work(), catalog)
        for table in ("review_place", "review_member"):
            assert not catalog.value(f"SELECT COUNT(*) FROM {table} WHERE grp NOT IN (SELECT id FROM review_group)")
        assert catalog.value("SELECT COUNT(*) FROM review_edition") == 1


_FORGED = (
    "INSERT INTO group_answer SELECT 9, part, key, content, 'move', '', '', '', '', name, who, how, at, NULL, ''"
    " FROM group_answer WHERE id = 1"
)


@pytest.mark.parametrize(
    "forgery",
    [
        _FORGED,
        "UPDATE group_answer SET answer = 'destroy' WHERE id = 1",
        "UPDATE group_answer SET name = 'Ola' WHERE id = 1",
        "DELETE FROM group_answer WHERE id = 1",
        "UPDATE group_answer SET undone = 5 WHERE id = 1",
        "UPDATE group_answer SET undone = NULL WHERE id = 2",
        "UPDATE group_answer SET undone_by = 'Ola' WHERE id = 2",
        "UPDATE looked SET verdict = 'fine'",
        "DELETE FROM looked",
        "INSERT INTO looked SELECT 77, part, file, portion, 'fine', name, who, how, at, size, modified FROM looked",
    ],
)
def test_the_ledger_notices_what_was_changed_forged_or_removed(area: Area, forgery: str) -> None:
    with area.catalog() as catalog:
        shown = portions.portion(catalog, "bilag", 1) or _none()
    (group,) = shown.groups
    first = portions.answer(area.work(), KARI, "bilag", group.key, group.content, Answer.HOLD)
    second = portions.answer(area.work(), KARI, "bilag", group.key, group.content, Answer.AS_SUGGESTED)
    assert (first.id, second.id) == (1, 2)
    portions.undo(area.work(), KARI, "bilag", group.key)
    portions.look(area.work(), KARI, "bilag", shown.looks[0].file, Looked.WRONG)
    with area.catalog() as catalog:
        assert audit.broken(catalog) == []
        with catalog.writing():
            catalog.run(forgery)
        assert len(audit.broken(catalog)) == 1


def _none() -> portions.PortionShown:
    raise LookupError("no such portion")
