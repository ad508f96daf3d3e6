"""Versions: what makes one, what can be done with them, and how many a library keeps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running


def ids(library, name: str = "a.txt") -> list[str]:
    return [each["id"] for each in library.get(name, "versions").raise_for_status().json()["value"]]


@pytest.fixture
def limits(library, tenant) -> str:
    """The address of the library's list in SharePoint's own API."""
    listed = library.http.get(f"{library.address}/list").json()["id"]
    return f"{tenant.web}/sites/rehearsal/_api/web/lists(guid'{listed}')"


def merge(library, place: str, body: dict[str, Any]) -> httpx.Response:
    headers = {"X-HTTP-Method": "MERGE", "IF-MATCH": "*", "Content-Type": "application/json;odata=nometadata"}
    return library.http.post(place, json=body, headers=headers)


def put_again(library) -> httpx.Response:
    return library.put("a.txt", b"nytt")


def put_by_session(library) -> httpx.Response:
    body = {"@microsoft.graph.conflictBehavior": "replace"}
    url = library.session("a.txt", body).json()["uploadUrl"]
    return library.fragment(url, b"nytt", 0, 4)


def rename(library) -> httpx.Response:
    library.patch("a.txt", {"name": "b.txt"}).raise_for_status()
    return library.patch("b.txt", {"name": "a.txt"})


def new_times(library) -> httpx.Response:
    return library.patch("a.txt", {"fileSystemInfo": {"lastModifiedDateTime": "2020-01-02T03:04:05Z"}})


def restore(library) -> httpx.Response:
    put_again(library)
    return library.http.post(library.at("a.txt", "versions/1.0/restoreVersion"))


@pytest.mark.parametrize(
    ("change", "more"), [(put_again, 1), (put_by_session, 1), (rename, 2), (new_times, 1), (restore, 2)]
)
def test_every_change_makes_a_version(library, change: Callable[[Any], httpx.Response], more: int) -> None:
    library.put("a.txt", b"gammelt")
    assert change(library).status_code in (200, 204)
    assert ids(library) == [f"{number}.0" for number in range(1 + more, 0, -1)]


def test_filled_columns_make_a_version(tmp_path: Path, library_of) -> None:
    with running(tmp_path, Ways(busy_items=0)) as ready:
        library = library_of(ready)
        place = library.http.get(f"{ready.graph}/sites/127.0.0.1:/sites/rehearsal").json()["id"]
        columns = f"{ready.graph}/sites/{place}/lists/Documents/columns"
        library.http.post(columns, json={"name": "Sak", "displayName": "Sak", "text": {}}).raise_for_status()
        library.put("a.txt")
        library.http.patch(library.at("a.txt", "listItem/fields"), json={"Sak": "1"}).raise_for_status()
        assert ids(library) == ["2.0", "1.0"]


def test_a_version_says_who_when_and_how_much_and_gives_its_content(library) -> None:
    library.put("a.txt", b"gammelt")
    library.put("a.txt", b"nytt")
    one = library.get("a.txt", "versions/1.0").json()
    assert (one["id"], one["size"]) == ("1.0", 7)
    assert one["lastModifiedBy"]["user"]["displayName"] == "SharePoint App"
    assert one["lastModifiedDateTime"].endswith("Z")
    assert library.http.get(one["@microsoft.graph.downloadUrl"]).content == b"gammelt"
    answer = library.http.get(library.at("a.txt", "versions/1.0/content"))
    assert answer.status_code == 302
    assert library.http.get(answer.headers["location"]).content == b"gammelt"
    current = library.get("a.txt", "versions/current").json()
    assert current["id"] == "2.0"
    assert "@microsoft.graph.downloadUrl" not in current
    assert library.get("a.txt", "versions/1.0?$select=size").json().keys() == {"@odata.context", "size"}


def test_what_is_asked_of_versions_in_vain(library, error) -> None:
    library.put("a.txt")
    library.folder("Mappe")
    assert error(library.get("a.txt", "versions/7.0")) == (404, "itemNotFound")
    assert error(library.get("a.txt", "versions/1")) == (404, "itemNotFound")
    assert error(library.get("a.txt", "versions/1.0/content")) == (400, "invalidRequest")
    assert error(library.get("a.txt", "versions/1.0?$select=navn"))[0] == 400
    assert error(library.get("a.txt", "versions?$orderby=id"))[0] == 400
    assert error(library.get("Mappe", "versions")) == (400, "invalidRequest")
    assert error(library.http.put(library.at("a.txt", "versions/1.0"), json={})) == (405, "invalidRequest")
    assert error(library.http.post(library.at("a.txt", "versions/1.0/noe"), json={}))[0] == 400


def test_a_restored_version_comes_on_top_with_its_content_and_its_hash(library, error) -> None:
    before = library.put("a.txt", b"gammelt").json()
    after = library.put("a.txt", b"nytt").json()
    answer = library.http.post(library.at("a.txt", "versions/1.0/restoreVersion"))
    assert (answer.status_code, answer.content) == (204, b"")
    item = library.item("a.txt")
    assert ids(library) == ["3.0", "2.0", "1.0"]
    assert item["file"]["hashes"] == before["file"]["hashes"]
    assert item["size"] == 7
    assert item["cTag"] != after["cTag"]
    assert library.content("a.txt") == b"gammelt"
    assert library.http.get(f"{library.address}/root").json()["size"] == 7
    assert error(library.http.post(library.at("a.txt", "versions/3.0/restoreVersion"))) == (400, "invalidRequest")
    assert error(library.http.post(library.at("a.txt", "versions/9.0/restoreVersion"))) == (404, "itemNotFound")


def test_a_version_can_be_deleted_and_the_current_one_cannot(library, error) -> None:
    for text in (b"1", b"2", b"3"):
        library.put("a.txt", text)
    assert library.http.delete(library.at("a.txt", "versions/2.0")).status_code == 204
    assert ids(library) == ["3.0", "1.0"]
    assert error(library.http.delete(library.at("a.txt", "versions/2.0"))) == (404, "itemNotFound")
    assert error(library.http.delete(library.at("a.txt", "versions/3.0"))) == (400, "invalidRequest")
    assert library.content("a.txt") == b"3"


def test_a_library_tells_and_takes_its_limit_and_heeds_it(library, limits: str) -> None:
    assert library.http.get(f"{limits}?$select=EnableVersioning").json() == {"EnableVersioning": True}
    said = library.http.get(limits).json()
    assert said["EnableVersioning"] is True
    assert (said["MajorVersionLimit"], said["MajorWithMinorVersionsLimit"], said["EnableMinorVersions"]) == (
        500,
        0,
        False,
    )
    assert said["VersionPolicies"] == {"DefaultTrimMode": 0, "DefaultExpireAfterDays": 0}
    answer = merge(library, limits, {"MajorVersionLimit": 2, "EnableMinorVersions": False})
    assert (answer.status_code, answer.content) == (204, b"")
    assert library.http.get(limits).json()["MajorVersionLimit"] == 2
    for number in range(4):
        library.put("a.txt", str(number).encode())
    assert ids(library) == ["4.0", "3.0"]


def test_the_limit_counts_versions_that_are_there_not_their_numbers(library, limits: str) -> None:
    assert merge(library, limits, {"MajorVersionLimit": 3}).status_code == 204
    for number in range(3):
        library.put("a.txt", str(number).encode())
    library.http.delete(library.at("a.txt", "versions/2.0")).raise_for_status()
    library.put("a.txt", b"4")
    assert ids(library) == ["4.0", "3.0", "1.0"]


def test_without_versioning_only_the_current_version_stays(library, limits: str) -> None:
    assert merge(library, limits, {"EnableVersioning": False}).status_code == 204
    library.put("a.txt", b"1")
    library.put("a.txt", b"2")
    assert ids(library) == ["2.0"]
    assert library.http.get(limits).json()["MajorVersionLimit"] == 0


def test_a_library_that_trims_by_itself_says_so(library, limits: str) -> None:
    policies = {"DefaultTrimMode": 2, "DefaultExpireAfterDays": 30}
    assert library.http.patch(limits, json={"VersionPolicies": policies}).status_code == 204
    assert library.http.get(limits).json()["VersionPolicies"] == policies


@pytest.mark.parametrize(
    "body",
    [
        {"MajorVersionLimit": 50_001},
        {"MajorVersionLimit": 0},
        {"MajorVersionLimit": "5"},
        {"MajorVersionLimit": True},
        {"EnableMinorVersions": True},
        {"VersionPolicies": {"DefaultTrimMode": 3}},
        {"VersionPolicies": {"DefaultTrimMode": True}},
        {"VersionPolicies": {"Noe": 1}},
        {"Title": "Nytt navn"},
    ],
)
def test_what_is_no_limit_is_refused_whole(library, limits: str, error, body: dict[str, Any]) -> None:
    assert error(merge(library, limits, {"MajorWithMinorVersionsLimit": 9, **body})) == (400, "invalidRequest")
    assert library.http.get(limits).json()["MajorWithMinorVersionsLimit"] == 0


def test_a_limit_outlives_a_restart(tmp_path: Path, library_of) -> None:
    for first in (True, False):
        with running(tmp_path) as ready:
            library = library_of(ready)
            listed = library.http.get(f"{library.address}/list").json()["id"]
            place = f"{ready.web}/sites/rehearsal/_api/web/lists(guid'{listed}')"
            if first:
                assert merge(library, place, {"MajorVersionLimit": 7}).status_code == 204
            assert library.http.get(place).json()["MajorVersionLimit"] == 7
