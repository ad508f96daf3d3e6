"""Small records that several programs may want to write at once: who comes second is told so."""

import asyncio

import pytest

from filrydd.targets.tenant import ItemTrouble, NameTaken
from tests.targets.front import Front
from tests.targets.place import Journey, Place

FILE = r"_filrydd%2Fa\.lease\.json"


def test_a_record_is_made_once_and_then_changed_only_as_the_version_that_was_seen(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        tenant, at = place.tenant, (place.drive, "_filrydd", "a.lease.json")
        assert await tenant.record(*at) is None
        came = await asyncio.gather(*(tenant.claim(*at, b"%d" % number) for number in range(6)), return_exceptions=True)
        (made,) = [one for one in came if not isinstance(one, BaseException)]
        refused = [one for one in came if isinstance(one, NameTaken)]
        assert len(refused) == 5
        assert {one.item.id for one in refused} == {made.id}
        there = await tenant.record(*at)
        assert there and there.item == made and len(there.data) == 1
        changed = await tenant.claim(*at, b"next", made.etag)
        assert (changed.id, changed.etag != made.etag) == (made.id, True)
        for etag in (made.etag, '"{00000000-0000-0000-0000-000000000000},1"'):
            with pytest.raises(ItemTrouble) as stale:
                await tenant.claim(*at, b"late", etag)
            assert stale.value.status == 412
        there = await tenant.record(*at)
        assert there and there.data == b"next"
        with pytest.raises(ItemTrouble) as stale:
            await tenant.give_up(place.drive, made.id, made.etag)
        assert stale.value.status == 412
        await tenant.give_up(place.drive, made.id, changed.etag)
        assert await tenant.record(*at) is None
        # Gone is fine, and nothing can be put on top of it.
        await tenant.give_up(place.drive, made.id, changed.etag)
        with pytest.raises(ItemTrouble) as gone:
            await tenant.claim(*at, b"late", changed.etag)
        assert gone.value.status in (404, 412)
        assert await tenant.record(*at) is None

    journey(steps)


def test_a_record_that_came_although_its_answer_was_lost_is_a_taken_name(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        at = (place.drive, "_filrydd", "a.lease.json")
        front.lose_answer("PUT", FILE)
        with pytest.raises(NameTaken) as taken:
            await place.tenant.claim(*at, b"mine")
        there = await place.tenant.record(*at)
        assert there and (there.item.id, there.data) == (taken.value.item.id, b"mine")
        front.lose_answer("PUT", FILE)
        with pytest.raises(ItemTrouble) as stale:
            await place.tenant.claim(*at, b"again", there.item.etag)
        assert stale.value.status == 412
        there = await place.tenant.record(*at)
        assert there and there.data == b"again"
        assert len(await place.tenant.versions(place.drive, there.item.id)) == 2

    through(steps)


def test_what_is_no_record_is_told_without_being_fetched(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        folder = (await place.tenant.deposit(place.drive, "_filrydd", "other.json", b"{}")).parent
        await place.tenant.make_folder(place.drive, folder, "a.lease.json")
        there = await place.tenant.record(place.drive, "_filrydd", "a.lease.json")
        assert there and (there.item.folder, there.data) == (True, b"")
        await place.tenant.deposit(place.drive, "_filrydd", "large.lease.json", bytes(4 << 20))
        with pytest.raises(ValueError, match="4194305"):
            await place.tenant.claim(place.drive, "_filrydd", "b.lease.json", bytes((4 << 20) + 1))
        asked = len(front.requests)
        large = place.sending("large.bin", bytes((4 << 20) + 1), parent=folder)
        await place.tenant.send(large, _keep)
        there = await place.tenant.record(place.drive, "_filrydd", "large.bin")
        assert there and (there.item.size, there.data) == ((4 << 20) + 1, b"")
        assert not [one for one in front.requests[asked:] if one.path.endswith("/content")]

    through(steps)


async def _keep(session: str) -> None:
    """The session of a sending that is not interrupted."""
