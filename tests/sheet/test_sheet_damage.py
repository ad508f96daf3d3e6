"""A list that was damaged, or is another one: refused whole, with the sheet and row of every fault."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from filrydd.errors import SheetRefused
from filrydd.stages import classify, propose
from filrydd.stages.sheet import answers, form
from tests.areas import Area
from tests.sheet.lists import (
    ADDRESS,
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

Change = Callable[[Workbook], Any]


def refused(area: Area, path: Path) -> SheetRefused:
    """The refusal of the list, both when it is only looked at and when it is to be stored; nothing is stored."""
    with pytest.raises(SheetRefused) as looked:
        answers.plan(area.work(), path)
    with pytest.raises(SheetRefused) as applied:
        answers.apply(area.work(), path)
    assert (looked.value.message, looked.value.details) == (applied.value.message, applied.value.details)
    assert stored(area) == {}
    assert looked.value.next
    return looked.value


def put(sheet: str, old: str, column: int, value: object) -> Change:
    def change(book: Workbook) -> None:
        book[sheet].cell(row_of(book, old, sheet), column).value = value  # type: ignore[assignment]

    return change


def swap_paths(book: Workbook) -> None:
    one, other = (book["Files"].cell(row_of(book, f"Notat/{name}.txt"), PATH) for name in "ab")
    one.value, other.value = other.value, one.value


def say_twice(book: Workbook) -> None:
    sheet = book["Files"]
    sheet.append([cell.value for cell in sheet[row_of(book, "Notat/a.txt")]])


def add_a_row_without_id(book: Workbook) -> None:
    book["Files"].cell(book["Files"].max_row + 1, ANSWER).value = KEEP


def put_another_id(book: Workbook) -> None:
    sheet = book["Files"]
    other = sheet.cell(row_of(book, "Notat/b.txt"), ID).value
    sheet.cell(row_of(book, "Notat/a.txt"), ID).value = other


# Where things stand in a fresh list, as `area` makes it: Files 2 Thumbs.db, 3 Avklart, 4 Barn, 5-6 Bilag, 7 Hjem, 8-10 Notat,
# 11 Tvil; Groups 8 Notat.
DAMAGES: dict[str, tuple[Change, list[str]]] = {
    "a row is missing": (
        lambda book: book["Files"].delete_rows(row_of(book, "Notat/a.txt")),
        ["Files: Notat/a.txt has no row"],
    ),
    "a group is missing": (
        lambda book: book["Groups"].delete_rows(row_of(book, "Notat", "Groups")),
        ["Groups: Notat has no row"],
    ),
    "a row stands twice": (say_twice, ["Files, row 12: the same row stands further up"]),
    "a path was typed over": (
        put("Files", "Notat/a.txt", PATH, "Notat/x.txt"),
        ["Files, row 8: a locked cell was changed"],
    ),
    "an address was typed over": (
        put("Files", "Notat/a.txt", ADDRESS, "Dokumenter/x"),
        ["Files, row 8: a locked cell was changed"],
    ),
    "a path became a formula": (
        put("Files", "Notat/a.txt", PATH, "=B9"),
        ["Files, row 8: a locked cell was changed"],
    ),
    "a column was sorted alone": (
        swap_paths,
        ["Files, row 8: a locked cell was changed", "Files, row 9: a locked cell was changed"],
    ),
    "a row has another's id": (
        put_another_id,
        [
            "Files, row 8: a locked cell was changed",
            "Files, row 9: the same row stands further up",
            "Files: Notat/a.txt has no row",
        ],
    ),
    "a seal is gone": (put("Files", "Notat/a.txt", SEAL, None), ["Files, row 8: a locked cell was changed"]),
    "an answer is another word": (
        put("Files", "Notat/a.txt", ANSWER, "kanskje"),
        [f'Files, row 8: "kanskje" is no answer; choose one of: {MOVE}, {DELETE}, {KEEP}'],
    ),
    "an answer is a number": (
        put("Groups", "Notat", ANSWER, 1),
        [f'Groups, row 8: "1" is no answer; choose one of: {MOVE}, {DELETE}, {KEEP}'],
    ),
    "an answer is a formula": (
        put("Files", "Notat/a.txt", ANSWER, '="to keep"&" for now"'),
        ['Files, row 8: "Your answer" is a formula; write text'],
    ),
    "a note is a formula": (
        put("Files", "Notat/a.txt", NOTE, "=HYPERLINK(1)"),
        ['Files, row 8: "Note" is a formula; write text'],
    ),
    "an answer stands beside nothing": (
        add_a_row_without_id,
        ["Files, row 12: a locked cell was changed"],
    ),
    "a column was put in": (
        lambda book: book["Files"].insert_cols(ANSWER),
        ['Files, row 1: the column "Your answer" is not in its place'],
    ),
    "a file that moves is to be deleted": (
        put("Files", "Notat/a.txt", ANSWER, DELETE),
        ['Files, row 8: the rule "the rest" does not let this be deleted; it can be moved or kept'],
    ),
    "a file that is only kept is to be deleted": (
        put("Files", "Hjem/mitt.txt", ANSWER, DELETE),
        ['Files, row 7: the rule "homes" does not let this be deleted; it can be moved or kept'],
    ),
    "a group is to be deleted": (
        put("Groups", "Notat", ANSWER, DELETE),
        ['Groups, row 8: the rule "the rest" does not let this be deleted; it can be moved or kept'],
    ),
    "what is blocked is to be moved": (
        put("Files", "Barn/sak.txt", ANSWER, MOVE),
        ['Files, row 4: the block "child welfare" keeps this; no answer can change that'],
    ),
    "what is blocked is to be deleted": (
        put("Groups", "Barn", ANSWER, DELETE),
        ['Groups, row 4: the block "child welfare" keeps this; no answer can change that'],
    ),
}


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
    assert error.next == "filrydd export felles FILE.xlsx"


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
