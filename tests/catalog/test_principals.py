"""Who owns, reads and writes, as the catalog keeps it: judged once a list, again only where something changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.people import principals, reach
from filrydd.catalog.people.principals import Told, id_of
from filrydd.lang import speaking
from filrydd.model import descriptor as security
from filrydd.model.descriptor import Ace, BadDescriptor, Descriptor, sid_from_text
from tests.catalogs import (
    ADMINS,
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
    fresh_catalog,
    judge,
    lay_out,
    packed,
    share,
    tell,
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with open_catalog(tmp_path / "felles.db", create=True) as catalog:
        with catalog.writing():
            catalog.run("INSERT INTO area (one, name, source) VALUES (1, 'felles', '/x')")
        yield catalog


def state_of(catalog: Catalog, sid: str) -> str | None:
    return catalog.value("SELECT state FROM principal WHERE sid = ?", (sid,))


def test_an_identifier_has_one_row_and_well_known_ones_are_known(catalog: Catalog) -> None:
    with catalog.writing():
        first = id_of(catalog, KARI)
        assert id_of(catalog, KARI) == first
        for sid in (SYSTEM, EVERYONE, f"{DOMAIN}-513", f"{DOMAIN}-500", "S-1-22-1-1000", "S-1-22-2-100"):
            id_of(catalog, sid)
    rows = {row["sid"]: tuple(row)[2:5] for row in catalog.rows("SELECT * FROM principal")}
    assert rows == {
        KARI: ("", "", ""),
        SYSTEM: ("The system", "well-known", "active"),
        EVERYONE: ("Everyone", "well-known", "active"),
        f"{DOMAIN}-513": ("Domain users", "group", "active"),
        f"{DOMAIN}-500": ("Administrator", "user", "active"),
        "S-1-22-1-1000": ("", "user", ""),
        "S-1-22-2-100": ("", "group", ""),
    }
    assert principals.unresolved(catalog) == sorted([KARI, "S-1-22-1-1000", "S-1-22-2-100"])
    assert principals.shown_name("S-1-22-1-1000", "", "user") == "Unix user 1000"
    assert principals.shown_name("S-1-22-1-1000", "Kari", "user") == "Kari"
    assert principals.shown_name(KARI, "", "") == KARI


def test_a_folder_tells_who_reads_and_who_writes(catalog: Catalog) -> None:
    ids = lay_out(catalog, {"": [(STAFF, READ), (ADMINS, FULL)], "Lønn": [(KARI, -FULL), (STAFF, CHANGE), (OLA, READ)]})
    assert judge(catalog) == reach.Judged(2, 0)
    tell(catalog, PEOPLE)
    assert reach.readers(catalog, "") == ["Administrators of the server", "Regnskap"]
    assert reach.writers(catalog, "") == ["Administrators of the server"]
    assert reach.readers(catalog, "Lønn") == reach.readers(catalog, ids["Lønn"]) == ["Ola", "Regnskap"]
    found = {one.name: one for one in reach.reach(catalog, "lønn") or ()}
    assert found["Kari"] == reach.Reach(KARI, "Kari", "user", "active", False, False)
    assert found["Ola"].state == "disabled"
    descriptor = reach.descriptor_of_folder(catalog, ids["Lønn"])
    assert descriptor is not None and security.build(descriptor) == packed(
        [(KARI, -FULL), (STAFF, CHANGE), (OLA, READ)]
    )


def test_what_nobody_knows_is_not_told_as_nobody(catalog: Catalog) -> None:
    unknown_entry = security.build(Descriptor(0x8004, sid_from_text(KARI), b"", (Ace(0x15, 0, 1, b""),)))
    ids = lay_out(catalog, {"": None, "odd": unknown_entry, "empty": []})
    assert judge(catalog) == reach.Judged(1, 1)
    assert reach.reach(catalog, "") is reach.reach(catalog, "odd") is reach.reach(catalog, "nowhere") is None
    assert reach.readers(catalog, "odd") is None
    assert reach.readers(catalog, "empty") == []
    assert reach.descriptor_of_folder(catalog, ids[""]) is None
    with pytest.raises(BadDescriptor):
        reach.descriptor_of_folder(catalog, ids["odd"])


def test_an_absent_list_is_everybodys(catalog: Catalog) -> None:
    lay_out(catalog, {"": security.build(Descriptor(0x8000, sid_from_text(ADMINS), b"", None))})
    judge(catalog)
    assert reach.writers(catalog, "") == ["Administrators of the server", "Everyone"]


def test_lists_are_judged_once_and_again_only_when_the_share_changes(catalog: Catalog) -> None:
    lay_out(catalog, {"": [(STAFF, FULL)], "a": [(STAFF, FULL)], "b": [(KARI, READ)]})
    assert judge(catalog).lists == 2
    assert judge(catalog).lists == 0
    share(catalog, [(EVERYONE, READ)])
    assert judge(catalog).lists == 2
    assert [one.sid for one in reach.reach(catalog, "") or () if one.writes] == []
    share(catalog, None)
    assert judge(catalog).lists == 2
    assert [one.sid for one in reach.reach(catalog, "") or () if one.writes] == [ADMINS, STAFF]
    lay_out(catalog, {"": [(STAFF, FULL)], "c": [(OLA, READ)]})
    assert judge(catalog).lists == 1
    assert catalog.value("SELECT COUNT(DISTINCT descriptor) FROM access") == 2


def test_a_share_that_is_not_understood_leaves_everything_unknown(catalog: Catalog) -> None:
    lay_out(catalog, {"": [(STAFF, FULL)]})
    judge(catalog)
    with catalog.writing():
        catalog.run("UPDATE area SET descriptor = ?", (descriptor_id(catalog, b"nonsense"),))
    assert judge(catalog) == reach.Judged(0, 1)
    assert reach.reach(catalog, "") is None


def test_whoever_comes_into_a_group_or_leaves_it_is_judged_anew(catalog: Catalog) -> None:
    lay_out(catalog, {"": [(KARI, READ), (STAFF, CHANGE)], "other": [(OLA, READ)]})
    judge(catalog)

    def kari_writes() -> bool:
        return any(one.sid == KARI and one.writes for one in reach.reach(catalog, "") or ())

    assert not kari_writes()
    tell(catalog, PEOPLE, {STAFF: [KARI, PER]})
    assert judge(catalog).lists == 1
    assert kari_writes()
    tell(catalog, PEOPLE, {STAFF: [KARI]})
    assert judge(catalog).lists == 0
    tell(catalog, PEOPLE)
    assert judge(catalog).lists == 0
    assert kari_writes()
    tell(catalog, PEOPLE, {STAFF: []})
    assert judge(catalog).lists == 1
    assert not kari_writes()


def test_only_those_of_known_domains_can_have_vanished(catalog: Catalog) -> None:
    server, unix = "S-1-5-21-7-7-7-1001", "S-1-22-1-1000"
    lay_out(catalog, {"": [(sid, READ) for sid in (KARI, OLA, PER, server, unix, EVERYONE, f"{DOMAIN}-513")]})
    judge(catalog)
    assert tell(catalog, []) == principals.Tally(0, 0, 0, 5)
    assert tell(catalog, PEOPLE[:2]) == principals.Tally(2, 1, 1, 2)
    assert {sid: state_of(catalog, sid) for sid in (KARI, OLA, PER, server, unix, EVERYONE, f"{DOMAIN}-513")} == {
        KARI: "active",
        OLA: "disabled",
        PER: "vanished",
        server: "",
        unix: "",
        EVERYONE: "active",
        f"{DOMAIN}-513": "active",
    }
    assert tell(catalog, [*PEOPLE, Told(unix, "Maskinen", "user", False)]) == principals.Tally(4, 1, 0, 1)
    assert state_of(catalog, PER) == "active"
    # An account in another domain that the directory knows says nothing of this one.
    assert tell(catalog, [Told("S-1-5-21-9-9-9-1001", "X", "user", False)]) == principals.Tally(4, 1, 0, 1)


def test_a_vanished_group_has_nobody_in_it(catalog: Catalog) -> None:
    lay_out(catalog, {"": [(KARI, READ), (STAFF, FULL)]})
    judge(catalog)
    tell(catalog, PEOPLE, {STAFF: [KARI]})
    tell(catalog, PEOPLE[:1])
    assert judge(catalog).lists == 1
    assert state_of(catalog, STAFF) == "vanished"
    assert catalog.value("SELECT COUNT(*) FROM member") == 0
    assert "Kari" not in (reach.writers(catalog, "") or [])


def test_well_known_ones_keep_their_names_and_members_nobody_names_are_kept(catalog: Catalog) -> None:
    lay_out(catalog, {"": [(EVERYONE, READ), (STAFF, READ)]})
    judge(catalog)
    told = [Told(EVERYONE, "Alle mann", "group", True), *PEOPLE]
    tell(catalog, told, {STAFF: [KARI, PER, STAFF], LEADERS: [OLA]})
    names = {row["sid"]: row["name"] for row in catalog.rows("SELECT sid, name FROM principal")}
    assert names[EVERYONE] == "Everyone"
    assert (names[KARI], names[PER]) == ("Kari", "Åse")
    # Groups that the area does not name, and whoever is in them, are not its business.
    assert OLA not in names and LEADERS not in names
    assert catalog.value("SELECT COUNT(*) FROM member") == 2
    # Who is here only as a member is told with his group, not asked for alone.
    assert principals.principals_to_tell(catalog) == [STAFF]
    with speaking("nb"):
        assert principals.shown_name(KARI, "Kari", "user") == "Kari"


def test_owners_come_with_what_they_own_and_their_state(catalog: Catalog) -> None:
    lay_out(catalog, {"": [(STAFF, READ)], "a": None, "b": None, "c": None})
    with catalog.writing():
        for folder, sid in ((1, KARI), (2, OLA), (3, OLA)):
            catalog.run("UPDATE file SET owner = ? WHERE folder = ?", (id_of(catalog, sid), folder))
        catalog.run("UPDATE file SET gone = 1, owner = ? WHERE folder = 4", (id_of(catalog, PER),))
    tell(catalog, PEOPLE[:2])
    assert principals.owners(catalog) == [
        principals.Owner(OLA, "Ola", "user", "disabled", 2, 200),
        principals.Owner(KARI, "Kari", "user", "active", 1, 100),
    ]


short_lists = st.lists(
    st.tuples(
        st.sampled_from([KARI, OLA, PER, STAFF, LEADERS, EVERYONE]), st.sampled_from([READ, CHANGE, -READ, -CHANGE])
    ),
    max_size=4,
)
memberships = st.dictionaries(
    st.sampled_from([STAFF, LEADERS]), st.lists(st.sampled_from([KARI, OLA, PER]), unique=True), max_size=2
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.tuples(short_lists, memberships, st.none() | short_lists), min_size=1, max_size=4))
def test_judging_step_by_step_is_judging_all_at_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Short, dict[str, list[str]], Short | None]]
) -> None:
    def reached(catalog: Catalog) -> list[tuple[object, ...]]:
        rows = catalog.rows(
            "SELECT p.sid, d.content, a.reads, a.writes FROM access a JOIN principal p ON p.id = a.principal"
            " JOIN descriptor d ON d.id = a.descriptor ORDER BY 1, 2"
        )
        return [tuple(row) for row in rows]

    with fresh_catalog(tmp_path_factory.mktemp("steps") / "a.db") as catalog:
        with catalog.writing():
            catalog.run("INSERT INTO area (one, name, source) VALUES (1, 'a', '/x')")
        for entries, members, limits in steps:
            lay_out(catalog, {"": entries, "a": [(STAFF, READ), (LEADERS, READ), (KARI, -READ)]})
            share(catalog, limits)
            judge(catalog)
            tell(catalog, PEOPLE, members)
            judge(catalog)
        step_by_step = reached(catalog)
        with catalog.writing():
            catalog.run("DELETE FROM access")
        judge(catalog)
        assert reached(catalog) == step_by_step
