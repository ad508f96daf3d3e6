"""What becomes of a sending that was interrupted."""

from dataclasses import replace

import pytest

from filrydd.model.times import TICKS_A_SECOND
from filrydd.targets.tenant import NameTaken
from tests.targets.place import SMALL, Bytes, Journey, Place, hash_of, kept_in, nothing, whole

FRAGMENT = SMALL
pytestmark = pytest.mark.usefixtures("small_fragments")


def test_what_the_content_raises_comes_through_and_the_session_can_go_on(journey: Journey) -> None:
    class Broken(Bytes):
        def read(self, offset: int, size: int) -> bytes:
            if offset:
                raise OSError("the share is gone")
            return super().read(offset, size)

    async def steps(place: Place) -> None:
        data = bytes(range(256)) * 40_000
        sending = place.sending("stor.bin", data)
        sessions: list[str] = []
        with pytest.raises(OSError, match="the share is gone"):
            await place.tenant.send(replace(sending, content=Broken(data)), kept_in(sessions))
        again = Bytes(data)
        item = await place.tenant.send(replace(sending, content=again, session=sessions[0]), kept_in(sessions))
        assert again.reads[0][0] == FRAGMENT
        assert len(sessions) == 1
        assert await whole(place, item.id) == data

    journey(steps)


def test_a_session_that_was_completed_already_is_found_by_its_name(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        sending = place.sending("notat.txt", b"content")
        sessions: list[str] = []
        item = await place.tenant.send(sending, kept_in(sessions))
        again = await place.tenant.send(replace(sending, session=sessions[0]), kept_in(sessions))
        assert again == item

    journey(steps)


@pytest.mark.parametrize("time", ["modified", "created"])
def test_a_completed_session_does_not_make_somebody_elses_file_ours(journey: Journey, time: str) -> None:
    async def steps(place: Place) -> None:
        sessions: list[str] = []
        await place.tenant.send(place.sending("notat.txt", b"content"), kept_in(sessions))
        other = place.sending("notat.txt", b"content", session=sessions[0], **{time: TICKS_A_SECOND})
        with pytest.raises(NameTaken):
            await place.tenant.send(other, kept_in(sessions))

    journey(steps)


def test_a_cancelled_session_is_started_over(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        sessions: list[str] = []

        async def stop(session: str) -> None:
            sessions.append(session)
            raise KeyError("the machine stops here")

        sending = place.sending("notat.txt", b"content")
        with pytest.raises(KeyError):
            await place.tenant.send(sending, stop)
        await place.tenant.cancel(sessions[0])
        await place.tenant.cancel(sessions[0])
        item = await place.tenant.send(replace(sending, session=sessions[0]), kept_in(sessions))
        assert item.size == 7
        assert len(set(sessions)) == 2

    journey(steps)


def test_a_new_version_that_was_completed_already_is_found(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        sessions: list[str] = []
        changed = place.sending("notat.txt", b"new", modified=0, replaces=first.id, etag=first.etag)
        second = await place.tenant.send(changed, kept_in(sessions))
        assert await place.tenant.send(replace(changed, session=sessions[0]), kept_in(sessions)) == second
        assert len(sessions) == 1

    journey(steps)


def test_an_interrupted_new_version_begins_again_from_the_version_it_follows(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        changed = place.sending("notat.txt", b"new", replaces=first.id, etag=first.etag)
        sessions: list[str] = []

        async def stop(session: str) -> None:
            sessions.append(session)
            raise KeyError("the machine stops here")

        with pytest.raises(KeyError):
            await place.tenant.send(changed, stop)
        second = await place.tenant.send(replace(changed, session=sessions[0]), kept_in(sessions))
        assert (second.id, len(set(sessions))) == (first.id, 2)
        assert await whole(place, first.id) == b"new"

    journey(steps)


@pytest.mark.parametrize("size", [FRAGMENT - 5, FRAGMENT, 3 * FRAGMENT])
def test_a_file_that_has_another_length_since_it_was_interrupted_is_sent_from_its_start(
    journey: Journey, size: int
) -> None:
    class Broken(Bytes):
        def read(self, offset: int, size: int) -> bytes:
            if offset:
                raise OSError("the share is gone")
            return super().read(offset, size)

    async def steps(place: Place) -> None:
        sessions: list[str] = []
        sending = place.sending("stor.bin", b"")
        with pytest.raises(OSError, match="the share is gone"):
            await place.tenant.send(replace(sending, content=Broken(bytes(2 * FRAGMENT))), kept_in(sessions))
        now = replace(sending, content=Bytes(b"x" * size), session=sessions[0])
        item = await place.tenant.send(now, kept_in(sessions))
        assert (item.size, item.hash) == (size, hash_of(b"x" * size))
        assert len(sessions) == 2

    journey(steps)
