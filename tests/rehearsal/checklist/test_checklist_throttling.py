"""The checklist: throttling."""

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.bad_day import Day, bad_day, spoken
from tests.rehearsal.checklist.lines import line
from tests.rehearsal.signing import app, signed, write_apps


def units(day: Day, call: Any) -> int:
    """What a call cost, by the RateLimit headers before and after it."""
    before = int(day.library.get("borte.txt").headers["RateLimit-Remaining"])
    call()
    return before - int(day.library.get("borte.txt").headers["RateLimit-Remaining"]) - 1


@pytest.fixture
def counted(tmp_path: Path, library_of):
    """A tenant that tells what is left: the first get cost so much that the headers come from then on."""
    text = "throttle: {minute: 1000, costs: {get: 850}, then: [{after_requests: 1, costs: {get: 1}}]}"
    with bad_day(tmp_path, text, busy_items=0) as day:
        assert "RateLimit-Remaining" in day.library.get("borte.txt").headers
        yield day


@line("cost-1")
def test_to_get_an_item_a_delta_with_token_and_a_download_cost_1(counted: Day) -> None:
    library = counted.library
    library.put("a.txt", b"x").raise_for_status()
    _found, link = library.whole_delta()
    assert units(counted, lambda: library.get("a.txt").raise_for_status()) == 1
    assert units(counted, lambda: library.http.get(link).raise_for_status()) == 1
    assert units(counted, lambda: library.get("a.txt", "content")) == 1


@line("cost-2")
def test_to_list_create_change_delete_and_upload_cost_2(counted: Day) -> None:
    library = counted.library
    for call in (
        lambda: library.put("a.txt", b"x").raise_for_status(),
        lambda: library.http.get(f"{library.address}/root/children").raise_for_status(),
        lambda: library.http.get(f"{library.address}/root/delta").raise_for_status(),
        lambda: library.folder("mappe").raise_for_status(),
        lambda: library.patch("a.txt", {"name": "b.txt"}).raise_for_status(),
        lambda: library.session("c.txt").raise_for_status(),
        lambda: library.http.delete(library.at("b.txt")).raise_for_status(),
    ):
        assert units(counted, call) == 2


@line("cost-5")
def test_permissions_cost_5(counted: Day) -> None:
    library = counted.library
    library.put("a.txt")
    assert units(counted, lambda: library.get("a.txt", "permissions").raise_for_status()) == 5
    assert units(counted, lambda: library.http.post(library.at("a.txt", "invite"), json={})) == 5


@line("tiers")
@pytest.mark.parametrize(
    ("tier", "minute", "five"),
    [
        ("0-1000", 1_250, 18_750),
        ("1001-5000", 2_500, 37_500),
        ("5001-15000", 3_750, 56_250),
        ("15001-50000", 5_000, 75_000),
        ("50001-", 6_250, 93_750),
    ],
)
def test_a_tier_has_its_minute_and_its_tenants_five_minutes(tmp_path, error, tier: str, minute: int, five: int) -> None:
    first, second = app("Files.ReadWrite.All"), app("Files.ReadWrite.All")
    write_apps(tmp_path / "tenant", first, second)
    cost = 125
    with bad_day(tmp_path, f"throttle: {{tier: '{tier}', costs: {{get: {cost}}}}}") as day:
        path = f"/drives/{day.library.drive}/root"

        def ask(client: httpx.Client, count: int) -> list[int]:
            calls = [{"id": str(number), "method": "GET", "url": path} for number in range(count)]
            answer = client.post(f"{day.ready.graph}/$batch", json={"requests": calls})
            return [each["status"] for each in answer.json()["responses"]]

        with signed(day.ready, first) as one, signed(day.ready, second) as other:
            statuses: list[int] = []
            # All but one of the calls that the tenant has in five minutes; what is refused counts.
            while left := five // cost - 1 - len(statuses):
                statuses += ask(one, min(20, left))
            assert statuses == [200] * (minute // cost) + [429] * (len(statuses) - minute // cost)
            assert one.get(day.ready.graph + path).headers["RateLimit-Limit"] == str(minute)
            refusal = other.get(day.ready.graph + path)
            assert error(refusal) == (429, "activityLimitReached")
            # The other's own minute is new: it is the tenant's five minutes that are over.
            assert 60 < int(refusal.headers["Retry-After"]) <= 301


@line("day")
def test_a_day_has_an_end(tmp_path, error) -> None:
    with bad_day(tmp_path, "throttle: {minute: 100000, day: 5}") as day:
        library = day.library
        statuses = [library.http.get(f"{library.address}/root").status_code for _ in range(5)]
        assert statuses == [200] * 5
        refusal = library.http.get(f"{library.address}/root")
        assert error(refusal) == (429, "activityLimitReached")
        assert 3600 < int(refusal.headers["Retry-After"]) <= 86_400
    with bad_day(tmp_path, "throttle: {day: 5}\nclock: {ahead_seconds: 86500}") as day:
        assert day.library.http.get(f"{day.library.address}/root").status_code == 200


@line("ingress")
def test_the_bytes_of_an_hour_have_an_end(tmp_path, error) -> None:
    with bad_day(tmp_path, "throttle: {ingress: 1000}") as day:
        library = day.library
        assert library.put("a.bin", bytes(900)).status_code == 201
        refusal = library.put("b.bin", bytes(101))
        assert error(refusal) == (429, "activityLimitReached")
        assert 60 < int(refusal.headers["Retry-After"]) <= 3601
        assert library.put("c.bin", bytes(100)).status_code == 201


def twice(folder: Path, text: str) -> tuple[httpx.Response, bytes]:
    """What a call is told that the throttle refuses, by an HTTP client and as the bytes on the wire."""
    folder.mkdir(exist_ok=True)
    with bad_day(folder, text) as day:
        address = f"{day.library.address}/root"
        day.library.http.get(address).raise_for_status()
        return day.library.http.get(address), spoken(address).partition(b"\r\n\r\n")[0]


@line("throttled-429")
def test_a_call_beyond_the_limit_is_429(tmp_path, error) -> None:
    answer, head = twice(tmp_path, "throttle: {minute: 1}")
    assert error(answer) == (429, "activityLimitReached")
    assert head.startswith(b"HTTP/1.1 429 ")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61


@line("throttled-503")
def test_a_call_beyond_the_limit_may_be_503(tmp_path, error) -> None:
    answer, _head = twice(tmp_path, "throttle: {minute: 1, refuse_with: 503}")
    assert error(answer) == (503, "serviceNotAvailable")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61


@line("throttled-counts")
def test_calls_that_are_refused_count_too(tmp_path, library_of) -> None:
    with running(tmp_path, Ways(units_per_minute=4)) as ready:
        library = library_of(ready)
        answers = [library.get("borte.txt") for _ in range(8)]
        assert [answer.status_code for answer in answers] == [404] * 4 + [429] * 4
        told = library.http.get(f"{ready.web}/-/admin.json").json()
        assert "8" in str(told) and answers[-1].headers["RateLimit-Remaining"] == "0"


@line("retry-short")
def test_retry_after_may_be_shorter_than_the_truth(tmp_path) -> None:
    answer, _head = twice(tmp_path, "throttle: {minute: 1, retry_after: short}")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) < 40


@line("retry-long")
def test_retry_after_may_be_long(tmp_path) -> None:
    answer, _head = twice(tmp_path, "throttle: {minute: 1, retry_after: long}")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 120


@line("retry-lower")
def test_retry_after_may_come_in_lower_case(tmp_path) -> None:
    for form, spelled in (("lower-case", b"\r\nretry-after: "), ("told", b"\r\nRetry-After: ")):
        answer, head = twice(tmp_path / form, f"throttle: {{minute: 1, retry_after: {form}}}")
        assert answer.status_code == 429
        assert spelled in head


@line("retry-absent")
def test_retry_after_may_be_missing(tmp_path, error) -> None:
    answer, head = twice(tmp_path, "throttle: {minute: 1, retry_after: missing}")
    assert error(answer) == (429, "activityLimitReached")
    assert b"retry-after" not in head.lower()


@line("ratelimit")
def test_ratelimit_headers_come_from_80_per_cent_on(tmp_path, library_of) -> None:
    with running(tmp_path, Ways(units_per_minute=10)) as ready:
        library = library_of(ready)
        answers = [library.get("borte.txt") for _ in range(10)]
        told = [answer.headers.get("RateLimit-Remaining") for answer in answers]
        assert told == [None] * 7 + ["2", "1", "0"]
        assert {answer.headers["RateLimit-Limit"] for answer in answers[7:]} == {"10"}
        assert all(1 <= int(answer.headers["RateLimit-Reset"]) <= 61 for answer in answers[7:])


@line("nights")
def test_the_budget_changes_while_it_runs(tmp_path) -> None:
    text = "throttle: {minute: 2, then: [{after_seconds: 1, minute: 1000}]}"
    with bad_day(tmp_path, text) as day:
        address = f"{day.library.address}/root"
        assert [day.library.http.get(address).status_code for _ in range(3)] == [200, 200, 429]
        time.sleep(1.1)
        assert day.library.http.get(address).status_code == 200
