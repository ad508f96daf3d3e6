"""Batches and throttling."""

import time

import pytest

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running


def batch(library, *requests, **more):
    numbered = [{"id": str(number), **request} for number, request in enumerate(requests)]
    return library.http.post(f"{library.graph}/$batch", json={"requests": numbered} | more)


def test_a_batch_answers_each_call_with_its_own_status(library) -> None:
    item = library.put("små.txt", b"x").json()
    drive = f"/drives/{library.drive}"
    answer = batch(
        library,
        {"method": "GET", "url": f"{drive}/root:/sm%C3%A5.txt?$select=name"},
        {"method": "GET", "url": f"{drive}/items/borte"},
        {"method": "POST", "url": f"{drive}/root/children", "body": {"name": "m", "folder": {}}},
        {
            "method": "PATCH",
            "url": f"{drive}/items/{item['id']}",
            "body": {"name": "b.txt"},
            "headers": {"If-Match": "x"},
        },
        {"method": "GET", "url": f"{drive}/items/{item['id']}/content"},
        {"method": "DELETE", "url": f"{drive}/items/{item['id']}"},
    )
    assert answer.status_code == 200
    responses = answer.json()["responses"]
    assert [each["status"] for each in responses] == [200, 404, 201, 412, 302, 204]
    assert [each["id"] for each in responses] == ["0", "1", "2", "3", "4", "5"]
    assert {name for name in responses[0]["body"] if "@" not in name} == {"name"}
    assert responses[1]["body"]["error"]["code"] == "itemNotFound"
    assert "Location" in responses[4]["headers"]
    assert "body" not in responses[5]
    assert library.get("små.txt").status_code == 404


def test_a_call_whose_predecessor_failed_is_424(library) -> None:
    first = {"method": "GET", "url": f"/drives/{library.drive}/items/borte"}
    second = {"method": "GET", "url": f"/drives/{library.drive}/root", "dependsOn": ["0"]}
    assert [each["status"] for each in batch(library, first, second).json()["responses"]] == [404, 424]


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [{"id": str(number), "method": "GET", "url": "/sites"} for number in range(21)],
        [{"id": "1", "method": "GET", "url": "/a"}, {"id": "1", "method": "GET", "url": "/b"}],
        [{"id": "1", "method": "PUT", "url": "/a"}],
        [{"method": "GET", "url": "/a"}],
        ["GET /a"],
    ],
)
def test_a_batch_that_is_none_is_a_bad_request(library, error, requests) -> None:
    assert error(batch(library, requests=requests)) == (400, "BadRequest")


def test_throttling_counts_units_warns_from_80_per_cent_and_refuses_beyond(tmp_path, library_of, error) -> None:
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
        refused = library.get("7.txt")
        assert error(refused) == (429, "activityLimitReached")
        assert 1 <= int(refused.headers["Retry-After"]) <= 61
        assert refused.headers["RateLimit-Remaining"] == "0"
        assert library.http.get(ready.web).status_code == 200


def test_what_was_refused_counts_too_and_a_batch_is_throttled_call_by_call(tmp_path, library_of) -> None:
    with running(tmp_path, Ways(units_per_minute=4)) as ready:
        library = library_of(ready)
        wanted = [{"method": "GET", "url": f"/drives/{library.drive}/items/borte"}] * 6
        statuses = [each["status"] for each in batch(library, *wanted).json()["responses"]]
        assert statuses == [404] * 4 + [429] * 2


def test_fragments_are_throttled_as_well(tmp_path, library_of, error) -> None:
    with running(tmp_path, Ways(units_per_minute=5)) as ready:
        library = library_of(ready)
        url = library.session("a.bin").json()["uploadUrl"]
        assert library.fragment(url, b"x", 0, 1).status_code == 201
        assert error(library.fragment(url, b"x", 0, 1)) == (429, "activityLimitReached")


def test_a_new_minute_has_new_units() -> None:
    from filrydd.rehearsal.refusal import Refused
    from filrydd.rehearsal.rules.throttle import Cost, Throttle

    class Hands:
        now_is = time.time()

        def now(self) -> float:
            return self.now_is

    hands = Hands()
    throttle = Throttle(3, hands)
    throttle.spend(Cost.LIST, "a")
    throttle.spend(Cost.GET, "a")
    with pytest.raises(Refused):
        throttle.spend(Cost.GET, "a")
    hands.now_is += 61
    throttle.spend(Cost.LIST, "a")
    throttle.spend(Cost.GET, "a")
    assert throttle.headers("a")["RateLimit-Remaining"] == "0"
