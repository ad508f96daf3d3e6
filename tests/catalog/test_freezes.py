"""What a freeze holds, and what the ledger says of it."""

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filrydd.catalog import audit, freezes
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_file
from filrydd.model import names
from tests.catalog.made_catalog import catalog_of

NOW = 1_000


def frozen(catalog: Catalog) -> set[str]:
    count = freezes.list_frozen(catalog)
    found = {path_of_file(catalog, row["file"]) for row in list(catalog.rows("SELECT file FROM temp.frozen"))}
    assert len(found) == count
    return found


def tree() -> tuple[Sequence[tuple[int, str]], Sequence[tuple[int, str, int, float]]]:
    """1 Sak, 2 Sak/Bilag, 3 Sakliste, 4 Æsker; each with a file, and one at the top."""
    folders = [(0, "Sak"), (1, "Bilag"), (0, "Sakliste"), (0, "Æsker")]
    return folders, [
        (0, "a.txt", 1, 0),
        (1, "b.txt", 2, 0),
        (2, "c.txt", 4, 0),
        (3, "d.txt", 8, 0),
        (4, "é.txt", 16, 0),
    ]


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("", {"a.txt", "Sak/b.txt", "Sak/Bilag/c.txt", "Sakliste/d.txt", "Æsker/é.txt"}),
        ("Sak", {"Sak/b.txt", "Sak/Bilag/c.txt"}),
        ("sAK/bilag", {"Sak/Bilag/c.txt"}),
        ("Sak/b.txt", {"Sak/b.txt"}),
        (unicodedata.normalize("NFD", "æsker/É.TXT"), {"Æsker/é.txt"}),
        ("Sak/Bilag/c.txt/d", set()),
        ("Nowhere", set()),
    ],
)
def test_a_freeze_holds_what_lies_at_or_under_its_path(path: str, held: set[str]) -> None:
    with catalog_of(*tree()) as catalog:
        assert freezes.add(catalog, path, "2026/1", "Kari", "", NOW)
        assert frozen(catalog) == held
        assert freezes.is_known(catalog, path) == bool(held)


def test_names_that_differ_only_in_case_are_both_held() -> None:
    with catalog_of([(0, "Sak"), (0, "SAK")], [(1, "a.txt", 1, 0), (2, "A.txt", 1, 0), (2, "b.txt", 1, 0)]) as catalog:
        freezes.add(catalog, "sak/a.TXT", "2026/1", "Kari", "", NOW)
        assert frozen(catalog) == {"Sak/a.txt", "SAK/A.txt"}


def test_what_comes_to_a_frozen_path_later_is_held() -> None:
    with catalog_of(*tree()) as catalog:
        freezes.add(catalog, "Sak/ny.txt", "2026/1", "Kari", "", NOW)
        assert frozen(catalog) == set()
        with catalog.writing():
            catalog.run("UPDATE file SET name = 'NY.txt' WHERE name = 'b.txt'")
        assert frozen(catalog) == {"Sak/NY.txt"}


def test_a_file_that_is_gone_is_not_counted() -> None:
    with catalog_of(*tree()) as catalog:
        with catalog.writing():
            catalog.run("UPDATE file SET gone = 1 WHERE name = 'b.txt'")
        freezes.add(catalog, "Sak", "2026/1", "Kari", "", NOW)
        assert frozen(catalog) == {"Sak/Bilag/c.txt"}


@pytest.mark.parametrize(("ended", "held"), [(NOW + 1, {"Sakliste/d.txt"}), (NOW - 1, set())])
def test_a_file_that_moved_after_the_freeze_is_still_held_where_it_went(ended: int, held: set[str]) -> None:
    with catalog_of(*tree()) as catalog:
        with catalog.writing():
            # Sak/Bilag/c.txt went to Æsker and then on to Sakliste.
            catalog.run("INSERT INTO scan (id, source, state, begun, ended) VALUES (2, '/x', 'done', 1, ?)", (ended,))
            catalog.run("INSERT INTO file_change (scan, file, what, old_file) VALUES (2, 5, 'moved', 3)")
            catalog.run("INSERT INTO file_change (scan, file, what, old_file) VALUES (2, 4, 'moved', 5)")
            catalog.run("UPDATE file SET gone = 2 WHERE id IN (3, 5)")
            catalog.run("UPDATE folder SET gone = 2, lo = 0, hi = 0 WHERE name = 'Bilag'")
        for path in ("Sak/Bilag", "Sak/Bilag/c.txt"):
            freezes.add(catalog, path, "2026/1", "Kari", "", NOW)
            assert frozen(catalog) == held
            freezes.lift(catalog, path, "2026/1", "Kari", "", NOW)


def test_a_path_is_free_once_every_case_is_lifted() -> None:
    with catalog_of(*tree()) as catalog:
        freezes.add(catalog, "Sak", "2026/1", "Kari", "", NOW)
        freezes.add(catalog, "Sak", "2026/2", "Kari", "", NOW)
        assert not freezes.add(catalog, "SAK", "2026/2", "Ola", "", NOW)
        assert freezes.lift(catalog, "Sak", "2026/1", "Kari", "settled", NOW)
        assert not freezes.lift(catalog, "Sak", "2026/1", "Kari", "", NOW)
        assert not freezes.lift(catalog, "Sak/Bilag", "2026/2", "Kari", "", NOW)
        assert [one.matter for one in freezes.holding(catalog, "sak/bilag/c.txt")] == ["2026/2"]
        assert frozen(catalog) == {"Sak/b.txt", "Sak/Bilag/c.txt"}
        assert freezes.lift(catalog, "Sak", "2026/2", "Kari", "", NOW)
        assert frozen(catalog) == set()
        assert [(one.matter, one.lifted_note) for one in freezes.history(catalog)] == [
            ("2026/1", "settled"),
            ("2026/2", ""),
        ]


def test_a_sibling_whose_name_begins_alike_is_not_held() -> None:
    with catalog_of(*tree()) as catalog:
        freezes.add(catalog, "Sak", "2026/1", "Kari", "", NOW)
        assert freezes.holding(catalog, "Sakliste") == []


def test_a_watch_sees_a_freeze_that_is_set_meanwhile_and_its_lifting() -> None:
    with catalog_of(*tree()) as catalog:
        watch = freezes.Watch(catalog)
        assert not watch.holds(3)
        freezes.add(catalog, "Sak", "2026/1", "Kari", "", NOW)
        assert watch.holds(3) and not watch.holds(4)
        freezes.held_by(catalog, freezes.in_force(catalog)[0])
        freezes.add(catalog, "Sakliste", "2026/2", "Kari", "", NOW)
        assert watch.holds(3) and watch.holds(4)
        freezes.lift(catalog, "Sak", "2026/1", "Kari", "", NOW)
        assert not watch.holds(3)


@pytest.mark.parametrize(
    "forged",
    [
        "DELETE FROM freeze WHERE id = 1",
        "UPDATE freeze SET path = 'elsewhere' WHERE id = 1",
        "UPDATE freeze SET lifted = 5 WHERE id = 1",
        "UPDATE freeze SET lifted_by = 'Ola' WHERE id = 2",
        "UPDATE freeze SET lifted = NULL WHERE id = 2",
        "INSERT INTO freeze (path, matter, name, note, at) VALUES ('x', 'y', 'z', '', 1)",
    ],
)
def test_a_freeze_that_was_changed_behind_the_ledger_is_found_out(forged: str) -> None:
    with catalog_of(*tree()) as catalog:
        freezes.add(catalog, "Sak", "2026/1", "Kari", "", NOW)
        freezes.add(catalog, "Sak", "2026/2", "Kari", "", NOW)
        freezes.lift(catalog, "Sak", "2026/2", "Kari", "", NOW)
        assert audit.broken(catalog) == []
        with catalog.writing():
            # An open run with the same number vouches for nothing here.
            catalog.run("INSERT INTO run (id, stage, begun) VALUES (1, 'upload', 1), (3, 'upload', 1)")
            catalog.run(forged)
        assert audit.broken(catalog) != []


NAMES = st.sampled_from(["a", "A", "b", "ø", "Ø", "ab"])


@st.composite
def areas(draw: st.DrawFn) -> tuple[list[tuple[int, str]], list[tuple[int, str, int, float]]]:
    places: set[tuple[int, str]] = set()
    folders: list[tuple[int, str]] = []
    for number in range(draw(st.integers(0, 6))):
        place = (draw(st.integers(0, number)), draw(NAMES))
        if place[0] <= len(folders) and place not in places:
            places.add(place)
            folders.append(place)
    files = draw(st.sets(st.tuples(st.integers(0, len(folders)), NAMES), max_size=10))
    return folders, [(folder, f"{name}.x", 1, 0) for folder, name in sorted(files)]


@settings(max_examples=40)
@given(areas(), st.lists(st.lists(st.sampled_from(["a", "b", "Ø", "ab", "a.x", "Ø.X"]), max_size=3), max_size=3))
def test_the_listed_files_are_those_whose_path_begins_with_a_frozen_one(
    area: tuple[list[tuple[int, str]], list[tuple[int, str, int, float]]], asked: list[list[str]]
) -> None:
    with catalog_of(*area) as catalog:
        for number, segments in enumerate(asked):
            freezes.add(catalog, "/".join(segments), str(number), "Kari", "", NOW)
        every = [path_of_file(catalog, row["id"]) for row in list(catalog.rows("SELECT id FROM file"))]
        wanted = [[names.fold(part) for part in segments] for segments in asked]
        assert frozen(catalog) == {
            path for path in every if any(names.fold(path).split("/")[: len(one)] == one for one in wanted)
        }
