"""Faults of connections and answers: refused, dropped before and after the work, half written, slow, broken off."""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.rehearsal.bad_day import bad_day, spoken
from tests.rehearsal.conftest import GRAIN

Refusal = Callable[[httpx.Response], tuple[int, str]]


def test_a_call_is_throttled_whatever_the_throttle_says(tmp_path: Path, error: Refusal) -> None:
    text = "faults: [{fault: too_many_requests, on: get, nth: [2], seconds: 7}]"
    with bad_day(tmp_path, text, units_per_minute=10) as day:
        day.library.put("a.txt")
        assert day.library.get("a.txt").status_code == 200
        answer = day.library.get("a.txt")
        assert error(answer) == (429, "activityLimitReached")
        assert answer.headers["Retry-After"] == "7"
        assert day.library.get("a.txt").status_code == 200
        # Three gets and a put: what a fault refused was counted too.
        assert day.tenancy.throttle.standing()[0].minute_used == 5
        assert [(given.fault, given.call, given.asked) for given in day.given()] == [("too_many_requests", "get", 2)]
        assert day.given()[0].target == "sites/rehearsal/shared documents:/a.txt"


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, "generalException"), (502, "BadGateway"), (503, "serviceNotAvailable"), (504, "UnknownError")],
)
def test_the_service_is_unavailable_before_any_work(tmp_path: Path, error: Refusal, status: int, code: str) -> None:
    text = f"faults: [{{fault: unavailable, on: upload, first: 1, status: {status}, seconds: 9}}]"
    with bad_day(tmp_path, text) as day:
        answer = day.library.put("a.txt")
        assert error(answer) == (status, code)
        assert answer.headers["Retry-After"] == "9"
        assert day.library.get("a.txt").status_code == 404
        assert day.library.put("a.txt").status_code == 201


def test_the_forms_of_retry_after_are_there_for_faults_as_well(tmp_path: Path) -> None:
    text = """
faults:
  - {fault: too_many_requests, on: get, nth: [1], retry_after: lower-case}
  - {fault: unavailable, on: get, nth: [2], retry_after: missing}
  - {fault: too_many_requests, on: get, nth: [3], retry_after: long}
"""
    with bad_day(tmp_path, text) as day:
        heads = [spoken(day.library.at("a.txt")).partition(b"\r\n\r\n")[0] for _call in range(3)]
        assert b"\r\nretry-after: 5" in heads[0] and b"Retry-After" not in heads[0]
        assert b"503" in heads[1] and b"retry-after" not in heads[1].lower()
        assert 120 <= int(heads[2].partition(b"\r\nRetry-After: ")[2].split(b"\r\n")[0]) <= 300


def test_who_may_not_ask_hears_that_first(tmp_path: Path, error: Refusal) -> None:
    with bad_day(tmp_path, "faults: [{fault: unavailable, on: any, first: 9}]", anonymous=False) as day:
        assert error(day.library.get("a.txt"))[0] == 401
        known = {"Authorization": f"Bearer {day.ready.token}"}
        assert error(day.library.http.get(day.library.at("a.txt"), headers=known))[0] == 503


@pytest.mark.parametrize("on", ["upload", "folder", "fragment"])
def test_a_connection_breaks_before_the_work(tmp_path: Path, on: str) -> None:
    with bad_day(tmp_path, f"faults: [{{fault: drop_before, on: {on}, first: 1}}]") as day:
        library = day.library
        url = library.session("s.bin").json()["uploadUrl"]

        def act() -> int:
            if on == "upload":
                return library.put("a.txt", b"x" * 3_000_000).status_code
            if on == "folder":
                return library.folder("a.txt").status_code
            return library.fragment(url, bytes(GRAIN), 0, 2 * GRAIN).status_code

        with pytest.raises(httpx.TransportError):
            act()
        assert library.get("a.txt").status_code == 404
        assert library.http.get(url).json()["nextExpectedRanges"] in (["0-"], ["0-0"])
        assert act() in (201, 202)


@pytest.mark.parametrize("on", ["upload", "folder", "fragment", "delete", "change", "session"])
def test_a_connection_breaks_after_the_work(tmp_path: Path, on: str) -> None:
    with bad_day(tmp_path, f"faults: [{{fault: drop_after, on: {on}, first: 1}}]") as day:
        library = day.library
        if on != "upload":
            library.put("b.txt").raise_for_status()
        url = library.session("s.bin").json()["uploadUrl"] if on != "session" else ""
        acts: dict[str, Callable[[], httpx.Response]] = {
            "upload": lambda: library.put("a.txt"),
            "folder": lambda: library.folder("a.txt"),
            "fragment": lambda: library.fragment(url, bytes(GRAIN), 0, 2 * GRAIN),
            "delete": lambda: library.http.delete(library.at("b.txt")),
            "change": lambda: library.patch("b.txt", {"name": "c.txt"}),
            "session": lambda: library.session("s.bin"),
        }
        with pytest.raises(httpx.RemoteProtocolError):
            acts[on]()
        if on in ("upload", "folder"):
            assert library.get("a.txt").status_code == 200
        elif on == "fragment":
            assert library.http.get(url).json()["nextExpectedRanges"][0].startswith(f"{GRAIN}-")
        elif on == "session":
            # Its address is lost, and the name is taken.
            assert library.put("s.bin").status_code == 409
        else:
            assert library.get("b.txt").status_code == 404


@pytest.mark.parametrize(("taken", "size"), [("", GRAIN), (", bytes: 1000", 1000)])
def test_a_half_written_fragment_does_not_count(tmp_path: Path, taken: str, size: int) -> None:
    with bad_day(tmp_path, f"faults: [{{fault: half_written, on: fragment, first: 1{taken}}}]") as day:
        library = day.library
        data = bytes(range(256)) * (4 * GRAIN // 256)
        url = library.session("a.bin").json()["uploadUrl"]
        for start in (0, 2 * GRAIN):
            with pytest.raises(httpx.TransportError):
                library.fragment(url, data[start : start + 2 * GRAIN], start, len(data))
            (part,) = (day.tenancy.folder / "sessions").iterdir()
            told = library.http.get(url).json()["nextExpectedRanges"][0]
            assert told.startswith(f"{start}-")
            assert part.stat().st_size <= start + size
            done = library.fragment(url, data[start : start + 2 * GRAIN], start, len(data))
        assert done.status_code == 201
        assert library.content("a.bin") == data
        assert day.names() == ["half_written"] * 2


def test_a_half_written_upload_leaves_nothing(tmp_path: Path) -> None:
    with bad_day(tmp_path, "faults: [{fault: half_written, on: upload, first: 1}]") as day:
        with pytest.raises(httpx.TransportError):
            day.library.put("a.bin", bytes(2_000_000))
        assert day.library.get("a.bin").status_code == 404
        assert list((day.tenancy.folder / "arriving").iterdir()) == []
        assert day.library.put("a.bin", bytes(2_000_000)).status_code == 201


def test_an_answer_comes_late(tmp_path: Path) -> None:
    with bad_day(tmp_path, "faults: [{fault: slow_answer, on: get, nth: [2], seconds: 0.5}]") as day:
        took = []
        for _call in range(3):
            begun = time.monotonic()
            day.library.get("a.txt")
            took.append(time.monotonic() - begun)
        assert took[0] < 0.4 > took[2] and took[1] >= 0.5


def test_an_answers_body_comes_drop_by_drop(tmp_path: Path) -> None:
    data = bytes(range(250)) * 4_000
    with bad_day(tmp_path, "faults: [{fault: slow_stream, on: [content, get], first: 1, seconds: 0.6}]") as day:
        day.library.put("a.bin", data)
        with day.library.http.stream("GET", day.library.at("a.bin", "content"), follow_redirects=True) as answer:
            came = [(time.monotonic(), len(piece)) for piece in answer.iter_raw()]
        assert came[-1][0] - came[0][0] >= 0.4
        assert sum(size for _when, size in came) == len(data)
        begun = time.monotonic()
        assert day.library.item("a.bin")["size"] == len(data)
        assert time.monotonic() - begun >= 0.5
        assert day.library.content("a.bin") == data


@pytest.mark.parametrize(("size", "left"), [("", None), (", bytes: 10", 10), (", bytes: 0", 0)])
def test_an_answer_breaks_off_in_the_middle_of_its_body(tmp_path: Path, size: str, left: int | None) -> None:
    with bad_day(tmp_path, f"faults: [{{fault: truncated_answer, on: [list, content], first: 1{size}}}]") as day:
        library = day.library
        library.put("a.bin", bytes(100_000))
        head, _, body = spoken(f"{library.address}/root/children").partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        assert head.startswith(b"HTTP/1.1 200")
        assert len(body) == (length // 2 if left is None else left)
        with pytest.raises(httpx.RemoteProtocolError):
            library.content("a.bin")
        assert len(library.content("a.bin")) == 100_000
        assert library.http.get(f"{library.address}/root/children").json()["value"][0]["name"] == "a.bin"
        assert day.names() == ["truncated_answer"] * 2


def test_an_answer_without_a_body_is_not_broken_off(tmp_path: Path) -> None:
    with bad_day(tmp_path, "faults: [{fault: truncated_answer, on: delete, first: 5}]") as day:
        day.library.put("a.bin")
        assert day.library.http.delete(day.library.at("a.bin")).status_code == 204
        assert day.names() == []


def test_rules_go_by_path_whatever_the_address(tmp_path: Path, error: Refusal) -> None:
    text = "faults: [{fault: unavailable, on: [get, folder], path: 'Plån/**/*.TXT', first: 1}]"
    with bad_day(tmp_path, text) as day:
        library = day.library
        library.put("Plån/a/Å.txt")
        library.put("Plån/b/ø.txt")
        library.put("annet/a.txt")
        folder, item = library.item("Plån/a"), library.item("annet/a.txt")
        assert item["name"] == "a.txt"
        # By path from a folder's id, in another letter case, in another form of å, with its colon encoded.
        strange = quote("å.TXT".replace("å", "a\u030a"))
        assert error(library.http.get(f"{library.address}/items/{folder['id']}%3A/{strange}:"))[0] == 503
        second = library.get("Plån/b/ø.txt")
        assert error(second)[0] == 503
        id = library.item("Plån/b/ø.txt")["id"]
        assert library.http.get(f"{library.address}/items/{id}").status_code == 200
        # A new folder is known by the name in its body.
        assert error(library.folder("mappe.txt", folder["id"]))[0] == 503
        assert library.folder("mappe", folder["id"]).status_code == 201
        assert library.folder("mappe.txt", folder["id"]).status_code == 201


def test_pages_and_what_cannot_be_understood_have_no_weather(tmp_path: Path, error: Refusal) -> None:
    with bad_day(tmp_path, "faults: [{fault: drop_before, on: any, first: 99}]") as day:
        assert day.library.http.get(day.ready.web).status_code == 200
        assert error(day.library.http.get(f"{day.ready.graph}/drives/none/root"))[0] == 404
        assert error(day.library.http.get(f"{day.ready.graph}/unknown"))[0] == 400
        with pytest.raises(httpx.RemoteProtocolError):
            day.library.get("a.txt")


def test_many_connections_are_cut_at_once_and_the_tenant_lives(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    text = "faults: [{fault: drop_before, on: upload, share: 0.3}, {fault: drop_after, on: upload, share: 0.3}]"
    with bad_day(tmp_path, text) as day, ThreadPoolExecutor(16) as pool:

        def put(number: int) -> bool:
            try:
                return day.library.put(f"{number}.bin", bytes(20_000)).is_success
            except httpx.TransportError:
                return False

        done = list(pool.map(put, range(200)))
        assert 40 < sum(done) < 160
        for number in range(200):
            before = ("drop_before", f"sites/rehearsal/shared documents:/{number}.bin")
            struck = {(given.fault, given.target) for given in day.given()}
            assert (day.library.get(f"{number}.bin").status_code == 404) is (before in struck)


def test_a_rule_that_is_used_up_by_others_meanwhile_lets_the_answer_come(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with bad_day(tmp_path, "faults: [{fault: drop_after, on: [list, upload], share: 1, most: 3}]") as day:

        def ask(number: int) -> int:
            try:
                if number % 2:
                    return day.library.put(f"{number}.txt").status_code
                return day.library.http.get(f"{day.library.address}/root/children").status_code
            except httpx.TransportError:
                return 0

        with ThreadPoolExecutor(12) as pool:
            statuses = list(pool.map(ask, range(60)))
        assert statuses.count(0) == 3
        assert set(statuses) == {0, 200, 201}


def test_the_tenants_own_failure_is_still_told_on_a_bad_day(
    tmp_path: Path, error: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise OSError("no disk")

    with bad_day(tmp_path, "people: [{does: edit, share: 0}]\nfaults: [{fault: lost_item, share: 0}]") as day:
        monkeypatch.setattr(type(day.tenancy.blobs), "add", fail)
        assert error(day.library.put("a.txt")) == (500, "generalException")
