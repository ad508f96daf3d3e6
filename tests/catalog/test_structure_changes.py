"""The difference between two proposals, in numbers and words."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.catalog import structure_changes
from filrydd.catalog.connection import Catalog
from filrydd.catalog.structure_changes import Count, Difference, difference, words
from filrydd.lang import speaking
from tests.catalog.made_catalog import catalog_of

# Targets: number, parent, path, scope; placements: file, target, new name; decisions: folder, choice.
Targets = list[tuple[int, int | None, str, int | None]]
TARGETS: Targets = [(1, None, "", None), (2, 1, "A", None), (3, 1, "B", 7), (4, 1, "C", 8)]
PLACED = [(1, 2, None), (2, 2, None), (3, 3, None), (4, 3, "d (2).txt")]
DECIDED = [(2, "keep"), (3, "keep"), (4, "lift")]


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    folders = [(0, "A"), (0, "B"), (0, "C")]
    files = [
        (1, "a.txt", 1, 0.0),
        (1, "b.txt", 1, 0.0),
        (2, "c.txt", 1, 0.0),
        (2, "d.txt", 1, 0.0),
        (3, "e.txt", 1, 0.0),
    ]
    with catalog_of(folders, files) as made:
        with made.writing():
            _fill(made, "main.", TARGETS, PLACED, DECIDED)
        yield made


def _fill(
    catalog: Catalog,
    into: str,
    targets: Targets,
    placed: list[tuple[int, int, str | None]],
    decided: list[tuple[int, str]],
) -> None:
    present, values = (", present", ", 1") if into == "main." else ("", "")
    catalog.run_many(
        f"INSERT INTO {into}target (id, library, parent, name, path, scope, rules{present})"
        f" VALUES (?, 1, ?, ?, ?, ?, ''{values})",
        [(number, parent, path.rpartition("/")[2], path, scope) for number, parent, path, scope in targets],
    )
    catalog.run_many(f"INSERT INTO {into}placement (file, target, name, rules, role) VALUES (?, ?, ?, '', '')", placed)
    catalog.run_many(f"INSERT INTO {into}decision (folder, choice, why, target) VALUES (?, ?, 'known', 2)", decided)


def _staged(
    catalog: Catalog,
    targets: Targets = TARGETS,
    placed: list[tuple[int, int, str | None]] = PLACED,
    decided: list[tuple[int, str]] = DECIDED,
) -> Difference:
    for table, columns in (
        ("new_target", "id INTEGER PRIMARY KEY, library, parent, name, path, scope, rules"),
        ("new_placement", "file INTEGER PRIMARY KEY, target, name, rules, of, role"),
        ("new_decision", "folder INTEGER PRIMARY KEY, choice, why, target"),
    ):
        catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
        catalog.run(f"CREATE TEMP TABLE {table} ({columns})")
    _fill(catalog, "temp.new_", targets, placed, decided)
    return difference(catalog)


def test_an_equal_proposal_differs_in_nothing(catalog: Catalog) -> None:
    found = _staged(catalog)
    assert not found
    assert words(found) == ["Nothing differs from the proposal before."]


def test_a_name_that_is_written_out_is_no_other_name(catalog: Catalog) -> None:
    assert not _staged(catalog, placed=[(1, 2, "a.txt"), *PLACED[1:]])


def test_files_that_get_another_address_or_name(catalog: Catalog) -> None:
    found = _staged(catalog, placed=[(1, 3, None), (2, 2, "ny.txt"), (3, 3, None), (4, 4, None)])
    assert found.moved == Count(2, (("A/a.txt", "B/a.txt"), ("B/d.txt", "C/d.txt")))
    assert found.renamed == Count(2, (("b.txt", "ny.txt"), ("d (2).txt", "d.txt")))
    assert words(found) == ["2 files get another address.", "2 files get other names."]


def test_files_that_get_a_place_and_lose_theirs(catalog: Catalog) -> None:
    found = _staged(catalog, placed=[*PLACED[1:], (5, 4, "f.txt")])
    assert found.placed == Count(1, (("C/e.txt", "C/f.txt"),))
    assert found.unplaced == Count(1, (("A/a.txt", ""),))
    assert words(found) == ["1 file has a place that had none.", "1 file has no place any more."]


def test_folders_that_come_go_and_can_be_opened_by_others(catalog: Catalog) -> None:
    found = _staged(catalog, targets=[(1, None, "", None), (2, 1, "A", 7), (3, 1, "B", 9), (5, 1, "D", None)])
    assert (found.made, found.unmade) == (Count(1, (("", "D"),)), Count(1, (("C", ""),)))
    assert (found.closed, found.opened) == (Count(1, (("", "A"),)), Count(1, (("C", ""),)))
    assert found.reopened == Count(1, (("B", "B"),))
    assert words(found)[-1] == "As many folders as before have permissions of their own, but not the same ones."


def test_fewer_folders_with_permissions_of_their_own(catalog: Catalog) -> None:
    found = _staged(catalog, targets=[(1, None, "", None), (2, 1, "A", None), (3, 1, "B", None), (4, 1, "C", None)])
    assert words(found) == ["2 folders fewer have permissions of their own."]
    more = _staged(catalog, targets=[*TARGETS, (5, 1, "D", 9)])
    assert words(more) == ["1 new folder comes.", "1 folder more has permissions of its own."]


def test_decisions_that_change_are_told_by_choice(catalog: Catalog) -> None:
    found = _staged(catalog, decided=[(2, "lift"), (3, "lift"), (4, "merge"), (1, "keep")])
    assert found.decisions == (
        ("keep", "lift", Count(2, (("A", ""), ("B", "")))),
        ("lift", "merge", Count(1, (("C", ""),))),
    )
    assert len(words(found)) == 2
    assert words(found)[0].startswith("2 old folders: ")


def test_a_folder_of_an_earlier_proposal_counts_as_new_again(catalog: Catalog) -> None:
    with catalog.writing():
        catalog.run("UPDATE target SET present = 0 WHERE id = 4")
    assert _staged(catalog).made == Count(1, (("", "C"),))


def test_examples_are_few_and_the_sentences_are_in_the_readers_language(catalog: Catalog) -> None:
    with catalog.writing():
        catalog.run_many(
            "INSERT INTO target (id, library, parent, name, path, present) VALUES (?, 1, 1, '', ?, 1)",
            [(number, f"n{number}") for number in range(100, 1304)],
        )
    found = _staged(catalog)
    assert (found.unmade.count, len(found.unmade.examples)) == (1204, 5)
    assert words(found) == ["1,204 new folders go."]
    with speaking("nb"):
        assert "1\u202f204" in words(found)[0]


def test_everything_is_new_when_nothing_was_proposed(catalog: Catalog) -> None:
    with catalog.writing():
        for table in ("target", "placement", "decision"):
            catalog.run(f"DELETE FROM {table}")
    found = _staged(catalog)
    assert (found.placed.count, found.made.count, found.closed.count, found.decisions) == (4, 3, 2, ())


COUNTS = st.builds(Count, st.integers(0, 10**7), st.lists(st.tuples(st.text(), st.text()), max_size=5).map(tuple))


@given(moved=COUNTS, made=COUNTS, decisions=st.lists(st.tuples(st.text(), st.text(), COUNTS), max_size=3).map(tuple))
def test_the_stored_form_says_the_same(
    moved: Count, made: Count, decisions: tuple[tuple[str, str, Count], ...]
) -> None:
    found = Difference(moved=moved, made=made, decisions=decisions)
    assert Difference.from_json(found.to_json()) == found
    assert Difference.from_json(found.to_json()).to_json() == found.to_json()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"decisions": 3}', '{"decisions": [], "moved": 3}', '{"decisions": [], "x": {}}']
)
def test_no_other_text_is_taken_for_a_stored_difference(text: str) -> None:
    with pytest.raises(ValueError):
        Difference.from_json(text)


def test_every_count_has_its_sentence() -> None:
    for name in ("moved", "renamed", "placed", "unplaced", "made", "unmade", "reopened"):
        for count in (1, 2):
            said = structure_changes.words(Difference(**{name: Count(count)}))
            assert len(said) == 1
            assert said[0].startswith(f"{count} ")
