"""Upload sessions: the rules of fragments."""

import socket
import time
from urllib.parse import urlsplit

import pytest

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running

GRAIN = 320 * 1024
DATA = bytes(range(256)) * (GRAIN * 3 // 256) + b"slutt"
TOTAL = len(DATA)


@pytest.fixture
def url(library) -> str:
    """The address of a session for `stor.bin`."""
    return library.session("stor.bin").raise_for_status().json()["uploadUrl"]


def test_a_session_lives_on_another_port_and_expires_in_15_minutes(library, tenant) -> None:
    said = library.session("stor.bin").json()
    assert urlsplit(said["uploadUrl"]).port != urlsplit(tenant.web).port
    assert said["nextExpectedRanges"] == ["0-"]
    left = time.mktime(time.strptime(said["expirationDateTime"], "%Y-%m-%dT%H:%M:%SZ")) - time.mktime(time.gmtime())
    assert 890 <= left <= 900


def test_a_file_comes_in_fragments_with_its_times_as_one_version(library) -> None:
    times = {"createdDateTime": "2009-01-02T03:04:05Z", "lastModifiedDateTime": "2010-11-12T13:14:15Z"}
    url = library.session("stor.bin", {"name": "stor.bin", "fileSystemInfo": times}).json()["uploadUrl"]
    first = library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    assert first.status_code == 202
    assert first.json()["nextExpectedRanges"][0].startswith(f"{GRAIN}-")
    assert "expirationDateTime" in first.json()
    assert library.get("stor.bin").status_code == 404
    last = library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL)
    assert last.status_code == 201
    assert (last.json()["fileSystemInfo"], last.json()["size"]) == (times, TOTAL)
    assert library.item("stor.bin") | last.json() == library.item("stor.bin")
    assert library.content("stor.bin") == DATA
    assert len(library.get("stor.bin", "versions").json()["value"]) == 1
    assert library.http.get(url).status_code == 404


def test_authorization_on_a_fragment_is_401_even_if_it_is_right(library, tenant, url, error) -> None:
    header = {"Authorization": f"Bearer {tenant.token}"}
    assert error(library.fragment(url, DATA[:GRAIN], 0, TOTAL, **header)) == (401, "unauthenticated")
    assert error(library.http.get(url, headers=header)) == (401, "unauthenticated")
    assert library.fragment(url, DATA[:GRAIN], 0, TOTAL).status_code == 202


def test_an_altered_address_is_401(library, url, error) -> None:
    assert error(library.http.get(url[:-1] + ("0" if url[-1] != "0" else "1"))) == (401, "unauthenticated")
    assert error(library.http.get(url.partition("?")[0])) == (401, "unauthenticated")


def test_both_forms_of_range_occur_and_say_the_same(library) -> None:
    forms = set()
    for number in range(12):
        url = library.session(f"fil {number}").json()["uploadUrl"]
        told = library.fragment(url, DATA[:GRAIN], 0, TOTAL).json()["nextExpectedRanges"]
        assert told in ([f"{GRAIN}-"], [f"{GRAIN}-{TOTAL - 1}"])
        assert library.http.get(url).json()["nextExpectedRanges"] == told
        forms.add(told[0].endswith("-"))
    assert forms == {True, False}


def test_fragments_that_came_already_or_come_too_early_are_416(library, url, error) -> None:
    early = library.fragment(url, DATA[GRAIN : 2 * GRAIN], GRAIN, TOTAL)
    assert error(early) == (416, "invalidRange")
    library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    again = library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    assert error(again) == (416, "invalidRange")
    assert again.json()["error"]["innerError"]["code"] == "fragmentOverlap"
    across = library.fragment(url, DATA[: 2 * GRAIN], 0, TOTAL)
    assert across.status_code == 416
    assert library.http.get(url).json()["nextExpectedRanges"][0].startswith(f"{GRAIN}-")


def test_a_fragment_is_a_multiple_of_320_kib_unless_it_is_the_last(library, url, error) -> None:
    assert error(library.fragment(url, DATA[: GRAIN - 1], 0, TOTAL)) == (400, "invalidRequest")
    assert library.http.get(url).json()["nextExpectedRanges"] == ["0-"]
    assert library.fragment(url, DATA, 0, TOTAL).status_code == 201


def test_a_fragment_of_60_mib_is_too_large(library, url, error) -> None:
    place = urlsplit(url)
    size = 60 * 2**20
    with socket.create_connection((place.hostname, place.port)) as line:
        head = f"PUT {place.path}?{place.query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n"
        line.sendall(f"{head}Content-Range: bytes 0-{size - 1}/{2 * size}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_the_total_may_not_change(library, url, error) -> None:
    library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    assert error(library.fragment(url, DATA[GRAIN : 2 * GRAIN], GRAIN, TOTAL + 1)) == (400, "invalidRequest")
    assert library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL).status_code == 201


@pytest.mark.parametrize("header", ["", "bytes */0", "bytes 0-0/0", "bytes 5-4/10", "bytes 0-10/10", "items 0-4/5"])
def test_a_range_that_makes_no_sense_is_400(library, url, error, header: str) -> None:
    answer = library.http.put(url, content=b"x", headers={"Content-Range": header} if header else {})
    assert error(answer) == (400, "invalidRequest")


def test_zero_bytes_are_400(library, url, error) -> None:
    assert error(library.http.put(url, content=b"", headers={"Content-Range": "bytes 0--1/0"})) == (
        400,
        "invalidRequest",
    )
    assert error(library.http.put(url, content=b"")) == (400, "invalidRequest")


def test_a_body_of_another_length_than_its_range_is_400_and_does_not_count(library, url, error) -> None:
    for body in (DATA[: GRAIN - 1], iter([DATA[: GRAIN - 1]]), iter([DATA[:GRAIN], b"x"])):
        answer = library.http.put(url, content=body, headers={"Content-Range": f"bytes 0-{GRAIN - 1}/{TOTAL}"})
        assert error(answer) == (400, "invalidRequest")
    assert library.http.get(url).json()["nextExpectedRanges"] == ["0-"]
    library.fragment(url, DATA, 0, TOTAL)
    assert library.content("stor.bin") == DATA


def test_a_fragment_that_breaks_off_is_discarded(library, url) -> None:
    library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port)) as line:
        head = f"PUT {place.path}?{place.query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {GRAIN}\r\n"
        line.sendall(f"{head}Content-Range: bytes {GRAIN}-{2 * GRAIN - 1}/{TOTAL}\r\n\r\n".encode() + b"tull" * 1000)
        time.sleep(0.1)
    time.sleep(0.1)
    assert library.http.get(url).json()["nextExpectedRanges"][0].startswith(f"{GRAIN}-")
    library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL)
    assert library.content("stor.bin") == DATA


def test_a_session_that_is_deleted_is_gone_and_frees_the_name(library, url, error) -> None:
    answer = library.http.delete(url)
    assert (answer.status_code, answer.content) == (204, b"")
    assert error(library.http.delete(url)) == (404, "itemNotFound")
    assert error(library.fragment(url, DATA, 0, TOTAL)) == (404, "itemNotFound")
    assert library.session("stor.bin").status_code == 200


def test_a_second_session_for_the_same_target_is_409_whatever_the_behaviour(library, url, error) -> None:
    for item in (None, {"@microsoft.graph.conflictBehavior": "replace"}):
        refusal = library.session("STOR.bin", item)
        assert error(refusal) == (409, "nameAlreadyExists")
        assert "currently being uploaded" in refusal.json()["error"]["message"]
    assert error(library.put("stor.bin", b"x")) == (409, "nameAlreadyExists")
    assert library.session("annen.bin").status_code == 200


def test_sessions_fail_on_a_conflict_unless_told_otherwise(library, error) -> None:
    first = library.put("a.bin", b"gammel").json()
    assert error(library.session("A.bin")) == (409, "nameAlreadyExists")
    url = library.session("a.bin", {"@name.conflictBehavior": "replace"}).json()["uploadUrl"]
    done = library.fragment(url, b"ny", 0, 2)
    assert (done.status_code, done.json()["id"]) == (200, first["id"])
    assert done.json()["cTag"] != first["cTag"]
    assert len(library.get("a.bin", "versions").json()["value"]) == 2
    url = library.session("a.bin", {"@microsoft.graph.conflictBehavior": "rename"}).json()["uploadUrl"]
    assert library.fragment(url, b"enda en", 0, 7).json()["name"] == "a 1.bin"


def test_a_session_by_id_replaces_that_file(library) -> None:
    item = library.put("a.bin", b"gammel").json()
    answer = library.http.post(f"{library.address}/items/{item['id']}/createUploadSession", json={})
    done = library.fragment(answer.json()["uploadUrl"], b"ny", 0, 2)
    assert (done.status_code, done.json()["id"]) == (200, item["id"])
    assert library.content("a.bin") == b"ny"


def test_a_conflict_that_comes_up_meanwhile_is_409_on_the_last_fragment(library, url, error) -> None:
    library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    library.put("annen.bin", b"x")
    library.patch("annen.bin", {"name": "stor.bin"})
    assert error(library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL)) == (409, "nameAlreadyExists")
    assert library.content("stor.bin") == b"x"
    library.http.delete(library.at("stor.bin"))
    assert library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL).status_code == 201
    assert library.content("stor.bin") == DATA


@pytest.mark.parametrize(
    "item",
    [
        {"fileSize": 7},
        {"description": "x"},
        {"name": "annet.bin"},
        {"@microsoft.graph.conflictBehavior": "overskriv"},
        {"fileSystemInfo": {"lastModifiedDateTime": "nå"}},
        "stor.bin",
    ],
)
def test_what_sharepoint_does_not_take_in_a_session_is_400(library, error, item) -> None:
    assert error(library.session("stor.bin", body={"item": item})) == (400, "invalidRequest")


def test_conditions_on_a_session_are_412(library, error) -> None:
    item = library.put("a.bin").json()
    replace = {"@microsoft.graph.conflictBehavior": "replace"}
    stale = {"If-Match": '"{00000000-0000-0000-0000-000000000000},1"'}
    assert error(library.session("a.bin", replace, headers=stale)) == (412, "resourceModified")
    assert error(library.session("a.bin", replace, headers={"If-None-Match": "*"})) == (412, "resourceModified")
    assert library.session("a.bin", replace, headers={"If-Match": item["eTag"]}).status_code == 200


def test_a_session_needs_its_folder_and_is_not_for_folders(library, error) -> None:
    assert error(library.session("ny mappe/a.bin")) == (404, "itemNotFound")
    library.put("mappe/fil.txt")
    assert error(library.session("mappe")) == (501, "notSupported")
    assert error(library.session("mappe/fil.txt/a.bin")) == (404, "itemNotFound")


def test_with_defer_commit_the_file_comes_with_an_empty_post(library, error) -> None:
    url = library.session("stor.bin", body={"deferCommit": True}).json()["uploadUrl"]
    assert error(library.http.post(url)) == (400, "invalidRequest")
    last = library.fragment(url, DATA, 0, TOTAL)
    assert (last.status_code, last.json()["nextExpectedRanges"]) == (202, [])
    assert library.get("stor.bin").status_code == 404
    assert library.http.post(url, content=b"").status_code == 201
    assert library.content("stor.bin") == DATA


def test_a_session_ends_after_15_idle_minutes_and_its_address_after_24_hours(tmp_path, library_of, error) -> None:
    with running(tmp_path) as ready:
        library = library_of(ready)
        url = library.session("stor.bin").json()["uploadUrl"]
        library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    with running(tmp_path, Ways(clock_offset=14 * 60)) as ready:
        assert library.fragment(url, DATA[GRAIN : 2 * GRAIN], GRAIN, TOTAL).status_code == 202
        assert error(library.session("stor.bin")) == (409, "nameAlreadyExists")
    # Each fragment gives it another quarter of an hour.
    with running(tmp_path, Ways(clock_offset=28 * 60)) as ready:
        assert library.http.get(url).status_code == 200
    with running(tmp_path, Ways(clock_offset=30 * 60)) as ready:
        assert error(library.http.get(url)) == (404, "itemNotFound")
        assert library.session("stor.bin").status_code == 200
        assert len(list((tmp_path / "sessions").iterdir())) == 0
    with running(tmp_path, Ways(clock_offset=24 * 3600 + 60)) as ready:
        assert error(library.http.get(url)) == (401, "expiredToken")
