"""Old and new tree of a part, side by side."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.catalog import proposals, structure_access, structure_lines, structures
from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.rulings import Total
from filrydd.catalog.structures import Trees
from tests.catalog.made_structure import GONE, KARI, STAFF, Became, lay_out
from tests.catalogs import fresh_catalog

OLD = {
    "": Became("Felles", 1),
    "Anlegg": Became("Felles/Anlegg", 2),
    "Anlegg/2019": Became("Felles/Anlegg", 3, choice="lift", why="says-a-year"),
    "Anlegg/Bilder": Became("Felles/Bilder", 4, 1000),
    "Anlegg/Tomt": Became(None, 0),
    "Ledelse": Became("Felles/Lukket/Ledelse", 5, choice="gather", why="shares-access"),
    "Ledelse/Notater": Became("Felles/Lukket/Ledelse/Notater", 6),
}


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with open_catalog(tmp_path / "a.db", create=True) as made:
        yield made


def _trees(catalog: Catalog, part: str = "felles") -> Trees:
    return structures.trees(catalog, next(row for row in proposals.parts(catalog) if row.name == part))


def test_an_old_folder_says_what_moves_below_it_and_where_to(catalog: Catalog) -> None:
    ids = lay_out(catalog, OLD)
    trees = _trees(catalog)
    found = structure_lines.children(catalog, trees, trees.old, ids[""])
    assert [line.name for line in found.lines] == ["Anlegg", "Ledelse"] and found.quiet == 0
    plants = found.lines[0]
    assert plants.total == Total(9, 4500) and plants.folders == 2 and plants.choice == "keep"
    assert [spot.path for spot in plants.spots] == ["Dokumenter/Felles/Anlegg", "Dokumenter/Felles/Bilder"]
    assert plants.spread == 2


def test_folders_that_nothing_moves_out_of_are_counted_not_listed(catalog: Catalog) -> None:
    ids = lay_out(catalog, OLD)
    trees = _trees(catalog)
    found = structure_lines.children(catalog, trees, trees.old, ids["Anlegg"])
    assert [line.name for line in found.lines] == ["2019", "Bilder"] and found.quiet == 1 and found.count == 2


def test_a_lifted_folder_goes_where_its_files_lie(catalog: Catalog) -> None:
    ids = lay_out(catalog, OLD)
    trees = _trees(catalog)
    year = structure_lines.lines(catalog, trees, trees.old, [ids["Anlegg/2019"]])[0]
    assert (year.choice, year.why) == ("lift", "says-a-year")
    assert [spot.path for spot in year.spots] == ["Dokumenter/Felles/Anlegg"]


def test_a_new_folder_says_where_its_files_come_from(catalog: Catalog) -> None:
    lay_out(catalog, OLD)
    trees = _trees(catalog)
    (top,) = structure_lines.tops(catalog, trees, trees.new)
    assert top.name == "Dokumenter/Felles" and top.total.files == 21 and [spot.path for spot in top.spots] == [""]
    below = {line.name: line for line in structure_lines.children(catalog, trees, trees.new, top.id).lines}
    assert set(below) == {"Anlegg", "Bilder", "Lukket"}
    assert [spot.path for spot in below["Bilder"].spots] == ["Anlegg/Bilder"]
    assert [spot.path for spot in below["Anlegg"].spots] == ["Anlegg"] and below["Anlegg"].total == Total(5, 500)
    assert below["Lukket"].total.files == 11


def test_at_most_three_ways_to_and_five_ways_from_are_told_and_all_are_counted(catalog: Catalog) -> None:
    many = {f"Mappe {number}": Became(f"Felles/{number}" if number < 5 else "Felles/samlet", 1) for number in range(12)}
    ids = lay_out(catalog, {"": Became("Felles", choice="lift"), **many})
    trees = _trees(catalog)
    top = structure_lines.lines(catalog, trees, trees.old, [ids[""]])[0]
    assert len(top.spots) == 3 and top.spread == 6
    together = structure_lines.children(
        catalog, trees, trees.new, structure_lines.tops(catalog, trees, trees.new)[0].id
    )
    gathered = together.lines[-1]
    assert gathered.name == "samlet" and len(gathered.spots) == 5 and gathered.spread == 7


def test_a_copy_moves_out_of_the_old_folder_and_takes_no_room_in_the_new_one(catalog: Catalog) -> None:
    lay_out(catalog, OLD)
    with catalog.writing():
        catalog.run("UPDATE placement SET role = 'copy', of = 1 WHERE file = (SELECT MAX(id) FROM file)")
    trees = _trees(catalog)
    assert trees.old.total(0).files == 21 and trees.new.total(0).files == 20


def test_a_part_inside_another_is_no_business_of_the_outer_one(catalog: Catalog) -> None:
    ids = lay_out(catalog, OLD, parts={"felles": "", "ledelse": "Ledelse"})
    outer, inner = _trees(catalog), _trees(catalog, "ledelse")
    assert outer.old.total(0).files == 10 and inner.old.total(0).files == 11
    assert [line.name for line in structure_lines.tops(catalog, inner, inner.old)] == ["Ledelse"]
    assert structure_lines.tops(catalog, inner, inner.new)[0].name == "Dokumenter/Felles/Lukket/Ledelse"
    assert outer.old.place(ids["Ledelse"]) is None
    assert structure_lines.old_folder(catalog, outer, ids["Ledelse"]) is None
    assert structure_lines.folders_called(catalog, outer, "notater") == []
    assert len(structure_lines.folders_called(catalog, inner, "notater")) == 1


def test_a_kept_folder_without_files_of_its_own_goes_to_its_own_new_folder(catalog: Catalog) -> None:
    below = {"A/x": Became("F/A/x", 1), "A/y": Became("F/A/y", 1)}
    ids = lay_out(catalog, {"": Became("F", choice="keep"), "A": Became("F/A"), **below})
    trees = _trees(catalog)
    (line,) = structure_lines.lines(catalog, trees, trees.old, [ids["A"]])
    assert [spot.path for spot in line.spots] == ["Dokumenter/F/A"] and line.spread == 1


def test_a_problem_of_another_part_is_not_this_ones(catalog: Catalog) -> None:
    lay_out(catalog, OLD, parts={"felles": "", "ledelse": "Ledelse"}, problems=(("Ledelse", "access not known", ""),))
    outer, inner = _trees(catalog), _trees(catalog, "ledelse")
    assert structure_access.obstacle(catalog, outer, 1) is None and structure_access.obstacles(catalog, outer) == (
        0,
        (),
    )
    found = structure_access.obstacle(catalog, inner, 1)
    assert found is not None and found.path == "Ledelse"


def test_ten_thousand_folders_are_told_a_hundred_at_a_time(catalog: Catalog) -> None:
    lay_out(catalog, {"": Became("Felles"), "a": Became("Felles/a", 1)})
    with catalog.writing():
        for number in range(10_000):
            catalog.run(
                "INSERT INTO folder (id, parent, name, lo, hi, modified, created, attributes, file_id)"
                " VALUES (?, 2, ?, ?, ?, 0, 0, 16, 0)",
                (number + 10, f"{number:05}", number + 2, number + 2),
            )
            catalog.run("INSERT INTO folder_part VALUES (?, 1)", (number + 10,))
            catalog.run(
                "INSERT INTO file (id, folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
                " VALUES (?, ?, 'a', '', 1, 0, 0, 0, 0, 1)",
                (number + 10, number + 10),
            )
            catalog.run("INSERT INTO placement (file, target) VALUES (?, 1002)", (number + 10,))
        catalog.run("UPDATE folder SET hi = 10001 WHERE id IN (1, 2)")
    trees = _trees(catalog)
    found = structure_lines.children(catalog, trees, trees.old, 2, first=9_950)
    assert found.count == 10_000 and len(found.lines) == 50 and found.lines[0].name == "09950"
    around = structure_lines.children(catalog, trees, trees.old, 2, around=10 + 5_555)
    assert around.first == 5_500 and "05555" in [line.name for line in around.lines]


def test_a_folder_is_found_by_words_of_its_new_path_or_its_old_name(catalog: Catalog) -> None:
    ids = lay_out(catalog, OLD)
    trees = _trees(catalog)

    def found(words: str) -> list[int]:
        return [one.folder for one in structure_lines.folders_called(catalog, trees, words)]

    assert found("NOTA") == [ids["Ledelse/Notater"]]
    assert found("Anlegg/Bilder") == [ids["Anlegg/Bilder"]], "the whole old path"
    assert found("dokumenter/felles/anlegg") == [ids["Anlegg"]], "exactly so, and so no other"
    assert found("2019") == [], "it has no new folder of its own"
    assert found("lukket") == [ids["Ledelse"], ids["Ledelse/Notater"]]


def test_who_can_open_a_place_is_told_and_comes_down_from_above(catalog: Catalog) -> None:
    ids = lay_out(catalog, OLD, scopes={"Felles/Lukket/Ledelse": ((KARI, "write"), (GONE, "read"))})
    trees = _trees(catalog)
    count, (place,) = structure_access.opened(catalog, trees)
    assert count == 1 and place.path == "Dokumenter/Felles/Lukket/Ledelse"
    assert [(one.name, one.found) for one in place.writers] == [("Kari Nordmann", True)]
    assert [(one.name, one.found) for one in place.readers] == [(GONE, False)]
    notes = structure_access.new_folder_of(catalog, ids["Ledelse/Notater"])
    assert notes is not None and [one.sid for one in structure_access.holding(catalog, notes)] == [KARI, GONE]
    plants = structure_access.new_folder_of(catalog, ids["Anlegg"])
    assert plants is not None and structure_access.holding(catalog, plants) == ()


def test_problems_tell_whom_they_are_about(catalog: Catalog) -> None:
    lay_out(
        catalog,
        OLD,
        scopes={"Felles/Bilder": ((STAFF, "read"), (GONE, "read"))},
        problems=(("Anlegg", "no counterpart", f"{KARI}: Kari"), ("Ledelse", "no counterpart", "")),
    )
    trees = _trees(catalog)
    count, (named, unnamed) = structure_access.obstacles(catalog, trees)
    assert count == 2 and named.path == "Anlegg"
    assert [one.name for one in structure_access.about(catalog, trees, named)] == ["Kari Nordmann"]
    assert [one.sid for one in structure_access.about(catalog, trees, unnamed)] == [GONE], "only those not in Entra"


def test_an_area_without_anything_to_move_has_empty_trees(catalog: Catalog) -> None:
    lay_out(catalog, {"": Became(None), "a": Became(None)})
    trees = _trees(catalog)
    assert structure_lines.tops(catalog, trees, trees.new) == [] and trees.new.deepest() == 0
    assert trees.old.total(0) == Total(0, 0) and trees.old.children(0) == []


PATHS = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join), max_size=12)


@given(PATHS, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), min_size=60, max_size=60))
def test_sums_of_every_folder_are_those_of_its_files(paths: list[str], choices: list[tuple[int, int]]) -> None:
    folders = {"": Became("N")}
    for path in paths:
        steps = path.split("/")
        for count in range(1, len(steps) + 1):
            folders.setdefault("/".join(steps[:count]), Became("N"))
    ways = ["N", "N/x", "N/x/y", "M/z"]
    picked = {
        path: Became(ways[choices[number][0]], choices[number][1] % 3, choices[number][1])
        for number, path in enumerate(folders)
    }
    with TemporaryDirectory() as place, fresh_catalog(Path(place) / "a.db") as catalog:
        ids = lay_out(catalog, picked)
        trees = _trees(catalog)
        for path in picked:
            inside = [one for other, one in picked.items() if not path or (other + "/").startswith(path + "/")]
            spot = trees.old.place(ids[path])
            assert spot is not None
            assert trees.old.total(spot) == Total(
                sum(one.files for one in inside), sum(one.files * one.size for one in inside)
            )
            named = {trees.new.ids[other] for other in trees.old.elsewhere(spot, trees.new)}
            goes = {one.to for one in inside if one.files and one.to}
            topmost = {way for way in goes if not any(way.startswith(f"{other}/") for other in goes)}
            found = catalog.rows("SELECT id, path FROM target")
            assert {row["path"] for row in found if row["id"] in named} == topmost
