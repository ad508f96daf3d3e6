"""Access classes of old folders, their scopes, and who gains and who loses by a proposal."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.catalog import scopes
from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.people import audiences, gains
from filrydd.catalog.people.audiences import Classes, home_name
from filrydd.catalog.people.principals import Told
from filrydd.layout.problems import ACCESS_NOT_KNOWN, NO_COUNTERPART, NOT_EXPRESSIBLE
from filrydd.model.structure import NOT_KNOWN
from tests.catalogs import (
    ADMINS,
    BOARD,
    CHANGE,
    DOMAIN,
    EVERYONE,
    FULL,
    KARI,
    LEADERS,
    OLA,
    PEOPLE,
    PER,
    READ,
    STAFF,
    SYSTEM,
    Short,
    judge,
    lay_out,
    share,
    tell,
)

INSIDE = {STAFF: [KARI, PER], LEADERS: [KARI, OLA]}
WITH_BOARD = [*PEOPLE, Told(BOARD, "Styret", "group", False, "b1")]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with new_catalog(tmp_path) as catalog:
        yield catalog


def new_catalog(folder: Path) -> Catalog:
    catalog = open_catalog(folder / "felles.db", create=True)
    with catalog.writing():
        catalog.run("INSERT OR IGNORE INTO area (one, name, source) VALUES (1, 'felles', '/x')")
    return catalog


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """A catalog that many examples fill anew."""
    with new_catalog(tmp_path_factory.mktemp("used")) as catalog:
        yield catalog


def empty(catalog: Catalog) -> None:
    with catalog.writing():
        catalog.run("UPDATE area SET descriptor = NULL")
        for table in ("figure", "access", "member", "principal", "descriptor", "scope", "scope_grant"):
            catalog.run(f"DELETE FROM {table}")


def filled(
    catalog: Catalog,
    folders: Mapping[str, Short | bytes | None],
    people: list[Told] = WITH_BOARD,
    inside: Mapping[str, list[str]] = INSIDE,
) -> dict[str, int]:
    ids = lay_out(catalog, folders)
    judge(catalog)
    tell(catalog, people, inside)
    judge(catalog)
    return ids


def classes(
    catalog: Catalog, stands_for: Mapping[str, str] | None = None, left_out: list[str] | None = None
) -> Classes:
    return audiences.classes(catalog, stands_for=stands_for or {}, left_out=left_out or [])


def granted(catalog: Catalog, found: Classes, folder: int) -> dict[str, str] | None:
    """The grants of a folder's class by name; None when nobody knows."""
    number = found.of_folder(folder)
    if number == NOT_KNOWN:
        return None
    names = dict(tuple(row) for row in catalog.rows("SELECT id, COALESCE(NULLIF(name, ''), sid) FROM principal"))
    return {names[principal]: role for principal, role in found.grants[number]}


def propose(catalog: Catalog, folders: Mapping[str, int], scopes: Mapping[str, int | None]) -> None:
    """The old tree copied: a target for each folder, with these scopes."""
    with catalog.writing():
        for table in ("target", "placement", "library"):
            catalog.run(f"DELETE FROM {table}")
        catalog.run("INSERT INTO library (id, site, name) VALUES (1, 'https://x', 'L')")
        for path, folder in folders.items():
            above = folders.get(path.rpartition("/")[0]) if path else None
            catalog.run(
                "INSERT INTO target (id, library, parent, name, path, scope, present) VALUES (?, 1, ?, ?, ?, ?, 1)",
                (folder, above, path.rpartition("/")[2], path, scopes.get(path)),
            )
        catalog.run("INSERT INTO placement (file, target) SELECT id, folder FROM file")


def own_scopes(catalog: Catalog, found: Classes, folders: Mapping[str, int]) -> dict[str, int | None]:
    with catalog.writing():
        known = scopes.objects(catalog, {})
        stored = [scopes.keep(catalog, grants, known) for grants in found.grants]
    numbers = {path: found.of_folder(folder) for path, folder in folders.items()}
    return {path: None if number == NOT_KNOWN else stored[number] for path, number in numbers.items()}


def told(found: list[gains.Change]) -> list[tuple[str, str, str, str]]:
    return sorted((one.name, one.before, one.after, one.accepted) for change in found for one in change.shifts)


def test_folders_that_the_same_people_can_open_are_of_one_class(catalog: Catalog) -> None:
    ids = filled(
        catalog,
        {
            "": [(ADMINS, FULL), (STAFF, CHANGE)],
            "A": [(STAFF, CHANGE), (SYSTEM, FULL)],
            "B": [(STAFF, CHANGE), (KARI, READ)],
            "C": [(STAFF, READ)],
        },
    )
    found = classes(catalog)
    assert [found.of_folder(ids[path]) for path in ("", "A", "B", "C")] == [0, 0, 0, 1]
    assert granted(catalog, found, ids["B"]) == {"Regnskap": "write"}
    assert granted(catalog, found, ids["C"]) == {"Regnskap": "read"}
    kari, per = (catalog.value("SELECT id FROM principal WHERE sid = ?", (sid,)) for sid in (KARI, PER))
    assert (found.readers[1], found.writers[1]) == ({kari, per}, frozenset())
    assert found.told


def test_a_denied_member_takes_a_group_apart(catalog: Catalog) -> None:
    ids = filled(catalog, {"": [(LEADERS, -FULL), (STAFF, CHANGE)]})
    assert granted(catalog, classes(catalog), ids[""]) == {"Åse": "write"}


def test_what_cannot_be_said_of_a_folder_is_said_so(catalog: Catalog) -> None:
    ids = filled(
        catalog,
        {"": [(STAFF, READ)], "A": [(KARI, -READ), (BOARD, READ)], "B": None, "C": b"no list", "D": [(OLA, 0x116)]},
    )
    found = classes(catalog)
    assert [found.of_folder(ids[path]) for path in ("A", "B", "C")] == [NOT_KNOWN] * 3
    assert granted(catalog, found, ids["D"]) == {}
    assert [(one.kind, one.subject, one.detail.partition(":")[0], one.folders) for one in found.problems] == [
        (ACCESS_NOT_KNOWN, "B", "the server did not tell the list", 1),
        (ACCESS_NOT_KNOWN, "C", "the list cannot be understood", 1),
        (NO_COUNTERPART, STAFF, "Regnskap", 1),
        (NOT_EXPRESSIBLE, "A", "denied to some in a group of unknown members", 1),
        (NOT_EXPRESSIBLE, "D", "writes without reading", 1),
    ]
    assert found.why(ids["A"]) == (NOT_EXPRESSIBLE, "denied to some in a group of unknown members: Styret")
    assert [found.why(ids[path])[1] for path in ("B", "C")] == [
        "the server did not tell the list",
        "the list cannot be understood",
    ]
    assert [found.unsaid(ids[path]) for path in ("", "D")] == [[], ["writes without reading: Ola"]]


def test_a_domains_own_group_holds_more_than_those_told(catalog: Catalog) -> None:
    users = f"{DOMAIN}-513"
    kept_out: Short = [(OLA, -READ), (users, READ)]
    ids = filled(catalog, {"": kept_out, "A": [(users, READ)]}, inside={users: [KARI]})
    found = classes(catalog)
    assert found.of_folder(ids[""]) == NOT_KNOWN
    assert list(granted(catalog, found, ids["A"]) or ()) == ["Domain users"]


def test_a_group_with_somebody_unknown_in_it_may_hold_anybody(catalog: Catalog) -> None:
    unknown = f"{DOMAIN}-1777"
    entries: Short = [(OLA, -READ), (STAFF, READ)]
    ids = filled(catalog, {"": entries})
    assert granted(catalog, classes(catalog), ids[""]) == {"Regnskap": "read"}
    filled(catalog, {"": entries}, inside={STAFF: [KARI, unknown]})
    assert classes(catalog).of_folder(1) == NOT_KNOWN


def test_an_area_without_lists_has_no_classes_and_no_problems(catalog: Catalog) -> None:
    ids = filled(catalog, {"": None, "A": None})
    found = classes(catalog)
    assert (found.told, found.problems, found.grants) == (False, [], [])
    assert found.folders == dict.fromkeys(ids.values(), NOT_KNOWN)


def test_a_share_that_nobody_understands_leaves_everything_unknown(catalog: Catalog) -> None:
    ids = filled(catalog, {"": [(STAFF, READ)]})
    with catalog.writing():
        number = catalog.run("INSERT INTO descriptor (content) VALUES (?)", (b"no list",))
        catalog.run("UPDATE area SET descriptor = ?", (number,))
    assert classes(catalog).of_folder(ids[""]) == NOT_KNOWN
    assert list(gains.changes(catalog)) == []


def test_folders_with_nothing_to_move_make_no_problems(catalog: Catalog) -> None:
    filled(catalog, {"": [(STAFF, READ)], "A": [(OLA, READ)], "A/B": [(STAFF, READ)], "C": [(PER, READ)]})
    with catalog.writing():
        catalog.run("DELETE FROM file WHERE folder <> (SELECT id FROM folder WHERE name = 'B')")
    assert [(one.subject, one.folders) for one in classes(catalog).problems] == [(OLA, 1), (STAFF, 2)]


def test_two_principals_for_one_entra_object_are_one_grantee(catalog: Catalog) -> None:
    ids = filled(catalog, {"": [(STAFF, READ), (BOARD, CHANGE)], "A": [(STAFF, CHANGE)], "B": [(BOARD, CHANGE)]})
    found = classes(catalog, {STAFF: "B1"})
    assert {found.of_folder(number) for number in ids.values()} == {0}
    assert granted(catalog, found, ids["A"]) == {"Styret": "write"}
    assert found.problems == []
    propose(catalog, ids, own_scopes(catalog, found, ids))
    assert told(list(gains.changes(catalog, stands_for={STAFF: "B1"}))) == [
        ("Kari", "", "write", "stands for"),
        ("Kari", "read", "write", "stands for"),
        ("Styret", "", "write", "stands for"),
        ("Åse", "", "write", "stands for"),
        ("Åse", "read", "write", "stands for"),
    ]


def test_an_object_that_takes_the_place_of_everybody_widens_nothing(catalog: Catalog) -> None:
    ids = filled(catalog, {"": [(EVERYONE, READ)], "A": [(BOARD, CHANGE)], "B": [(KARI, READ)]})
    found = classes(catalog, {EVERYONE: "b1"})
    assert granted(catalog, found, ids[""]) == {"Styret": "read"}
    scopes = own_scopes(catalog, found, ids)
    propose(catalog, ids, scopes)
    assert gains.unaccepted(catalog, stands_for={EVERYONE: "b1"}) == []
    propose(catalog, ids, {**scopes, "B": scopes["A"]})
    assert told(gains.unaccepted(catalog, stands_for={EVERYONE: "b1"})) == [
        ("Everyone", "", "write", ""),
        ("Kari", "read", "write", ""),
    ]


def test_who_is_left_out_is_granted_nothing(catalog: Catalog) -> None:
    ids = filled(catalog, {"": [(STAFF, READ), (OLA, READ)]})
    found = classes(catalog, left_out=[STAFF])
    assert granted(catalog, found, ids[""]) == {"Ola": "read"}
    propose(catalog, ids, own_scopes(catalog, found, ids))
    assert told(gains.unaccepted(catalog)) == [("Kari", "read", "", ""), ("Åse", "read", "", "")]
    edit(catalog, "leave out", STAFF)
    assert gains.unaccepted(catalog) == []
    assert told(list(gains.changes(catalog))) == [("Kari", "read", "", "leave out"), ("Åse", "read", "", "leave out")]


def edit(catalog: Catalog, what: str, path: str, value: str = "") -> None:
    with catalog.writing():
        catalog.run(
            "INSERT INTO edit (what, path, value, name, note, at) VALUES (?, ?, ?, 'Eva', 'agreed', 0)",
            (what, path, value),
        )


def test_the_folder_of_one_group_is_called_by_it(catalog: Catalog) -> None:
    long = "Personal og organisasjon: ledergruppe i seksjon for lønn"
    people = [*PEOPLE, Told(BOARD, long, "group", False)]
    filled(catalog, {"": [(STAFF, READ), (OLA, READ)], "A": [(BOARD, READ)], "B": [(KARI, READ)], "C": []}, people)
    found = classes(catalog)
    assert sorted(home_name(found, number) for number in range(4)) == [
        "Closed - Kari",
        "Closed - Personal og organisasjon",
        "Closed 1",
        "Closed 2",
    ]


def test_a_scope_with_the_same_grants_is_the_same_scope(catalog: Catalog) -> None:
    filled(catalog, {"": [(STAFF, READ), (KARI, CHANGE)]})
    grants, known = classes(catalog).grants[0], scopes.objects(catalog, {STAFF: "staff"})
    with catalog.writing():
        first = scopes.keep(catalog, grants, known)
        assert scopes.keep(catalog, grants[::-1], known) == first
        assert scopes.keep(catalog, [(grants[0][0], "read"), (grants[1][0], "read")], known) != first
    digest = str(catalog.value("SELECT digest FROM scope WHERE id = ?", (first,)))
    assert scopes.granted(catalog, digest) == [("11", "write"), ("staff", "read")]


def test_a_wider_scope_shows_who_gains_and_where(catalog: Catalog) -> None:
    ids = filled(catalog, {"": [(STAFF, CHANGE)], "A": [(KARI, READ)], "A/B": [(KARI, READ)], "C": [(OLA, READ)]})
    scopes = own_scopes(catalog, classes(catalog), ids)
    propose(catalog, ids, {"": scopes[""], "C": scopes["C"]})
    (change,) = gains.changes(catalog)
    assert [(one.name, one.before, one.after, one.gains) for one in change.shifts] == [
        ("Kari", "read", "write", True),
        ("Åse", "", "write", True),
    ]
    assert (change.folders, change.files, change.examples) == (2, 2, ("A", "A/B"))
    propose(catalog, ids, {"": scopes["C"]})
    found = {one.examples: told([one]) for one in gains.unaccepted(catalog)}
    assert found[("",)] == [("Kari", "write", "", ""), ("Ola", "", "read", ""), ("Åse", "write", "", "")]
    assert ("C",) not in found


def test_opening_a_folder_by_name_is_accepted_there_and_nowhere_else(catalog: Catalog) -> None:
    ids = filled(catalog, {"": [(STAFF, READ)], "A": [(KARI, READ)], "A/B": [(KARI, READ)], "A/C": [(OLA, READ)]})
    scopes = own_scopes(catalog, classes(catalog), ids)
    propose(catalog, ids, {"": scopes[""], "A": scopes[""], "A/C": scopes["A/C"]})
    edit(catalog, "open", "A", "")
    assert gains.unaccepted(catalog) == []
    assert told(list(gains.changes(catalog))) == [("Åse", "", "read", "open")]
    propose(catalog, ids, {"": scopes[""], "A": scopes[""]})
    assert [one.examples for one in gains.unaccepted(catalog)] == [("A/C",)]


def test_a_copy_that_is_kept_elsewhere_is_a_loss_only(catalog: Catalog) -> None:
    ids = filled(catalog, {"": [(STAFF, READ)], "A": [(KARI, READ), (OLA, READ)]})
    propose(catalog, ids, own_scopes(catalog, classes(catalog), ids))
    with catalog.writing():
        files = {row["folder"]: row["id"] for row in catalog.rows("SELECT id, folder FROM file")}
        catalog.run("UPDATE placement SET of = ?, role = 'copy' WHERE file = ?", (files[ids[""]], files[ids["A"]]))
    assert told(list(gains.changes(catalog))) == [("Ola", "read", "", "")]


def test_a_new_folder_without_any_scope_takes_access_from_everybody(catalog: Catalog) -> None:
    ids = filled(catalog, {"": [(KARI, READ), (EVERYONE, READ)]})
    propose(catalog, ids, {})
    (change,) = gains.changes(catalog)
    assert change.scope is None
    assert told([change]) == [("Everyone", "read", "", "")]


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from([KARI, OLA, PER, STAFF, LEADERS, BOARD, EVERYONE, ADMINS]),
        st.sampled_from([CHANGE, READ, -READ, -FULL]),
    ),
    max_size=4,
)


@given(
    st.lists(ENTRIES, min_size=1, max_size=4),
    st.one_of(st.none(), ENTRIES),
    st.dictionaries(st.sampled_from([STAFF, LEADERS, BOARD]), st.lists(st.sampled_from([KARI, OLA, PER]), unique=True)),
    st.sampled_from([(1, 0), (2, 1), (0, 2), (0, 0)]),
)
def test_nothing_changes_where_every_folder_has_its_own_scope(
    used: Catalog,
    lists: list[Short],
    limits: Short | None,
    inside: dict[str, list[str]],
    swapped: tuple[int, int],
) -> None:
    empty(used)
    share(used, limits)
    ids = filled(used, {str(number or ""): entries for number, entries in enumerate(lists)}, inside=inside)
    found = classes(used)
    scopes = own_scopes(used, found, ids)
    propose(used, ids, scopes)
    # Of folders that have no class nobody says that nothing changes.
    classed = {path for path, scope in scopes.items() if scope is not None}
    assert not classed.intersection(path for change in gains.changes(used) for path in change.examples)
    here, there = (str(number or "") for number in swapped)
    if here in classed and there in classed:
        # Under somebody else's scope it is seen.
        propose(used, {here: ids[here]}, {here: scopes[there]})
        shown = {shift.sid for change in gains.changes(used) for shift in change.shifts if change.examples == (here,)}
        one, other = found.of_folder(ids[here]), found.of_folder(ids[there])
        different = (found.readers[one] ^ found.readers[other]) | (found.writers[one] ^ found.writers[other])
        assert bool(shown) == bool(different)
        if not any(sid == EVERYONE for number in swapped for sid, _mask in lists[number]):
            assert shown == {sid_of(used, number) for number in different}


def sid_of(catalog: Catalog, number: int) -> str:
    return str(catalog.value("SELECT sid FROM principal WHERE id = ?", (number,)))
