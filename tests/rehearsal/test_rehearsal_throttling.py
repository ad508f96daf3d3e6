"""Throttling: units by tier, an app's minute and day, the tenant's five minutes, and all the ways to be told to wait."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from filrydd.rehearsal.clock import Clock
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.retry_after import Form
from filrydd.rehearsal.rules.throttle import TIERS, Cost, Limits, RefuseWith, Setting, Throttle
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running

Library = Any
Refusal = Callable[[httpx.Response], tuple[int, str]]


class Hands(Clock):
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 1_800_000_000.0

    def now(self) -> float:
        return self.time


def throttle_of(**limits: int) -> tuple[Throttle, Hands]:
    hands = Hands()
    return Throttle((Setting(Limits(**limits)),), hands), hands


def refused(throttle: Throttle, kind: Cost = Cost.GET, app: str = "a") -> Refused | None:
    try:
        throttle.spend(kind, app)
    except Refused as no:
        return no
    return None


def calls_until_refused(throttle: Throttle, kind: Cost = Cost.GET, app: str = "a") -> int:
    return next(number for number in range(10**7) if refused(throttle, kind, app))


def raw(address: str, *, method: str = "GET") -> bytes:
    """The bytes of an answer as they come over the wire."""
    split = urlsplit(address)
    with socket.create_connection((split.hostname or "", split.port or 0), timeout=10) as line:
        line.sendall(f"{method} {split.path} HTTP/1.1\r\nHost: {split.netloc}\r\nConnection: close\r\n\r\n".encode())
        came = b""
        while piece := line.recv(65_536):
            came += piece
    return came


def fault_file(folder: Path, text: str) -> Path:
    file = folder / "faults.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_units_are_counted_the_headers_come_from_80_per_cent_and_beyond_the_limit_is_429(
    tmp_path: Path, library_of: Any, error: Refusal
) -> None:
    with running(tmp_path, Ways(units_per_minute=20)) as ready:
        library = library_of(ready)
        answers = [library.put(f"{number}.txt") for number in range(7)]
        assert all("RateLimit-Limit" not in answer.headers for answer in answers)
        # 16 of 20 units: from here on the headers come.
        warned = library.put("7.txt")
        assert warned.status_code == 201
        assert (warned.headers["RateLimit-Limit"], warned.headers["RateLimit-Remaining"]) == ("20", "4")
        assert 1 <= int(warned.headers["RateLimit-Reset"]) <= 61
        for cost in (1, 1, 2):
            address = library.at("7.txt") if cost == 1 else f"{library.address}/root/children"
            assert library.http.get(address).status_code == 200
        answer = library.get("7.txt")
        assert error(answer) == (429, "activityLimitReached")
        assert 1 <= int(answer.headers["Retry-After"]) <= 61
        assert answer.headers["RateLimit-Remaining"] == "0"
        assert library.http.get(ready.web).status_code == 200


def test_what_was_refused_counts_too_and_a_batch_is_throttled_call_by_call(tmp_path: Path, library_of: Any) -> None:
    with running(tmp_path, Ways(units_per_minute=4)) as ready:
        library = library_of(ready)
        calls = [{"id": str(n), "method": "GET", "url": f"/drives/{library.drive}/items/borte"} for n in range(6)]
        answer = library.http.post(f"{library.graph}/$batch", json={"requests": calls}).json()["responses"]
        assert [each["status"] for each in answer] == [404] * 4 + [429] * 2
        assert "Retry-After" in answer[-1]["headers"]


def test_fragments_are_throttled_as_well(tmp_path: Path, library_of: Any, error: Refusal) -> None:
    with running(tmp_path, Ways(units_per_minute=5)) as ready:
        library = library_of(ready)
        url = library.session("a.bin").json()["uploadUrl"]
        assert library.fragment(url, b"x", 0, 1).status_code == 201
        assert error(library.fragment(url, b"x", 0, 1)) == (429, "activityLimitReached")


@pytest.mark.parametrize(
    ("tier", "minute", "day", "tenant"),
    [
        ("0-1000", 1_250, 1_200_000, 18_750),
        ("1001-5000", 2_500, 2_400_000, 37_500),
        ("5001-15000", 3_750, 3_600_000, 56_250),
        ("15001-50000", 5_000, 4_800_000, 75_000),
        ("50001-", 6_250, 6_000_000, 93_750),
    ],
)
def test_a_tier_has_microsofts_numbers(tier: str, minute: int, day: int, tenant: int) -> None:
    assert TIERS[tier] == Limits(minute, day, tenant, 400 * 10**9)
    hands = Hands()
    throttle = Throttle((Setting(TIERS[tier]),), hands)
    assert calls_until_refused(throttle) == minute
    # Other apps have minutes of their own, until the tenant's five minutes are used up.
    spent, app = minute + 1, 0
    while spent + minute <= tenant:
        app += 1
        assert calls_until_refused(throttle, app=f"b{app}") == minute
        spent += minute + 1
    assert calls_until_refused(throttle, app="last") == tenant - spent
    hands.time += 61
    no = refused(throttle, app="new")
    assert no is not None and 120 < int(no.headers["Retry-After"]) <= 241
    hands.time += 240
    assert refused(throttle, app="new") is None


def test_a_tier_is_heeded_by_the_running_tenant(tmp_path: Path, library_of: Any) -> None:
    with running(tmp_path, Ways(tier="0-1000")) as ready:
        library = library_of(ready)
        calls = [{"id": str(n), "method": "GET", "url": f"/drives/{library.drive}/root/permissions"} for n in range(20)]
        statuses = [
            each["status"]
            for _turn in range(13)
            for each in library.http.post(f"{library.graph}/$batch", json={"requests": calls}).json()["responses"]
        ]
        assert statuses == [200] * 250 + [429] * 10


def test_a_new_minute_has_new_units() -> None:
    throttle, hands = throttle_of(minute=3)
    throttle.spend(Cost.LIST, "a")
    throttle.spend(Cost.GET, "a")
    assert refused(throttle)
    hands.time += 61
    throttle.spend(Cost.LIST, "a")
    throttle.spend(Cost.GET, "a")
    assert throttle.headers("a")["RateLimit-Remaining"] == "0"


def test_a_day_has_an_end_that_a_new_minute_does_not_move() -> None:
    throttle, hands = throttle_of(minute=10, day=25)
    for _minute in range(2):
        assert calls_until_refused(throttle) == 10
        hands.time += 61
    assert calls_until_refused(throttle) == 3
    no = refused(throttle)
    assert no is not None and 86_400 - 200 < int(no.headers["Retry-After"]) <= 86_400
    hands.time += 86_400
    assert refused(throttle) is None


def test_a_clock_that_is_set_back_does_not_lock_anybody_out() -> None:
    throttle, hands = throttle_of(minute=3, day=5)
    assert calls_until_refused(throttle) == 3
    hands.time -= 7_200
    assert calls_until_refused(throttle) == 3


def test_the_bytes_of_an_hour_have_an_end() -> None:
    throttle, hands = throttle_of(ingress=1_000)
    throttle.take_in(600, "a")
    throttle.take_in(400, "a")
    throttle.take_in(1_000, "b")
    with pytest.raises(Refused) as no:
        throttle.take_in(1, "a")
    assert no.value.status == 429 and 3_500 < int(no.value.headers["Retry-After"]) <= 3_601
    hands.time += 3_601
    throttle.take_in(1_000, "a")


def test_too_many_bytes_are_refused_on_both_ways_in(tmp_path: Path, library_of: Any, error: Refusal) -> None:
    file = fault_file(tmp_path, "throttle: {ingress: 1000}")
    with running(tmp_path / "tenant", Ways(faults=file)) as ready:
        library = library_of(ready)
        assert library.put("a.bin", bytes(900)).status_code == 201
        assert error(library.put("b.bin", bytes(101))) == (429, "activityLimitReached")
        url = library.session("c.bin").json()["uploadUrl"]
        assert error(library.fragment(url, bytes(101), 0, 101)) == (429, "activityLimitReached")
        assert library.put("d.bin", bytes(100)).status_code == 201


def test_what_an_app_has_used_is_told() -> None:
    throttle, hands = throttle_of(minute=3, day=100, tenant=50, ingress=1_000)
    throttle.spend(Cost.LIST, "a")
    throttle.spend(Cost.GET, "b")
    throttle.take_in(7, "b")
    assert refused(throttle, Cost.LIST)
    first, second = throttle.standing()
    assert (first.app, first.minute_used, first.minute_limit, first.day_used, first.day_limit) == ("a", 4, 3, 4, 100)
    assert (first.tenant_used, first.tenant_limit, first.refused) == (5, 50, 1)
    assert (second.app, second.minute_used, second.ingress_used, second.ingress_limit) == ("b", 1, 7, 1_000)
    hands.time += 61
    assert [standing.minute_used for standing in throttle.standing()] == [0, 0]
    assert [standing.day_used for standing in throttle.standing()] == [4, 1]


def test_units_are_counted_where_nothing_is_ever_refused() -> None:
    throttle, _hands = throttle_of()
    for _call in range(1_000):
        throttle.spend(Cost.PERMISSIONS, "a")
    assert throttle.headers("a") == {}
    assert (throttle.standing()[0].minute_used, throttle.standing()[0].minute_limit) == (5_000, 0)


def test_the_days_use_survives_a_restart_and_the_end_of_the_day_is_kept(tmp_path: Path, library_of: Any) -> None:
    file = fault_file(tmp_path, "throttle: {day: 10}")
    ways = Ways(faults=file)
    with running(tmp_path / "tenant", ways) as ready:
        assert [library_of(ready).put(f"{n}.txt").status_code for n in range(4)] == [201] * 4
    with running(tmp_path / "tenant", ways) as ready:
        assert [library_of(ready).put(f"{n}.bin").status_code for n in range(2)] == [201, 429]
    # The next day, by the tenant's clock.
    file.write_text("throttle: {day: 10}\nclock: {ahead_seconds: 86500}", encoding="utf-8")
    with running(tmp_path / "tenant", ways) as ready:
        assert library_of(ready).put("c.txt").status_code == 201


def test_503_is_another_way_to_refuse(tmp_path: Path, library_of: Any, error: Refusal) -> None:
    file = fault_file(tmp_path, "throttle: {minute: 2, refuse_with: 503}")
    with running(tmp_path / "tenant", Ways(faults=file)) as ready:
        library = library_of(ready)
        library.put("a.txt")
        answer = library.get("a.txt")
        assert error(answer) == (503, "serviceNotAvailable")
        assert int(answer.headers["Retry-After"]) > 30


@pytest.mark.parametrize(
    ("form", "name", "low", "high"),
    [
        ("told", b"Retry-After", 50, 61),
        ("short", b"Retry-After", 1, 16),
        ("long", b"Retry-After", 120, 300),
        ("lower-case", b"retry-after", 50, 61),
        ("missing", b"", 0, 0),
    ],
)
def test_retry_after_comes_in_every_form(
    tmp_path: Path, library_of: Any, form: str, name: bytes, low: int, high: int
) -> None:
    file = fault_file(tmp_path, f"throttle: {{minute: 1, retry_after: {form}}}")
    with running(tmp_path / "tenant", Ways(faults=file)) as ready:
        library = library_of(ready)
        head = [raw(library.at("borte.txt")).partition(b"\r\n\r\n")[0].split(b"\r\n") for _call in range(2)][1]
        assert head[0] == b"HTTP/1.1 429 Too Many Requests"
        told = [line.partition(b": ")[::2] for line in head if line.lower().startswith(b"retry-after")]
        assert [letters for letters, _value in told] == ([name] if name else [])
        assert all(low <= int(value) <= high for _letters, value in told)


def test_mixed_is_all_of_it_and_the_same_again_for_the_same_seed() -> None:
    def told(seed: int) -> list[tuple[int, tuple[str, ...]]]:
        setting = Setting(Limits(minute=1), refuse_with=RefuseWith.MIXED, retry_after=Form.MIXED)
        throttle = Throttle((setting,), Hands(), seed)
        throttle.spend(Cost.GET, "a")
        nos = [no for _call in range(60) if (no := refused(throttle))]
        return [(no.status, tuple(no.headers)) for no in nos]

    assert told(1) == told(1) != told(2)
    assert {status for status, _names in told(1)} == {429, 503}
    assert {names for _status, names in told(1)} == {("Retry-After",), ("retry-after",), ()}


def test_the_budget_and_the_cost_change_while_it_runs(tmp_path: Path, library_of: Any) -> None:
    text = """
throttle:
  minute: 1000
  costs: {get: 10}
  then:
    - {after_requests: 3, costs: {get: 400}}
    - {after_seconds: 0, minute: 2000}
"""
    file = fault_file(tmp_path, text)
    with running(tmp_path / "tenant", Ways(faults=file)) as ready:
        library = library_of(ready)
        # 10, 10, 10, 400, then the budget is another one while the cost stays.
        statuses = [library.get("borte.txt").status_code for _call in range(8)]
        assert statuses == [404] * 7 + [429]


def test_later_settings_come_by_time_as_well() -> None:
    hands = Hands()
    settings = (Setting(Limits(minute=5)), Setting(Limits(minute=1), after_seconds=30), Setting(after_seconds=30))
    throttle = Throttle(settings, hands)
    assert [refused(throttle) is None for _call in range(3)] == [True] * 3
    hands.time += 31
    assert refused(throttle)
    hands.time += 31
    assert throttle.setting == settings[1]
    assert [refused(throttle) is None for _call in range(9)] == [True] * 9


def test_counting_a_call_takes_next_to_no_time() -> None:
    throttle, _hands = throttle_of(minute=10**9, day=10**9, tenant=10**9)
    throttle = Throttle((throttle.setting,), Clock())
    least = 1.0
    for _turn in range(5):
        begun = time.perf_counter()
        for _call in range(10_000):
            throttle.spend(Cost.UPLOAD, "00000000-0000-0000-0000-000000000000")
        least = min(least, (time.perf_counter() - begun) / 10_000)
    # Under 1 microsecond where it was measured; the rest is for machines that do other things as well.
    assert least < 5e-6
