"""Columns of a library, what they say of an item, and versions that a library keeps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running

Library = Any
Refusal = Callable[[httpx.Response], tuple[int, str]]
YEAR = {"name": "Aar", "displayName": "År", "number": {}}
TEXT = {"name": "Avd", "displayName": "Avdeling", "text": {}}
NOTE = {"name": "Sti", "displayName": "Sti", "text": {"allowMultipleLines": True}}
TIME = {"name": "Opprettet", "displayName": "Opprettet", "dateTime": {"format": "dateTime"}}


def columns_of(library: Library) -> str:
    """The address of a library's columns."""
    listed = library.http.get(f"{library.address}/list").json()
    return f"{library.graph}/sites/{listed['parentReference']['siteId']}/lists/{listed['id']}/columns"


@pytest.fixture
def filled(library: Library) -> Callable[..., httpx.Response]:
    """`filled(path, **fields)` fills columns of an item in a library that has four of them."""
    for body in (YEAR, TEXT, NOTE, TIME):
        library.http.post(columns_of(library), json=body).raise_for_status()

    def fill(path: str, **fields: object) -> httpx.Response:
        for _again in range(2):
            answer = library.http.patch(library.at(path, "listItem/fields"), json=fields)
            if answer.status_code != 409:
                break
        return answer

    return fill


def fields_of(library: Library, path: str) -> dict[str, object]:
    fields = library.get(path, "listItem", params={"expand": "fields"}).raise_for_status().json()["fields"]
    of_every_item = {"@odata.etag", "id", "FileLeafRef", "ContentType", "Created", "Modified", "_UIVersionString"}
    return {name: value for name, value in fields.items() if name not in of_every_item | {"FileSizeDisplay"}}


def test_columns_are_made_once_and_listed_with_their_kind(library: Library, error: Refusal) -> None:
    address = columns_of(library)
    for body in (YEAR, TEXT, NOTE, TIME):
        made = library.http.post(address, json=body)
        assert made.status_code == 201 and made.json()["name"] == body["name"]
        assert error(library.http.post(address, json=body)) == (409, "nameAlreadyExists")
    listed = {column["name"]: column for column in library.http.get(address).json()["value"]}
    assert set(listed) == {"Aar", "Avd", "Sti", "Opprettet"}
    assert "number" in listed["Aar"] and "dateTime" in listed["Opprettet"]
    assert listed["Avd"]["text"]["allowMultipleLines"] is False and listed["Sti"]["text"]["allowMultipleLines"] is True


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x", "displayName": "x"},
        {"name": "x y", "displayName": "x", "text": {}},
        {"name": "x", "displayName": "", "text": {}},
        {"name": "x", "displayName": "x", "text": {}, "number": {}},
        {"name": "x", "displayName": "x", "choice": {}},
        {"name": 1, "displayName": "x", "text": {}},
    ],
)
def test_a_column_that_cannot_be_is_refused(library: Library, error: Refusal, body: dict[str, object]) -> None:
    assert error(library.http.post(columns_of(library), json=body))[0] == 400
    assert library.http.get(columns_of(library)).json()["value"] == []


def test_fields_are_kept_make_a_version_and_move_the_time(library: Library, filled: Any) -> None:
    library.put("a.txt", b"text")
    old = {"fileSystemInfo": {"lastModifiedDateTime": "2001-01-01T00:00:00Z"}}
    library.patch("a.txt", old).raise_for_status()
    before = library.item("a.txt")
    said = filled("a.txt", Aar=2019, Avd="Plan", Sti="x" * 300 + "\ny", Opprettet="2019-03-12T08:00:00Z").json()
    after = library.item("a.txt")
    assert said["Aar"] == 2019
    assert after["eTag"] != before["eTag"] and after["cTag"] == before["cTag"]
    assert len(library.get("a.txt", "versions").json()["value"]) == 3
    assert after["fileSystemInfo"]["lastModifiedDateTime"] > "2020"
    filled("a.txt", Avd=None, Aar=2020).raise_for_status()
    assert fields_of(library, "a.txt") == {
        "Aar": 2020, "Sti": "x" * 300 + "\ny", "Opprettet": "2019-03-12T08:00:00Z"
    }  # fmt: skip
    assert "fields" not in library.get("a.txt", "listItem").json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"Ukjent": 1},
        {"Avd": "x" * 256},
        {"Avd": "to\nlinjer"},
        {"Avd": 1},
        {"Aar": "2019"},
        {"Aar": True},
        {"Opprettet": "i går"},
        {"Sti": "x" * 64_000},
        {"Avd": {"a": 1}},
    ],
)
def test_one_wrong_value_refuses_them_all(
    library: Library, filled: Any, error: Refusal, wrong: dict[str, object]
) -> None:
    library.put("a.txt", b"text")
    before = library.item("a.txt")
    assert error(filled("a.txt", **{"Sti": "a", **wrong}))[0] == 400
    assert fields_of(library, "a.txt") == {} and library.item("a.txt")["eTag"] == before["eTag"]


def test_columns_that_are_filled_are_on_the_page(library: Library, filled: Any) -> None:
    library.put("a.txt", b"text")
    filled("a.txt", Aar=2019, Avd="<Plan>").raise_for_status()
    page = library.http.get(library.item("a.txt")["webUrl"], params={"lang": "en"}).text
    assert "2019" in page and "Avdeling" in page and "&lt;Plan&gt;" in page and "<Plan>" not in page


def test_some_items_are_busy_once_after_they_arrived(library: Library, filled: Any, error: Refusal) -> None:
    busy = []
    for number in range(40):
        library.put(f"{number}.txt", b"text")
        first = library.http.patch(library.at(f"{number}.txt", "listItem/fields"), json={"Aar": 1})
        if first.status_code == 409:
            assert error(first) == (409, "resourceModified")
            busy.append(number)
            again = library.http.patch(library.at(f"{number}.txt", "listItem/fields"), json={"Aar": 1})
            assert again.status_code == 200
    assert 0 < len(busy) < 40


def test_the_content_of_the_current_version_is_had_from_the_item_alone(library: Library, error: Refusal) -> None:
    library.put("a.txt", b"old")
    library.put("a.txt", b"new")
    newest = library.get("a.txt", "versions").json()["value"][0]["id"]
    for version in (newest, "current"):
        assert error(library.get("a.txt", f"versions/{version}/content")) == (400, "invalidRequest")
    assert library.content("a.txt") == b"new"


def test_a_library_keeps_so_many_versions_and_its_site_says_how_many(
    tmp_path: Path, library_of: Callable[[Ready], Library]
) -> None:
    with running(tmp_path, Ways(versions_kept=3)) as ready:
        library = library_of(ready)
        for number in range(5):
            library.put("a.txt", str(number).encode())
        assert [one["id"] for one in library.get("a.txt", "versions").json()["value"]] == ["5.0", "4.0", "3.0"]
        listed = library.http.get(f"{library.address}/list").json()
        place = f"{ready.web}/sites/rehearsal/_api/web/lists(guid'{listed['id']}')?$expand=VersionPolicies"
        said = library.http.get(place).raise_for_status().json()
        assert (said["EnableVersioning"], said["MajorVersionLimit"]) == (True, 3)
        assert said["VersionPolicies"]["DefaultTrimMode"] == 0
        assert library.http.post(place).status_code == 405
        assert library.http.get(place.replace("rehearsal/_api", "finnes-ikke/_api")).status_code == 404
        assert library.http.get(place.replace(listed["id"][:8], "00000000")).status_code == 404


def test_a_sites_own_api_needs_a_token_where_every_call_does(tmp_path: Path, http: httpx.Client) -> None:
    with running(tmp_path, Ways(anonymous=False)) as ready:
        place = f"{ready.web}/sites/rehearsal/_api/web/lists(guid'{'0' * 8}-0000-0000-0000-{'0' * 12}')"
        assert http.get(place).status_code == 401
        assert http.get(place, headers={"Authorization": f"Bearer {ready.token}"}).status_code == 404
