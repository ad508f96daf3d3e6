"""Fragments through faults: the front before the rehearsal tenant drops, delays and forgets."""

import pytest

from filrydd.errors import TenantGone
from filrydd.targets.tenant import ItemTrouble, NameTaken
from tests.targets.front import Answer, Front, Request, error
from tests.targets.place import LARGE, SMALL, Journey, Place, arrives, nothing

SESSION = r"^/to/"
CREATE = "createUploadSession"
pytestmark = pytest.mark.usefixtures("small_fragments")


def ranges(front: Front) -> list[str]:
    return [one.headers["content-range"].removeprefix("bytes ") for one in front.seen("PUT", SESSION)]


def test_fragments_go_without_authorization_and_in_order(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        await arrives(place)
        size = len(LARGE)
        assert ranges(front) == [
            f"0-{SMALL - 1}/{size}",
            f"{SMALL}-{2 * SMALL - 1}/{size}",
            f"{2 * SMALL}-{size - 1}/{size}",
        ]
        assert not any("authorization" in one.headers for one in front.requests)

    through(steps)


def test_the_session_is_asked_for_with_times_and_without_replacing(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        await arrives(place, b"x")
        body = front.seen("POST", CREATE)[0].body
        assert b'"@microsoft.graph.conflictBehavior": "fail"' in body
        times = b'"fileSystemInfo": {"createdDateTime": "2009-02-13T23:31:30Z", "lastModifiedDateTime": "2009-02-13T23:33:19Z"}'
        assert times in body.replace(b"12345", b"")

    through(steps)


def test_the_session_is_told_before_the_first_fragment_goes(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        async def opened(session: str) -> None:
            assert session.startswith(front.address)
            assert not front.seen("PUT", SESSION)

        await place.tenant.send(place.sending("a.txt", b"x"), opened)
        assert front.seen("PUT", SESSION)

    through(steps)


@pytest.mark.parametrize("nth", [0, 1, 2])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 0])
def test_any_fragment_may_fail_in_passing(front: Front, through: Journey, nth: int, status: int) -> None:
    fault = Answer(status) if status else Answer(drop=True)
    front.answer("PUT", SESSION, *[None] * nth, fault, fault)

    async def steps(place: Place) -> None:
        assert len(await arrives(place)) == 1
        assert len(front.seen("PUT", SESSION)) == 5
        assert place.time.slept == [1, 2]

    through(steps)


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_any_answer_to_a_fragment_may_be_lost(front: Front, through: Journey, nth: int) -> None:
    lost = iter([False] * nth + [True])

    def lose(request: Request, answer: Answer) -> Answer:
        put = request.method == "PUT" and request.path.startswith("/to/")
        return Answer(drop=True) if put and next(lost, False) else answer

    front.after.append(lose)

    async def steps(place: Place) -> None:
        assert len(await arrives(place)) == 1
        # What arrived is not sent again: the session was asked, or the item found.
        assert len(front.seen("PUT", SESSION)) == 3

    through(steps)


def test_a_lost_answer_to_the_session_request_leaves_trouble_with_the_tenants_word(
    front: Front, through: Journey
) -> None:
    """The first session is open and its address lost: SharePoint then refuses a second one for a while."""
    front.lose_answer("POST", CREATE)

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await arrives(place, b"x")
        assert trouble.value.status == 409
        assert not isinstance(trouble.value, NameTaken)

    through(steps)


@pytest.mark.parametrize("status", [404, 410, 401])
@pytest.mark.parametrize("nth", [0, 1])
def test_a_session_that_is_lost_is_started_over(front: Front, through: Journey, status: int, nth: int) -> None:
    gone = error(status, "itemNotFound")
    left = [None] * nth + [gone]

    def rule(request: Request) -> Answer | None:
        if not left or request.method != "PUT" or not request.path.startswith("/to/"):
            return None
        answer = left.pop(0)
        if answer:
            # The tenant forgets the session too.
            front.respond(Request("DELETE", request.path, {}, b""))
        return answer

    front.rules.append(rule)

    async def steps(place: Place) -> None:
        sessions = await arrives(place)
        assert len(set(sessions)) == 2
        assert ranges(front)[nth + 1].startswith("0-")

    through(steps)


def test_a_fragment_that_is_there_already_is_not_forced(front: Front, through: Journey) -> None:
    """416 for what the session has: it is asked where to go on."""

    def rule(request: Request) -> Answer | None:
        first = request.headers.get("content-range", "").startswith("bytes 0-")
        if request.method != "PUT" or not first or front.seen("GET", SESSION):
            return None
        assert front._pass_on(request).status == 202
        return error(416, "invalidRange")

    front.rules.append(rule)

    async def steps(place: Place) -> None:
        assert len(await arrives(place)) == 1
        assert len(front.seen("PUT", SESSION)) == 3

    through(steps)


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_a_new_version_survives_a_lost_answer(front: Front, through: Journey, nth: int) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("rapport.bin", b"old", modified=0), nothing)
        lost = iter([False] * nth + [True])
        front.after.append(
            lambda request, answer: Answer(drop=True) if request.method == "PUT" and next(lost, False) else answer
        )
        await arrives(place, replaces=first.id, etag=first.etag)

    through(steps)


def test_a_connection_that_always_breaks_is_a_tenant_that_is_gone(front: Front, through: Journey) -> None:
    front.answer("PUT", SESSION, *[Answer(drop=True)] * 100)

    async def steps(place: Place) -> None:
        with pytest.raises(TenantGone):
            await arrives(place)
        assert len(front.seen("PUT", SESSION)) == 6

    through(steps)
