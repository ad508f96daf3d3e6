"""What an area holds: every total against a plain walk of the same tree, and the places to begin with."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filrydd.catalog.connection import Catalog
from filrydd.catalog.insight import families, stored
from filrydd.catalog.insight import totals as insight
from filrydd.catalog.insight.absentees import Owners
from filrydd.catalog.insight.refused import is_refused
from filrydd.catalog.insight.stored import Insight
from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from tests.areas import Area
from tests.catalog.made_catalog import DAY, add_owner, catalog_of


def look(catalog: Catalog) -> Insight:
    """What is stored and read again, which must be what was worked out."""
    found = insight.work_out(catalog, DAY)
    with catalog.writing():
        stored.keep(catalog, insight.work_out(catalog, DAY))
    assert stored.read(catalog) == found
    return found


@pytest.fixture
def scanned(make_area: Callable[..., Area]) -> Area:
    """An area with something of everything, changed in many years."""
    area = make_area(
        {
            "rapport.docx": "x" * 10,
            "Thumbs.db": "x" * 5,
            "forms": "x",
            "Økonomi": {
                "budsjett.xlsx": "x" * 3_000,
                "~$budsjett.xlsx": "x" * 165,
                "regnskap.DB": "x" * 700,
                "2009": {f"bilag {number}.pdf": "x" * 50 for number in range(20)},
                "tom": {"tom": {}},
            },
            "Bilder": {"a:b.jpg": "x" * 120_000, ".DS_Store": "x", "._a.jpg": "", "tom.txt": "", "con.png": "x"},
            "x_vti_y": {"uten endelse": "x", " foran.txt": "x", "bak.": "x"},
            "lang" * 40: {"lang" * 40: {"lang" * 30: {"kort": "x", "k" * 90: "x"}}},
        }
    )
    for number, path in enumerate(sorted(area.top.rglob("*"))):
        changed = datetime(2026 - number % 20, 11, 22, tzinfo=UTC).timestamp()
        os.utime(path, (changed, changed))
    area.scan()
    return area


def walked(top: Path) -> Iterator[tuple[str, str, os.stat_result]]:
    """Every file: its folder's path and its name within the area."""
    for folder, _below, files in os.walk(top):
        inside = Path(folder).relative_to(top).as_posix()
        for name in files:
            yield "" if inside == "." else inside, name, (Path(folder) / name).stat()


def test_every_total_is_what_a_plain_walk_counts(scanned: Area) -> None:
    with scanned.catalog() as catalog:
        found = look(catalog)
    sizes, ages, kinds = Counter[int](), Counter[int](), Counter[str]()
    of_kind = Counter[str]()
    refused = too_long = 0
    for folder, name, facts in walked(scanned.top):
        sizes[sum(facts.st_size > bound for bound in insight.SIZES)] += 1
        changed = datetime.fromtimestamp(facts.st_mtime, UTC).date()
        ages[sum(changed < DAY.replace(year=DAY.year - years) for years in insight.AGES)] += 1
        family = families.family_of(name, names.extension(name))
        kinds[family] += 1
        of_kind[family] += facts.st_size
        refused += is_refused(name, folder=False, top=not folder)
        too_long += len(names.join(folder, name)) > 400
    assert {number: one.files for number, one in enumerate(found.sizes) if one.files} == dict(sizes)
    assert {number - 1: one.files for number, one in enumerate(found.ages) if one.files} == dict(ages)
    assert {one.family: one.files for one in found.families} == dict(kinds)
    assert {one.family: one.bytes for one in found.families} == dict(of_kind)
    assert {one.family: one.files for one in found.junk} == {"office lock": 1, "thumbnails": 1, "mac": 2}
    assert (found.names.refused_files, found.names.long_files) == (refused, too_long) == (6, 2)
    assert (found.names.refused_folders, found.names.long_folders) == (1, 1)
    assert (found.empty.files, found.empty.folders) == (2, 2)
    total = sum(facts.st_size for _folder, _name, facts in walked(scanned.top))
    assert sum(one.bytes for one in found.sizes) == sum(one.bytes for one in found.ages) == total


def test_the_biggest_folders_have_the_sums_of_a_plain_walk(scanned: Area) -> None:
    with scanned.catalog() as catalog:
        found = look(catalog)
        paths = folder_paths(catalog)
    assert [paths[one.folder] for one in found.biggest[:3]] == ["Bilder", "Økonomi", "Økonomi/2009"]
    for one in (*found.biggest, *found.oldest):
        inside = [
            facts for folder, _name, facts in walked(scanned.top) if f"{folder}/".startswith(f"{paths[one.folder]}/")
        ]
        assert (one.files, one.bytes) == (len(inside), sum(facts.st_size for facts in inside))
        assert one.changed == max(facts.st_mtime_ns for facts in inside) // 100


def test_a_folder_that_nearly_all_lies_in_one_below_gives_way_to_it() -> None:
    folders = [(0, "A"), (1, "B"), (2, "C"), (0, "D")]
    with catalog_of(folders, [(3, "x.pdf", 1_000, 1), (1, "y.pdf", 10, 1), (4, "z.pdf", 500, 1)]) as catalog:
        paths = folder_paths(catalog)
        assert [paths[one.folder] for one in look(catalog).biggest] == ["A/B/C", "D"]


def test_of_equally_old_folders_only_the_topmost_is_told() -> None:
    folders = [(0, "A"), (1, "B"), (2, "C"), (0, "D"), (4, "E")]
    files = [(1, "a", 9, 8.1), (2, "b", 9, 8.5), (3, "c", 9, 12.5), (4, "d", 9, 0.5), (5, "e", 9, 3.5)]
    with catalog_of(folders, files) as catalog:
        paths = folder_paths(catalog)
        assert [paths[one.folder] for one in look(catalog).oldest] == ["A/B/C", "A", "D/E"]


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("~$brev.docx", "office lock"),
        ("~brev.docx", "documents"),
        ("THUMBS.DB", "thumbnails"),
        ("kunder.db", "databases"),
        ("._bilde.jpg", "mac"),
        (".DS_Store", "mac"),
        ("plan.DWG", "drawings and maps"),
        ("oppsett.msi", "programs"),
        ("~WRL0001.tmp", "temporary"),
        ("README", "other"),
        ("film.ÅÅÅ", "other"),
    ],
)
def test_a_file_is_of_the_same_family_in_sql_and_for_people(name: str, family: str) -> None:
    with catalog_of([], [(0, name, 1, 0)]) as catalog:
        families.prepare(catalog)
        number = catalog.value(f"SELECT {families.FAMILY} FROM file f {families.JOINED}")
    assert families.FAMILIES[number] == family == families.family_of(name, names.extension(name))


def test_no_extension_is_in_two_families() -> None:
    counted = Counter(word for words in families._EXTENSIONS.values() for word in words.split())
    assert [word for word, count in counted.items() if count > 1] == []


def test_the_future_is_told_apart_from_the_last_year() -> None:
    with catalog_of([], [(0, "a", 1, -2.0), (0, "b", 1, 0.0), (0, "c", 1, 0.5)]) as catalog:
        ages = look(catalog).ages
    assert [(one.years, one.under, one.files) for one in ages[:3]] == [(None, None, 1), (0, 1, 2), (1, 2, 0)]


def test_what_could_not_be_read_is_told_by_reason_with_examples() -> None:
    with catalog_of([(0, "A")], [(1, "x", 1, 1)]) as catalog:
        with catalog.writing():
            for name in ("a", "b", "c", "d", None):
                reason = "in use" if name else "no permission"
                catalog.run(
                    "INSERT INTO unreadable (folder, name, kind, reason, detail) VALUES (2, ?, 'file', ?, '')",
                    (name, reason),
                )
        found = look(catalog)
        paths = stored.unread_paths(catalog, found)
    assert [(one.reason, one.count, len(one.examples)) for one in found.unread] == [
        ("in use", 4, 3),
        ("no permission", 1, 1),
    ]
    assert set(paths.values()) == {"A/a", "A/b", "A/c", "A"}


@pytest.mark.parametrize("state", ["", "disabled", "vanished", "active"])
def test_owners_are_told_by_what_is_known_of_them(state: str) -> None:
    with catalog_of([(0, "A")], [(1, "x", 7, 1), (1, "y", 3, 1)]) as catalog:
        add_owner(catalog, state)
        found = look(catalog)
    assert found.owners == (() if state == "active" else (Owners(state, 1, 2, 10, 0),))


def test_a_path_of_400_characters_fits_and_one_of_401_does_not() -> None:
    folders = [(0, "a" * 150), (1, "å" * 148), (0, "b" * 401)]
    files = [(2, "f" * 100, 1, 1), (2, "f" * 101, 1, 1), (2, "\U0001f600" * 50, 1, 1), (2, "\U0001f600" * 51, 1, 1)]
    with catalog_of(folders, files) as catalog:
        found = look(catalog).names
    assert (found.long_files, found.long_folders) == (2, 1)


def test_what_was_seen_before_the_last_scan_is_not_shown() -> None:
    with catalog_of([], [(0, "x", 1, 1)]) as catalog:
        look(catalog)
        with catalog.writing():
            catalog.run("INSERT INTO scan (id, source, state, begun) VALUES (2, '/x', 'done', 2)")
        assert stored.read(catalog) is None


def test_the_figures_name_no_file(scanned: Area) -> None:
    with scanned.catalog() as catalog:
        look(catalog)
        stored = " ".join(str(row["value"]) for row in catalog.rows("SELECT value FROM figure"))
    for _folder, name, _facts in walked(scanned.top):
        assert name == "forms" or name not in stored
