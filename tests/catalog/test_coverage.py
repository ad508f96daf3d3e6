"""Who answers for what."""

from collections.abc import Iterator

import pytest

from filrydd.catalog.connection import Catalog
from filrydd.catalog.people import coverage
from filrydd.model.department import Part, Person
from tests.catalog.made_catalog import KARI, add_owner, catalog_of

OLA = Person("Ola", "ola@example.org")
ALL = Part("all", "", OLA, OLA)
CASE = Part("case", "Sak", OLA, OLA)
NOTE = Part("note", "sak/notat", OLA, OLA)
LOST = Part("lost", "Borte", OLA, OLA)


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    folders = [(0, "Sak"), (1, "Notat"), (0, "Annet")]
    files = [(0, "a.txt", 1, 0.0), (1, "b.txt", 2, 0.0), (2, "c.txt", 4, 0.0), (3, "d.txt", 8, 0.0)]
    with catalog_of(folders, files) as made:
        yield made


def test_a_part_inside_another_takes_its_subtree_whatever_order_they_come_in(catalog: Catalog) -> None:
    for parts in ([ALL, CASE, NOTE], [NOTE, ALL, CASE]):
        found = {one.name: (one.folders, one.files, one.bytes) for one in coverage.totals(catalog, parts)}
        assert found == {"all": (2, 2, 9), "case": (1, 1, 2), "note": (1, 1, 4)}
        assert coverage.uncovered(catalog).folders == 0


def test_folders_in_no_part_and_parts_without_a_folder_are_told(catalog: Catalog) -> None:
    lost = coverage.totals(catalog, [CASE, LOST])[1]
    assert (lost.present, lost.files) == (False, 0)
    assert coverage.uncovered(catalog) == coverage.Folders(2, 2, 9, ("", "Annet"))


@pytest.mark.parametrize("state", ["disabled", "vanished"])
def test_owners_who_are_gone_are_told_with_their_files_by_part(catalog: Catalog, state: str) -> None:
    parts = [ALL, CASE]
    coverage.totals(catalog, parts)
    add_owner(catalog, state)
    assert coverage.absent(catalog, parts) == [
        coverage.Absent(KARI, "kari", state, "all", 2, 9, 0),
        coverage.Absent(KARI, "kari", state, "case", 2, 6, 0),
    ]


def test_an_active_owner_is_not_told(catalog: Catalog) -> None:
    coverage.totals(catalog, [ALL])
    add_owner(catalog, "active")
    assert coverage.absent(catalog, [ALL]) == []


def test_an_absent_owner_of_a_folder_alone_is_told(catalog: Catalog) -> None:
    coverage.totals(catalog, [ALL, CASE])
    add_owner(catalog, "vanished", of_folder=2)
    assert coverage.absent(catalog, [ALL, CASE]) == [coverage.Absent(KARI, "kari", "vanished", "case", 0, 0, 1)]


@pytest.mark.parametrize(("state", "known"), [("", False), ("active", True), ("vanished", True)])
def test_a_folder_has_a_known_owner_only_when_somebody_knows_the_account(
    catalog: Catalog, state: str, known: bool
) -> None:
    coverage.totals(catalog, [ALL])
    assert coverage.without_owner(catalog).folders == 4
    add_owner(catalog, state, of_folder=2)
    found = coverage.without_owner(catalog)
    assert ("Sak" in found.examples) is not known
    assert found.folders == (3 if known else 4)
