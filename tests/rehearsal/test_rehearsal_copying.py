"""Copies: what they take along, where they can go, and how far they are."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.store import copies
from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.conftest import Library as Client
from tests.rehearsal.signing import app, signed, write_apps

Library = Any
REPLACE = {"@microsoft.graph.conflictBehavior": "replace"}


def copy(library: Library, path: str, body: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
    return library.http.post(library.at(path, "copy"), json=body or {}, **options)


def finished(library: Library, answer: httpx.Response) -> dict[str, Any]:
    """What the monitor says at last; asked without a token."""
    assert answer.status_code == 202, answer.text
    assert answer.content == b""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        said = httpx.get(answer.headers["Location"])
        assert said.status_code == 202
        if said.json()["status"] != "inProgress":
            return said.json()
        assert 0 <= said.json()["percentageComplete"] < 100
        time.sleep(0.02)
    raise AssertionError(said.text)


@pytest.fixture
def other(tenant: Ready, http: httpx.Client, site: str) -> Library:
    """A second new library, in another site."""
    elsewhere = http.get(f"{tenant.graph}/sites/h.no:/sites/kopier").json()["id"]
    body = {"displayName": f"Kopier {time.monotonic_ns()}", "list": {"template": "documentLibrary"}}
    made = http.post(f"{tenant.graph}/sites/{elsewhere}/lists", json=body).json()
    drive = http.get(f"{tenant.graph}/sites/{elsewhere}/lists/{made['id']}/drive").json()["id"]
    return Client(http, tenant.graph, drive)


def test_a_file_is_copied_with_its_newest_content_and_without_its_fields_and_times(library) -> None:
    library.put("a.txt", b"gammel")
    library.put("a.txt", b"ny")
    library.patch("a.txt", {"fileSystemInfo": {"lastModifiedDateTime": "2001-01-01T00:00:00Z"}}).raise_for_status()
    for _again in range(2):
        library.http.patch(library.at("a.txt", "listItem/fields"), json={"Title": "x"})
    said = finished(library, copy(library, "a.txt", {"name": "b.txt"}))
    made = library.item("b.txt")
    assert (said["status"], said["percentageComplete"], said["resourceId"]) == ("completed", 100.0, made["id"])
    assert library.content("b.txt") == b"ny"
    assert made["file"]["hashes"] == library.item("a.txt")["file"]["hashes"]
    assert made["fileSystemInfo"]["lastModifiedDateTime"] > "2020"
    assert [one["id"] for one in library.get("b.txt", "versions").json()["value"]] == ["1.0"]
    assert "Title" not in library.get("b.txt", "listItem/fields").json()
    assert library.content("a.txt") == b"ny"


def test_a_folder_is_copied_with_all_below_to_another_site(library, other) -> None:
    library.put("mappe/under/a.txt", b"aa")
    library.put("mappe/b.txt", b"b")
    library.folder("tom", library.item("mappe")["id"])
    goal = other.folder("mål").json()["id"]
    body = {"parentReference": {"driveId": other.drive, "id": goal}}
    said = finished(library, copy(library, "mappe", body))
    assert said["status"] == "completed"
    assert other.content("mål/mappe/under/a.txt") == b"aa" and other.content("mål/mappe/b.txt") == b"b"
    assert other.item("mål/mappe/tom")["folder"] == {"childCount": 0}
    top = other.item("mål/mappe")
    assert (top["id"], top["size"], top["folder"]["childCount"]) == (said["resourceId"], 3, 3)
    assert len(library.whole_delta()[0]) == 6


@pytest.mark.parametrize("form", ["/drive/root:/mål", "/drives/{drive}/root:/m%C3%A5l", "drives/{drive}/root:/mål:"])
def test_the_target_may_be_a_path(library, form: str) -> None:
    library.put("a.txt")
    library.folder("mål")
    body = {"parentReference": {"path": form.format(drive=library.drive)}}
    assert finished(library, copy(library, "a.txt", body))["status"] == "completed"
    assert library.content("mål/a.txt") == b"innhold"


def test_a_name_that_is_taken_is_refused_at_once_unless_the_call_says_otherwise(library, error) -> None:
    library.put("a.txt", b"a")
    library.put("b.txt", b"b")
    assert error(copy(library, "a.txt")) == (409, "nameAlreadyExists")
    assert error(copy(library, "a.txt", {"name": "B.TXT"})) == (409, "nameAlreadyExists")
    assert error(copy(library, "a.txt", params=REPLACE)) == (409, "nameAlreadyExists")
    replaced = finished(library, copy(library, "a.txt", {"name": "b.txt"}, params=REPLACE))
    assert replaced["resourceId"] == library.item("b.txt")["id"]
    assert library.content("b.txt") == b"a"
    assert len(library.get("b.txt", "versions").json()["value"]) == 2
    finished(library, copy(library, "a.txt", params={"@microsoft.graph.conflictBehavior": "rename"}))
    assert library.content("a 1.txt") == b"a"


def test_the_history_comes_along_when_it_is_asked_for_and_no_name_is_given(library) -> None:
    for content in (b"en", b"to", b"tre"):
        library.put("a.txt", content)
    goal = {"id": library.folder("mål").json()["id"], "driveId": library.drive}
    finished(library, copy(library, "a.txt", {"parentReference": goal, "includeAllVersionHistory": True}))
    assert [one["id"] for one in library.get("mål/a.txt", "versions").json()["value"]] == ["3.0", "2.0", "1.0"]
    library.put("mål/a.txt", b"fire")
    assert library.get("mål/a.txt", "versions").json()["value"][0]["id"] == "4.0"
    body = {"parentReference": goal, "includeAllVersionHistory": True, "name": "b.txt"}
    finished(library, copy(library, "a.txt", body))
    assert len(library.get("mål/b.txt", "versions").json()["value"]) == 1


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"parentReference": {"id": "{inner}"}, "name": "x"}, (400, "invalidRequest")),
        ({"parentReference": {"id": "{self}"}}, (400, "invalidRequest")),
        ({"parentReference": {"id": "01BORTE"}}, (404, "itemNotFound")),
        ({"parentReference": {"driveId": "b!borte"}}, (404, "itemNotFound")),
        ({"parentReference": {"path": "/me/drive"}}, (400, "invalidRequest")),
        ({"parentReference": {"path": "/drive/root:/borte"}}, (404, "itemNotFound")),
        ({"parentReference": "mappe"}, (400, "invalidRequest")),
        ({"name": "a:b"}, (400, "invalidRequest")),
        ({"name": "x" * 256}, (400, "invalidRequest")),
        ({"name": 7}, (400, "invalidRequest")),
        ({"name": "y", "childrenOnly": True}, (400, "invalidRequest")),
        ({"name": "y", "includeAllVersionHistory": "yes"}, (400, "invalidRequest")),
        ({"parentReference": {"id": "{file}"}}, (404, "itemNotFound")),
    ],
)
def test_a_copy_that_cannot_be_is_refused_at_once(library, error, body, wanted) -> None:
    library.put("mappe/indre/a.txt")
    known = {"{inner}": library.item("mappe/indre")["id"], "{self}": library.item("mappe")["id"]}
    known["{file}"] = library.put("fil.txt").json()["id"]
    reference = body.get("parentReference")
    if isinstance(reference, dict) and reference.get("id") in known:
        body = {**body, "parentReference": {"id": known[reference["id"]]}}
    assert error(copy(library, "mappe", body)) == wanted
    assert error(library.http.post(f"{library.address}/root/copy", json={})) == (400, "invalidRequest")
    assert len(library.whole_delta()[0]) == 5


def test_what_cannot_be_copied_below_fails_later_and_says_why(library) -> None:
    deep = "/".join(["x" * 60] * 5)
    library.put(f"mappe/{deep}/a.txt").raise_for_status()
    library.folder("y" * 100)
    body = {"parentReference": {"id": library.item("y" * 100)["id"]}}
    said = finished(library, copy(library, "mappe", body))
    assert said["status"] == "failed" and said["error"]["code"] == "pathIsTooLong"
    assert library.get(f"mappe/{deep}/a.txt").status_code == 200


def test_a_copy_goes_on_after_a_kill_and_is_made_once(start: Callable[..., Any], http: httpx.Client) -> None:
    first = start()
    library = Client(http, first.ready["graph"], first.ready["drives"][0]["id"])
    for number in range(40):
        library.put(f"mappe/{number}.txt", str(number).encode())
    place = copy(library, "mappe", {"name": "kopi"}).headers["Location"]
    first.kill()
    second = start()
    library.graph = second.ready["graph"]
    assert place.startswith(second.ready["web"])
    assert finished(library, httpx.Response(202, headers={"Location": place}))["status"] == "completed"
    listed = http.get(f"{library.at('kopi', 'children')}?$top=999").json()["value"]
    assert {one["name"] for one in listed} == {f"{number}.txt" for number in range(40)}
    assert library.content("kopi/7.txt") == b"7"
    second.kill()


def test_others_write_while_a_large_folder_is_copied(library, monkeypatch) -> None:
    monkeypatch.setattr(copies, "STEP", 5)
    for number in range(60):
        library.put(f"mappe/{number}.txt", b"x")
    place = copy(library, "mappe", {"name": "kopi"})
    seen = set()
    for number in range(20):
        library.put(f"imens {number}.txt", b"y").raise_for_status()
        seen.add(httpx.get(place.headers["Location"]).json()["status"])
    assert finished(library, place)["status"] == "completed"
    assert library.item("kopi")["folder"]["childCount"] == 60
    assert "failed" not in seen


def test_a_monitor_that_nobody_was_given_is_404_and_needs_no_token(tmp_path: Path, http, error) -> None:
    with running(tmp_path, Ways(anonymous=False)) as ready:
        place = f"{ready.api}/v2.0/monitor/00000000-0000-0000-0000-000000000000"
        assert error(http.get(place)) == (404, "itemNotFound")
        assert error(http.delete(place)) == (405, "invalidRequest")
        assert http.get(f"{ready.api}/v2.0/drives/{ready.drives[0].id}").status_code == 401


def test_a_move_to_another_drive_is_refused_and_says_what_would_be_needed(library, other, error) -> None:
    library.put("a.txt")
    goal = other.item("")["id"]
    answer = library.patch("a.txt", {"parentReference": {"driveId": other.drive, "id": goal}})
    assert error(answer) == (400, "invalidRequest")
    assert "respond-async" in answer.json()["error"]["message"]
    assert library.get("a.txt").status_code == 200


def test_a_copy_beyond_the_quota_fails_and_leaves_no_part_of_a_file(tmp_path: Path, library_of) -> None:
    with running(tmp_path, Ways(quota=25)) as ready:
        library = library_of(ready)
        library.put("mappe/a.txt", b"x" * 10).raise_for_status()
        library.put("mappe/b.txt", b"y" * 9).raise_for_status()
        said = finished(library, copy(library, "mappe", {"name": "kopi"}))
        assert said["status"] == "failed" and said["error"]["code"] == "quotaLimitReached"
        assert library.http.get(library.address).json()["quota"]["used"] <= 25


def test_a_copy_over_what_another_app_holds_and_to_a_site_that_is_closed_is_refused(tmp_path, error) -> None:
    writer = app("Sites.Selected", sites={"sites/rehearsal": "write", "sites/other": "read"})
    other = app("Sites.FullControl.All")
    write_apps(tmp_path, other, writer)
    ways = Ways(anonymous=False, sites=("sites/rehearsal", "sites/other"), busy_items=0)
    with running(tmp_path, ways) as ready:
        here, there = (
            next(one.id for one in ready.drives if one.site == site) for site in ("sites/rehearsal", "sites/other")
        )
        own = f"{ready.graph}/drives/{here}"
        with signed(ready, writer) as client:
            for name in ("a.txt", "b.txt"):
                client.put(f"{own}/root:/{name}:/content", content=b"x").raise_for_status()
            body = {"parentReference": {"driveId": there, "id": "root"}}
            assert error(client.post(f"{own}/root:/a.txt:/copy", json=body)) == (403, "accessDenied")
            with signed(ready, other) as holder:
                holder.post(f"{own}/root:/b.txt:/checkout").raise_for_status()
            over = client.post(f"{own}/root:/a.txt:/copy", json={"name": "b.txt"}, params=REPLACE)
            assert error(over)[0] == 423
            assert client.patch(f"{own}/root:/b.txt:/listItem/fields", json={"Title": "x"}).status_code == 423
            columns = client.post(f"{own}/list/columns", json={"name": "Ny", "text": {}})
            assert error(columns) == (403, "accessDenied")
            assert client.post(f"{own}/root:/a.txt:/copy", json={"name": "c.txt"}).status_code == 202
