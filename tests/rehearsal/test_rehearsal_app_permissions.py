"""What applications may do: Graph's application permissions, and Sites.Selected site by site."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from filrydd.rehearsal.rules.apps import ANYBODY, EVERYTHING, App, Need, may, suffices
from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.signing import Proof, app, ask, first_app, signed, token, write_apps

HERE = "sites/127.0.0.1:/sites/rehearsal"
THERE = "sites/127.0.0.1:/sites/other"
DENIED = (403, "accessDenied")
OK = (200, "")

APPS = {
    "nothing": app(),
    "reads files": app("Files.Read.All"),
    "changes files": app("Files.ReadWrite.All"),
    "reads sites": app("Sites.Read.All"),
    "changes sites": app("Sites.ReadWrite.All"),
    "manages": app("Sites.Manage.All"),
    "controls": app("Sites.FullControl.All"),
    "users": app("User.Read.All"),
    "groups": app("GroupMember.Read.All"),
    "directory": app("Directory.Read.All"),
    "teams": app("Team.ReadBasic.All"),
    "channels": app("Channel.ReadBasic.All"),
    "selected": app("Sites.Selected", sites={"sites/rehearsal": "write", "sites/other": "read"}),
    "reads selected": app("Sites.Selected", sites={"/sites/Rehearsal/": "read"}),
    "manages selected": app("Sites.Selected", sites={"sites/rehearsal": "manage"}),
    "owns selected": app("Sites.Selected", sites={"sites/rehearsal": "owner"}),
    "selected nowhere": app("Sites.Selected"),
    "not selected": app("User.Read.All", sites={"sites/rehearsal": "owner"}),
}
CALLS = {
    "site": ("GET", f"{HERE}", None),
    "drives": ("GET", f"{HERE}:/drives", None),
    "lists": ("GET", f"{HERE}:/lists", None),
    "columns": ("GET", f"{HERE}:/lists/Documents/columns", None),
    "drive": ("GET", "DRIVE", None),
    "item": ("GET", "DRIVE/root", None),
    "item by its site": ("GET", f"{HERE}:/drive/root", None),
    "children": ("GET", "DRIVE/root/children", None),
    "delta": ("GET", "DRIVE/root/delta", None),
    "permissions": ("GET", "DRIVE/root:/fil.txt:/permissions", None),
    "send": ("PUT", "DRIVE/root:/fil.txt:/content", b"innhold"),
    "send by its site": ("PUT", f"{HERE}:/drive/root:/fil.txt:/content", b"innhold"),
    "session": ("POST", "DRIVE/root:/NEW.bin:/createUploadSession", {}),
    "folder": ("POST", "DRIVE/root/children", {"name": "NEW", "folder": {}}),
    "fields": ("PATCH", "DRIVE/root:/fil.txt:/listItem/fields", {}),
    "invite": ("POST", "DRIVE/root:/fil.txt:/invite", {}),
    "library": ("POST", f"{HERE}:/lists", {"displayName": "NEW", "list": {"template": "documentLibrary"}}),
    "column": ("POST", f"{HERE}:/lists/Documents/columns", {"name": "NEW", "displayName": "NEW", "text": {}}),
    "grants": ("GET", f"{HERE}:/permissions", None),
    "users": ("GET", "users", None),
    "groups": ("GET", "groups", None),
    "teams": ("GET", "teams", None),
    "channels": ("GET", f"teams/{uuid.uuid4()}/channels", None),
}
READS = {"drives", "drive", "item", "item by its site", "children", "delta", "permissions"}
SENDS = {"send", "send by its site", "session", "folder"}
SITES = {"site", "lists", "columns"}
MAY = {
    "nothing": set(),
    "reads files": READS,
    "changes files": READS | SENDS | {"invite"},
    "reads sites": READS | SITES,
    "changes sites": READS | SITES | SENDS | {"invite", "fields", "library"},
    "manages": READS | SITES | SENDS | {"invite", "fields", "library", "column"},
    "controls": READS | SITES | SENDS | {"invite", "fields", "library", "column", "grants"},
    "users": {"users"},
    "groups": {"groups"},
    "directory": {"users", "groups", "channels"},
    "teams": {"teams"},
    "channels": {"channels"},
    "selected": READS | SITES | SENDS | {"fields"},
    "reads selected": READS | SITES,
    "manages selected": READS | SITES | SENDS | {"fields", "library", "column"},
    "owns selected": READS | SITES | SENDS | {"fields", "library", "column", "invite"},
    "selected nowhere": set(),
    "not selected": {"users"},
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """A tenant that asks for a token, with two sites and all the apps."""
    folder = tmp_path_factory.mktemp("guarded")
    write_apps(folder, *APPS.values())
    ways = Ways(anonymous=False, sites=("sites/rehearsal", "sites/other"), any_site=True, busy_items=0)
    with running(folder, ways) as ready:
        with trial(ready) as client:
            client.put(f"{ready.graph}/{HERE}:/drive/root:/fil.txt:/content", content=b"x").raise_for_status()
        yield ready


def trial(ready: Ready) -> httpx.Client:
    return httpx.Client(headers={"Authorization": f"Bearer {ready.token}"}, timeout=30)


def drive_of(ready: Ready, site: str = "sites/rehearsal") -> str:
    return next(drive.id for drive in ready.drives if drive.site == site)


@pytest.mark.parametrize("who", list(APPS))
def test_each_app_may_what_its_permissions_say_and_nothing_else(guarded, error, who) -> None:
    refused = set()
    with signed(guarded, APPS[who]) as client:
        for name, (method, path, body) in CALLS.items():
            address = path.replace("DRIVE", f"drives/{drive_of(guarded)}").replace("NEW", uuid.uuid4().hex)
            content = json.dumps(body).replace("NEW", f"N{uuid.uuid4().hex[:8]}") if isinstance(body, dict) else body
            answer = client.request(method, f"{guarded.graph}/{address}", content=content)
            if answer.status_code == 403:
                code = error(answer)[1]
                message = answer.json()["error"]["message"]
                if name in ("users", "groups"):
                    assert code == "Authorization_RequestDenied"
                    assert message == "Insufficient privileges to complete the operation."
                elif name in ("teams", "channels"):
                    assert code == "Forbidden"
                    assert message.startswith("Missing role permissions on the request. API requires one of '")
                elif who == "nothing":
                    assert message == "Either scp or roles claim need to be present in the token."
                else:
                    assert (code, message) == ("accessDenied", "Access denied")
                refused.add(name)
            else:
                # Let through: done, or wrong in itself.
                assert answer.status_code < 500 and answer.status_code != 401, (name, answer.text)
                assert answer.status_code < 300 or name in ("invite", "channels"), (name, answer.text)
    assert set(CALLS) - refused == MAY[who]


def test_a_selected_app_writes_one_site_reads_another_and_sees_no_third(guarded, error) -> None:
    with signed(guarded, APPS["selected"]) as client:
        graph = guarded.graph
        written = client.put(f"{graph}/drives/{drive_of(guarded)}/root:/mine.txt:/content", content=b"a")
        assert written.status_code == 201
        other = f"{graph}/drives/{drive_of(guarded, 'sites/other')}"
        assert client.get(f"{other}/root/children").status_code == 200
        assert error(client.put(f"{other}/root:/mine.txt:/content", content=b"a")) == DENIED
        assert error(client.delete(f"{other}/root:/mine.txt")) == DENIED
        # A site that is not there is not made for an app that may not see it.
        assert error(client.get(f"{graph}/sites/127.0.0.1:/sites/third")) == DENIED
        with trial(guarded) as everything:
            paths = [each["webUrl"] for each in (everything.get(f"{graph}/{HERE}").json(),)]
            assert not any("third" in path for path in paths)


def test_a_batch_gives_each_call_its_own_refusal(guarded) -> None:
    requests = [
        {"id": "1", "method": "GET", "url": f"/drives/{drive_of(guarded)}/root"},
        {"id": "2", "method": "GET", "url": f"/drives/{drive_of(guarded, 'sites/other')}/root"},
        {"id": "3", "method": "GET", "url": "/users"},
        {"id": "4", "method": "DELETE", "url": f"/drives/{drive_of(guarded, 'sites/other')}/root:/fil.txt"},
    ]
    with signed(guarded, APPS["owns selected"]) as client:
        answer = client.post(f"{guarded.graph}/$batch", json={"requests": requests})
    said = [(one["status"], one["body"].get("error", {}).get("code")) for one in answer.json()["responses"]]
    assert said == [(200, None), DENIED, (403, "Authorization_RequestDenied"), DENIED]


def test_a_site_is_opened_to_an_app_changed_and_closed_again(guarded, error) -> None:
    one = APPS["selected nowhere"]
    graph = guarded.graph
    with signed(guarded, APPS["controls"]) as admin, signed(guarded, one) as client:
        id = admin.get(f"{graph}/{THERE}").json()["id"]
        permissions, drive = f"{graph}/sites/{id}/permissions", f"{graph}/drives/{drive_of(guarded, 'sites/other')}"
        assert error(client.get(f"{drive}/root")) == DENIED
        identity = {"application": {"id": one["id"], "displayName": "Opplaster"}}
        made = admin.post(permissions, json={"roles": ["read"], "grantedToIdentities": [identity]})
        assert made.status_code == 201
        body = made.json()
        assert body["roles"] == ["read"]
        assert body["grantedToIdentitiesV2"] == body["grantedToIdentities"] == [identity]
        # The token need not be another one: what is selected is SharePoint's to know.
        assert client.get(f"{drive}/root").status_code == 200
        assert error(client.put(f"{drive}/root:/a.txt:/content", content=b"a")) == DENIED
        listed = {
            each["grantedToIdentities"][0]["application"]["id"]: each for each in admin.get(permissions).json()["value"]
        }
        assert set(listed) == {one["id"], APPS["selected"]["id"]}
        assert "roles" not in listed[one["id"]]
        at = f"{permissions}/{body['id']}"
        changed = admin.patch(at, json={"roles": ["write"]})
        assert (changed.status_code, changed.json()["roles"]) == (200, ["write"])
        assert admin.get(at).json()["roles"] == ["write"]
        assert client.put(f"{drive}/root:/a.txt:/content", content=b"a").status_code == 201
        assert admin.delete(at).status_code == 204
        assert error(client.get(f"{drive}/root")) == DENIED
        assert error(admin.get(at)) == (404, "itemNotFound")
        assert error(client.get(permissions)) == DENIED


def test_what_a_call_gave_stands_over_the_list_and_outlives_a_restart(tmp_path, error) -> None:
    one, admin = app("Sites.Selected", sites={"sites/rehearsal": "owner"}), app("Sites.FullControl.All")
    write_apps(tmp_path, one, admin)
    with running(tmp_path) as ready:
        permissions = f"{ready.graph}/{HERE}:/permissions"
        with signed(ready, admin) as client:
            (there,) = client.get(permissions).json()["value"]
            assert client.patch(f"{permissions}/{there['id']}", json={"roles": ["read"]}).status_code == 200
    with running(tmp_path) as ready, signed(ready, one) as client:
        drive = f"{ready.graph}/drives/{ready.drives[0].id}"
        assert client.get(f"{drive}/root").status_code == 200
        assert error(client.put(f"{drive}/root:/a.txt:/content", content=b"a")) == DENIED


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"roles": ["administer"], "grantedToIdentities": [{"application": {"id": str(uuid.uuid4())}}]},
        {"roles": ["read", "write"], "grantedToIdentities": [{"application": {"id": str(uuid.uuid4())}}]},
        {"roles": ["read"], "grantedToIdentities": []},
        {"roles": ["read"], "grantedToIdentities": [{"user": {"id": str(uuid.uuid4())}}]},
        {"roles": ["read"], "grantedToIdentities": [{"application": {"id": "x"}}]},
        {"roles": ["read"], "grantedToIdentities": [{"application": {"id": str(uuid.uuid4()), "displayName": 1}}]},
        {"roles": ["read"], "grantedToIdentities": "x"},
        {"roles": [[]], "grantedToIdentities": [{"application": {"id": str(uuid.uuid4())}}]},
        {"roles": ["read"], "expirationDateTime": "2030-01-01T00:00:00Z"},
    ],
)
def test_a_grant_that_graph_would_refuse_is_refused(guarded, error, body) -> None:
    with signed(guarded, APPS["controls"]) as admin:
        answer = admin.post(f"{guarded.graph}/{HERE}:/permissions", json=body)
        assert error(answer) == (400, "invalidRequest")
        assert error(admin.put(f"{guarded.graph}/{HERE}:/permissions", json=body)) == (405, "invalidRequest")
        assert error(admin.delete(f"{guarded.graph}/{HERE}:/permissions/none")) == (404, "itemNotFound")


def test_sharepoints_own_api_takes_apps_with_a_certificate_only(tmp_path, error) -> None:
    proof, folder = Proof(), tmp_path / "tenant"
    folder.mkdir()
    (folder / "uploader.pem").write_bytes(proof.pem(private=False))
    one = app("Sites.Selected", certificate="uploader.pem", sites={"sites/rehearsal": "read"})
    write_apps(folder, one)
    with running(folder, Ways(anonymous=False, sites=("sites/rehearsal", "sites/other"))) as ready:
        scope = "https://127.0.0.1/.default"
        certified = ask(
            ready,
            client_id=one["id"],
            client_assertion=proof.assertion(ready, one["id"]),
            client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            scope=scope,
        ).json()["access_token"]
        with trial(ready) as client:
            found = client.get(f"{ready.graph}/{HERE}:/lists").json()["value"][0]["id"]
            elsewhere = client.get(f"{ready.graph}/{THERE}:/lists").json()["value"][0]["id"]
        address = f"{ready.web}/sites/rehearsal/_api/web/lists(guid'{found}')"

        def answer(text: str, at: str = address) -> httpx.Response:
            return httpx.get(at, headers={"Authorization": f"Bearer {text}"})

        assert answer(certified).status_code == 200
        secret = answer(token(ready, one, scope))
        assert secret.status_code == 401
        assert "Unsupported app only token." in secret.text
        other = f"{ready.web}/sites/other/_api/web/lists(guid'{elsewhere}')"
        assert answer(certified, other).status_code == 403


def test_sharepoint_tells_an_app_with_a_certificate_what_it_may_do(tmp_path) -> None:
    proof = Proof()
    (tmp_path / "app.pem").write_bytes(proof.pem(private=False))
    more = {"certificate": str(tmp_path / "app.pem")}
    levels = {
        role: app("Sites.Selected", sites={"sites/rehearsal": role}, **more)
        for role in ("read", "write", "manage", "owner")
    }
    levels |= {name: app(f"Sites.{name}.All", **more) for name in ("Read", "ReadWrite", "Manage", "FullControl")}
    write_apps(tmp_path, *levels.values())
    with running(tmp_path, Ways(anonymous=False)) as ready:
        rights = {}
        for name, one in levels.items():
            given = ask(
                ready,
                client_id=one["id"],
                client_assertion=proof.assertion(ready, one["id"]),
                client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                scope="https://127.0.0.1/.default",
                client_secret=None,
            ).json()["access_token"]
            address = f"{ready.web}/sites/rehearsal/_api/web?$select=EffectiveBasePermissions"
            said = httpx.get(address, headers={"Authorization": f"Bearer {given}"}).json()
            rights[name] = int(said["EffectiveBasePermissions"]["Low"])
    # SP.PermissionKind: addListItems 2, manageLists 12, managePermissions 26, counted from 1.
    may = {name: tuple(bool(low & 1 << bit - 1) for bit in (2, 12, 26)) for name, low in rights.items()}
    assert may["read"] == may["Read"] == (False, False, False)
    assert may["write"] == may["ReadWrite"] == (True, False, False)
    assert may["manage"] == may["Manage"] == (True, True, False)
    assert may["owner"] == may["FullControl"] == (True, True, True)


def test_refused_calls_are_counted_too(tmp_path, error) -> None:
    one = app("User.Read.All")
    write_apps(tmp_path, one)
    with running(tmp_path, Ways(units_per_minute=5)) as ready, signed(ready, one) as client:
        answers = [error(client.get(f"{ready.graph}/drives/{ready.drives[0].id}/root")) for _ in range(7)]
    assert answers == [DENIED] * 5 + [(429, "activityLimitReached")] * 2


def test_without_a_token_anybody_may_everything(tenant, http) -> None:
    assert http.get(f"{tenant.graph}/users").status_code == 200
    assert all(suffices(ANYBODY, need) for need in Need)
    assert may(ANYBODY, "Sites.FullControl.All")
    assert not may(App("x", "X", EVERYTHING - {"Sites.FullControl.All"}), "Sites.FullControl.All")


def test_the_first_app_may_everything_by_its_token_as_well(guarded, tmp_path) -> None:
    with running(Path(tmp_path) / "own", Ways(anonymous=False)) as ready, signed(ready, first_app(ready)) as client:
        for path in (HERE, "users", "groups", "teams", f"{HERE}:/permissions"):
            assert client.get(f"{ready.graph}/{path}").status_code == 200


def test_a_copy_needs_the_right_to_write_where_it_goes(guarded, error) -> None:
    graph, here = guarded.graph, drive_of(guarded)
    with signed(guarded, APPS["selected"]) as client:
        name = f"{uuid.uuid4().hex}.txt"
        sent = client.put(f"{graph}/drives/{here}/root:/{name}:/content", content=b"a").json()
        item = f"{graph}/drives/{here}/items/{sent['id']}"
        to_other = {"parentReference": {"driveId": drive_of(guarded, "sites/other"), "id": "root"}, "name": name}
        assert error(client.post(f"{item}/copy", json=to_other)) == DENIED
        assert client.post(f"{item}/copy", json={"name": f"copy of {name}"}).status_code == 202


def test_the_tenants_own_site_and_list_of_sites_are_not_selected_ones(guarded, error) -> None:
    body = {"displayName": "Ny", "list": {"template": "documentLibrary"}}
    with signed(guarded, APPS["selected"]) as client:
        assert error(client.get(f"{guarded.graph}/sites/root")) == DENIED
        assert error(client.get(f"{guarded.graph}/sites?search=other")) == DENIED
    with signed(guarded, APPS["reads sites"]) as client:
        assert client.get(f"{guarded.graph}/sites/root").status_code == 200
        assert error(client.post(f"{guarded.graph}/sites/root/lists", json=body)) == DENIED
