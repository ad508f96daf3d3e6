"""What keeps files from being changed: check-outs, open programs, a full library."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running

LOCKED = (423, "notAllowed")


@dataclass
class Shared:
    """A library in a tenant of its own, where others have files open in their programs."""

    library: Any
    folder: Path

    def open(self, name: str) -> None:
        # There is no call for it: what Office does there is a protocol of its own.
        with closing(sqlite3.connect(self.folder / "tenant.db", timeout=30)) as con, con:
            con.execute("UPDATE item SET holder = 'Kari Nordmann' WHERE id = ?", (self.library.item(name)["id"],))


@pytest.fixture
def shared(tmp_path: Path, library_of) -> Iterator[Shared]:
    with running(tmp_path, Ways(busy_items=0)) as ready:
        yield Shared(library_of(ready), tmp_path)


def post(library, name: str, action: str, body: Any = None) -> httpx.Response:
    return library.http.post(library.at(name, action), json=body if body is not None else {})


def test_a_check_out_ends_with_a_check_in(library) -> None:
    before = library.put("a.txt", b"gammelt").json()
    assert (answer := post(library, "a.txt", "checkout")).status_code == 204
    assert answer.content == b""
    out = library.item("a.txt")
    assert out["eTag"] != before["eTag"]
    assert "publication" not in out
    shown = library.http.get(library.at("a.txt") + "?$select=id,publication").json()
    assert shown["publication"] == {"level": "checkout", "versionId": "1.0"}
    assert library.put("a.txt", b"nytt").status_code == 200
    assert post(library, "a.txt", "checkin", {"comment": "Ferdig", "checkInAs": "published"}).status_code == 204
    shown = library.http.get(library.at("a.txt") + "?$select=publication").json()
    assert shown["publication"] == {"level": "published", "versionId": "2.0"}
    assert library.content("a.txt") == b"nytt"


def test_a_discarded_check_out_leaves_what_was_before(library) -> None:
    library.put("a.txt", b"gammelt")
    post(library, "a.txt", "checkout").raise_for_status()
    library.put("a.txt", b"mye nyere innhold")
    assert post(library, "a.txt", "discardCheckout").status_code == 204
    assert library.content("a.txt") == b"gammelt"
    assert [each["id"] for each in library.get("a.txt", "versions").json()["value"]] == ["1.0"]
    assert library.http.get(f"{library.address}/root").json()["size"] == len(b"gammelt")
    library.put("a.txt", b"nytt")
    assert [each["id"] for each in library.get("a.txt", "versions").json()["value"]] == ["2.0", "1.0"]


def test_what_is_asked_of_check_outs_in_vain(library, error) -> None:
    library.put("a.txt")
    library.folder("Mappe")
    assert error(post(library, "a.txt", "checkin")) == (400, "invalidRequest")
    assert error(post(library, "a.txt", "discardCheckout")) == (400, "invalidRequest")
    assert error(post(library, "Mappe", "checkout")) == (400, "invalidRequest")
    assert error(post(library, "a.txt", "checkin", {"checkInAs": "noe"})) == (400, "invalidRequest")
    assert error(post(library, "a.txt", "checkin", {"kommentar": "x"})) == (400, "invalidRequest")
    assert error(post(library, "mangler.txt", "checkout")) == (404, "itemNotFound")
    assert error(library.get("a.txt", "checkout")) == (405, "invalidRequest")


def test_what_others_have_open_is_locked_for_every_change(shared: Shared, error) -> None:
    library = shared.library
    library.put("a.txt", b"gammelt")
    library.put("a.txt", b"nytt")
    url = library.session("a.txt", {"@microsoft.graph.conflictBehavior": "replace"}).json()["uploadUrl"]
    shared.open("a.txt")
    for answer in (
        library.fragment(url, b"x", 0, 1),
        library.patch("a.txt", {"name": "b.txt"}),
        library.patch("a.txt", {"fileSystemInfo": {"lastModifiedDateTime": "2020-01-02T03:04:05Z"}}),
        library.http.delete(library.at("a.txt")),
        library.session("a.txt", {"@microsoft.graph.conflictBehavior": "replace"}),
        post(library, "a.txt", "versions/1.0/restoreVersion"),
        library.http.delete(library.at("a.txt", "versions/1.0")),
        post(library, "a.txt", "checkout"),
        post(library, "a.txt", "checkin"),
        post(library, "a.txt", "discardCheckout"),
    ):
        assert error(answer) == LOCKED, answer.request
        assert answer.json()["error"]["innerError"]["code"] == "resourceLocked"
    library.http.delete(url)
    assert error(library.put("a.txt", b"x")) == LOCKED
    assert library.content("a.txt") == b"nytt"
    assert library.put("a.txt", b"annen", query="?@microsoft.graph.conflictBehavior=rename").status_code == 201


def test_fields_of_a_file_that_is_open_are_locked_too(shared: Shared, error) -> None:
    library = shared.library
    library.put("a.txt")
    shared.open("a.txt")
    assert error(library.http.patch(library.at("a.txt", "listItem/fields"), json={"Title": "x"})) == LOCKED
    assert error(library.http.delete(library.at("a.txt"))) == LOCKED


def test_who_made_and_who_changed_an_item_is_told(shared: Shared) -> None:
    library = shared.library
    library.put("a.txt", b"1")
    with closing(sqlite3.connect(shared.folder / "tenant.db", timeout=30)) as con, con:
        con.execute("UPDATE item SET maker = 'Kari Nordmann', editor = 'Ola Nordmann' WHERE folder = 0")
        con.execute("UPDATE version SET editor = 'Ola Nordmann'")
    item = library.item("a.txt")
    assert item["createdBy"] == {"user": {"displayName": "Kari Nordmann"}}
    assert item["lastModifiedBy"] == {"user": {"displayName": "Ola Nordmann"}}
    after = library.put("a.txt", b"2").json()
    assert after["createdBy"] == item["createdBy"]
    assert after["lastModifiedBy"]["application"]["displayName"] == "SharePoint App"
    versions = library.get("a.txt", "versions").json()["value"]
    assert [each["lastModifiedBy"]["user"]["displayName"] for each in versions] == ["SharePoint App", "Ola Nordmann"]


def test_a_folder_with_an_open_file_stays(shared: Shared, error) -> None:
    library = shared.library
    library.put("Mappe/Dypt/a.txt")
    shared.open("Mappe/Dypt/a.txt")
    assert error(library.http.delete(library.at("Mappe"))) == LOCKED
    assert library.item("Mappe/Dypt/a.txt")


@pytest.fixture
def small(tmp_path: Path, library_of) -> Iterator[Any]:
    """A library that holds a thousand bytes."""
    with running(tmp_path, Ways(quota=1000)) as ready:
        yield library_of(ready)


def test_a_full_library_takes_no_more_bytes(small, error) -> None:
    full = (507, "quotaLimitReached")
    assert small.put("a.txt", bytes(900)).status_code == 201
    assert error(small.put("b.txt", bytes(101))) == full
    assert small.get("b.txt").status_code == 404
    assert error(small.put("a.txt", bytes(1001))) == full
    assert len(small.content("a.txt")) == 900
    url = small.session("c.txt").json()["uploadUrl"]
    assert error(small.fragment(url, bytes(101), 0, 101)) == full
    assert small.get("c.txt").status_code == 404
    assert small.http.get(f"{small.address}/root").json()["size"] == 900
    assert small.put("b.txt", bytes(100)).status_code == 201
    assert error(small.session("d.txt")) == full
    assert small.http.delete(small.at("a.txt")).status_code == 204
    assert small.put("d.txt", bytes(900)).status_code == 201


@pytest.mark.parametrize(
    ("used", "state"),
    [(0, "normal"), (900, "normal"), (901, "nearing"), (990, "nearing"), (991, "critical"), (1000, "exceeded")],
)
def test_a_drive_tells_how_full_it_is(small, used: int, state: str) -> None:
    small.put("a.txt", bytes(used))
    quota = small.http.get(f"{small.address}?$select=quota").json()["quota"]
    assert quota == {"deleted": 0, "remaining": 1000 - used, "state": state, "total": 1000, "used": used}


def test_a_larger_version_is_not_restored_to_a_full_library(small, error) -> None:
    small.put("a.txt", bytes(600))
    small.put("a.txt", bytes(100))
    small.put("b.txt", bytes(500))
    assert error(small.http.post(small.at("a.txt", "versions/1.0/restoreVersion"))) == (507, "quotaLimitReached")
    assert len(small.content("a.txt")) == 100
