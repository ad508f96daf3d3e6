"""The places to begin with: what makes one, their order, and that nothing is counted twice or lost."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filrydd.catalog.connection import Catalog
from filrydd.catalog.insight import totals as insight
from filrydd.catalog.insight.beginnings import Kind, Place
from filrydd.catalog.paths import folder_paths
from tests.catalog.made_catalog import DAY, add_owner, catalog_of


def places_of(catalog: Catalog) -> list[tuple[str, Kind, int, int]]:
    paths = folder_paths(catalog)
    return [(paths[one.folder], one.kind, one.files, one.bytes) for one in insight.places(catalog, DAY)]


@pytest.mark.parametrize("of_folder", [None, 2])
def test_what_somebody_who_is_gone_left_behind_is_a_place(of_folder: int | None) -> None:
    with catalog_of([(0, "kari"), (0, "felles")], [(1, "x", 7, 1), (1, "y", 3, 1)]) as catalog:
        add_owner(catalog, "vanished", of_folder=of_folder)
        assert places_of(catalog) == [("kari", Kind.LEFTOVER, 2, 10), ("felles", Kind.EMPTY, 0, 0)]


def test_nothing_is_somebodys_leftover_while_nobody_could_be_asked() -> None:
    with catalog_of([(0, "kari")], [(1, "x", 7, 1)]) as catalog:
        add_owner(catalog, "")
        assert places_of(catalog) == []


def test_each_kind_of_place_is_found_and_the_heaviest_comes_first() -> None:
    folders = [(0, "gammelt"), (1, "under"), (0, "film"), (0, "Temp"), (0, "tomt"), (5, "tommere"), (0, "i bruk")]
    files = [
        *((2, f"{number}.doc", 1_000_000, 8.0) for number in range(30)),
        *((3, f"{number}.mp4", 50_000_000, 1.0) for number in range(2)),
        (3, "notat.txt", 100, 1.0),
        (4, "noe.docx", 5, 0.5),
        *((7, f"{number}.docx", 900_000, 0.5) for number in range(50)),
    ]
    with catalog_of(folders, files) as catalog:
        assert places_of(catalog) == [
            ("film", Kind.BULKY, 2, 100_000_000),
            ("gammelt", Kind.UNTOUCHED, 30, 30_000_000),
            ("tomt", Kind.EMPTY, 0, 0),
            ("Temp", Kind.JUNK, 1, 5),
        ]


def test_a_folder_that_could_not_be_listed_is_neither_empty_nor_untouched() -> None:
    with catalog_of([(0, "stengt"), (0, "delvis"), (2, "stengt")], [(2, "x", 9, 9.0)]) as catalog:
        with catalog.writing():
            catalog.run_many(
                "INSERT INTO unreadable (folder, name, kind, reason, detail) VALUES (?, NULL, 'folder', 'no permission', '')",
                [(2,), (4,)],
            )
        found = insight.work_out(catalog, DAY)
    assert (found.places, found.oldest, found.empty.folders) == ((), (), 0)


def add_copies(catalog: Catalog, *groups: Sequence[int]) -> None:
    """Make folders (by number) known copies of each other."""
    with catalog.writing():
        catalog.run("INSERT INTO figure (stage, name, value) VALUES ('content', 'scan', 1)")
        catalog.run_many(
            "INSERT INTO folder_copy (folder, digest, files, bytes) VALUES (?, ?, 1, 1)",
            [(number + 1, bytes([group])) for group, numbers in enumerate(groups) for number in numbers],
        )


def test_of_copies_the_one_that_is_called_a_copy_should_go() -> None:
    with catalog_of([(0, "Kopi av sak"), (0, "sak")], [(1, "x", 7, 1), (2, "x", 7, 1)]) as catalog:
        add_copies(catalog, (1, 2))
        (place,) = insight.places(catalog, DAY)
    assert place == Place(Kind.COPY, 2, 1, 7, other=3)


def test_the_last_of_all_copies_is_in_no_place() -> None:
    files = [(number, "x", 7, 9.0) for number in (1, 2, 3)]
    with catalog_of([(0, "a"), (0, "b"), (0, "c")], files) as catalog:
        add_copies(catalog, (1, 2, 3))
        found = insight.places(catalog, DAY)
    assert {one.kind for one in found} == {Kind.COPY} and {one.folder for one in found} == {3, 4}


def test_a_copy_is_no_place_when_its_twin_lies_in_a_heavier_one() -> None:
    folders = [(0, "arkiv"), (1, "sak"), (0, "sak - kopi")]
    with catalog_of(folders, [(1, "stor", 90, 9.0), (2, "x", 7, 9.0), (3, "x", 7, 1.0)]) as catalog:
        add_copies(catalog, (2, 3))
        assert places_of(catalog) == [("arkiv", Kind.UNTOUCHED, 2, 97)]


def test_contents_that_a_later_scan_may_have_changed_make_no_copies() -> None:
    with catalog_of([(0, "a"), (0, "b")], [(1, "x", 7, 1), (2, "x", 7, 1)]) as catalog:
        add_copies(catalog, (1, 2))
        with catalog.writing():
            catalog.run("INSERT INTO scan (id, source, state, begun) VALUES (2, '/x', 'done', 2)")
        assert insight.places(catalog, DAY) == []


_FILES = st.lists(
    st.tuples(
        st.sampled_from(["docx", "mp4", "tmp", "zip"]), st.sampled_from([0, 10, 20_000_000]), st.floats(0.0, 12.0)
    ),
    max_size=4,
)
_TREES = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["sak", "temp", "Kopi av sak", "arkiv"]), _FILES), max_size=25
)


@given(tree=_TREES, copied=st.lists(st.integers(1, 25), unique=True, min_size=2, max_size=6))
@settings(max_examples=60)
def test_places_never_overlap_and_never_hold_more_than_the_area(
    tree: list[tuple[int, str, list[tuple[str, int, float]]]], copied: list[int]
) -> None:
    folders = [(above % (number + 1), f"{name} {number}") for number, (above, name, _files) in enumerate(tree)]
    files = [
        (number, f"{index}.{extension}", size, years)
        for number, (_above, _name, held) in enumerate(tree, 1)
        for index, (extension, size, years) in enumerate(held)
    ]
    with catalog_of(folders, files) as catalog:
        here = [number for number in copied if number <= len(tree)]
        add_copies(catalog, here)
        ranges = {row["id"]: (row["lo"], row["hi"]) for row in catalog.rows("SELECT id, lo, hi FROM folder")}
        found = insight.places(catalog, DAY)
        first = insight.places(catalog, DAY, 1)
        assert all(
            place.files
            <= catalog.value(
                "SELECT COUNT(*) FROM file f JOIN folder d ON d.id = f.folder WHERE d.lo BETWEEN ? AND ?",
                ranges[place.folder],
            )
            for place in found
        )
    assert sum(place.files for place in found) <= len(files)
    assert sum(place.bytes for place in found) <= sum(size for _folder, _name, size, _years in files)
    taken = [ranges[place.folder] for place in found]
    spared = [ranges[place.other] for place in found if place.other is not None]
    for number, (lo, hi) in enumerate(taken):
        assert all(hi < other_lo or other_hi < lo for other_lo, other_hi in [*taken[number + 1 :], *spared])
    weights = [
        place.bytes / max(1, sum(f[2] for f in files)) + (place.files + place.folders) / max(1, len(files))
        for place in found
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(first) <= 1
