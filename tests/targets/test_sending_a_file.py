"""What sending promises: whole, with its times, as one version, and never over anything."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from filrydd.model.times import TICKS_A_SECOND, same_second
from filrydd.targets.fragments import FRAGMENT as FULL_SIZE
from filrydd.targets.tenant import ItemTrouble, NameTaken
from tests.targets.place import SMALL, Bytes, Journey, Place, hash_of, kept_in, nothing, whole

FRAGMENT = SMALL
pytestmark = pytest.mark.usefixtures("small_fragments")


@pytest.mark.parametrize("size", [0, 1, 327_680, FRAGMENT - 1, FRAGMENT, FRAGMENT + 1, 2 * FRAGMENT + 12_345])
def test_a_file_arrives_whole_with_its_times_as_one_version(journey: Journey, size: int) -> None:
    async def steps(place: Place) -> None:
        data = (b"0123456789abcdef" * (size // 16 + 1))[:size]
        sending = place.sending("Små bokstaver & 100 % #1 + 'a'.bin", data)
        sessions: list[str] = []
        item = await place.tenant.send(sending, kept_in(sessions))
        assert (item.name, item.parent, item.size, item.hash) == (sending.name, place.root, size, hash_of(data))
        assert same_second(item.created, sending.created) and same_second(item.modified, sending.modified)
        assert len(sessions) == (1 if size else 0)
        assert await place.tenant.item(place.drive, item.id) == item
        assert await place.tenant.child(place.drive, place.root, sending.name) == item
        pieces = [piece async for piece in place.tenant.content(place.drive, item.id)]
        assert b"".join(pieces) == data
        assert all(0 < len(piece) <= 1 << 20 for piece in pieces)
        # SharePoint's eTag counts versions; only an empty file takes a second call for its times.
        assert item.etag.rstrip('"').endswith(",1") or not size

    journey(steps)


def test_fragments_are_as_large_as_a_tenant_takes_them(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filrydd.targets.fragments.FRAGMENT", FULL_SIZE)

    async def steps(place: Place) -> None:
        before = place.tenant.meter.requests
        item = await place.tenant.send(place.sending("stor.bin", bytes(FULL_SIZE + 1)), nothing)
        assert (item.size, place.tenant.meter.requests - before) == (FULL_SIZE + 1, 3)
        # Microsoft's rules for all but the last one.
        assert FULL_SIZE % (320 * 1024) == 0 and 5 << 20 <= FULL_SIZE < 60 << 20

    journey(steps)


def test_content_is_read_once_and_in_order(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        sending = place.sending("stor.bin", bytes(2 * FRAGMENT + 1))
        await place.tenant.send(sending, nothing)
        assert isinstance(sending.content, Bytes)
        assert sending.content.reads == [(0, FRAGMENT), (FRAGMENT, FRAGMENT), (2 * FRAGMENT, 1)]

    journey(steps)


@pytest.mark.parametrize("data", [b"", b"new"])
def test_nothing_is_ever_replaced(journey: Journey, data: bytes) -> None:
    async def steps(place: Place) -> None:
        there = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        with pytest.raises(NameTaken) as taken:
            await place.tenant.send(place.sending("NOTAT.txt", data), nothing)
        assert taken.value.item == there
        assert await whole(place, there.id) == b"old"

    journey(steps)


def test_the_same_time_and_name_is_still_taken_when_no_attempt_of_ours_came_before(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        await place.tenant.send(place.sending("notat.txt", b"same"), nothing)
        with pytest.raises(NameTaken):
            await place.tenant.send(place.sending("notat.txt", b"same"), nothing)

    journey(steps)


def test_a_name_that_sharepoint_refuses_is_the_files_own_trouble(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        for name, data in (("rapport?.txt", b"x"), ("~$lås.docx", b"x"), ("a" * 300, b"x"), ("COM1", b"")):
            with pytest.raises(ItemTrouble) as trouble:
                await place.tenant.send(place.sending(name, data), nothing)
            assert 400 <= trouble.value.status < 500

    journey(steps)


@pytest.mark.parametrize("data", [b"", b"newer", bytes(FRAGMENT + 1)])
def test_a_new_version_follows_the_one_that_was_named(journey: Journey, data: bytes) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        changed = place.sending("notat.txt", data, modified=9 * TICKS_A_SECOND, replaces=first.id, etag=first.etag)
        second = await place.tenant.send(changed, nothing)
        assert (second.id, second.size, second.hash) == (first.id, len(data), hash_of(data))
        assert (second.modified, second.etag != first.etag) == (9 * TICKS_A_SECOND, True)
        assert await whole(place, first.id) == data

    journey(steps)


@pytest.mark.parametrize("data", [b"", b"ours"])
def test_a_version_that_somebody_else_made_is_not_replaced(journey: Journey, data: bytes) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        theirs = place.sending("notat.txt", b"theirs", modified=1, replaces=first.id, etag=first.etag)
        await place.tenant.send(theirs, nothing)
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.send(replace(theirs, content=Bytes(data), modified=2 * TICKS_A_SECOND), nothing)
        assert trouble.value.status == 412
        assert not isinstance(trouble.value, NameTaken)
        assert await whole(place, first.id) == b"theirs"

    journey(steps)


def test_many_files_arrive_at_once(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        data = {f"{number}.txt": bytes([number]) * number * 100 for number in range(24)}
        items = await asyncio.gather(*(place.tenant.send(place.sending(n, d), nothing) for n, d in data.items()))
        assert {item.name: item.hash for item in items} == {name: hash_of(content) for name, content in data.items()}

    journey(steps)


def test_the_meter_counts_each_request(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        before = place.tenant.meter.requests
        await place.tenant.send(place.sending("notat.txt", bytes(FRAGMENT + 1)), nothing)
        assert place.tenant.meter.requests - before == 3

    journey(steps)


names = some.text(
    some.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters='"*:<>?/\\|')
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(names.map(str.strip).filter(bool), max_size=8))
def test_any_name_that_the_tenant_takes_is_found_again(journey: Journey, names: list[str]) -> None:
    async def steps(place: Place) -> None:
        for name in names:
            try:
                item = await place.tenant.send(place.sending(name, name.encode()), nothing)
            except ItemTrouble:
                continue
            found = await place.tenant.child(place.drive, place.root, name)
            assert found == item
            assert await whole(place, item.id) == name.encode()

    journey(steps)
