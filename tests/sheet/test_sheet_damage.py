"""A list that was damaged, or is another one: refused whole, with the sheet and row of every fault."""

import pytest
from openpyxl import Workbook, load_workbook

from filrydd.lang import speaking
from filrydd.stages import classify, propose
from filrydd.stages.sheet import answers, form
from tests.areas import Area
from tests.sheet.damages import DAMAGES, Change, refused
from tests.sheet.lists import (
    ANSWER,
    FULL_POLICY,
    KEEP,
    MOVE,
    PATH,
    SEAL,
    answered,
    changed,
    row_of,
    write,
)


def test_at_least_twelve_kinds_of_damage_are_tried_that_each_have_a_row() -> None:
    assert sum(", row " in lines[0] for _change, lines in DAMAGES.values()) >= 12


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_refused_with_its_place(area: Area, damage: str) -> None:
    change, lines = DAMAGES[damage]
    path = changed(answered(write(area), {"Notat/c.txt": KEEP}), change)
    found = refused(area, path).details
    assert list(found[: len(lines)]) == lines
    if damage != "a column was put in":
        assert len(found) == len(lines)


def test_what_could_not_be_read_stays_whatever_is_answered(area: Area) -> None:
    with area.catalog() as catalog, catalog.writing():
        catalog.run(
            "INSERT INTO finding (stage, file, kind, detail, found)"
            " SELECT 'upload', id, 'unreadable', '', 0 FROM file WHERE name = 'a.txt'"
        )
    classify.run(area.work())
    propose.run(area.work())
    path = answered(write(area), {"Notat/a.txt": MOVE})
    (line,) = refused(area, path).details
    assert "row 8: this could not be read" in line
    assert answers.plan(area.work(), answered(path, {"Notat/a.txt": KEEP})).new == 1


def test_a_doctored_row_whose_seal_was_made_anew_is_refused(area: Area) -> None:
    """Somebody lets a contact answer for another file than the one the list shows."""
    path = write(area)

    def doctor(book: Workbook) -> None:
        sheet = book["Files"]
        row = row_of(book, "Bilag/gammel.pdf")
        sheet.cell(row, PATH).value = "Bilag/kladd.pdf"
        cells = ["" if cell.value is None else str(cell.value) for cell in sheet[row][: form.FIXED]]
        sheet.cell(row, SEAL).value = form.seal("files", "felles", book["filrydd"]["B3"].value, cells)

    assert refused(area, changed(path, doctor)).details == (
        "Files, row 5: Bilag/gammel.pdf is not as the list says; export it again",
    )


def test_rows_exchanged_with_a_checksum_that_no_longer_fits_are_refused(area: Area) -> None:
    path = changed(write(area), lambda book: book["filrydd"].cell(11, 2, "0" * 32))
    assert load_workbook(path)["filrydd"]["A11"].value == "files sum"
    assert refused(area, path).details == ("Files, row 1: its rows are not those that were exported",)


def test_a_row_of_a_file_that_never_was_is_refused(area: Area) -> None:
    path = write(area)

    def invent(book: Workbook) -> None:
        cells = ["77", "x.txt", "1", "", MOVE, "", "", ""]
        book["Files"].append([*cells, KEEP, None, form.seal("files", "felles", book["filrydd"]["B3"].value, cells)])

    assert refused(area, changed(path, invent)).details == ("Files, row 12: no scan has seen this file",)


def test_the_list_of_another_area_is_refused(area: Area) -> None:
    path = changed(write(area), lambda book: book["filrydd"].cell(2, 2, "personal"))
    error = refused(area, path)
    assert "is the move list of personal, not of felles" in error.message
    assert error.next == "filrydd import personal liste.xlsx"


def test_a_list_that_is_out_of_date_is_refused(area: Area) -> None:
    path = answered(write(area), {"Notat/a.txt": KEEP})
    (area.top / "Notat" / "ny.txt").write_text("1")
    area.until_proposed()
    error = refused(area, path)
    assert "out of date" in error.message
    assert error.details == ()
    assert "filrydd export felles FILE.xlsx" in error.next
    assert "filrydd import felles liste.xlsx --keep-valid" in error.next


def test_a_list_from_before_the_rules_changed_is_refused_row_by_row(area: Area) -> None:
    """Classified anew, and not yet proposed: the digest is still the old one."""
    path = answered(write(area), {"Notat": KEEP}, sheet="Groups")
    area.policy(FULL_POLICY.replace("en: In use.", "en: Still in use."))
    classify.run(area.work())
    assert refused(area, path).details == (
        "Groups, row 8: the rule has changed for this group since the list was written; export it again",
    )
    area.policy(FULL_POLICY.replace("path: Hjem}", "path: [Hjem, Notat]}"))
    classify.run(area.work())
    assert "Files, row 8: Notat/a.txt is not as the list says; export it again" in refused(area, path).details


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda book: book.remove(book["filrydd"]), "is no move list from filrydd"),
        (lambda book: book["filrydd"].cell(1, 2, "filrydd move list 2"), "made by another version"),
        (lambda book: book["filrydd"].cell(4, 2, "klingon"), "hidden sheet of"),
        (lambda book: book["filrydd"].cell(10, 2, "mange"), "hidden sheet of"),
        (lambda book: book["filrydd"].cell(12, 2, "Groups"), "hidden sheet of"),
        (lambda book: book.remove(book["Groups"]), "lacks the sheet Groups"),
        (lambda book: setattr(book["Files"], "title", "Filer"), "lacks the sheet Files"),
    ],
)
def test_a_foreign_workbook_is_refused(area: Area, change: Change, words: str) -> None:
    error = refused(area, changed(write(area), change))
    assert words in error.message
    assert error.details == ()


def test_all_faults_are_counted_and_the_first_twenty_shown(area: Area) -> None:
    path = answered(write(area), dict.fromkeys(("Notat/a.txt", "Notat/b.txt", "Hjem/mitt.txt", "Thumbs.db"), "?"))

    def spoil(book: Workbook) -> None:
        for sheet in ("Groups", "Files"):
            for row in range(2, book[sheet].max_row + 1):
                book[sheet].cell(row, SEAL).value = "0" * 16

    error = refused(area, changed(path, spoil))
    assert error.message == f"{path} has 22 faults, so nothing was stored."
    assert len(error.details) == 21
    assert error.details[-1] == "... and 2 more"


def test_faults_are_told_in_the_readers_language_and_words_in_that_of_the_list(area: Area) -> None:
    with speaking("nb"):
        path, words = write(area), ", ".join(form.words().values())
    changed(path, lambda book: book["Filer"].cell(row_of(book, "Notat/a.txt", "Filer"), ANSWER, "kanskje"))
    with speaking("en"):
        assert refused(area, path).details == (f'Filer, row 8: "kanskje" is no answer; choose one of: {words}',)
