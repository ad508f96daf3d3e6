"""Resolving identifiers through Graph, against the rehearsal tenant's directory and answers that no tenant should give."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from filrydd.errors import BadUsage, TenantError, TenantGone, TenantRefused
from filrydd.targets.directory import Directory, DirectoryEntry, Namesake, open_directory
from tests.targets.front import Answer, Front, error, front_before
from tests.targets.place import Time

DOMAIN = "S-1-5-21-1-2-3"
KARI, OLA, STAFF, ALL = (f"{DOMAIN}-{number}" for number in (1001, 1002, 1101, 1102))
PEOPLE = [
    (KARI, "Kari Nordmann", "user", "false", "id-kari"),
    (OLA, "Ola Lunde", "user", "true", "id-ola"),
    (STAFF, "Regnskap", "group", "", "id-staff"),
    (ALL, "Alle", "group", "", "id-all"),
]
INSIDE = [(ALL, STAFF), (STAFF, KARI), (STAFF, OLA), (STAFF, ALL)]

Find = Callable[..., list[DirectoryEntry]]


def write_lists(folder: Path, people: list[tuple[str, ...]], inside: list[tuple[str, str]]) -> None:
    rows = ["sid,name,kind,disabled,entra_id", *(",".join(row) for row in people)]
    (folder / "people.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "members.csv").write_text(
        "\n".join(["group,member", *(",".join(row) for row in inside)]), encoding="utf-8"
    )


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    from filrydd.rehearsal.wire.server import running

    folder = tmp_path_factory.mktemp("directory")
    with running(folder) as ready:
        yield folder, ready.graph


@pytest.fixture
def through(known: tuple[Path, str]) -> Iterator[Front]:
    """A front before a tenant that knows `PEOPLE`."""
    write_lists(known[0], PEOPLE, INSIDE)
    with front_before(known[1].removeprefix("http://").removesuffix("/v1.0")) as front:
        yield front


@pytest.fixture
def find() -> Find:
    """`find(front, *sids)`: what the directory behind a front says."""

    def ask(front: Front, *sids: str) -> list[DirectoryEntry]:
        async def whole() -> list[DirectoryEntry]:
            directory: Directory = open_directory("rehearsal", front.address + "/v1.0", timing=Time().timing())
            try:
                return [entry async for entry in directory.find(sids)]
            finally:
                await directory.close()

        return asyncio.run(whole())

    return ask


def test_the_contract_opens_without_the_sdk() -> None:
    heavy = {"msgraph", "azure", "httpx", "asyncio"}
    code = f"import sys, filrydd.targets.directory; sys.exit(bool({heavy!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_there_is_no_third_kind_of_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, address in (("ldap", ""), ("rehearsal", "https://example.com/v1.0"), ("rehearsal", "")):
        with pytest.raises(BadUsage):
            open_directory(kind, address)
    monkeypatch.delenv("AZURE_TENANT_ID", raising=False)
    with pytest.raises(TenantRefused):
        open_directory("graph")


def test_people_and_groups_are_told_with_those_inside(through: Front, find: Find) -> None:
    found = find(through, KARI, ALL, f"{DOMAIN}-7777", KARI)
    assert found == [
        DirectoryEntry(KARI, "Kari Nordmann", "user", False, "id-kari", mail="id-kari@rehearsal.example"),
        DirectoryEntry(OLA, "Ola Lunde", "user", True, "id-ola", mail="id-ola@rehearsal.example"),
        DirectoryEntry(STAFF, "Regnskap", "group", False, "id-staff"),
        DirectoryEntry(ALL, "Alle", "group", False, "id-all", (KARI, OLA, STAFF)),
    ]


def test_a_group_that_is_asked_for_is_told_once_with_its_members_though_it_is_in_another(
    through: Front, find: Find
) -> None:
    found = {entry.sid: entry for entry in find(through, STAFF, ALL)}
    assert len(found) == 4
    assert found[STAFF].members == (KARI, OLA, ALL)
    assert found[ALL].members == (KARI, OLA, STAFF)


def test_nobody_asked_for_is_nothing_sent(through: Front, find: Find) -> None:
    assert find(through) == []
    assert through.requests == []


def test_questions_name_at_most_fifteen_and_groups_are_asked_only_of_who_is_no_user(
    known: tuple[Path, str], through: Front, find: Find
) -> None:
    people = [(f"{DOMAIN}-{number}", f"Person {number}", "user", "false", "") for number in range(2000, 2040)]
    write_lists(known[0], people, [])
    wanted = [sid for sid, *_rest in people]
    assert [entry.sid for entry in find(through, *wanted, f"{DOMAIN}-9999")] == wanted
    questions = [unquote(request.path).count(f"{DOMAIN}-") for request in through.seen("GET", "/users")]
    assert questions == [15, 15, 11]
    assert [unquote(request.path).count(f"{DOMAIN}-") for request in through.seen("GET", "/groups")] == [1]


def test_members_on_many_pages_are_all_told(
    known: tuple[Path, str], through: Front, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filrydd.targets.graph_directory.PAGE", 10)
    people = [(f"{DOMAIN}-{number}", f"Person {number}", "user", "false", "") for number in range(2000, 2035)]
    group = (STAFF, "Regnskap", "group", "", "id-staff")
    write_lists(known[0], [*people, group], [(STAFF, sid) for sid, *_rest in people])
    *members, told = find(through, STAFF)
    assert told.members == tuple(sid for sid, *_rest in people)
    assert len(members) == 35
    assert len(through.seen("GET", "transitiveMembers")) == 4


def test_a_throttled_question_is_asked_again(through: Front, find: Find) -> None:
    through.answer("GET", "/users", Answer(429, {"Retry-After": "7"}), None)
    through.answer("GET", "/groups", Answer(503, {"Retry-After": "3"}), None)
    assert len(find(through, KARI, STAFF)) == 4
    assert (len(through.seen("GET", "/users")), len(through.seen("GET", r"/groups\?"))) == (2, 2)


@pytest.mark.parametrize(("pattern", "permission"), [("/users", "User.Read.All"), ("/groups", "GroupMember.Read.All")])
def test_a_permission_that_is_missing_is_named(through: Front, find: Find, pattern: str, permission: str) -> None:
    through.answer("GET", pattern, error(403, "Authorization_RequestDenied"))
    with pytest.raises(TenantRefused) as refused:
        find(through, KARI, STAFF)
    assert permission in refused.value.next
    assert "Authorization_RequestDenied" in refused.value.details[0]


def test_a_sign_in_that_is_not_accepted_is_told_as_such(through: Front, find: Find) -> None:
    through.rules.append(lambda request: error(401, "InvalidAuthenticationToken"))
    with pytest.raises(TenantRefused) as refused:
        find(through, KARI)
    assert "401" in refused.value.message


@pytest.mark.parametrize(("status", "kind"), [(400, TenantError), (404, TenantError), (500, TenantGone)])
def test_a_question_that_fails_is_never_nobody_known(through: Front, find: Find, status: int, kind: type) -> None:
    through.rules.append(lambda request: error(status, "Request_UnsupportedQuery"))
    with pytest.raises(kind):
        find(through, KARI)


def member(**facts: object) -> Answer:
    return Answer(200, {}, {"value": [{"@odata.type": "#microsoft.graph.user", "id": "x"} | facts]})


def test_a_member_that_graph_hides_is_a_missing_permission_and_not_an_empty_group(through: Front, find: Find) -> None:
    through.answer("GET", "transitiveMembers", member(displayName=None, onPremisesSecurityIdentifier=None))
    with pytest.raises(TenantRefused) as refused:
        find(through, STAFF)
    assert "User.Read.All" in refused.value.next


def test_members_that_no_old_list_can_name_are_left_out(through: Front, find: Find) -> None:
    cloud = {"displayName": "Sky", "accountEnabled": True, "onPremisesSecurityIdentifier": None}
    device = {"@odata.type": "#microsoft.graph.device", "displayName": None}
    through.answer("GET", "transitiveMembers", member(**cloud))
    assert find(through, STAFF)[-1].members == ()
    through.answer("GET", "transitiveMembers", member(**device))
    assert find(through, STAFF)[-1].members == ()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"content-type": "text/html"}, b"<html>Logg inn"),
        Answer(200, {}, {"odd": []}),
        Answer(200, {}, {"value": [{"id": "x", "displayName": "y", "onPremisesSecurityIdentifier": "kari"}]}),
        Answer(200, {}, {"value": [{"id": "x", "displayName": "y", "onPremisesSecurityIdentifier": KARI}]}),
        Answer(200, {}, {"value": ["x"]}),
        Answer(200, {}, {"value": [], "@odata.nextLink": "https://example.com/v1.0/users"}),
    ],
)
def test_an_answer_of_another_form_is_an_error_and_not_nobody_known(through: Front, find: Find, answer: Answer) -> None:
    through.answer("GET", "/users", answer)
    with pytest.raises(TenantError):
        find(through, KARI)


def test_what_is_no_identifier_is_never_sent(through: Front, find: Find) -> None:
    with pytest.raises(ValueError):
        find(through, "S-1-5-21-1') or (displayName eq 'x")
    assert through.requests == []


def test_who_has_an_address_is_told_whatever_identifier_he_has(known: tuple[Path, str], through: Front) -> None:
    rows = [
        "sid,name,kind,disabled,entra_id,mail",
        f"{KARI},Kari Nordmann,user,false,id-kari,kari@x.no",
        ",Ola Lunde (sky),user,false,id-cloud,ola.o'dea@x.no",
        ",Regnskap,group,,id-staff,regnskap@x.no",
        ",Regnskap,user,,id-else,else@x.no",
    ]
    (known[0] / "people.csv").write_text("\n".join(rows), encoding="utf-8")

    async def whole() -> list[Namesake]:
        directory = open_directory("rehearsal", through.address + "/v1.0", timing=Time().timing())
        try:
            return [
                one async for one in directory.called(["OLA.o'dea@x.no", "regnskap@x.no", "nobody@x.no", "kari@x.no"])
            ]
        finally:
            await directory.close()

    assert asyncio.run(whole()) == [
        Namesake("kari@x.no", "id-kari", "Kari Nordmann", "user"),
        Namesake("OLA.o'dea@x.no", "id-cloud", "Ola Lunde (sky)", "user"),
        Namesake("regnskap@x.no", "id-staff", "Regnskap", "group"),
    ]
