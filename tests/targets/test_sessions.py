"""Upload sessions that mislead, end or refuse."""

import asyncio
import threading

import pytest

from filrydd.errors import TenantError
from filrydd.targets.tenant import ItemTrouble, NameTaken
from tests.targets.front import Answer, Front, Request, error
from tests.targets.place import Journey, Place, arrives, kept_in, never, nothing

SESSION = r"^/to/"
CREATE = "createUploadSession"
pytestmark = pytest.mark.usefixtures("small_fragments")


def test_sessions_that_are_lost_again_and_again_are_the_items_trouble(script: Front, alone: Journey) -> None:
    url = script.address + "/session"
    script.rules.append(
        lambda request: (
            Answer(200, {}, {"uploadUrl": url}) if request.method == "POST" else error(404, "uploadSessionNotFound")
        )
    )

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.send(place.sending("a.txt", b"x"), nothing)
        assert trouble.value.status == 404
        assert len(script.seen("POST", CREATE)) == 3

    alone(script.address + "/v1.0", steps)


@pytest.mark.parametrize("form", ["26-", "26-99", "26-40", "26-40,60-"])
def test_going_on_heeds_both_forms_of_ranges_and_takes_the_first(script: Front, alone: Journey, form: str) -> None:
    data = bytes(range(100))
    status = {"expirationDateTime": "2026-01-01T00:00:00Z", "nextExpectedRanges": form.split(",")}
    item = {"id": "1", "name": "a", "size": 100, "file": {}}
    script.answer("GET", "/session", Answer(200, {}, status))
    script.answer("PUT", "/session", Answer(202, {}, {"nextExpectedRanges": ["90-"]}), Answer(201, {}, item))

    async def steps(place: Place) -> None:
        sending = place.sending("a", data, session=script.address + "/session")
        await place.tenant.send(sending, never("no new session is needed"))
        end = 40 if "40" in form else 99
        puts = script.seen("PUT", "/session")
        assert [one.headers["content-range"] for one in puts] == [f"bytes 26-{end}/100", "bytes 90-99/100"]
        assert [one.body for one in puts] == [data[26 : end + 1], data[90:]]

    alone(script.address + "/v1.0", steps)


@pytest.mark.parametrize("form", ["100-", "40-30"])
def test_a_range_that_makes_no_sense_is_the_items_trouble(script: Front, alone: Journey, form: str) -> None:
    script.answer("POST", CREATE, Answer(200, {}, {"uploadUrl": script.address + "/session"}))
    script.answer("PUT", "/session", Answer(202, {}, {"nextExpectedRanges": [form]}))
    script.answer("DELETE", "/session", Answer(204))

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble):
            await place.tenant.send(place.sending("a", bytes(100)), nothing)
        assert [one.method for one in script.requests] == ["POST", "PUT", "DELETE"]

    alone(script.address + "/v1.0", steps)


def test_a_session_that_waits_for_what_the_file_no_longer_has_is_ended_and_another_opened(
    script: Front, alone: Journey
) -> None:
    item = {"id": "1", "name": "a", "size": 100, "file": {}}
    script.answer("GET", "/old", Answer(200, {}, {"nextExpectedRanges": ["100-"]}))
    script.answer("DELETE", "/old", Answer(204))
    script.answer("POST", CREATE, Answer(200, {}, {"uploadUrl": script.address + "/new"}))
    script.answer("PUT", "/new", Answer(201, {}, item))

    async def steps(place: Place) -> None:
        opened: list[str] = []
        await place.tenant.send(place.sending("a", bytes(100), session=script.address + "/old"), kept_in(opened))
        assert opened == [script.address + "/new"]
        assert [one.method for one in script.requests] == ["GET", "DELETE", "POST", "PUT"]

    alone(script.address + "/v1.0", steps)


def test_a_new_office_version_whose_first_fragment_is_refused_gets_another_session(
    front: Front, through: Journey
) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("rapport.bin", b"old"), nothing)
        left = [True]

        def rule(request: Request) -> Answer | None:
            if request.method != "PUT" or not left:
                return None
            left.clear()
            front.respond(Request("DELETE", request.path, {}, b""))
            return error(404, "itemNotFound")

        front.rules.append(rule)
        assert len(set(await arrives(place, replaces=first.id, etag=first.etag))) == 2
        asked = front.seen("POST", CREATE)[1:]
        assert [one.headers["if-match"] for one in asked] == [first.etag, first.etag]

    through(steps)


def test_a_session_that_waits_for_nothing_and_makes_no_item_is_ended_and_another_opened(
    script: Front, alone: Journey
) -> None:
    item = {"id": "1", "name": "a", "size": 100, "file": {}}
    script.answer("GET", "/old", *[Answer(200, {}, {"nextExpectedRanges": []})] * 4)
    script.answer("DELETE", "/old", Answer(204))
    script.answer("POST", CREATE, Answer(200, {}, {"uploadUrl": script.address + "/new"}))
    script.answer("PUT", "/new", Answer(201, {}, item))

    async def steps(place: Place) -> None:
        await place.tenant.send(place.sending("a", bytes(100), session=script.address + "/old"), nothing)
        assert [one.method for one in script.requests] == ["GET"] * 4 + ["DELETE", "POST", "PUT"]
        # It may have been at it: nobody ends what is nearly done.
        assert place.time.slept == [1, 2, 4]

    alone(script.address + "/v1.0", steps)


def test_a_session_that_never_gets_on_is_given_up(script: Front, alone: Journey) -> None:
    script.rules.append(lambda request: Answer(202, {}, {"nextExpectedRanges": ["0-"]}))

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble):
            await place.tenant.send(place.sending("a", bytes(100), session=script.address + "/session"), nothing)
        assert len(script.seen("PUT", "/session")) == 6

    alone(script.address + "/v1.0", steps)


@pytest.mark.parametrize(
    "url", ["http://kommune.example/upload?token=SECRET", "https://kommune.sharepoint.com/upload", "", "x"]
)
def test_nothing_is_sent_to_a_foreign_upload_address(script: Front, alone: Journey, url: str) -> None:
    script.answer("POST", CREATE, Answer(200, {}, {"uploadUrl": url}))

    async def steps(place: Place) -> None:
        with pytest.raises(TenantError) as foreign:
            await place.tenant.send(place.sending("a", b"x"), never("it was taken"))
        assert "SECRET" not in str(foreign.value)
        with pytest.raises(TenantError):
            await place.tenant.send(place.sending("a", b"x", session=url or "ftp://x"), nothing)
        with pytest.raises(TenantError):
            await place.tenant.cancel(url)
        assert [one.method for one in script.requests] == ["POST"]
        assert not place.time.slept, "it was refused, not tried"

    alone(script.address + "/v1.0", steps)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (error(409, "resourceModified"), "resourceModified"),
        (error(507, "insufficientStorage"), "quotaLimitReached"),
        (error(423, "resourceLocked"), "resourceLocked"),
        (error(400, "invalidRequest"), "invalidRequest"),
    ],
)
@pytest.mark.parametrize("where", [("POST", CREATE), ("PUT", SESSION)])
def test_a_refusal_is_the_files_own_trouble(
    front: Front, through: Journey, answer: Answer, code: str, where: tuple[str, str]
) -> None:
    tries = 4 if answer.status in (409, 423) else 1
    front.answer(*where, *[answer] * tries)

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await arrives(place, b"x")
        assert (trouble.value.code, trouble.value.status) == (code, answer.status)
        assert len(front.seen(*where)) == tries
        # What was opened is ended: the name is free at once.
        await arrives(place, b"x")

    through(steps)


def test_a_name_taken_while_we_were_sending_is_told_with_what_is_there(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        there = await place.tenant.send(place.sending("rapport.bin", b"theirs", modified=0), nothing)
        url = front.address + "/to/9/session"
        front.answer("POST", CREATE, Answer(200, {}, {"uploadUrl": url}))
        front.answer("PUT", "/to/9/", error(409, "nameAlreadyExists"))
        front.answer("DELETE", "/to/9/", Answer(204))
        with pytest.raises(NameTaken) as taken:
            await arrives(place, b"ours")
        assert taken.value.item == there
        assert not taken.value.perhaps_ours
        assert len(front.seen("DELETE", "/to/9/")) == 1

    through(steps)


@pytest.mark.parametrize("where", [("PUT", "/content"), ("PATCH", "/items/")])
@pytest.mark.parametrize("fault", [Answer(429, {"retry-after": "3"}), Answer(500), Answer(drop=True)])
def test_an_empty_file_arrives_through_passing_faults(
    front: Front, through: Journey, where: tuple[str, str], fault: Answer
) -> None:
    front.answer(*where, fault, fault)

    async def steps(place: Place) -> None:
        assert await arrives(place, b"") == []

    through(steps)


def test_an_empty_files_times_are_set_though_sharepoint_is_still_busy_with_it(front: Front, through: Journey) -> None:
    front.answer("PATCH", "/items/", error(409, "resourceModified"), error(409, "resourceModified"))

    async def steps(place: Place) -> None:
        await arrives(place, b"")
        assert len(front.seen("PATCH", "/items/")) == 3

    through(steps)


def test_a_session_that_is_being_opened_when_all_is_stopped_is_ended(front: Front, through: Journey) -> None:
    asked, answer_it = threading.Event(), threading.Event()

    def late(request: Request, answer: Answer) -> Answer:
        if request.path.endswith("createUploadSession"):
            asked.set()
            answer_it.wait(10)
        return answer

    front.after.append(late)

    async def steps(place: Place) -> None:
        sending = asyncio.ensure_future(place.tenant.send(place.sending("a.txt", b"text"), nothing))
        await asyncio.to_thread(asked.wait, 10)
        sending.cancel()
        await asyncio.sleep(0.05)
        answer_it.set()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert [request.method for request in front.requests if "uploadSession?" in request.path] == ["DELETE"]
        # So the name is free, and nobody waits a quarter of an hour for it.
        assert (await place.tenant.send(place.sending("a.txt", b"text"), nothing)).name == "a.txt"

    through(steps)
