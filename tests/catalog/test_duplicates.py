"""Which copies need not be kept: same owner, same readers, nothing private or blocked, and the best copy stays."""

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import duplicates, noticing
from filrydd.model.rule import Predicate, Under
from tests.catalog.made_catalog import catalog_of

FOLDERS = [(0, "A"), (1, "Dypt"), (0, "B"), (0, "Privat")]
FILES = [
    (1, "x.txt", 5, 3.0),
    (2, "x kopi.txt", 5, 3.0),
    (3, "x.txt", 5, 1.0),
    (4, "x.txt", 5, 0.0),
    (1, "y.txt", 5, 0.0),
]
ALIKE = (1, 2, 3, 4)


def set_up(catalog: Catalog, *, owners: dict[int, int] | None = None, readers: dict[int, int] | None = None) -> None:
    """The first four files have the same content. Everybody reads everything unless `readers` gives a folder (by row) another
    descriptor; `owners`: principal 1 is active, 2 is gone."""
    with catalog.writing():
        catalog.run("INSERT INTO principal (id, sid, kind, state) VALUES (1, 'S-1-1', 'user', 'active')")
        catalog.run("INSERT INTO principal (id, sid, kind, state) VALUES (2, 'S-1-2', 'user', 'vanished')")
        catalog.run_many("INSERT INTO access VALUES (?, ?, 1, 0)", [(1, 1), (1, 2), (2, 1), (3, 1), (3, 2)])
        catalog.run("UPDATE folder SET descriptor = 1")
        catalog.run_many("UPDATE folder SET descriptor = ? WHERE id = ?", [(d, f) for f, d in (readers or {}).items()])
        catalog.run_many("UPDATE file SET owner = ? WHERE id = ?", [(o, f) for f, o in (owners or {}).items()])
        rows = [(file, b"same" if file in ALIKE else b"other") for file in range(1, 6)]
        catalog.run_many("INSERT INTO content VALUES (?, 5, 0, x'00', ?)", rows)


def noted(
    catalog: Catalog, *, parts: list[tuple[str, str]] | None = None, closed: tuple[Predicate, ...] = ()
) -> dict[int, tuple[int, str]]:
    """Which file is a copy of which, and why that one stays."""
    noticing.begin(catalog)
    duplicates.note(catalog, parts or [("", "Berit")], closed)
    rows = catalog.rows("SELECT file, other, detail FROM temp.noticing WHERE kind = 'duplicate' ORDER BY file")
    return {row["file"]: (row["other"], row["detail"]) for row in rows}


def test_the_copy_that_was_changed_last_stays() -> None:
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        assert noted(catalog) == {1: (4, "later"), 2: (4, "later"), 3: (4, "later")}


def test_an_owner_who_is_there_comes_before_what_was_changed_last() -> None:
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog, owners={1: 1, 2: 2, 3: 2, 4: 2})
        assert noted(catalog) == {2: (1, "owner"), 3: (1, "owner"), 4: (1, "owner")}


def test_the_one_that_others_point_to_comes_before_the_later() -> None:
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        with catalog.writing():
            catalog.run(
                "INSERT INTO link (file, kind, target, place, to_file) VALUES (5, 'workbook', 'x', 'inside', 2)"
            )
        assert noted(catalog) == {1: (2, "links"), 3: (2, "links"), 4: (2, "links")}


def test_of_equals_the_one_in_the_shortest_place_stays() -> None:
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        with catalog.writing():
            catalog.run("UPDATE file SET modified = 7")
        assert noted(catalog) == {2: (1, "shorter"), 3: (1, "first"), 4: (1, "shorter")}


def test_what_is_closed_is_neither_a_copy_nor_the_one_that_stays() -> None:
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        assert noted(catalog, closed=(Under(("**/Privat",)),)) == {1: (3, "later"), 2: (3, "later")}


def test_parts_with_different_owners_keep_a_copy_each() -> None:
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        assert noted(catalog, parts=[("", "Berit"), ("A", "Kari")]) == {2: (1, "shorter"), 3: (4, "later")}


def test_copies_that_fewer_can_read_are_not_merged_but_other_lists_with_the_same_readers_are() -> None:
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog, readers={2: 2, 4: 3})
        found = noted(catalog)
        assert 1 not in found, "its folder is read by fewer"
        assert all(other != 1 for other, _why in found.values())
        assert set(found) == {2, 3}, "a list of other rows with the same readers is the same"


def test_where_nobody_asked_who_reads_nothing_is_merged() -> None:
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        with catalog.writing():
            catalog.run("UPDATE folder SET descriptor = NULL")
        assert noted(catalog) == {}
