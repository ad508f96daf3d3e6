"""The rehearsal tenant's directory: accounts and groups from the lists in its folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from filrydd.rehearsal.wire.server import running

DOMAIN = "S-1-5-21-1-2-3"
PEOPLE = f"""sid,name,kind,disabled,entra_id
{DOMAIN}-1001,Kari Nordmann,user,false,11111111-1111-1111-1111-111111111111
{DOMAIN}-1002,"Lunde, Ola",user,true,
{DOMAIN}-1101,Regnskap,group,,22222222-2222-2222-2222-222222222222
{DOMAIN}-1102,Økonomi,group,,33333333-3333-3333-3333-333333333333
"""
MEMBERS = f"""group,member
{DOMAIN}-1102,{DOMAIN}-1101
{DOMAIN}-1101,{DOMAIN}-1001
{DOMAIN}-1101,{DOMAIN}-1002
{DOMAIN}-1101,{DOMAIN}-1102
"""


@dataclass
class Directory:
    folder: Path
    graph: str
    http: httpx.Client

    def tell(self, people: str, members: str = "") -> None:
        (self.folder / "people.csv").write_text(people, encoding="utf-8-sig")
        (self.folder / "members.csv").write_text(members or "group,member\n", encoding="utf-8")

    def get(self, path: str) -> httpx.Response:
        return self.http.get(self.graph + path)

    def values(self, path: str) -> list[dict[str, Any]]:
        return list(self.get(path).raise_for_status().json()["value"])


@pytest.fixture(scope="module")
def running_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("directory")
    with running(folder) as ready:
        yield folder, ready.graph


@pytest.fixture
def directory(running_directory: tuple[Path, str], http: httpx.Client) -> Directory:
    folder, graph = running_directory
    (folder / "people.csv").unlink(missing_ok=True)
    (folder / "members.csv").unlink(missing_ok=True)
    return Directory(folder, graph, http)


def one_of(*sids: str) -> str:
    values = ",".join(f"'{sid}'" for sid in sids)
    return f"$filter={quote(f'onPremisesSecurityIdentifier in ({values})')}"


def test_without_lists_nobody_is_known(directory: Directory) -> None:
    assert directory.values("/users") == directory.values("/groups") == []


def test_accounts_are_found_by_their_old_identifier(directory: Directory) -> None:
    directory.tell(PEOPLE)
    wish = "$select=id,displayName,accountEnabled,onPremisesSecurityIdentifier"
    assert directory.values(f"/users?{one_of(f'{DOMAIN}-1001', f'{DOMAIN}-9')}&{wish}") == [
        {
            "id": "11111111-1111-1111-1111-111111111111",
            "displayName": "Kari Nordmann",
            "accountEnabled": True,
            "onPremisesSecurityIdentifier": f"{DOMAIN}-1001",
        }
    ]
    equals = quote(f"onPremisesSecurityIdentifier eq '{DOMAIN}-1002'")
    (ola,) = directory.values(f"/users?$filter={equals}&{wish}")
    assert (ola["displayName"], ola["accountEnabled"], len(ola["id"])) == ("Lunde, Ola", False, 36)
    assert directory.values(f"/users?{one_of(f'{DOMAIN}-1101')}") == []
    assert [one["displayName"] for one in directory.values(f"/groups?{one_of(f'{DOMAIN}-1102')}")] == ["Økonomi"]


def test_who_does_not_ask_for_the_identifier_is_not_told(directory: Directory) -> None:
    directory.tell(PEOPLE)
    assert all(set(one) == {"id", "displayName", "userPrincipalName", "mail"} for one in directory.values("/users"))


def test_members_are_told_through_other_groups_once_and_circles_end(directory: Directory) -> None:
    directory.tell(PEOPLE, MEMBERS)
    names = {
        group["displayName"]: [
            (member["@odata.type"], member["displayName"])
            for member in directory.values(f"/groups/{group['id']}/transitiveMembers")
        ]
        for group in directory.values("/groups")
    }
    people = [("#microsoft.graph.user", "Kari Nordmann"), ("#microsoft.graph.user", "Lunde, Ola")]
    assert names == {
        "Regnskap": [*people, ("#microsoft.graph.group", "Økonomi")],
        "Økonomi": [*people, ("#microsoft.graph.group", "Regnskap")],
    }


def test_pages_hold_everybody_once(directory: Directory) -> None:
    rows = [f"{DOMAIN}-{number},Person {number},user,false," for number in range(1000, 1057)]
    directory.tell("sid,name,kind,disabled,entra_id\n" + "\n".join(rows))
    page = directory.get("/users?$top=10&$select=displayName").json()
    names: list[str] = []
    while True:
        names += [one["displayName"] for one in page["value"]]
        assert len(page["value"]) <= 10
        if "@odata.nextLink" not in page:
            break
        page = directory.http.get(page["@odata.nextLink"]).raise_for_status().json()
    assert names == [f"Person {number}" for number in range(1000, 1057)]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/users?{one_of(*(f'S-1-5-21-1-2-3-{n}' for n in range(16)))}", 400, "Request_UnsupportedQuery"),
        ("/users?$filter=startswith(displayName,'K')", 400, "Request_UnsupportedQuery"),
        ("/users?$select=shoeSize", 400, "BadRequest"),
        ("/users?$expand=manager", 400, "invalidRequest"),
        ("/users?$skiptoken=%C3%A5", 400, "Directory_ExpiredPageToken"),
        ("/groups/22222222-0000-0000-0000-000000000000/transitiveMembers", 404, "Request_ResourceNotFound"),
        ("/groups/x/owners", 400, "BadRequest"),
    ],
)
def test_what_graph_does_not_take_is_refused(
    directory: Directory, error: Callable[[httpx.Response], tuple[int, str]], path: str, status: int, code: str
) -> None:
    directory.tell(PEOPLE)
    assert error(directory.get(path)) == (status, code)


def test_fifteen_identifiers_are_taken_and_nothing_can_be_written(
    directory: Directory, error: Callable[[httpx.Response], tuple[int, str]]
) -> None:
    directory.tell(PEOPLE)
    assert len(directory.values(f"/users?{one_of(*(f'{DOMAIN}-{n}' for n in range(1001, 1016)))}")) == 2
    assert error(directory.http.post(f"{directory.graph}/users", json={}))[0] == 405


def test_a_list_without_its_columns_is_the_tenants_own_failure(directory: Directory) -> None:
    directory.tell("sid,navn\nS-1-5-21-1-2-3-1001,Kari\n")
    assert directory.get("/users").status_code == 500
