"""Who is who, from the tenant's directory and from lists that people hand over, well-made and otherwise."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog.connection import Catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.people import reach
from filrydd.catalog.people.principals import id_of
from filrydd.errors import BadUsage, TenantRefused
from filrydd.model import descriptor as security
from filrydd.model.descriptor import Ace, Descriptor, sid_from_text
from filrydd.stages.scan import people
from filrydd.stages.scan.people import Resolved, from_csv, resolve
from filrydd.stages.work import Work
from filrydd.targets.directory import DirectoryEntry, open_directory

DOMAIN = "S-1-5-21-1-2-3"
KARI, OLA, PER, STAFF, ALL = (f"{DOMAIN}-{number}" for number in (1001, 1002, 1003, 1101, 1102))
SERVERS = "S-1-5-21-7-7-7-1001"
FULL, READ = 0x1F01FF, 0x1200A9
HEAD = "sid,name,kind,disabled,entra_id"
GUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def work(tmp_path: Path) -> Work:
    (tmp_path / "scans").mkdir()
    return Work(tmp_path, "felles", "tester")


@pytest.fixture
def catalog(work: Work) -> Iterator[Catalog]:
    """An area of one folder: Kari and Staff may read it, Ola all, All is kept out, and a server's own account owns it."""
    entries = ((1, READ, ALL), (0, READ, KARI), (0, FULL, OLA), (0, READ, STAFF), (0, READ, "S-1-1-0"))
    aces = tuple(Ace(kind, 0, mask, sid_from_text(sid)) for kind, mask, sid in entries)
    with work.catalog(create=True) as catalog:
        with catalog.writing():
            number = descriptor_id(catalog, security.build(Descriptor(0x8004, sid_from_text(SERVERS), b"", aces)))
            catalog.run(
                "INSERT INTO folder (id, name, modified, created, attributes, file_id, descriptor)"
                " VALUES (1, '', 0, 0, 16, 0, ?)",
                (number,),
            )
        yield catalog


def names(catalog: Catalog) -> dict[str, tuple[str, str]]:
    """What is known of everybody: name and state."""
    return {row["sid"]: (row["name"], row["state"]) for row in catalog.rows("SELECT * FROM principal")}


def can(catalog: Catalog) -> dict[str, tuple[bool, bool]]:
    return {one.sid: (one.reads, one.writes) for one in reach.reach(catalog, 1) or ()}


# --- the directory ---


class Telling:
    """A directory that knows what a test tells it."""

    def __init__(self, *entries: DirectoryEntry, fails: bool = False) -> None:
        self.entries = entries
        self.fails = fails
        self.asked: list[str] = []

    async def find(self, sids: Sequence[str]) -> AsyncIterator[DirectoryEntry]:
        self.asked += sids
        for entry in self.entries:
            yield entry
        if self.fails:
            raise TenantRefused("no")

    async def close(self) -> None: ...


def test_a_real_tenants_directory_names_everybody_and_tells_who_is_gone(
    work: Work, catalog: Catalog, tmp_path: Path
) -> None:
    from filrydd.rehearsal.wire.server import running

    folder = tmp_path / "tenant"
    folder.mkdir()
    (folder / "people.csv").write_text(
        f"{HEAD}\n{KARI},Kari Nordmann,user,false,\n{OLA},Ola Lunde,user,true,\n{ALL},Alle,group,,\n", "utf-8"
    )
    (folder / "members.csv").write_text(f"group,member\n{ALL},{KARI}\n", "utf-8")

    async def ask(graph: str) -> Resolved:
        directory = open_directory("rehearsal", graph)
        try:
            return await resolve(work, catalog, directory)
        finally:
            await directory.close()

    with running(folder) as ready:
        assert asyncio.run(ask(ready.graph)) == Resolved(named=3, disabled=1, vanished=1, unknown=1)
    assert names(catalog) == {
        KARI: ("Kari Nordmann", "active"),
        OLA: ("Ola Lunde", "disabled"),
        ALL: ("Alle", "active"),
        STAFF: ("", "vanished"),
        SERVERS: ("", ""),
        "S-1-1-0": ("Everyone", "active"),
    }
    # In a group that is kept out Kari is kept out, though the list lets her read.
    assert can(catalog)[KARI] == (False, False)
    assert can(catalog)[OLA] == (True, True)


def test_only_what_a_directory_can_know_is_asked_for_and_every_time_anew(work: Work, catalog: Catalog) -> None:
    with catalog.writing():
        id_of(catalog, "S-1-22-1-1000")
    for _again in range(2):
        directory = Telling(DirectoryEntry(KARI, "Kari", "user", False, "1"))
        asyncio.run(resolve(work, catalog, directory))
        assert sorted(directory.asked) == sorted([KARI, OLA, STAFF, ALL, SERVERS])


def test_without_any_answer_nobody_has_vanished(work: Work, catalog: Catalog) -> None:
    assert asyncio.run(resolve(work, catalog, Telling())) == Resolved(0, 0, 0, 5)
    assert {state for _name, state in names(catalog).values()} == {"", "active"}


def test_a_directory_that_fails_midway_changes_nothing(work: Work, catalog: Catalog) -> None:
    people.judge(catalog)
    before = names(catalog)
    with pytest.raises(TenantRefused):
        asyncio.run(resolve(work, catalog, Telling(DirectoryEntry(KARI, "Kari", "user", False, "1"), fails=True)))
    assert names(catalog) == before
    assert asyncio.run(resolve(work, catalog, Telling())).named == 0


# --- lists ---


def test_lists_name_everybody_and_members_count_through_other_groups(
    work: Work, catalog: Catalog, listed: Callable[..., Path]
) -> None:
    who = listed(
        f"{HEAD}\n{KARI},Kari,user,false,\n{OLA},Ola,user,true,\n{ALL},Alle,group,,\n{SERVERS},Skanner,computer,,\n"
    )
    # Staff is in All and All in Staff; Per is named by no list of the area, but he is in a group that is.
    inside = listed(f"group;member\n{ALL};{STAFF}\n{STAFF};{KARI}\n{STAFF};{PER}\n{STAFF};{ALL}\n", "members.csv")
    assert from_csv(work, catalog, who, inside) == Resolved(named=4, disabled=1, vanished=0, unknown=1)
    known = names(catalog)
    assert known[SERVERS] == ("Skanner", "active")
    # Nobody said who Staff is, but somebody is in it, so it is still there.
    assert known[STAFF] == ("", "")
    assert known[PER] == ("", "")
    rows = catalog.rows(
        "SELECT p.sid FROM member m JOIN principal p ON p.id = m.member JOIN principal g ON g.id = m.owning"
        " WHERE g.sid = ? ORDER BY p.sid",
        (ALL,),
    )
    assert [row[0] for row in rows] == [KARI, PER, STAFF]
    assert can(catalog)[KARI] == (False, False)


def test_without_a_list_of_members_the_groups_stay_as_they_were(
    work: Work, catalog: Catalog, listed: Callable[..., Path]
) -> None:
    who = listed(f"{HEAD}\n{KARI},Kari,user,false,\n{ALL},Alle,group,,\n{STAFF},Stab,group,,\n")
    from_csv(work, catalog, who, listed(f"group,member\n{ALL},{KARI}\n", "members.csv"))
    assert can(catalog)[KARI] == (False, False)
    assert from_csv(work, catalog, who) == Resolved(named=3, disabled=0, vanished=1, unknown=1)
    assert (names(catalog)[OLA], names(catalog)[SERVERS]) == (("", "vanished"), ("", ""))
    assert can(catalog)[KARI] == (False, False)
    from_csv(work, catalog, who, listed("group,member\n", "members.csv"))
    assert can(catalog)[KARI] == (True, False)


def test_every_fault_is_told_at_once_with_its_line_and_nothing_is_stored(
    work: Work, catalog: Catalog, listed: Callable[..., Path]
) -> None:
    bad = [
        "kari,Kari,user,false,",
        f"{KARI},,user,false,",
        f'{KARI},"=HYPERLINK(""http://x"")",user,false,',
        f"{KARI},@SUM(1),user,false,",
        f"{KARI},Kari,person,false,",
        f"{KARI},Kari,user,maybe,",
        f"{KARI},Kari,user,false,not-a-guid",
        f"{KARI},Kari,user",
        f"{KARI},K\0ri,user,false,",
        f"{KARI},K\x1b[2Jri,user,false,",
        "S-1-5-21-1-2-99999999999,Kari,user,false,",
        "S-1-5-٢,Kari,user,false,",
        f"{KARI},Kari,user,false,",
        f"{KARI},Ola,user,false,",
    ]
    people.judge(catalog)
    before = names(catalog)
    with pytest.raises(BadUsage) as refused:
        from_csv(work, catalog, listed("\n".join([HEAD, *bad])))
    told = refused.value
    assert "people.csv has 13 faults" in told.message
    lines = [int(line.split()[1].rstrip(":")) for line in told.details]
    assert lines == [*range(2, 14), 15]
    assert all(line.isprintable() for line in told.details)
    assert told.details[-1].endswith("line 14")
    assert names(catalog) == before


groups = [f"{DOMAIN}-{number}" for number in range(1100, 1106)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(groups), st.sampled_from([*groups, KARI, OLA])), max_size=15))
def test_members_of_any_tangle_of_groups_are_those_that_can_be_walked_to(
    tmp_path_factory: pytest.TempPathFactory, edges: list[tuple[str, str]]
) -> None:
    inside: dict[str, list[str]] = {}
    for group, member in edges:
        inside.setdefault(group, []).append(member)
    reached = {group: {member for one, member in edges if one == group} for group in groups}
    for _step in groups:
        for group in groups:
            for member in list(reached[group]):
                reached[group] |= reached.get(member, set())
    for group in groups:
        assert people._all_inside(inside, group) == reached[group] - {group}


def test_who_only_has_the_same_address_in_the_directory_is_suggested(
    work: Work, catalog: Catalog, tmp_path: Path
) -> None:
    from filrydd.rehearsal.wire.server import running

    people_list = tmp_path / "people.csv"
    people_list.write_text(
        f"{HEAD},mail\n{OLA},Ola,user,,,ola@x.no\n{SERVERS},Tjener,user,,,tjener@x.no\n", encoding="utf-8"
    )
    from_csv(work, catalog, people_list)
    folder = tmp_path / "tenant"
    folder.mkdir()
    (folder / "people.csv").write_text(
        f"{HEAD},mail\n,Ola Lunde,user,false,o1,OLA@x.no\n,Ola,user,false,o2,other@x.no\n,T,user,false,t1,tjener@x.no",
        encoding="utf-8",
    )
    with running(folder) as ready:
        directory = open_directory("rehearsal", ready.graph)
        asyncio.run(resolve(work, catalog, directory))
    rows = catalog.rows(
        "SELECT p.sid, s.entra_id, s.name, p.entra_id FROM suggestion s JOIN principal p ON p.id = s.principal ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [(OLA, "o1", "Ola Lunde", ""), (SERVERS, "t1", "T", "")]


def test_a_list_with_something_that_is_no_address_is_refused(work: Work, catalog: Catalog, tmp_path: Path) -> None:
    people_list = tmp_path / "people.csv"
    people_list.write_text(f"{HEAD},mail\n{OLA},Ola,user,,,=ola@x.no\n{KARI},Kari,user,,,kari\n", encoding="utf-8")
    with pytest.raises(BadUsage) as caught:
        from_csv(work, catalog, people_list)
    assert len(caught.value.details) == 2
