"""Damage to a move list, kind by kind, and what is said of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from filrydd.errors import SheetRefused
from filrydd.stages.sheet import answers
from tests.areas import Area
from tests.sheet.lists import (
    ADDRESS,
    ANSWER,
    DELETE,
    ID,
    KEEP,
    MOVE,
    NOTE,
    PATH,
    SEAL,
    row_of,
    stored,
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
    "a row stands twice": (
        say_twice,
        [
            "Files, row 8: the same row stands further down too",
            "Files, row 12: the same row stands further up",
        ],
    ),
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
