"""A failure can be had again: the same file and seed strike the same calls, in whatever order a client asks."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from filrydd.errors import TenantGone
from filrydd.rehearsal.clock import Clock
from filrydd.rehearsal.faults.faults import REMEMBERED, Faults, Given
from filrydd.rehearsal.faults.file import read
from filrydd.rehearsal.faults.kinds import Kind
from filrydd.targets.tenant import ItemTrouble
from tests.rehearsal.bad_day import Day, bad_day
from tests.rehearsal.conftest import GRAIN
from tests.targets.place import SMALL, kept_in, opened

STORM = """
seed: {seed}
faults:
  - {{fault: unavailable, on: [upload, fragment, get], share: 0.2}}
  - {{fault: drop_before, on: [upload, fragment], share: 0.1}}
  - {{fault: drop_after, on: [upload, folder], share: 0.15}}
  - {{fault: truncated_answer, on: get, share: 0.1}}
  - {{fault: half_written, on: fragment, share: 0.15}}
  - {{fault: resource_modified, on: change, share: 0.3}}
  - {{fault: not_found_at_first, on: upload, share: 0.1}}
people:
  - {{does: add, path: "*/1*.txt", share: 0.2}}
"""


def journey(day: Day, workers: int) -> None:
    """A client that asks everything until it succeeds, with many connections at once."""
    library = day.library

    def insist(method: str, address: str, **more: object) -> httpx.Response:
        for _turn in range(60):
            try:
                answer = library.http.request(method, address, **more)  # type: ignore[arg-type]
            except httpx.TransportError:
                continue
            if answer.is_success or (answer.status_code in (404, 409, 416) and method != "PUT"):
                return answer
        raise AssertionError(address)

    def folder(number: int) -> None:
        insist("POST", f"{library.address}/root/children", json={"name": f"mappe {number}", "folder": {}})

    def file(number: int) -> None:
        path = f"mappe {number % 6}/{number}.txt"
        insist("PUT", library.at(path, "content"), content=b"x" * number)
        for _turn in range(5):
            if insist("GET", library.at(path)).status_code == 200:
                break
        insist("PATCH", library.at(path), json={"fileSystemInfo": {"createdDateTime": "2020-01-01T00:00:00Z"}})

    def large(number: int) -> None:
        url = library.session(f"stor {number}.bin").json()["uploadUrl"]
        for start in (0, GRAIN):
            size = GRAIN if not start else 7
            spoken = {"Content-Range": f"bytes {start}-{start + size - 1}/{GRAIN + 7}"}
            insist("PUT", url, content=bytes(size), headers=spoken)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(folder, range(6)))
        list(pool.map(file, range(60)))
        list(pool.map(large, range(8)))


def struck(given: list[Given]) -> set[tuple[str, str, str, int]]:
    return {(each.fault, each.call, each.target, each.asked) for each in given}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_two_runs_with_many_connections_are_struck_alike(tmp_path: Path) -> None:
    runs = []
    for number, (seed, workers) in enumerate(((1, 1), (1, 16), (2, 8))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with bad_day(folder, STORM.format(seed=seed)) as day:
            journey(day, workers)
            runs.append(struck(day.given()))
    one, many, other = runs
    assert len(one) > 60 and len({fault for fault, *_rest in one}) == 8
    assert one == many
    assert one != other


def test_a_larger_share_strikes_all_that_a_smaller_one_does(tmp_path: Path) -> None:
    def strikes(share: float) -> set[int]:
        file = tmp_path / "faults.yaml"
        file.write_text(f"faults: [{{fault: drop_after, share: {share}}}]", encoding="utf-8")
        faults = Faults(read(file), 1, Clock())
        return {
            number
            for number in range(20_000)
            if faults.rules(Kind.UPLOAD, f"a/{number}", f"a/{number}", faults.asked(Kind.UPLOAD, f"a/{number}"))
        }

    small, large = strikes(0.01), strikes(0.1)
    assert small < large
    assert abs(len(small) - 200) < 60 and abs(len(large) - 2_000) < 200
    assert strikes(0) == set() and len(strikes(1)) == 20_000


def test_the_end_of_a_rule_counts_over_all_targets(tmp_path: Path) -> None:
    with bad_day(tmp_path, "faults: [{fault: unavailable, on: get, first: 1, most: 3}]") as day:
        statuses = [day.library.get(f"{number}.txt").status_code for number in range(6)]
        assert statuses == [503] * 3 + [404] * 3
        assert day.faults.given().counts == {"unavailable": 3}


def test_what_was_given_out_is_remembered_within_bounds(tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("clock: {ahead_seconds: 5000}\nfaults: [{fault: locked, first: 9}]", encoding="utf-8")
    bad = read(file)
    faults = Faults(bad, 1, Clock(5000))
    for number in range(REMEMBERED + 500):
        assert faults.give("locked", 1, bad.rules[0].when, Kind.UPLOAD, f"a/{number}", 1)
    account = faults.given()
    assert len(account.last) == REMEMBERED and account.counts == {"locked": REMEMBERED + 500}
    assert account.last[0].target == f"a/{REMEMBERED + 499}"
    assert 4_990 < account.last[0].time - time.time() < 5_010


UPLOADERS_STORM = """
seed: 3
throttle: {minute: 400, refuse_with: mixed, retry_after: mixed, then: [{after_requests: 200, minute: 0}]}
faults:
  - {fault: unavailable, on: [session, fragment, get, folder], share: 0.08}
  - {fault: unavailable, on: [fragment, get], share: 0.04, status: 500}
  - {fault: unavailable, on: fragment, share: 0.04, status: 504}
  - {fault: too_many_requests, on: any, share: 0.05, retry_after: mixed}
  - {fault: drop_before, on: [fragment, get], share: 0.06}
  - {fault: drop_after, on: [fragment, get], share: 0.06}
  - {fault: half_written, on: fragment, share: 0.08}
  - {fault: truncated_answer, on: [fragment, get, content, session], share: 0.05}
  - {fault: slow_answer, on: any, share: 0.02, seconds: 0.05}
  - {fault: slow_stream, on: content, share: 0.1, seconds: 0.05}
  - {fault: session_gone, on: fragment, share: 0.04}
  - {fault: resource_modified, on: [commit, change, fields], share: 0.2}
"""


def test_the_real_uploader_comes_through_a_storm_with_every_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filrydd.targets.fragments.FRAGMENT", SMALL)
    files = {f"fil {number}.bin": bytes([number % 251]) * (number * 23_456) for number in range(40)}

    async def send(address: str) -> None:
        async with opened(address, library="Arkiv") as place:
            gate = asyncio.Semaphore(8)

            async def one(name: str, data: bytes) -> None:
                """As the stage does: go on with the session that was written down until the file is there."""
                sessions, trouble = [""], None
                async with gate:
                    for _turn in range(30):
                        try:
                            sending = replace(place.sending(name, data), session=sessions[-1])
                            item = await place.tenant.send(sending, kept_in(sessions))
                            assert item.size == len(data)
                            return
                        except (ItemTrouble, TenantGone) as error:
                            trouble = error
                            # A session whose address was lost holds the name until it ends by itself.
                            await asyncio.sleep(0.25)
                    raise AssertionError((name, trouble, sessions))

            await asyncio.gather(*(one(name, data) for name, data in files.items()))

    with bad_day(tmp_path, UPLOADERS_STORM, session_seconds=3) as day:
        asyncio.run(send(day.ready.graph))
        names = set(day.names())
        assert len(names) >= 8 and len(day.given()) > 60
        # The sky clears; what is there is looked at by plain HTTP.
        day.file.write_text("", encoding="utf-8")
        time.sleep(0.6)
        library = day.library
        site = library.http.get(f"{library.graph}/sites/127.0.0.1:/sites/arkiv").raise_for_status().json()
        drives = library.http.get(f"{library.graph}/sites/{site['id']}/drives").json()["value"]
        library.drive = next(drive["id"] for drive in drives if drive["name"] == "Arkiv")
        listed = library.http.get(f"{library.address}/root/children?$top=200").json()["value"]
        assert {item["name"]: item["size"] for item in listed} == {name: len(data) for name, data in files.items()}
        assert all(library.content(name) == data for name, data in files.items())
