"""Folders that are whole copies of each other, and what the views are told of copies."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog import paths
from filrydd.catalog.contents import known as contents
from filrydd.catalog.contents.folder_copies import count_folder_copies
from filrydd.catalog.contents.known import FolderCopy
from filrydd.model.entry import OFFLINE, Reason
from filrydd.model.rule import Under
from tests.areas import Area, new_area
from tests.conftest import lay_out
from tests.watched import Watched, read_contents, scan_watched

MakeArea = Callable[..., Area]


def copies(area: Area) -> list[FolderCopy]:
    with area.catalog() as catalog:
        return contents.folder_copies(catalog, 1000)


def all_copied(area: Area) -> set[str]:
    """Every folder that has a copy, those within copied ones included."""
    with area.catalog() as catalog:
        rows = list(catalog.rows("SELECT folder FROM folder_copy"))
        return {paths.path_of_folder(catalog, row["folder"]) for row in rows}


CASE = {"brev.txt": b"12345", "tom.txt": b"", "Vedlegg": {"kart.bin": b"67"}, "Tom": {}}


def test_a_copied_folder_is_told_once_and_not_again_for_what_is_in_it(make_area: MakeArea) -> None:
    area = make_area({"Sak": CASE, "Kopi": {"Kopi av sak": CASE}, "annet.txt": b"1"})
    done = read_contents(area, Watched(area))
    assert copies(area) == [FolderCopy(("Kopi/Kopi av sak", "Sak"), copies=2, files=3, bytes=7)]
    assert done.copies == 1
    assert all_copied(area) == {"Sak", "Sak/Vedlegg", "Kopi/Kopi av sak", "Kopi/Kopi av sak/Vedlegg"}


def test_a_part_of_a_copied_folder_that_also_stands_elsewhere_is_told_beside_it(make_area: MakeArea) -> None:
    area = make_area({"A": CASE, "B": CASE, "C": {"Vedlegg": CASE["Vedlegg"], "mer": b"9"}})
    read_contents(area, Watched(area))
    assert copies(area) == [
        FolderCopy(("A", "B"), copies=2, files=3, bytes=7),
        FolderCopy(("A/Vedlegg", "C/Vedlegg"), copies=2, files=1, bytes=2),
    ]


@pytest.mark.parametrize(
    "other",
    [
        {**CASE, "brev.txt": b"54321"},
        {**CASE, "mer.txt": b"1"},
        {**CASE, "mer.txt": b""},
        {**CASE, "enda en tom": {}},
        {"brev2.txt": CASE["brev.txt"], "tom.txt": b"", "Vedlegg": CASE["Vedlegg"], "Tom": {}},
        {**CASE, "Vedlegg": {"kart.bin": b"67", "to.bin": b"6"}},
    ],
)
def test_a_folder_that_differs_anywhere_is_no_copy(make_area: MakeArea, other: dict[str, object]) -> None:
    area = make_area({"A": CASE, "B": other})
    read_contents(area, Watched(area))
    assert all_copied(area) <= {"A/Vedlegg", "B/Vedlegg"}


def test_folders_of_empty_files_and_folders_are_nobodys_copies(make_area: MakeArea) -> None:
    area = make_area({"A": {"x": b"", "F": {}}, "B": {"x": b"", "F": {}}, "a.txt": b"1"})
    read_contents(area, Watched(area))
    assert copies(area) == []


def test_a_folder_of_which_not_all_could_be_read_is_no_copy(make_area: MakeArea) -> None:
    area = make_area({name: {"x": b"1", "F": {"y": b"22", "z": b"333"}} for name in "ABCD"} | {"E": {"y": b"22"}})
    source = Watched(area, refusing={"A/F/y": Reason.VIRUS, "C/F/y": Reason.IN_USE}, attributes={"B/x": OFFLINE})
    read_contents(area, source, private=[Under(("E",))])
    assert all_copied(area) == {"B/F", "D/F"}


def test_a_folder_with_a_link_in_it_is_no_copy(make_area: MakeArea) -> None:
    area = make_area({"A": CASE, "B": CASE})
    (area.top / "B/Vedlegg/lenke").symlink_to(area.top / "A")
    read_contents(area, Watched(area))
    assert copies(area) == []


def test_links_to_the_same_files_are_no_copies(make_area: MakeArea) -> None:
    area = make_area({"A": {"x": b"1234"}, "B": {}, "C": {"x": b"1234"}})
    os.link(area.top / "A/x", area.top / "B/x")
    read_contents(area, Watched(area))
    assert copies(area) == [FolderCopy(("A", "C"), copies=2, files=1, bytes=4)]
    with area.catalog() as catalog:
        assert contents.duplicate_totals(catalog) == (1, 2, 4)
    shutil.rmtree(area.top / "C")
    read_contents(area, Watched(area))
    assert copies(area) == []
    with area.catalog() as catalog:
        assert contents.duplicate_totals(catalog) == (0, 0, 0)


def test_the_largest_groups_come_first_and_no_more_than_asked_for(make_area: MakeArea) -> None:
    area = make_area(
        {"a1": b"1" * 10, "a2": b"1" * 10, "F": {f"b{n}": b"2" * 4 for n in range(5)}, "c1": b"3", "c2": b"3"}
    )
    read_contents(area, Watched(area))
    with area.catalog() as catalog:
        groups = contents.largest_groups(catalog, 2)
        assert [(group.size, group.files, group.bytes) for group in groups] == [(4, 5, 16), (10, 2, 10)]
        assert groups[0].paths == tuple(f"F/b{n}" for n in range(5))
        assert contents.duplicate_totals(catalog) == (3, 9, 27)
        file = paths.find_file(catalog, "a2")
        assert file is not None
        assert contents.copies_of(catalog, file) == ["a1"]


def test_a_later_scan_that_reads_nothing_never_leaves_a_wrong_answer(make_area: MakeArea) -> None:
    area = make_area({"A": CASE, "B": CASE, "C": CASE})
    read_contents(area, Watched(area))
    (area.top / "B/Vedlegg/ny.txt").write_bytes(b"8")
    (area.top / "C/brev.txt").unlink()
    with area.catalog() as catalog:
        scan_watched(area, Watched(area), catalog)
        contents.follow(catalog)
        followed = contents.folder_copies(catalog)
        assert followed == [FolderCopy(("A/Vedlegg", "C/Vedlegg"), copies=2, files=1, bytes=2)]
        contents.settle(catalog)
        assert contents.folder_copies(catalog) == followed, "nothing happened since"
        # Where nobody has followed, nothing is said.
        (area.top / "C/Vedlegg/ny.txt").write_bytes(b"8")
        scan_watched(area, Watched(area), catalog)
        assert contents.folder_copies(catalog) == []
        assert count_folder_copies(catalog) == 0
        contents.settle(catalog)
        assert contents.folder_copies(catalog) == []
        assert count_folder_copies(catalog) == 0


FILES = st.dictionaries(st.sampled_from("abc"), st.sampled_from([b"", b"1", b"2", b"33"]), max_size=2)
TREES = st.recursive(
    FILES,
    lambda below: st.tuples(FILES, st.dictionaries(st.sampled_from("FGH"), below, max_size=3)).map(
        lambda both: {**both[0], **both[1]}
    ),
    max_leaves=12,
)


def as_data(folder: Path) -> tuple[object, ...]:
    """A folder as a value that equals another's when they hold the same."""
    return tuple(
        sorted((path.name, as_data(path) if path.is_dir() else path.read_bytes()) for path in folder.iterdir())
    )


def weight(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(TREES)
def test_the_folders_and_what_they_free_are_those_of_comparing_everything(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, object]
) -> None:
    area = new_area(tmp_path_factory.mktemp("areas"))
    lay_out(area.top, {"always": b"x", **tree})  # type: ignore[arg-type]
    read_contents(area, Watched(area))
    folders = [path for path in sorted(area.top.rglob("*")) if path.is_dir() and weight(path)]
    values = {path: as_data(path) for path in folders}
    twice = {path for path in folders if list(values.values()).count(values[path]) > 1}
    assert all_copied(area) == {str(path.relative_to(area.top)) for path in twice}

    seen = set()
    free = 0

    def keep_one_of_each(folder: Path) -> None:
        nonlocal free
        for path in sorted(folder.iterdir()):
            if path in values and values[path] in seen:
                free += weight(path)
            elif path.is_dir():
                seen.add(values.get(path))
                keep_one_of_each(path)

    keep_one_of_each(area.top)
    assert sum(group.bytes for group in copies(area)) == free
