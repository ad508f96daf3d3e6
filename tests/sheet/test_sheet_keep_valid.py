"""What is valid in a damaged list is kept if told so, and nothing else is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from filrydd.errors import SheetRefused
from filrydd.stages.sheet import answers
from tests.areas import Area
from tests.sheet.damages import DAMAGES, refused, say_twice
from tests.sheet.lists import (
    ANSWER,
    DELETE,
    FULL_POLICY,
    ID,
    KEEP,
    MOVE,
    NOTE,
    PATH,
    SEAL,
    answered,
    changed,
    row_of,
    stored,
    write,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_if_told_so_the_damaged_rows_are_left_out_and_the_others_kept(area: Area, damage: str) -> None:
    change, lines = DAMAGES[damage]
    path = changed(answered(write(area), {"Notat/c.txt": KEEP, "Notat/a.txt": KEEP}), change)
    if damage == "a column was put in":
        with pytest.raises(SheetRefused) as error:
            answers.apply(area.work(), path, keep_valid=True)
        assert "not only in single rows" in error.value.message
        assert "--keep-valid" not in error.value.next
        assert stored(area) == {}
        return
    plan = answers.apply(area.work(), path, keep_valid=True).plan
    assert [str(fault) for fault in plan.faults] == lines
    assert plan.left_out == plan.fault_count == len(lines)
    # What a row that is out said of its file is not stored, and nothing else is lost.
    out = any("Notat/a.txt" in line or "Files, row 8" in line for line in lines)
    assert set(stored(area)) == {"Notat/c.txt"} | (set() if out else {"Notat/a.txt"})


def test_of_a_list_that_is_out_of_date_the_rows_that_still_hold_are_kept_if_told_so(area: Area) -> None:
    path = answered(write(area), {"Notat/a.txt": KEEP, "Hjem/mitt.txt": KEEP, "Bilag/ny.pdf": KEEP})
    answered(path, {"Notat": KEEP}, sheet="Groups")
    (area.top / "Notat" / "ny.txt").write_text("1")
    area.policy(FULL_POLICY.replace("when: {path: Hjem}", "when: {path: [Hjem, Bilag]}"))
    area.until_proposed()
    faults = ["Files, row 6: Bilag/ny.pdf is not as the list says; export it again"]
    assert list(refused(area, path).details) == faults
    plan = answers.apply(area.work(), path, "Kari", keep_valid=True).plan
    assert ([str(fault) for fault in plan.faults], plan.left_out) == (faults, 1)
    # The group's answer goes to the files that the list shows, not to the one that has come since.
    assert set(stored(area)) == {"Notat/a.txt", "Notat/b.txt", "Notat/c.txt", "Hjem/mitt.txt"}


def test_a_faulty_row_keeps_the_answer_of_its_group_from_its_file(area: Area) -> None:
    """Nobody knows what the person meant for that file; the group's answer might be the opposite."""
    path = answered(write(area), {"Notat": KEEP}, sheet="Groups")
    answered(path, {"Notat/a.txt": "kanskje"})
    assert answers.apply(area.work(), path, keep_valid=True).plan.left_out == 1
    assert set(stored(area)) == {"Notat/b.txt", "Notat/c.txt"}


def test_a_file_without_a_row_is_not_reached_by_the_answer_of_its_group(area: Area) -> None:
    path = answered(write(area), {"Notat": KEEP}, sheet="Groups")
    changed(path, lambda book: book["Files"].delete_rows(row_of(book, "Notat/a.txt")))
    plan = answers.apply(area.work(), path, keep_valid=True).plan
    assert (plan.left_out, [str(fault) for fault in plan.faults]) == (1, ["Files: Notat/a.txt has no row"])
    assert set(stored(area)) == {"Notat/b.txt", "Notat/c.txt"}


def test_a_file_that_came_later_is_not_taken_for_the_one_whose_row_is_missing(area: Area) -> None:
    path = changed(write(area), lambda book: book["Files"].delete_rows(row_of(book, "Tvil/t.txt")))
    (area.top / "Notat" / "ny.txt").write_text("1")
    area.until_proposed()
    assert refused(area, path).details == ("Files: Tvil/t.txt has no row",)


def test_two_rows_with_one_id_answer_nothing_since_nobody_knows_which_was_meant(area: Area) -> None:
    path = changed(answered(write(area), {"Notat/a.txt": MOVE, "Notat/b.txt": KEEP}), say_twice)
    changed(path, lambda book: book["Files"].cell(book["Files"].max_row, ANSWER, KEEP))
    assert answers.apply(area.work(), path, keep_valid=True).plan.left_out == 2
    assert set(stored(area)) == {"Notat/b.txt"}


def test_a_checksum_that_no_row_explains_refuses_all_whatever_is_asked(area: Area) -> None:
    """A word that is no answer has its row, but does not tell why the rows are not those that went out."""
    path = answered(write(area), {"Notat/a.txt": KEEP, "Notat/b.txt": "kanskje"})
    changed(path, lambda book: book["filrydd"].cell(11, 2, "0" * 32))
    with pytest.raises(SheetRefused) as error:
        answers.apply(area.work(), path, keep_valid=True)
    assert error.value.details[-1] == "Files, row 1: its rows are not those that were exported"
    assert stored(area) == {}


def test_a_sheet_without_its_titles_is_refused_whole(area: Area) -> None:
    path = changed(write(area), lambda book: book["Files"].delete_rows(1))
    with pytest.raises(SheetRefused) as error:
        answers.plan(area.work(), path, keep_valid=True)
    assert 'Files, row 1: the column "Id" is not in its place' in error.value.details


SPOILS: dict[str, Callable[[Worksheet, int], Any]] = {
    "path": lambda sheet, row: sheet.cell(row, PATH, "Notat/helt annet.txt"),
    "seal": lambda sheet, row: sheet.cell(row, SEAL, "0" * 16),
    "word": lambda sheet, row: sheet.cell(row, ANSWER, "vet ikke"),
    "formula": lambda sheet, row: sheet.cell(row, NOTE, "=1+1"),
    "forbidden": lambda sheet, row: sheet.cell(row, ANSWER, DELETE),
    "id": lambda sheet, row: sheet.cell(row, ID, "x"),
    "empty": lambda sheet, row: [setattr(cell, "value", None) for cell in sheet[row]],
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["Hjem/mitt.txt", *(f"Notat/{name}.txt" for name in "abc")]), st.sampled_from(sorted(SPOILS))
    ),
    st.booleans(),
)
def test_whatever_is_spoiled_exactly_the_rows_that_are_whole_arrive(
    area: Area, spoiled: dict[str, str], grouped: bool
) -> None:
    files = {"Hjem/mitt.txt", "Notat/a.txt", "Notat/b.txt", "Notat/c.txt"}
    with area.catalog() as catalog, catalog.writing():
        catalog.run("DELETE FROM answer")
    path = _FRESH.setdefault(area.workspace, write(area, "fersk.xlsx").read_bytes())
    (area.workspace.parent / "liste.xlsx").write_bytes(path)
    if grouped:
        filled = answered(area.workspace.parent / "liste.xlsx", {"Notat": KEEP, "Hjem": KEEP}, sheet="Groups")
    else:
        filled = answered(area.workspace.parent / "liste.xlsx", dict.fromkeys(files, KEEP))

    def spoil(book: Workbook) -> None:
        rows = {old: row_of(book, old) for old in spoiled}
        for old, how in spoiled.items():
            SPOILS[how](book["Files"], rows[old])

    changed(filled, spoil)
    if spoiled:
        assert len(refused(area, filled).details) >= len(spoiled)
    plan = answers.apply(area.work(), filled, keep_valid=True).plan
    assert set(stored(area)) == files - set(spoiled)
    assert plan.left_out >= len(spoiled)
    assert bool(plan.left_out) == bool(spoiled)


_FRESH: dict[Path, bytes] = {}
