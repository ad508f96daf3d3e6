"""Faults of items and sessions: gone, locked, changed, damaged, lost, and people who are there too."""

import re
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.quickxor import QuickXor
from filrydd.rehearsal.sample import contents
from tests.rehearsal.bad_day import Day, bad_day
from tests.rehearsal.conftest import GRAIN
from tests.rehearsal.signing import ask, first_app

Refusal = Callable[[httpx.Response], tuple[int, str]]
DOCX = contents.docx("Referat", "https://example.org")


def hash_of(data: bytes) -> str:
    hasher = QuickXor()
    hasher.update(data)
    return hasher.base64()


def sent(day: Day, path: str, data: bytes, **item: Any) -> httpx.Response:
    """A file by an upload session of one fragment."""
    url = day.library.session(path, {"@microsoft.graph.conflictBehavior": "replace", **item}).json()["uploadUrl"]
    return day.library.fragment(url, data, 0, len(data))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_session_vanishes_and_another_one_can_be_had(tmp_path: Path, error: Refusal) -> None:
    with bad_day(tmp_path, "faults: [{fault: session_gone, on: fragment, path: 'a*', nth: [1]}]") as day:
        library, data = day.library, bytes(GRAIN + 5)
        url = library.session("a.bin").json()["uploadUrl"]
        gone = library.fragment(url, data[:GRAIN], 0, len(data))
        assert error(gone) == (404, "itemNotFound")
        assert error(library.http.get(url)) == (404, "itemNotFound")
        assert list((day.tenancy.folder / "sessions").iterdir()) == []
        url = library.session("a.bin").json()["uploadUrl"]
        assert library.fragment(url, data[:GRAIN], 0, len(data)).status_code == 202
        # The second fragment is a target of its own.
        assert error(library.fragment(url, data[GRAIN:], GRAIN, len(data))) == (404, "itemNotFound")
        assert sent(day, "a.bin", data[:GRAIN]).status_code == 201


def test_the_first_fragment_over_an_office_file_is_not_found(tmp_path: Path, error: Refusal) -> None:
    with bad_day(tmp_path, "faults: [{fault: office_not_found, nth: [1, 2]}]") as day:
        assert sent(day, "ny.docx", DOCX).status_code == 201
        assert sent(day, "bilde.bin", b"x").status_code == 201
        assert sent(day, "bilde.bin", b"y").status_code == 200
        answer = sent(day, "NY.docx", DOCX)
        assert error(answer) == (404, "itemNotFound")
        assert answer.json()["error"]["message"] == "The upload session was not found"
        # The session is gone with it; a new one begins at 0, as clients do.
        assert sent(day, "ny.docx", DOCX).status_code == 200
        assert day.names() == ["office_not_found"]


@pytest.mark.parametrize(
    ("fault", "refused"), [("resource_modified", (409, "resourceModified")), ("locked", (423, "resourceLocked"))]
)
def test_an_item_is_busy_or_locked_for_whoever_changes_it(
    tmp_path: Path, error: Refusal, fault: str, refused: tuple[int, str]
) -> None:
    with bad_day(tmp_path, f"faults: [{{fault: {fault}, nth: [1]}}]", busy_items=0) as day:
        library = day.library
        listed = library.http.get(f"{library.address}/list").json()
        columns = f"{library.graph}/sites/{listed['parentReference']['siteId']}/lists/{listed['id']}/columns"
        library.http.post(columns, json={"name": "Aar", "displayName": "År", "number": {}}).raise_for_status()
        assert error(library.put("a.txt")) == refused
        assert library.put("a.txt").status_code == 201
        fields = library.at("a.txt", "listItem/fields")
        acts: list[Callable[[], httpx.Response]] = [
            lambda: library.http.patch(fields, json={"Aar": 2020}),
            lambda: library.patch("a.txt", {"fileSystemInfo": {"lastModifiedDateTime": "2020-01-01T00:00:00Z"}}),
            lambda: library.http.delete(library.at("a.txt")),
        ]
        for act in acts:
            before = library.item("a.txt")["eTag"]
            assert error(act()) == refused
            assert library.item("a.txt")["eTag"] == before
            assert act().is_success


def test_a_token_expires_in_the_middle(tmp_path: Path, error: Refusal) -> None:
    with bad_day(tmp_path, "faults: [{fault: token_expired, on: upload, nth: [2]}]") as day:
        assert day.library.put("a.txt").status_code == 201
        answer = day.library.put("a.txt")
        assert error(answer) == (401, "InvalidAuthenticationToken")
        assert "expired" in answer.json()["error"]["message"]
        assert day.library.put("a.txt").status_code == 200


@pytest.mark.parametrize("made", ["upload", "fragment", "folder"])
def test_what_was_just_made_is_not_found_at_first(tmp_path: Path, error: Refusal, made: str) -> None:
    with bad_day(tmp_path, "faults: [{fault: not_found_at_first, first: 1, times: 3}]") as day:
        library = day.library
        acts: dict[str, Callable[[], httpx.Response]] = {
            "upload": lambda: library.put("m"),
            "fragment": lambda: sent(day, "m", b"x"),
            "folder": lambda: library.folder("m"),
        }
        answer = acts[made]()
        assert answer.status_code == 201
        by_id = f"{library.address}/items/{answer.json()['id']}"
        assert error(library.get("m")) == (404, "itemNotFound")
        assert error(library.http.get(by_id)) == (404, "itemNotFound")
        assert error(library.http.patch(by_id, json={"name": "n"})) == (404, "itemNotFound")
        assert library.get("m").status_code == library.http.get(by_id).status_code == 200


@pytest.mark.parametrize("size", [1, 10, 300_000])
@pytest.mark.parametrize("told", ["new", "old"])
def test_an_item_is_stored_with_other_bytes_than_were_confirmed(tmp_path: Path, size: int, told: str) -> None:
    data = bytes(range(250)) * (size // 250) + bytes(size % 250)
    with bad_day(tmp_path, f"faults: [{{fault: corrupted_item, path: 'a*', first: 1, hash: {told}}}]") as day:
        confirmed = sent(day, "a.bin", data).json()
        assert confirmed["file"]["hashes"]["quickXorHash"] == hash_of(data)
        stored, item = day.library.content("a.bin"), day.library.item("a.bin")
        assert len(stored) == size and sum(one != other for one, other in zip(stored, data, strict=True)) == 1
        assert (item["size"], item["eTag"], item["cTag"]) == (size, confirmed["eTag"], confirmed["cTag"])
        assert item["file"]["hashes"]["quickXorHash"] == hash_of(data if told == "old" else stored)
        # The same content elsewhere is another item, and whole.
        assert sent(day, "b.bin", data).status_code == 201
        assert day.library.content("b.bin") == data


def test_an_item_is_damaged_later_and_after_a_restart_too(tmp_path: Path) -> None:
    text = "faults: [{fault: corrupted_item, first: 1, seconds: 0.7}]"
    with bad_day(tmp_path, text) as day:
        day.library.put("a.bin", b"innhold")
        assert day.library.content("a.bin") == b"innhold"
    with bad_day(tmp_path, text) as day:
        until(lambda: day.library.content("a.bin") != b"innhold")


def test_an_item_is_lost_after_it_was_confirmed(tmp_path: Path) -> None:
    with bad_day(tmp_path, "faults: [{fault: lost_item, on: [upload, folder], path: '*m*', first: 1}]") as day:
        library = day.library
        _all, link = library.whole_delta()
        made = library.put("m.txt").json()
        assert library.put("a.txt").status_code == library.folder("mappe").status_code == 201
        names = [item["name"] for item in library.http.get(f"{library.address}/root/children").json()["value"]]
        assert names == ["a.txt"]
        changed, _link = library.whole_delta(link)
        assert {item["id"] for item in changed if "deleted" in item} >= {made["id"]}


def people(does: str, more: str = "first: 1") -> str:
    return f"people: [{{does: {does}, who: Kari Nordmann, path: 'mappe/**', {more}}}]"


def test_a_person_edits_what_was_just_sent(tmp_path: Path) -> None:
    with bad_day(tmp_path, people("edit")) as day:
        library = day.library
        for name, data in (("mappe/a.txt", b"innhold"), ("mappe/b.bin", bytes(400_000)), ("mappe/c.docx", DOCX)):
            confirmed, item = library.put(name, data).json(), library.item(name)
            assert item["cTag"] != confirmed["cTag"] and item["eTag"] != confirmed["eTag"]
            assert item["file"]["hashes"] != confirmed["file"]["hashes"]
            versions = library.get(name, "versions").json()["value"]
            assert [version["id"] for version in versions] == ["2.0", "1.0"]
            assert "Kari Nordmann" in str(item["lastModifiedBy"])
        assert library.content("mappe/a.txt") == b"innhold\nKari Nordmann\n"
        # What she wrote can still be read.
        written = zipfile.ZipFile(BytesIO(library.content("mappe/c.docx")))
        assert written.testzip() is None and written.comment == b"\nKari Nordmann\n"
        # Her own version is not ours to overwrite with the tag that we know.
        stale = library.put("mappe/a.txt", b"nytt", headers={"If-Match": confirmed["eTag"]})
        assert stale.status_code == 412
        assert library.put("annet.txt").json()["eTag"] == library.item("annet.txt")["eTag"]


def test_a_person_renames_moves_deletes_and_adds(tmp_path: Path) -> None:
    for does, there, gone in (
        ("rename", "mappe/under/a (Kari).txt", "mappe/under/a.txt"),
        ("move", "a.txt", "mappe/under/a.txt"),
        ("delete", "", "mappe/under/a.txt"),
        ("add", "mappe/under/Notat fra Kari Nordmann.txt", ""),
    ):
        folder = tmp_path / does
        folder.mkdir()
        with bad_day(folder, people(does)) as day:
            assert day.library.put("mappe/under/a.txt", b"innhold").status_code == 201
            assert not gone or day.library.get(gone).status_code == 404
            assert not there or day.library.get(there).status_code == 200
            assert day.names() == [f"people: {does}"]


def test_people_come_every_so_many_writes_and_at_most_so_often(tmp_path: Path) -> None:
    with bad_day(tmp_path, people("delete", "every: 3, most: 2")) as day:
        for number in range(12):
            assert day.library.put(f"mappe/{number}.txt").status_code == 201
        left = day.library.get("mappe", "children").json()["value"]
        assert [int(item["name"][:-4]) for item in left] == [0, 1, 10, 11, 3, 4, 6, 7, 8, 9]


def test_people_take_their_time(tmp_path: Path) -> None:
    with bad_day(tmp_path, people("rename", "first: 1, seconds: 0.5")) as day:
        day.library.put("mappe/a.txt")
        assert day.library.get("mappe/a.txt").status_code == 200
        until(lambda: day.library.get("mappe/a (Kari).txt").status_code == 200)


def test_the_clock_is_ahead_and_drifts(tmp_path: Path) -> None:
    with bad_day(tmp_path, "clock: {ahead_seconds: 86400, drift: 20}") as day:
        before = day.tenancy.clock.now()
        assert before - time.time() >= 86_400
        time.sleep(0.2)
        assert day.tenancy.clock.now() - before >= 4
        created = day.library.put("a.txt").json()["createdDateTime"]
        tomorrow = time.strftime("%Y-%m-%dT", time.gmtime(time.time() + 86_410))
        assert re.match(tomorrow, created)


def test_the_library_is_full(tmp_path: Path, error: Refusal) -> None:
    with bad_day(tmp_path, "quota: 1000") as day:
        assert day.library.put("a.bin", bytes(900)).status_code == 201
        assert error(day.library.put("b.bin", bytes(101)))[0] == 507
        assert day.library.put("c.bin", bytes(100)).status_code == 201


def test_a_token_lasts_as_long_as_the_file_says_and_the_next_one_as_it_says_then(
    tmp_path: Path, error: Refusal
) -> None:
    with bad_day(tmp_path, "tokens: 1", anonymous=False) as day:

        def token() -> dict[str, Any]:
            one = first_app(day.ready)
            return dict(ask(day.ready, client_id=one["id"], client_secret=one["secret"]).json())

        short = token()
        assert short["expires_in"] == 1
        signed = {"Authorization": f"Bearer {short['access_token']}"}
        assert day.library.put("a.txt", headers=signed).status_code == 201
        time.sleep(1.6)
        assert error(day.library.put("a.txt", headers=signed)) == (401, "InvalidAuthenticationToken")
        day.file.write_text("tokens: 50", encoding="utf-8")
        until(lambda: token()["expires_in"] == 50)


def test_what_sharepoint_refuses_a_person_is_not_done_by_half_and_the_answer_comes(tmp_path: Path) -> None:
    with bad_day(tmp_path, people("rename") + "\nfaults: [{fault: corrupted_item, on: upload, nth: [2]}]") as day:
        name = "mappe/" + "a" * 250 + ".txt"
        assert day.library.put(name).status_code == 201
        assert day.library.get(name).status_code == 200
        # Somebody took the content away from under the tenant.
        for pack in (day.tenancy.folder / "blobs").glob("pack.*"):
            pack.rename(pack.with_name("away"))
        assert day.library.put(name, b"nytt").status_code == 200
        assert day.library.item(name)["size"] == 4
