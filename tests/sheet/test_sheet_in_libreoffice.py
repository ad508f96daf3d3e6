"""A list that another spreadsheet has opened, answered and saved is still the same list."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from filrydd.catalog import movelist
from filrydd.model.rule import Fate
from filrydd.stages import propose
from filrydd.stages.sheet import answers, export, form
from filrydd.stages.sheet.answers import Change
from tests.areas import Area
from tests.benchmarks import mazes
from tests.sheet.libreoffice import MISSING, SOFFICE, saved
from tests.sheet.lists import ANSWER, KEEP, NOTE, TREE, answered, full_area, stored, write

NAMES = [
    "=1+1",
    "=cmd|'!A0",
    "+1",
    "-1",
    "\u22121+2",
    "@a",
    "\uff1d1",
    "\tx",
    "\rx",
    "#REF!",
    "_x0041_",
    "x005F_",
    "a\x01b",
    "TRUE",
    "1e5",
    "2010-01-01",
    "  rom  ",
    "\U0001f4c4",
]
ANSWERS = 200
pytestmark = pytest.mark.skipif(SOFFICE is None, reason=MISSING)


def test_a_list_saved_by_libreoffice_is_the_same_list(make_area: Callable[..., Area], tmp_path: Path) -> None:
    area = full_area(make_area(TREE | dict.fromkeys(NAMES, "1")))
    path = saved(write(area), tmp_path / "saved")
    assert answers.plan(area.work(), path).changes == ()
    book = load_workbook(path)
    assert book["filrydd"].sheet_state != "visible"
    for name in ("Groups", "Files"):
        assert {cell.data_type for row in book[name].iter_rows() for cell in row} <= {"s", "n"}
        assert book[name].protection.sheet
        assert (book[name]["A2"].protection.locked, book[name]["I2"].protection.locked) == (True, False)
        assert KEEP in book[name].data_validations.dataValidation[0].formula1
    assert answers.plan(area.work(), answered(path, {"Notat/a.txt": KEEP})).changes == (
        Change(Fate.MOVE, Fate.HOLD, 1, False),
    )


def test_what_is_typed_in_libreoffice_arrives_as_it_was_typed(area: Area, tmp_path: Path) -> None:
    typed = [("Files", "I8", KEEP), ("Files", "J8", "=1+1"), ("Files", "I9", KEEP), ("Files", "J9", "å 2026-02-01")]
    answers.apply(area.work(), saved(write(area), tmp_path / "saved", typed), "Kari")
    assert stored(area) == {
        "Notat/a.txt": ("hold", "Kari", "=1+1"),
        "Notat/b.txt": ("hold", "Kari", "å 2026-02-01"),
    }


def test_of_many_rows_exactly_the_answers_typed_in_libreoffice_arrive(tmp_path: Path) -> None:
    """`python -m tests.benchmarks.sheet 100000 FOLDER` does the same with ten times as many."""
    work = mazes.workspace(tmp_path / "workspace", mazes.aged(2, 1_000, 10_000), seed=2)
    with work.catalog() as catalog, catalog.writing():
        # The maze's own rule has no Noark code, which a rule of a policy always has.
        catalog.run("UPDATE rule SET noark = 'Vurderes senere' WHERE noark = ''")
    propose.run(work)
    done = export.run(work, tmp_path / "liste.xlsx")
    assert done.files > 10_000
    chosen = dict.fromkeys(sorted(random.Random(500).sample(range(2, done.files + 2), ANSWERS)), "")
    with work.catalog() as catalog:
        movelist.begin_sheet(catalog)
        for row, line in enumerate(movelist.lines(catalog, "files"), start=2):
            if row in chosen:
                chosen[row] = line.id
    typed = [
        (form.sheet_name("files", 1), f"{'ABCDEFGHIJ'[column - 1]}{row}", text)
        for row in chosen
        for column, text in ((ANSWER, form.words()[Fate.HOLD]), (NOTE, f"rad {row}"))
    ]
    path = saved(done.path, tmp_path / "saved", typed)
    assert answers.apply(work, path, "Kari").plan.new == ANSWERS
    with work.catalog() as catalog:
        found = {(row["file"], row["fate"], row["note"]) for row in catalog.rows("SELECT file, fate, note FROM answer")}
    assert found == {(int(file), "hold", f"rad {row}") for row, file in chosen.items()}
