"""Holds that ended elsewhere: which files, and until when."""

from collections.abc import Iterator

import pytest

from filrydd.catalog import audit, freezes, handovers, ledger, rules
from filrydd.catalog.connection import Catalog
from filrydd.catalog.handovers import Handing
from filrydd.model.rule import All, Fate, Rule, Texts
from tests.catalog.made_catalog import catalog_of

HANDING = Handing("Elements", "2026/77-3", "Kari", "")


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    """1 a.txt (hold), Sak: 2 b.txt (hold), 3 c.txt (move), 4 d.txt (destroy), 5 e.txt (no ruling)."""
    files = [
        (0, "a.txt", 1, 0.0),
        (1, "b.txt", 2, 0.0),
        (1, "c.txt", 4, 0.0),
        (1, "d.txt", 8, 0.0),
        (1, "e.txt", 16, 0.0),
    ]
    with catalog_of([(0, "Sak")], files) as made:
        with made.writing():
            number = {fate: rules.store(made, Rule(fate, fate, All(), Texts(fate))) for fate in Fate}
            for file, fate in enumerate((Fate.HOLD, Fate.HOLD, Fate.MOVE, Fate.DESTROY), 1):
                made.run("INSERT INTO ruling (file, rule) VALUES (?, ?)", (file, number[fate]))
        yield made


def stored(catalog: Catalog) -> list[int]:
    return [row["file"] for row in catalog.rows("SELECT file FROM handed_over ORDER BY file")]


def test_only_held_files_in_the_folder_are_handed_over_and_the_others_are_named(catalog: Catalog) -> None:
    chosen = handovers.hand_over(catalog, "Sak", HANDING, 5, folder=2, file=None)
    assert (chosen.files, chosen.bytes, chosen.already, chosen.others) == (1, 2, 0, 3)
    assert chosen.examples == ("Sak/b.txt",)
    assert chosen.refused == (("Sak/c.txt", "move"), ("Sak/d.txt", "destroy"), ("Sak/e.txt", "undecided"))
    assert stored(catalog) == [2]
    assert handovers.handed(catalog) == 1
    assert audit.broken(catalog) == []


def test_looking_stores_nothing(catalog: Catalog) -> None:
    assert handovers.choose(catalog, folder=1, file=None).files == 2
    assert stored(catalog) == []


@pytest.mark.parametrize("file", [3, 4, 5])
def test_a_file_that_is_not_held_is_refused(catalog: Catalog, file: int) -> None:
    chosen = handovers.hand_over(catalog, "x", HANDING, 5, folder=None, file=file)
    assert (chosen.files, chosen.others) == (0, 1)
    assert stored(catalog) == []
    assert ledger.head(catalog) is None


def test_a_frozen_file_is_refused(catalog: Catalog) -> None:
    freezes.add(catalog, "Sak", "2026/1", "Kari", "", 4)
    chosen = handovers.hand_over(catalog, "", HANDING, 5, folder=1, file=None)
    assert (chosen.files, chosen.examples) == (1, ("a.txt",))
    assert ("Sak/b.txt", "frozen") in chosen.refused


@pytest.mark.parametrize("column", ["size", "modified"])
def test_a_file_that_changes_after_it_was_handed_over_is_open_again(catalog: Catalog, column: str) -> None:
    handovers.hand_over(catalog, "Sak", HANDING, 5, folder=2, file=None)
    again = handovers.hand_over(catalog, "Sak", HANDING, 6, folder=2, file=None)
    assert (again.files, again.already) == (0, 1)
    with catalog.writing():
        catalog.run(f"UPDATE file SET {column} = {column} + 1 WHERE id = 2")
    assert handovers.handed(catalog) == 0
    assert handovers.hand_over(catalog, "Sak", HANDING, 7, folder=2, file=None).files == 1
    assert handovers.handed(catalog) == 1
    assert audit.broken(catalog) == []


def test_what_is_no_longer_held_does_not_count_as_handed_over(catalog: Catalog) -> None:
    handovers.hand_over(catalog, "", HANDING, 5, folder=1, file=None)
    with catalog.writing():
        catalog.run("UPDATE ruling SET rule = (SELECT rule FROM ruling WHERE file = 3) WHERE file = 2")
        catalog.run("UPDATE file SET gone = 1 WHERE id = 1")
    assert handovers.handed(catalog) == 0


@pytest.mark.parametrize(
    "forged",
    [
        "DELETE FROM handed_over",
        "UPDATE handed_over SET receipt = 'none' WHERE file = 1",
        "INSERT INTO handed_over SELECT 3, place, receipt, name, note, at, size, modified FROM handed_over WHERE file = 1",
    ],
)
def test_a_receipt_that_was_changed_behind_the_ledger_is_found_out(catalog: Catalog, forged: str) -> None:
    handovers.hand_over(catalog, "", HANDING, 5, folder=1, file=None)
    with catalog.writing():
        catalog.run(forged)
    assert audit.broken(catalog) != []
