"""The checklist: sites, libraries, columns, labels, permissions, people."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.bad_day import bad_day
from tests.rehearsal.checklist.lines import line
from tests.rehearsal.conftest import Library
from tests.rehearsal.signing import app, signed, write_apps

KARI = "11111111-1111-1111-1111-111111111111"
STAFF = "22222222-2222-2222-2222-222222222222"
CLOUD = "33333333-3333-3333-3333-333333333333"
DOMAIN = "S-1-5-21-1-2-3"
PEOPLE = f"""sid,name,kind,disabled,entra_id
{DOMAIN}-1001,Kari Nordmann,user,false,{KARI}
{DOMAIN}-1002,"Lunde, Ola",user,true,
{DOMAIN}-1101,Regnskap,group,,{STAFF}
,Skygruppe,group,,{CLOUD}
"""
MEMBERS = f"""group,member
{DOMAIN}-1101,{DOMAIN}-1001
"""
LABELS = "name,kind,libraries,seconds\nKassér,retention,,\nArkivverdig,record,,\n"


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """A tenant with people, labels and applications."""
    folder = tmp_path_factory.mktemp("peopled")
    for name, text in (("people.csv", PEOPLE), ("members.csv", MEMBERS), ("labels.csv", LABELS)):
        (folder / name).write_text(text, encoding="utf-8")
    write_apps(folder, *APPS.values())
    with running(folder, Ways(label_seconds=0.3, busy_items=0, sites=("sites/rehearsal", "sites/other"))) as ready:
        yield ready


APPS = {
    "users": app("User.Read.All"),
    "groups": app("GroupMember.Read.All"),
    "files": app("Files.ReadWrite.All"),
    "control": app("Sites.FullControl.All"),
    "selected": app("Sites.Selected", sites={"sites/rehearsal": "write"}),
}


@pytest.fixture
def own(peopled: Ready, library_of) -> Library:
    """A library of that tenant, new for each test."""
    library = library_of(peopled)
    site = library.http.get(f"{peopled.graph}/sites/127.0.0.1:/sites/rehearsal").json()["id"]
    body = {"displayName": f"B{time.time_ns()}", "list": {"template": "documentLibrary"}}
    made = library.http.post(f"{peopled.graph}/sites/{site}/lists", json=body).raise_for_status().json()
    library.drive = library.http.get(f"{peopled.graph}/sites/{site}/lists/{made['id']}/drive").json()["id"]
    return library


def invite(library: Library, name: str, **more: Any) -> httpx.Response:
    body = {"recipients": [{"objectId": KARI}], "roles": ["read"], "requireSignIn": True, "sendInvitation": False}
    return library.http.post(library.at(name, "invite"), json=body | more)


@line("library-inheritance")
def test_over_100_000_items_inheritance_cannot_be_broken(own, error, monkeypatch: pytest.MonkeyPatch) -> None:
    from filrydd.rehearsal.store import permissions

    assert permissions.MOST_BELOW == 100_000
    monkeypatch.setattr(permissions, "MOST_BELOW", 2)
    for name in ("a", "b", "c"):
        own.put(f"mappe/{name}.txt")
    assert error(invite(own, "mappe", retainInheritedPermissions=False)) == (400, "invalidRequest")
    assert all("inheritedFrom" in each for each in own.get("mappe", "permissions").json()["value"])
    assert invite(own, "mappe/a.txt", retainInheritedPermissions=False).status_code == 200


@line("library-scopes")
def test_beyond_50_000_unique_scopes_an_invitation_is_refused(own, error, monkeypatch: pytest.MonkeyPatch) -> None:
    from filrydd.rehearsal.store import permissions

    assert permissions.MOST_SCOPES == 50_000
    monkeypatch.setattr(permissions, "MOST_SCOPES", 1)
    own.put("a.txt")
    own.put("b.txt")
    assert invite(own, "a.txt", retainInheritedPermissions=False).status_code == 200
    assert error(invite(own, "b.txt", retainInheritedPermissions=False)) == (400, "invalidRequest")


@line("library-threshold")
def test_beyond_the_view_threshold_a_column_without_index_is_refused(
    own, error, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filrydd.rehearsal.store import listing

    assert listing.THRESHOLD == 5_000
    monkeypatch.setattr(listing, "THRESHOLD", 2)
    listed = own.http.get(f"{own.address}/list").json()
    address = f"{own.graph}/sites/{listed['parentReference']['siteId']}/lists/{listed['id']}"
    for name, indexed in (("Sak", False), ("Slag", True)):
        column = {"name": name, "displayName": name, "text": {}, "indexed": indexed}
        own.http.post(f"{address}/columns", json=column).raise_for_status()
    for number in range(4):
        own.put(f"{number}.txt")
    may_fail = {"Prefer": "HonorNonIndexedQueriesWarningMayFailRandomly"}
    refusal = own.http.get(f"{address}/items?$filter=fields/Sak eq 'x'", headers=may_fail)
    assert error(refusal) == (429, "activityLimitReached")
    answer = own.http.get(f"{address}/items?$filter=fields/Slag eq 'x'", headers=may_fail)
    assert (answer.status_code, answer.json()["value"]) == (200, [])


@line("library-count")
def test_a_site_has_at_most_2_000_lists(tmp_path, library_of, error, monkeypatch: pytest.MonkeyPatch) -> None:
    from filrydd.rehearsal.store import sites

    assert sites.MOST_LISTS == 2_000
    monkeypatch.setattr(sites, "MOST_LISTS", 2)
    with running(tmp_path) as ready:
        http = library_of(ready).http
        site = http.get(f"{ready.graph}/sites/127.0.0.1:/sites/rehearsal").json()["id"]
        answers = [
            http.post(
                f"{ready.graph}/sites/{site}/lists", json={"displayName": name, "list": {"template": "documentLibrary"}}
            )
            for name in ("A", "B")
        ]
        assert answers[0].status_code == 201
        assert error(answers[1]) == (400, "invalidRequest")


@line("permissions-deny")
def test_there_is_no_deny(own, error) -> None:
    own.put("a.txt")
    for roles in (["deny"], ["sp.deny"], ["none"], []):
        assert error(invite(own, "a.txt", roles=roles)) == (400, "invalidRequest")
    told = own.get("a.txt", "permissions")
    assert told.status_code == 200
    assert {role for each in told.json()["value"] for role in each["roles"]} <= {"read", "write", "owner"}


@line("label-status")
def test_the_first_label_is_201_and_the_next_200(own) -> None:
    own.put("a.txt")
    answers = [
        own.http.patch(own.at("a.txt", "retentionLabel"), json={"name": name}) for name in ("Kassér", "Arkivverdig")
    ]
    assert [(each.status_code, each.json()["name"]) for each in answers] == [(201, "Kassér"), (200, "Arkivverdig")]
    told = own.get("a.txt", "retentionLabel")
    assert (told.status_code, told.json()["name"]) == (200, "Arkivverdig")


@line("label-cascade")
def test_a_folders_label_cascades_but_not_at_once(own) -> None:
    own.put("mappe/under/a.txt")
    assert own.http.patch(own.at("mappe", "retentionLabel"), json={"name": "Kassér"}).status_code == 201
    assert own.get("mappe/under/a.txt", "retentionLabel").status_code == 404
    until = time.monotonic() + 10
    while own.get("mappe/under/a.txt", "retentionLabel").status_code == 404:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert own.get("mappe/under/a.txt", "retentionLabel").json()["name"] == "Kassér"


@line("label-record")
def test_a_record_label_needs_full_control(peopled, own, error) -> None:
    own.put("a.txt")
    address = own.at("a.txt", "retentionLabel")
    with signed(peopled, APPS["files"]) as client:
        assert error(client.patch(address, json={"name": "Arkivverdig"})) == (403, "accessDenied")
    with signed(peopled, APPS["control"]) as client:
        assert client.patch(address, json={"name": "Arkivverdig"}).status_code == 201


@line("fields-patch")
def test_fields_are_patched_by_the_lists_item(own) -> None:
    listed = own.http.get(f"{own.address}/list").json()
    address = f"{own.graph}/sites/{listed['parentReference']['siteId']}/lists/{listed['id']}"
    own.http.post(f"{address}/columns", json={"name": "Sak", "displayName": "Sak", "text": {}}).raise_for_status()
    own.put("a.txt")
    number = next(
        item["id"] for item in own.http.get(f"{address}/items?$expand=fields").json()["value"] if "a.txt" in str(item)
    )
    answer = own.http.patch(f"{address}/items/{number}/fields", json={"Sak": "2024/1"})
    assert (answer.status_code, answer.json()["Sak"]) == (200, "2024/1")
    assert answer.json()["@odata.etag"]
    assert own.http.get(f"{address}/items/{number}/fields").json()["Sak"] == "2024/1"


@line("fields-409")
def test_fields_are_refused_now_and_then_right_after_the_upload(tmp_path, error) -> None:
    with bad_day(tmp_path, "faults: [{fault: resource_modified, on: fields, first: 1}]", busy_items=0) as day:
        own = day.library
        listed = own.http.get(f"{own.address}/list").json()
        address = f"{own.graph}/sites/{listed['parentReference']['siteId']}/lists/{listed['id']}/columns"
        own.http.post(address, json={"name": "Sak", "displayName": "Sak", "text": {}}).raise_for_status()
        own.put("a.txt")
        answers = [own.http.patch(own.at("a.txt", "listItem/fields"), json={"Sak": "2024/1"}) for _ in range(2)]
        assert error(answers[0]) == (409, "resourceModified")
        assert (answers[1].status_code, answers[1].json()["Sak"]) == (200, "2024/1")


@line("library-new")
def test_a_library_is_made_by_its_template(http, site, error) -> None:
    body = {"displayName": f"Ny {time.time_ns()}", "list": {"template": "documentLibrary"}}
    made = http.post(f"{site}/lists", json=body)
    assert (made.status_code, made.json()["displayName"]) == (201, body["displayName"])
    assert made.json()["list"]["template"] == "documentLibrary"
    assert http.get(f"{site}/lists/{made.json()['id']}/drive").json()["driveType"] == "documentLibrary"
    assert error(http.post(f"{site}/lists", json=body)) == (409, "nameAlreadyExists")


@line("site-new")
def test_a_site_is_made_through_beta_a_moment_later(tmp_path, library_of) -> None:
    with running(tmp_path, Ways(any_site=False)) as ready:
        http = library_of(ready).http
        beta = ready.graph.removesuffix("/v1.0") + "/beta"
        body = {"name": "Regnskap", "webUrl": f"{ready.web}/sites/regnskap", "template": "sts"}
        answer = http.post(f"{beta}/sites", json=body)
        assert (answer.status_code, answer.content) == (202, b"")
        until = time.monotonic() + 20
        while (told := http.get(answer.headers["Location"]).json())["status"] != "succeeded":
            assert told["status"] == "running" and time.monotonic() < until
            time.sleep(0.1)
        found = http.get(f"{ready.graph}/sites/127.0.0.1:/sites/regnskap")
        assert (found.status_code, found.json()["id"]) == (200, told["resourceId"])


@line("site-selected")
def test_sites_selected_with_write_is_enough_for_an_upload_to_that_site_alone(peopled, error) -> None:
    drives = {drive.site: drive.id for drive in peopled.drives}
    with signed(peopled, APPS["selected"]) as client:
        made = client.put(f"{peopled.graph}/drives/{drives['sites/rehearsal']}/root:/valgt.txt:/content", content=b"x")
        assert (made.status_code, made.json()["name"]) == (201, "valgt.txt")
        session = client.post(
            f"{peopled.graph}/drives/{drives['sites/rehearsal']}/root:/v.bin:/createUploadSession", json={}
        )
        assert session.status_code == 200
        refusal = client.put(f"{peopled.graph}/drives/{drives['sites/other']}/root:/valgt.txt:/content", content=b"x")
        assert error(refusal) == (403, "accessDenied")


@line("invite")
def test_an_invitation_that_is_not_sent_lets_in(own, error) -> None:
    own.put("a.txt")
    answer = invite(own, "a.txt", retainInheritedPermissions=False)
    assert answer.status_code == 200
    (given,) = answer.json()["value"]
    assert (given["roles"], given["grantedToV2"]["user"]["displayName"]) == (["read"], "Kari Nordmann")
    assert "Kari Nordmann" in own.get("a.txt", "permissions").text
    assert error(invite(own, "a.txt", sendInvitation=True)) == (400, "invalidRequest")


@line("who-sid")
def test_who_came_from_the_domain_is_found_by_the_old_identifier(peopled, http) -> None:
    for kind, sid, id in (("users", f"{DOMAIN}-1001", KARI), ("groups", f"{DOMAIN}-1101", STAFF)):
        query = f"$filter=onPremisesSecurityIdentifier eq '{sid}'&$select=id,onPremisesSecurityIdentifier&$count=true"
        answer = http.get(f"{peopled.graph}/{kind}?{query}", headers={"ConsistencyLevel": "eventual"})
        assert answer.status_code == 200
        assert answer.json()["value"] == [{"id": id, "onPremisesSecurityIdentifier": sid}]


@line("who-enabled")
def test_an_account_says_whether_it_is_enabled(peopled, http) -> None:
    answer = http.get(f"{peopled.graph}/users?$select=displayName,accountEnabled")
    assert answer.status_code == 200
    told = {one["displayName"]: one["accountEnabled"] for one in answer.json()["value"]}
    assert told == {"Kari Nordmann": True, "Lunde, Ola": False}


@line("who-members")
def test_a_group_tells_its_members(peopled, http, error) -> None:
    answer = http.get(f"{peopled.graph}/groups/{STAFF}/transitiveMembers")
    assert answer.status_code == 200
    (member,) = answer.json()["value"]
    assert (member["@odata.type"], member["id"]) == ("#microsoft.graph.user", KARI)
    assert error(http.get(f"{peopled.graph}/groups/{KARI}/transitiveMembers")) == (404, "Request_ResourceNotFound")


@line("who-permission")
def test_user_read_all_and_groupmember_read_all_are_the_least(peopled, error) -> None:
    denied = (403, "Authorization_RequestDenied")
    with signed(peopled, APPS["users"]) as client:
        assert client.get(f"{peopled.graph}/users").status_code == 200
        assert error(client.get(f"{peopled.graph}/groups")) == denied
    with signed(peopled, APPS["groups"]) as client:
        assert client.get(f"{peopled.graph}/groups/{STAFF}/transitiveMembers").status_code == 200
        assert error(client.get(f"{peopled.graph}/users")) == denied


@line("who-cloud")
def test_a_group_has_the_identifier_of_the_cloud(peopled, http) -> None:
    answer = http.get(f"{peopled.graph}/groups")
    assert answer.status_code == 200
    told = {one["id"]: one for one in answer.json()["value"]}
    assert told[CLOUD]["onPremisesSecurityIdentifier"] is None
    # The object id as four numbers, in the order of its bytes in memory.
    assert told[CLOUD]["securityIdentifier"] == "S-1-12-1-858993459-858993459-858993459-858993459"
