"""What the governor is made of: costs by kind, units of a day, room for calls."""

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from filrydd.targets.governor.costs import UNITS, Costs, Kind, kind_of
from filrydd.targets.governor.day import HOUR, Day, day_limit_of
from filrydd.targets.governor.room import ENOUGH, FIRST, LARGE, MOST, Room
from filrydd.targets.governor.told import Told

DRIVE = "/v1.0/drives/b!x"


@pytest.mark.parametrize(
    ("method", "path", "query", "kind"),
    [
        ("GET", f"{DRIVE}/items/1", "", Kind.GET),
        ("GET", f"{DRIVE}/items/1:/a%20permissions.txt:", "", Kind.GET),
        ("GET", f"{DRIVE}/items/1/children", "$top=200", Kind.LIST),
        ("GET", f"{DRIVE}/items/1/versions", "", Kind.LIST),
        ("GET", f"{DRIVE}/items/root/delta()", "", Kind.LIST),
        ("GET", f"{DRIVE}/items/root/delta()", "token=2", Kind.DELTA),
        ("GET", f"{DRIVE}/items/root/delta(token='2')", "", Kind.DELTA),
        ("GET", f"{DRIVE}/items/1/content", "", Kind.DOWNLOAD),
        ("PUT", f"{DRIVE}/items/1%3A%2Fa.txt%3A/content", "", Kind.UPLOAD),
        ("POST", f"{DRIVE}/items/1%3A%2Fa.txt%3A/createUploadSession", "", Kind.WRITE),
        ("POST", f"{DRIVE}/items/1/children", "", Kind.WRITE),
        ("PATCH", f"{DRIVE}/items/1/listItem/fields", "", Kind.WRITE),
        ("POST", f"{DRIVE}/items/1/invite", "", Kind.PERMISSIONS),
        ("GET", f"{DRIVE}/items/1/permissions", "", Kind.PERMISSIONS),
        ("DELETE", f"{DRIVE}/items/1/permissions/abc", "", Kind.PERMISSIONS),
        ("GET", f"{DRIVE}/items/1", "%24expand=permissions", Kind.PERMISSIONS),
        ("GET", "/v1.0/sites/a,b,c/drives", "", Kind.LIST),
    ],
)
def test_a_calls_kind_is_read_from_its_address(method: str, path: str, query: str, kind: Kind) -> None:
    assert kind_of(method, path, query, api=True) is kind


def test_content_goes_elsewhere_and_costs_otherwise() -> None:
    session = "/sites/x/_api/v2.0/drives/b!x/items/1/uploadSession"
    assert kind_of("PUT", session, "guid=1", api=False) is Kind.FRAGMENT
    assert kind_of("DELETE", session, "guid=1", api=False) is Kind.FRAGMENT
    assert kind_of("GET", session, "guid=1", api=False) is Kind.GET
    assert kind_of("GET", "/sites/x/_layouts/15/download.aspx", "tempauth=v1", api=False) is Kind.BYTES


def minute(costs: Costs, true: dict[Kind, float], calls: list[Kind], began: float) -> float:
    """A minute of calls, of which the last fifth is told; the units that the tenant counted."""
    used = 0.0
    for number, kind in enumerate(calls):
        costs.sent(kind)
        used += true.get(kind, UNITS[kind])
        if number >= len(calls) * 0.8:
            at = began + 60 * number / len(calls)
            costs.counted(at, Told(10_000, 10_000 - used, 60 + began - at))
    return used


@settings(max_examples=10)
@given(some.lists(some.sampled_from([1.0, 2.0, 4.0, 7.0]), min_size=3, max_size=3))
def test_costs_come_to_what_the_tenant_counts(true: list[float]) -> None:
    kinds = [Kind.WRITE, Kind.FRAGMENT, Kind.GET]
    costs, by_kind = Costs(), dict(zip(kinds, true, strict=True))
    calls = kinds * 350
    for number in range(8):
        used = minute(costs, by_kind, calls, 60.0 * number)
    assert sum(map(costs.of, calls)) == pytest.approx(used, rel=0.05)


def test_nothing_is_learnt_from_what_somebody_else_or_another_window_may_have_used() -> None:
    costs = Costs()
    costs.counted(0.0, Told(10_000, 2000, 30))
    for _call in range(100):
        costs.sent(Kind.WRITE)
    costs.counted(29.0, Told(10_000, 1000, 30))
    assert costs.of(Kind.WRITE) == UNITS[Kind.WRITE]
    for _call in range(100):
        costs.sent(Kind.WRITE)
    costs.forget()
    costs.counted(35.0, Told(10_000, 100, 24))
    assert costs.of(Kind.WRITE) == UNITS[Kind.WRITE]


def test_a_day_is_a_tiers_where_its_minute_is() -> None:
    assert day_limit_of(1250) == 1_200_000
    assert day_limit_of(1251) is None
    assert day_limit_of(None) is None


@settings(max_examples=4)
@given(some.sampled_from([1250, 6250]), some.integers(0, 86_400))
def test_a_day_of_full_speed_uses_its_units_and_never_more(minute_limit: int, begun: int) -> None:
    day = Day()
    day.limit = day_limit_of(minute_limit)
    assert day.limit
    sold: list[float] = []
    for step in range(2 * 24 * 12):
        wall = 1.7e9 + begun + 300 * step
        units = min(minute_limit / 60, day.pace(wall)) * 300
        day.spend(wall, units)
        sold.append(units)
    total = [0.0, *accumulate(sold)]
    day_long = 24 * 12
    assert max(total[end] - total[end - day_long] for end in range(day_long, len(total))) <= day.limit
    assert total[day_long] > 0.95 * day.limit
    assert total[-1] > 2 * 0.95 * day.limit


def test_yesterdays_use_is_forgotten() -> None:
    day = Day()
    day.limit = 1_200_000
    day.spend(1.7e9, 1_200_000)
    assert day.pace(1.7e9) == 0
    assert 86_400 - 600 < day.opens_in(1.7e9) <= 86_400
    assert day.pace(1.7e9 + 24 * HOUR) == float("inf")
    for hour in range(1000):
        day.spend(1.7e9 + hour * HOUR, 1)
    assert len(day.used) < 300


def rounds(room: Room, latency: float, count: int, now: float, *, grows: float = 0.0) -> float:
    """Rounds of answers, all lanes busy; each lane adds `grows` to the latency."""
    for _round in range(count):
        lanes = room.at_once
        for _lane in range(lanes):
            room.answered(Kind.WRITE, latency + grows * lanes, now, lanes)
            now += latency / lanes
    return now


def test_room_grows_while_the_tenant_answers_as_soon_as_ever() -> None:
    room = Room()
    rounds(room, 0.1, 200, 0.0)
    assert room.at_once == MOST


def test_room_stops_growing_where_more_calls_only_wait_longer() -> None:
    room = Room()
    rounds(room, 0.1, 400, 0.0, grows=0.02)
    assert FIRST < room.at_once < 40


def test_room_falls_when_answers_take_much_longer_and_not_below_what_is_enough() -> None:
    room = Room()
    now = rounds(room, 0.1, 30, 0.0)
    before = room.at_once
    rounds(room, 2.0, 4, now)
    assert room.at_once < before
    rounds(room, 2.0, 20, now + 30)
    assert room.at_once >= ENOUGH


def test_a_tenant_that_has_become_slower_for_good_has_room_again() -> None:
    room = Room()
    now = rounds(room, 0.05, 30, 0.0)
    now = rounds(room, 1.0, 150, now)
    assert room.at_once > FIRST


def test_idle_lanes_make_no_room() -> None:
    room = Room()
    for number in range(1000):
        room.answered(Kind.WRITE, 0.1, number, 1)
    assert room.at_once == FIRST


def test_large_bodies_have_room_of_their_own() -> None:
    room = Room()
    for _call in range(FIRST):
        room.enter(large=True)
    assert not room.free(0.0, large=True)
    assert room.free(0.0, large=False)
    assert LARGE > 64 * 1024


def test_after_a_pause_calls_come_back_by_and_by() -> None:
    room = Room()
    room.reopen(10.0)
    free = 0
    while room.free(10.0, large=False):
        room.enter(large=False)
        free += 1
    assert free == 2
    room.answered(Kind.WRITE, 0.1, 10.1, 2)
    assert room.free(10.1, large=False)
    assert (
        sum(1 for _lane in iter(lambda: room.free(13.0, large=False) and (room.enter(large=False) or True), False)) == 6
    )
