"""Fragments are read in threads, ahead of their turn, within a bound, and never after the sending has ended."""

import asyncio
import gc
import threading
import time
import tracemalloc
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from filrydd.targets.reading import IN_MEMORY, UNCOUNTED, Allowance, Readers, Reading
from tests.targets.front import Answer, Front, Request
from tests.targets.place import LARGE, SMALL, Bytes, Journey, Place, nothing

SIZE = 10


@pytest.fixture
def every_byte_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filrydd.targets.reading.UNCOUNTED", 0)


@dataclass
class Slow(Bytes):
    """Content whose reading takes a while; `under_way` has how many calls were at it at once."""

    seconds: float = 0.0
    at_once: list[int] = field(default_factory=list)
    _now: int = 0

    def read(self, offset: int, size: int) -> bytes:
        self._now += 1
        self.at_once.append(self._now)
        time.sleep(self.seconds)
        data = super().read(offset, size)
        self._now -= 1
        return data


@pytest.mark.usefixtures("small_fragments")
def test_the_next_fragment_is_read_while_one_is_on_its_way(front: Front, through: Journey) -> None:
    read = threading.Event()

    class Told(Bytes):
        def read(self, offset: int, size: int) -> bytes:
            if offset == SMALL:
                read.set()
            return super().read(offset, size)

    def rule(request: Request) -> Answer | None:
        if request.method == "PUT" and request.headers["content-range"].startswith("bytes 0-"):
            # The answer waits for it: without reading ahead nobody would ever come here.
            assert read.wait(10)
        return None

    front.rules.append(rule)

    async def steps(place: Place) -> None:
        content = Told(LARGE)
        item = await place.tenant.send(replace(place.sending("stor.bin", b""), content=content), nothing)
        assert item.size == len(LARGE)
        assert content.reads == [(0, SMALL), (SMALL, SMALL), (2 * SMALL, len(LARGE) - 2 * SMALL)]

    through(steps)
    assert read.is_set()


@pytest.mark.usefixtures("small_fragments")
def test_a_fragment_that_is_sent_again_is_not_read_again(front: Front, through: Journey) -> None:
    front.answer("PUT", r"^/to/", Answer(503), Answer(drop=True), Answer(500))

    async def steps(place: Place) -> None:
        sending = place.sending("stor.bin", LARGE)
        await place.tenant.send(sending, nothing)
        assert isinstance(sending.content, Bytes)
        assert len(sending.content.reads) == 3

    through(steps)


@pytest.mark.usefixtures("small_fragments")
def test_what_was_sent_leaves_the_memory_at_once(journey: Journey) -> None:
    """httpx's answers hold their requests, and themselves: what they hold of bodies would wait for the collector."""
    data = bytes(3 * SMALL)

    async def steps(place: Place) -> None:
        await place.tenant.send(place.sending("first.bin", data), nothing)
        tracemalloc.start()
        gc.disable()
        try:
            before, _peak = tracemalloc.get_traced_memory()
            for number in range(10):
                await place.tenant.send(place.sending(f"{number}.bin", data), nothing)
            after, _peak = tracemalloc.get_traced_memory()
        finally:
            gc.enable()
            tracemalloc.stop()
        assert after - before < 3 * len(data)

    journey(steps)


def test_what_cannot_be_read_opens_no_session(front: Front, through: Journey) -> None:
    class Unreadable(Bytes):
        def read(self, offset: int, size: int) -> bytes:
            raise PermissionError("not for us")

    async def steps(place: Place) -> None:
        with pytest.raises(PermissionError):
            await place.tenant.send(replace(place.sending("a.bin", b""), content=Unreadable(b"x")), nothing)
        assert not front.seen("POST", "createUploadSession")

    through(steps)


def test_nothing_is_read_any_more_when_a_sending_has_ended() -> None:
    """The caller closes the file then; a thread that still read it would read another one's bytes."""

    async def go() -> None:
        readers, content = Readers(), Slow(bytes(100), seconds=0.05)
        reading = Reading(readers, content)

        async def ask() -> None:
            try:
                await reading.fragment(0, SIZE)
                reading.look_ahead(SIZE, 2 * SIZE)
                await asyncio.sleep(10)
            finally:
                await reading.close()

        asking = asyncio.create_task(ask())
        while len(content.at_once) < 2:
            await asyncio.sleep(0.001)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert len(content.reads) == 2
        assert content._now == 0
        readers.close()

    asyncio.run(go())


@pytest.mark.usefixtures("every_byte_counts")
def test_what_is_let_go_in_the_middle_is_given_back_once() -> None:
    async def go() -> None:
        readers, content = Readers(), Slow(bytes(100), seconds=0.05)
        reading, before = Reading(readers, content), readers.allowance._left
        await reading.fragment(0, SIZE)
        reading.look_ahead(SIZE, 2 * SIZE)
        # The tenant wants another place: what was read ahead is let go, and the interruption comes while it is.
        elsewhere = asyncio.create_task(reading.fragment(50, 60))
        await asyncio.sleep(0.01)
        elsewhere.cancel()
        with pytest.raises(asyncio.CancelledError):
            await elsewhere
        await reading.close()
        assert readers.allowance._left == before
        assert set(content.at_once) == {1}
        readers.close()

    asyncio.run(go())


class Watched(Allowance):
    """An allowance that knows how much of it was out at most."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.most = 0

    def note(self) -> None:
        self.most = max(self.most, self._size - self._left)

    async def take(self, size: int) -> int:
        taken = await super().take(size)
        self.note()
        return taken

    def take_now(self, size: int) -> int:
        taken = super().take_now(size)
        self.note()
        return taken


def test_small_files_do_not_wait_for_memory_that_large_ones_have() -> None:
    async def go() -> None:
        readers = Readers()
        large, small = Reading(readers, Bytes(bytes(IN_MEMORY))), Reading(readers, Bytes(bytes(UNCOUNTED)))
        other = Reading(readers, Bytes(bytes(UNCOUNTED + 1)))
        await large.fragment(0, IN_MEMORY)
        waiting = asyncio.create_task(other.fragment(0, UNCOUNTED + 1))
        assert len(await asyncio.wait_for(small.fragment(0, UNCOUNTED), 5)) == UNCOUNTED
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await large.close()
        assert len(await asyncio.wait_for(waiting, 5)) == UNCOUNTED + 1
        await small.close()
        await other.close()
        assert readers.allowance._left == IN_MEMORY
        readers.close()

    asyncio.run(go())


@pytest.mark.usefixtures("every_byte_counts")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=some.lists(some.integers(1, 60), min_size=1, max_size=12),
    bound=some.integers(1, 40),
    stops=some.sets(some.integers(0, 11)),
)
def test_files_of_any_size_share_the_memory_and_all_come_to_their_end(
    sizes: list[int], bound: int, stops: set[int]
) -> None:
    """Those whose number is in `stops` are given up in the middle; what they held is there for the others."""

    async def go() -> None:
        readers = Readers()
        readers.allowance = allowance = Watched(bound)

        async def one(number: int, size: int) -> bytes:
            content = Slow(bytes(byte % 256 for byte in range(number, number + size)))
            reading, came = Reading(readers, content), b""
            try:
                for first in range(0, size, SIZE):
                    if number in stops and first >= SIZE:
                        return content.data
                    came += await reading.fragment(first, min(first + SIZE, size))
                    reading.look_ahead(first + SIZE, min(first + 2 * SIZE, size))
                    await asyncio.sleep(0)
            finally:
                await reading.close()
            assert set(content.at_once) == {1}, "one call at a time"
            return came

        done = await asyncio.wait_for(asyncio.gather(*(one(number, size) for number, size in enumerate(sizes))), 20)
        for number, data in enumerate(done):
            assert data == bytes(byte % 256 for byte in range(number, number + sizes[number]))
        assert allowance.most <= bound
        assert allowance._left == bound
        readers.close()

    asyncio.run(go())
