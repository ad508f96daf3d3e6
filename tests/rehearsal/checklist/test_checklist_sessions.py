"""The checklist: upload sessions."""

import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from filrydd.rehearsal.sample import contents
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.bad_day import bad_day
from tests.rehearsal.checklist.lines import line

GRAIN = 320 * 1024
DATA = bytes(range(256)) * (GRAIN * 2 // 256) + b"slutt"
TOTAL = len(DATA)
REPLACE = {"@microsoft.graph.conflictBehavior": "replace"}


@pytest.fixture
def url(library) -> str:
    """The address of a session for `stor.bin`."""
    return library.session("stor.bin").raise_for_status().json()["uploadUrl"]


def raw_put(url: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """What comes back when a fragment is begun like this, before the rest of it was sent."""
    place = urlsplit(url)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.sendall(
            f"PUT {place.path}?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\n{lines}\r\n".encode() + body
        )
        return connection.recv(4096)


@line("session-host")
def test_the_address_of_a_session_lies_on_another_port(library, tenant) -> None:
    answer = library.session("stor.bin")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert set(answer.json()) == {"@odata.context", "expirationDateTime", "nextExpectedRanges", "uploadUrl"}
    assert urlsplit(answer.json()["uploadUrl"]).netloc != urlsplit(tenant.web).netloc


@line("session-authorization")
def test_a_fragment_with_authorization_is_401(library, tenant, url, error) -> None:
    token = {"Authorization": f"Bearer {tenant.token}"}
    assert error(library.fragment(url, DATA[:GRAIN], 0, TOTAL, **token)) == (401, "unauthenticated")
    assert library.http.get(url).json()["nextExpectedRanges"] == ["0-"]
    assert library.fragment(url, DATA[:GRAIN], 0, TOTAL).status_code == 202


@line("session-ranges")
def test_ranges_come_in_open_and_in_closed_form(library) -> None:
    told = set()
    for number in range(12):
        url = library.session(f"{number}.bin").json()["uploadUrl"]
        answer = library.fragment(url, DATA[:GRAIN], 0, TOTAL)
        assert answer.status_code == 202
        assert set(answer.json()) == {"expirationDateTime", "nextExpectedRanges"}
        told |= {*answer.json()["nextExpectedRanges"]}
    assert told == {f"{GRAIN}-", f"{GRAIN}-{TOTAL - 1}"}


@line("session-end")
def test_the_last_fragment_answers_with_the_item(library) -> None:
    for status, item in ((201, None), (200, REPLACE)):
        url = library.session("stor.bin", item).json()["uploadUrl"]
        library.fragment(url, DATA[:GRAIN], 0, TOTAL)
        answer = library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL)
        assert answer.status_code == status
        assert (answer.json()["name"], answer.json()["size"]) == ("stor.bin", TOTAL)
        assert answer.json()["eTag"] == library.get("stor.bin").headers["ETag"]
        assert answer.json()["parentReference"]["driveId"] == library.drive
        assert library.content("stor.bin") == DATA


@line("session-overlap")
def test_a_fragment_that_came_already_is_416(library, url, error) -> None:
    library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    for start, end in ((0, GRAIN), (0, 2 * GRAIN)):
        refusal = library.fragment(url, DATA[start:end], start, TOTAL)
        assert error(refusal) == (416, "invalidRange")
        assert refusal.json()["error"]["innerError"]["code"] == "fragmentOverlap"
    assert library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL).status_code == 201
    assert library.content("stor.bin") == DATA


@line("session-mismatch")
def test_a_body_of_another_length_than_its_range_is_400(library, url, error) -> None:
    header = {"Content-Range": f"bytes 0-{GRAIN - 1}/{TOTAL}"}
    for body in (DATA[: GRAIN - 1], DATA[: GRAIN + 1], iter([DATA[:100]]), iter([DATA[:GRAIN], b"x"])):
        assert error(library.http.put(url, content=body, headers=header)) == (400, "invalidRequest")
    assert library.http.get(url).json()["nextExpectedRanges"] == ["0-"]


@line("session-total")
def test_a_changed_total_is_400(library, url, error) -> None:
    library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    assert error(library.fragment(url, DATA[GRAIN : 2 * GRAIN], GRAIN, TOTAL + 1)) == (400, "invalidRequest")
    assert library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL).status_code == 201


@line("session-60")
def test_a_fragment_of_60_mib_is_refused_before_it_came(url) -> None:
    most = 60 << 20
    headers = {"Content-Length": str(most), "Content-Range": f"bytes 0-{most - 1}/{2 * most}"}
    answer = raw_put(url, headers, b"x" * 1000)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"requestTooLarge"' in answer


@line("session-320")
def test_a_fragment_that_is_no_multiple_of_320_kib_is_400_unless_it_is_the_last(library, url, error) -> None:
    for length in (1, GRAIN - 1, GRAIN + 1):
        assert error(library.fragment(url, DATA[:length], 0, TOTAL)) == (400, "invalidRequest")
    assert library.fragment(url, DATA[: 2 * GRAIN], 0, TOTAL).status_code == 202
    assert library.fragment(url, DATA[2 * GRAIN :], 2 * GRAIN, TOTAL).status_code == 201


@line("session-get")
def test_a_get_tells_where_to_go_on(library, url) -> None:
    assert library.http.get(url).json()["nextExpectedRanges"] == ["0-"]
    library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    answer = library.http.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["nextExpectedRanges"][0].partition("-")[0] == str(GRAIN)
    assert answer.json()["expirationDateTime"].endswith("Z")


@line("session-delete")
def test_a_delete_is_204_and_the_session_is_gone(library, url, error) -> None:
    answer = library.http.delete(url)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "request-id" in answer.headers
    assert error(library.http.get(url)) == (404, "itemNotFound")
    assert library.session("stor.bin").status_code == 200


@line("session-defer")
def test_with_defer_commit_the_file_comes_with_an_empty_post(library, error) -> None:
    url = library.session("stor.bin", body={"deferCommit": True}).json()["uploadUrl"]
    assert library.fragment(url, DATA, 0, TOTAL).status_code == 202
    assert error(library.get("stor.bin")) == (404, "itemNotFound")
    done = library.http.post(url, headers={"Content-Length": "0"})
    assert (done.status_code, done.json()["size"]) == (201, TOTAL)
    assert library.content("stor.bin") == DATA


@line("session-sliding")
def test_an_idle_session_ends_after_15_minutes_and_each_fragment_gives_15_more(tmp_path, library_of, error) -> None:
    with running(tmp_path) as ready:
        library = library_of(ready)
        url, other = (library.session(name).json()["uploadUrl"] for name in ("stor.bin", "annen.bin"))
        library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    with running(tmp_path, Ways(clock_offset=14 * 60)):
        assert library.fragment(url, DATA[GRAIN : 2 * GRAIN], GRAIN, TOTAL).status_code == 202
    with running(tmp_path, Ways(clock_offset=16 * 60)):
        assert error(library.http.get(other)) == (404, "itemNotFound")
        assert library.http.get(url).status_code == 200
    with running(tmp_path, Ways(clock_offset=31 * 60)):
        assert error(library.fragment(url, DATA[2 * GRAIN :], 2 * GRAIN, TOTAL)) == (404, "itemNotFound")


@line("session-hard")
def test_an_address_is_401_after_24_hours_however_busy_it_was(tmp_path, library_of, error) -> None:
    long = 25 * 3600
    with running(tmp_path, Ways(session_seconds=long)) as ready:
        library = library_of(ready)
        url = library.session("stor.bin").json()["uploadUrl"]
    with running(tmp_path, Ways(session_seconds=long, clock_offset=24 * 3600 - 60)):
        assert library.fragment(url, DATA[:GRAIN], 0, TOTAL).status_code == 202
    with running(tmp_path, Ways(session_seconds=long, clock_offset=24 * 3600 + 60)):
        assert error(library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL)) == (401, "expiredToken")


@line("session-busy")
def test_a_name_that_is_being_uploaded_is_409(library, url, error) -> None:
    for refusal in (library.session("stor.bin"), library.session("STOR.bin", REPLACE), library.put("stor.bin")):
        assert error(refusal) == (409, "nameAlreadyExists")
        assert "currently being uploaded" in refusal.json()["error"]["message"]


@line("session-orphan")
def test_whoever_lost_the_address_of_a_session_cannot_have_it_again(library, url, error) -> None:
    refusal = library.session("stor.bin", REPLACE)
    assert error(refusal) == (409, "nameAlreadyExists")
    assert "uploadUrl" not in refusal.text and "tempauth" not in refusal.text
    assert urlsplit(url).query not in refusal.text
    # Who kept it can end it.
    library.http.delete(url)
    assert library.session("stor.bin").status_code == 200


@line("session-last")
def test_a_file_that_came_meanwhile_is_409_on_the_last_fragment(library, url, error) -> None:
    library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    library.put("annen.bin", b"x")
    library.patch("annen.bin", {"name": "stor.bin"}).raise_for_status()
    assert error(library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL)) == (409, "nameAlreadyExists")
    assert library.content("stor.bin") == b"x"


@line("session-office")
def test_the_first_fragment_over_an_office_file_is_404_on_a_bad_day(tmp_path, error) -> None:
    with bad_day(tmp_path, "faults: [{fault: office_not_found, first: 1}]") as day:
        library = day.library
        document = contents.docx("Referat")
        library.put("a.docx", document).raise_for_status()
        url = library.session("a.docx", REPLACE).json()["uploadUrl"]
        assert error(library.fragment(url, document, 0, len(document))) == (404, "itemNotFound")
        # Created anew, it starts at 0 and passes.
        again = library.session("a.docx", REPLACE)
        assert again.json()["nextExpectedRanges"] == ["0-"]
        assert library.fragment(again.json()["uploadUrl"], document, 0, len(document)).status_code == 200


@line("session-dropped")
def test_a_fragment_that_breaks_off_does_not_count(library, url) -> None:
    library.fragment(url, DATA[:GRAIN], 0, TOTAL)
    place = urlsplit(url)
    head = f"PUT {place.path}?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: {GRAIN}\r\n"
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(
            f"{head}Content-Range: bytes {GRAIN}-{2 * GRAIN - 1}/{TOTAL}\r\n\r\n".encode() + b"tull" * 9000
        )
        time.sleep(0.1)
    time.sleep(0.1)
    answer = library.http.get(url)
    assert answer.json()["nextExpectedRanges"][0].partition("-")[0] == str(GRAIN)
    assert library.fragment(url, DATA[GRAIN:], GRAIN, TOTAL).status_code == 201
    assert library.content("stor.bin") == DATA


@line("session-default")
def test_a_session_fails_on_a_conflict_unless_told_otherwise(library, error) -> None:
    first = library.put("a.bin", b"gammel").json()
    assert error(library.session("a.bin")) == (409, "nameAlreadyExists")
    url = library.session("a.bin", REPLACE).json()["uploadUrl"]
    done = library.fragment(url, b"ny", 0, 2)
    assert (done.status_code, done.json()["id"]) == (200, first["id"])


@line("session-conditions")
def test_conditions_that_do_not_hold_are_412(library, error) -> None:
    item = library.put("a.bin").json()
    stale = {"If-Match": '"{00000000-0000-0000-0000-000000000000},1"'}
    for headers in (stale, {"If-None-Match": "*"}, {"If-None-Match": item["eTag"]}):
        assert error(library.session("a.bin", REPLACE, headers=headers)) == (412, "resourceModified")
    assert library.session("a.bin", REPLACE, headers={"If-Match": item["eTag"]}).status_code == 200


@line("session-quota")
def test_a_session_for_a_full_library_is_507(tmp_path, library_of, error) -> None:
    with running(tmp_path, Ways(quota=1000)) as ready:
        library = library_of(ready)
        url = library.session("a.bin").json()["uploadUrl"]
        assert error(library.fragment(url, bytes(1001), 0, 1001)) == (507, "quotaLimitReached")
        library.put("b.bin", bytes(1000)).raise_for_status()
        assert error(library.session("c.bin")) == (507, "quotaLimitReached")


@line("session-properties")
@pytest.mark.parametrize("item", [{"fileSize": 7}, {"description": "x"}, {"file": {}}])
def test_properties_that_sharepoint_does_not_take_are_400(library, error, item) -> None:
    assert error(library.session("a.bin", item)) == (400, "invalidRequest")
    assert library.session("a.bin").status_code == 200


@line("session-name")
def test_a_name_that_does_not_match_the_address_is_400(library, error) -> None:
    assert error(library.session("a.bin", {"name": "b.bin"})) == (400, "invalidRequest")
    assert library.session("a.bin", {"name": "a.bin"}).status_code == 200


@line("session-times")
def test_times_in_the_session_are_one_version_and_a_patch_afterwards_is_two(library) -> None:
    times = {"createdDateTime": "2009-01-02T03:04:05Z", "lastModifiedDateTime": "2010-11-12T13:14:15Z"}
    url = library.session("a.bin", {"fileSystemInfo": times}).json()["uploadUrl"]
    done = library.fragment(url, DATA, 0, TOTAL)
    assert (done.status_code, done.json()["fileSystemInfo"]) == (201, times)
    assert len(library.get("a.bin", "versions").json()["value"]) == 1
    library.put("b.bin", b"x")
    patched = library.patch("b.bin", {"fileSystemInfo": times})
    assert (patched.status_code, patched.json()["fileSystemInfo"]) == (200, times)
    assert len(library.get("b.bin", "versions").json()["value"]) == 2


@line("zero-bytes")
def test_an_empty_file_comes_by_put_and_not_by_a_session(library, url, error) -> None:
    for headers in ({}, {"Content-Range": "bytes 0--1/0"}, {"Content-Range": "bytes */0"}):
        answer: httpx.Response = library.http.put(url, content=b"", headers=headers)
        assert error(answer) == (400, "invalidRequest")
    made = library.put("tom.txt", b"")
    assert (made.status_code, made.json()["size"]) == (201, 0)
    assert made.json()["file"]["hashes"] == {}
    assert made.headers["ETag"] == made.json()["eTag"]
    assert library.content("tom.txt") == b""
