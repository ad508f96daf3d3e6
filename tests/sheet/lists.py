"""Move lists in tests: an area with every kind of rule, and changing a list as a person or a program would."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from filrydd.stages.sheet import export
from tests.areas import POLICY, Area

RULES = """
  - rule: doubtful
    when: {path: Tvil}
    fate: hold
    noark: Kasseres
    basis: arkivlova § 13
    reason: {nb: Noen må avgjøre., en: Somebody must decide.}
  - rule: confirmed
    when: {path: Avklart}
    fate: hold
    noark: Kasseres
    basis: arkivlova § 13
    reason: {nb: Arkivaren er enig., en: The archivist agrees.}
    decided: {by: Arkivar, on: 2026-01-02}
    confirmed: {by: Arkivar, on: 2026-01-02}
  - rule: the rest
"""
BLOCKS = """
blocks:
  - block: child welfare
    when: {path: Barn}
    forbids: [move, destroy]
    basis: barnevernsloven
    reason: {nb: Barnevern., en: Child welfare.}
limits:"""
FULL_POLICY = POLICY.replace("\n  - rule: the rest\n", RULES).replace("\nlimits:", BLOCKS)
TREE = {
    "Bilag": {"gammel.pdf": "1", "ny.pdf": "22"},
    "Hjem": {"mitt.txt": "333"},
    "Notat": {"a.txt": "1", "b.txt": "2", "c.txt": "3"},
    "Tvil": {"t.txt": "1"},
    "Avklart": {"k.txt": "1"},
    "Barn": {"sak.txt": "1"},
    "Thumbs.db": "1",
}
ID, PATH, FATE, ADDRESS, ANSWER, NOTE, SEAL = 1, 2, 5, 8, 9, 10, 11
KEEP, MOVE, DELETE = "to keep for now", "to move", "to delete"


def full_area(area: Area) -> Area:
    """The area, proposed under the full policy; `Bilag/gammel.pdf` is old enough to be destroyed."""
    area.policy(FULL_POLICY)
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    area.until_proposed()
    return area


def write(area: Area, name: str = "liste.xlsx") -> Path:
    """A fresh list, beside the workspace."""
    path = area.workspace.parent / name
    export.run(area.work(), path, force=True)
    return path


def changed(path: Path, change: Callable[[Workbook], Any]) -> Path:
    """The list after somebody has opened it, changed it and saved it."""
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def row_of(book: Workbook, path: str, sheet: str = "Files", column: int = PATH) -> int:
    """The row in which a path stands."""
    for row in range(2, book[sheet].max_row + 1):
        if book[sheet].cell(row, column).value == path:
            return row
    raise AssertionError(f"{path} has no row")


def answered(path: Path, answers: dict[str, str], notes: dict[str, str] | None = None, sheet: str = "Files") -> Path:
    """The list with answers and notes in the rows of these paths."""

    def fill(book: Workbook) -> None:
        for column, texts in ((ANSWER, answers), (NOTE, notes or {})):
            for old, text in texts.items():
                book[sheet].cell(row_of(book, old, sheet), column).value = text

    return changed(path, fill)


def stored(area: Area) -> dict[str, tuple[str, str, str]]:
    """What the catalog holds: path -> fate, who, note."""
    with area.catalog() as catalog:
        rows = catalog.rows(
            "SELECT d.name || '/' || f.name AS path, a.fate, a.name, a.note FROM answer a JOIN file f ON f.id = a.file"
            " JOIN folder d ON d.id = f.folder"
        )
        return {row["path"].lstrip("/"): (row["fate"], row["name"], row["note"]) for row in rows}
