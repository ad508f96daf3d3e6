"""An answer was lost, and somebody else put a file where ours was to go: theirs is never taken for ours."""

import re

import httpx
import pytest

from filrydd.model.times import to_iso
from filrydd.targets.tenant import ItemTrouble, NameTaken, Sending
from tests.targets.front import Answer, Front, Request
from tests.targets.place import Bytes, Journey, Place, hash_of, nothing, whole

SESSION = r"^/to/"


def _put_theirs(front: Front, sending: Sending, data: bytes, ours: str) -> None:
    """End our session, and put a file with our times at our name or, by its id, over our item."""
    graph = f"http://{front.upstream}/v1.0"
    item = sending.replaces or f"{sending.parent}:/{sending.name}:"
    times = {
        "createdDateTime": to_iso(sending.created),
        "lastModifiedDateTime": to_iso(sending.modified),
    }
    body = {"item": {"@microsoft.graph.conflictBehavior": "replace", "fileSystemInfo": times}}
    with httpx.Client(timeout=20) as http:
        assert http.delete(ours).status_code == 204
        made = http.post(
            f"{graph}/drives/{sending.drive}/items/{item}/createUploadSession", json=body
        ).raise_for_status()
        last = len(data) - 1
        headers = {"Content-Range": f"bytes 0-{last}/{len(data)}"}
        http.put(made.json()["uploadUrl"], content=data, headers=headers).raise_for_status()


def _theirs_instead(front: Front, sending: Sending, data: bytes) -> None:
    """Our only fragment gets no answer: before it came, theirs did."""
    left = [True]

    def rule(request: Request) -> Answer | None:
        if request.method != "PUT" or not re.search(SESSION, request.path) or not left:
            return None
        left.clear()
        port, path = re.fullmatch(r"/to/(\d+)(/.*)", request.path).groups()  # type: ignore[union-attr]
        _put_theirs(front, sending, data, f"http://127.0.0.1:{port}{path}")
        return Answer(drop=True)

    front.rules.append(rule)


@pytest.mark.parametrize("theirs", [b"theirs, as long", b"theirs, of another length"])
def test_another_content_with_our_times_is_not_ours(front: Front, through: Journey, theirs: bytes) -> None:
    async def steps(place: Place) -> None:
        sending = place.sending("rapport.bin", b"ours, it is  so")
        _theirs_instead(front, sending, theirs)
        with pytest.raises(NameTaken) as taken:
            await place.tenant.send(sending, nothing)
        assert not taken.value.perhaps_ours
        assert taken.value.item.hash == hash_of(theirs)
        assert await whole(place, taken.value.item.id) == theirs

    through(steps)


def test_of_a_kind_that_sharepoint_rewrites_only_a_comparison_can_tell(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        sending = place.sending("rapport.doc", b"ours")
        _theirs_instead(front, sending, b"theirs")
        with pytest.raises(NameTaken) as taken:
            await place.tenant.send(sending, nothing)
        assert taken.value.perhaps_ours
        assert await whole(place, taken.value.item.id) == b"theirs"

    through(steps)


def test_where_nobody_knows_our_hash_nothing_is_taken_for_ours(front: Front, through: Journey) -> None:
    class WithoutHash:
        size = 4

        def read(self, offset: int, size: int) -> bytes:
            return b"ours"[offset : offset + size]

    async def steps(place: Place) -> None:
        front.lose_answer("PUT", SESSION)
        known = place.sending("rapport.bin", b"")
        sending = Sending(known.drive, known.parent, known.name, WithoutHash(), known.created, known.modified)
        with pytest.raises(NameTaken) as taken:
            await place.tenant.send(sending, nothing)
        assert taken.value.perhaps_ours
        assert await whole(place, taken.value.item.id) == b"ours"

    through(steps)


def test_another_version_with_our_times_is_not_the_one_that_we_sent(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("rapport.bin", b"old", modified=0), nothing)
        sending = place.sending("rapport.bin", b"ours", replaces=first.id, etag=first.etag)
        _theirs_instead(front, sending, b"other")
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.send(sending, nothing)
        assert (trouble.value.status, isinstance(trouble.value, NameTaken)) == (412, False)
        assert await whole(place, first.id) == b"other"

    through(steps)


def test_the_version_that_was_to_be_followed_is_not_taken_for_the_new_one(front: Front, through: Journey) -> None:
    """Same content and times as before: what is there is the old version, though all of it fits."""

    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("rapport.bin", b"same"), nothing)
        sending = place.sending("rapport.bin", b"same", replaces=first.id, etag=first.etag)
        front.answer("PUT", SESSION, Answer(drop=True))
        second = await place.tenant.send(sending, nothing)
        assert (second.id, second.etag != first.etag) == (first.id, True)
        assert len(await place.tenant.versions(place.drive, first.id)) == 2

    through(steps)


def test_a_content_that_is_the_same_is_ours_whoever_sent_it(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        sending = place.sending("rapport.bin", b"the same")
        _theirs_instead(front, sending, b"the same")
        item = await place.tenant.send(sending, nothing)
        assert await whole(place, item.id) == b"the same"
        assert isinstance(sending.content, Bytes)

    through(steps)
