"""What is under way at the same time, what waits for the disk together, and what stops a run."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filrydd.catalog import queue
from filrydd.catalog.queue import Destined
from filrydd.errors import TooManyFailures
from filrydd.model.hours import Hours
from filrydd.stages import upload
from filrydd.stages.upload import lanes
from filrydd.stages.upload.journal import Journal
from filrydd.stages.upload.wishes import Wishes
from tests.areas import Area
from tests.stages.moving import Moving
from tests.tenants import Visitor

Make = Callable[..., Moving]


@pytest.fixture
def moving(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Make:
    def make(tree: dict[str, object]) -> Moving:
        one = Moving(make_area({"Bilag": {}} | tree), tenant, tmp_path / "backup")
        one.scan()
        one.propose()
        one.area.sign()
        return one

    return make


def file(number: int, size: int) -> Destined:
    return Destined(number, f"{number}", size, 0, 0, 1, f"{number}", 1, "", "", "", 0, 0, False, "", 0)


class Mixed:
    """Large and small files, as many as asked for."""

    def __init__(self, large: int, small: int) -> None:
        self.large = [file(number, queue.LARGE) for number in range(large)]
        self.small = [file(1_000 + number, 1) for number in range(small)]

    def next(self, *, large: bool) -> Destined | None:
        first, second = (self.large, self.small) if large else (self.small, self.large)
        return first.pop(0) if first else second.pop(0) if second else None


def test_small_files_are_packed_around_a_few_large_ones_and_no_lane_idles() -> None:
    under_way: list[int] = []
    seen: list[tuple[int, int]] = []

    async def send(one: Destined) -> None:
        under_way.append(one.size)
        # A large file takes as long as ten small ones.
        await asyncio.sleep(0.02 if one.size > 1 else 0.002)
        seen.append((sum(size > 1 for size in under_way), len(under_way)))
        under_way.remove(one.size)

    async def at_any_time() -> None: ...

    asyncio.run(lanes.side_by_side(Mixed(10, 100), send, lambda: 12, at_any_time))
    assert len(seen) == 110
    # Ten large ones in threes and fours take a hundred small ones' time: at no moment all of them, and soon some.
    while_both = seen[:60]
    assert {large for large, _all in while_both} <= {1, 2, 3, 4}
    assert sum(large for large, _all in while_both) > 2.5 * len(while_both)
    assert max(lot for _large, lot in while_both) == 12 + lanes.READING


def test_the_number_of_lanes_follows_what_the_tenant_bears() -> None:
    bears, most, now = [2], [0], [0]

    async def send(one: Destined) -> None:
        now[0] += 1
        most[0] = max(most[0], now[0])
        await asyncio.sleep(0.001)
        now[0] -= 1
        if one.file == 1_030:
            bears[0] = 20

    async def at_any_time() -> None:
        if bears[0] == 2:
            assert now[0] < 2 + lanes.READING

    asyncio.run(lanes.side_by_side(Mixed(0, 200), send, lambda: bears[0], at_any_time))
    assert 10 < most[0] <= 20 + lanes.READING


def test_an_error_stops_the_other_lanes_before_it_is_raised() -> None:
    ended: list[int] = []

    async def send(one: Destined) -> None:
        if one.file == 1_003:
            raise OSError("the disk is full")
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(one.file)

    async def at_any_time() -> None: ...

    with pytest.raises(OSError, match="full"):
        asyncio.run(lanes.side_by_side(Mixed(0, 50), send, lambda: 4, at_any_time))
    assert len(ended) == 7


def test_whoever_waits_for_the_disk_waits_together_and_no_longer(area_with_one_file: Area) -> None:
    with area_with_one_file.catalog() as catalog:
        commits = []
        real = catalog._commit
        catalog._commit = lambda: (commits.append(1), real())  # type: ignore[method-assign,func-returns-value,assignment]
        journal = Journal(catalog)

        async def keep(number: int) -> None:
            write = "INSERT INTO journal (file, run, target, name, begun) VALUES (?, 1, 1, 'a', 0)"
            await journal.keep(lambda: catalog.run(write, (number,)) and None)
            assert catalog.value("SELECT COUNT(*) FROM journal WHERE file = ?", (number,)) == 1

        async def many() -> None:
            await asyncio.gather(*(keep(number) for number in range(40)))
            await keep(99)

        asyncio.run(many())
        assert len(commits) == 2
        assert catalog.value("SELECT COUNT(*) FROM journal") == 41


def test_when_one_cannot_be_written_all_that_waited_with_it_hear_of_it(area_with_one_file: Area) -> None:
    with area_with_one_file.catalog() as catalog:
        journal = Journal(catalog)

        def breaks() -> None:
            raise OSError("no room")

        async def both() -> list[object]:
            good = journal.keep(
                lambda: (
                    catalog.run("INSERT INTO journal (file, run, target, name, begun) VALUES (1, 1, 1, '', 0)") and None
                )
            )
            return await asyncio.gather(good, journal.keep(breaks), return_exceptions=True)

        told = asyncio.run(both())
        assert [type(one) for one in told] == [OSError, OSError]
        assert catalog.value("SELECT COUNT(*) FROM journal") == 0


@pytest.fixture
def area_with_one_file(make_area: Callable[..., Area]) -> Area:
    area = make_area({"a.txt": "a"})
    area.scan()
    return area


def test_more_failures_in_a_row_than_allowed_stop_the_run_and_it_goes_on_later(moving: Make) -> None:
    one = moving({"Notat": {f"{number:02}.txt": "text" for number in range(30)}})
    for path in one.area.top.rglob("*.txt"):
        path.unlink()
    with pytest.raises(TooManyFailures, match=r"\d files in a row could not be sent, the last one Notat/.*gone"):
        one.act(lambda work, tenant: upload.apply(work, tenant, wishes=Wishes(stop_above=5)))
    for number in range(30):
        (one.area.top / "Notat" / f"{number:02}.txt").write_text("text")
    done = one.act(upload.apply)
    assert (done.failed, len(one.files())) == (0, 30)


def test_failures_that_are_not_in_a_row_stop_nothing(moving: Make) -> None:
    one = moving({"Notat": {f"{number:02}.txt": "text" for number in range(24)}})
    for number in range(0, 24, 4):
        (one.area.top / "Notat" / f"{number:02}.txt").unlink()
    done = one.act(lambda work, tenant: upload.apply(work, tenant, wishes=Wishes(stop_above=5)))
    assert (done.uploaded, done.failed) == (18, 6)
    assert {reason for _path, reason, _detail in done.failures} == {"vanished"}


def test_outside_its_hours_an_upload_begins_no_file(moving: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    one = moving({"a.txt": "a", "b.txt": "b"})
    # Midday, and then, each time that somebody sleeps, a while later.
    moment = [datetime(2026, 12, 1, 12, 0).astimezone()]
    slept: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float, result: None = None) -> None:
        if seconds >= 1:
            assert one.files() == {}, "nothing was sent before the hours began"
            slept.append(seconds)
            moment[0] += timedelta(hours=1)
        await real(0)

    monkeypatch.setattr("filrydd.stages.upload.rounds.asyncio.sleep", sleep)
    monkeypatch.setattr("filrydd.stages.deposits.check_clock", _agree)
    wishes = Wishes(hours=Hours.parse("17:00-07:00"))
    done = one.act(
        lambda work, tenant: upload.apply(work, tenant, wishes=wishes), clock=lambda: moment[0].astimezone(UTC)
    )
    assert done.uploaded == 2 and len(slept) >= 5


async def _agree(*_given: object) -> None:
    """The clocks agree: this one is moved on purpose."""
