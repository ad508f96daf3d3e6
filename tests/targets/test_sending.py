"""Sending through faults: the front before the rehearsal tenant drops, delays, refuses and misleads."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from filrydd.errors import TenantError, TenantGone
from filrydd.targets.tenant import ItemTrouble, NameTaken
from tests.targets.conftest import Place
from tests.targets.front import Answer, Front, Request

Journey = Callable[..., None]
FRAGMENT = 320 * 1024
LARGE = bytes(range(256)) * (2 * FRAGMENT // 256) + b"the end"
SESSION = r"^/to/"
CREATE = "createUploadSession"


@pytest.fixture(autouse=True)
def small_fragments(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest fragments that SharePoint takes, so that three of them are sent soon."""
    monkeypatch.setattr("filrydd.targets.fragments.FRAGMENT", FRAGMENT)


def error(status: int, code: str) -> Answer:
    return Answer(status, {}, {"error": {"code": code, "message": "as the script says"}})


async def arrives(place: Place, data: bytes = LARGE, **more: object) -> list[str]:
    """Send, and see that the file is there whole; returns the sessions that were opened."""
    sessions: list[str] = []
    sending = place.sending("rapport.bin", data, **more)
    item = await place.tenant.send(sending, sessions.append)
    assert b"".join([piece async for piece in place.tenant.content(place.drive, item.id)]) == data
    assert item.modified // 10_000_000 == sending.modified // 10_000_000
    return sessions


def ranges(front: Front) -> list[str]:
    return [one.headers["content-range"].removeprefix("bytes ") for one in front.seen("PUT", SESSION)]


@pytest.fixture
def through(front: Front, journey: Journey) -> Callable[..., None]:
    """`through(steps)` runs the steps with the front between us and the tenant."""
    return lambda steps: journey(steps, at=front.address + "/v1.0")


def test_fragments_go_without_authorization_and_in_order(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        await arrives(place)
        size = len(LARGE)
        assert ranges(front) == [
            f"0-{FRAGMENT - 1}/{size}",
            f"{FRAGMENT}-{2 * FRAGMENT - 1}/{size}",
            f"{2 * FRAGMENT}-{size - 1}/{size}",
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
        def opened(session: str) -> None:
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


def test_sessions_that_are_lost_again_and_again_are_the_items_trouble(script: Front, alone: Journey) -> None:
    url = script.address + "/session"
    script.rules.append(
        lambda request: (
            Answer(200, {}, {"uploadUrl": url}) if request.method == "POST" else error(404, "uploadSessionNotFound")
        )
    )

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.send(place.sending("a.txt", b"x"), lambda session: None)
        assert trouble.value.status == 404
        assert len(script.seen("POST", CREATE)) == 3

    alone(script.address + "/v1.0", steps)


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


@pytest.mark.parametrize("form", ["26-", "26-99", "26-40", "26-40,60-"])
def test_going_on_heeds_both_forms_of_ranges_and_takes_the_first(script: Front, alone: Journey, form: str) -> None:
    data = bytes(range(100))
    status = {"expirationDateTime": "2026-01-01T00:00:00Z", "nextExpectedRanges": form.split(",")}
    item = {"id": "1", "name": "a", "size": 100, "file": {}}
    script.answer("GET", "/session", Answer(200, {}, status))
    script.answer("PUT", "/session", Answer(202, {}, {"nextExpectedRanges": ["90-"]}), Answer(201, {}, item))

    async def steps(place: Place) -> None:
        sending = place.sending("a", data, session=script.address + "/session")
        await place.tenant.send(sending, lambda session: pytest.fail("no new session is needed"))
        end = 40 if "40" in form else 99
        puts = script.seen("PUT", "/session")
        assert [one.headers["content-range"] for one in puts] == [f"bytes 26-{end}/100", "bytes 90-99/100"]
        assert [one.body for one in puts] == [data[26 : end + 1], data[90:]]

    alone(script.address + "/v1.0", steps)


@pytest.mark.parametrize("form", ["100-", "40-30"])
def test_a_range_that_makes_no_sense_is_the_items_trouble(script: Front, alone: Journey, form: str) -> None:
    script.answer("POST", CREATE, Answer(200, {}, {"uploadUrl": script.address + "/session"}))
    script.answer("PUT", "/session", Answer(202, {}, {"nextExpectedRanges": [form]}))

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble):
            await place.tenant.send(place.sending("a", bytes(100)), lambda session: None)
        assert len(script.seen("PUT", "/session")) == 1

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
        await place.tenant.send(place.sending("a", bytes(100), session=script.address + "/old"), opened.append)
        assert opened == [script.address + "/new"]
        assert [one.method for one in script.requests] == ["GET", "DELETE", "POST", "PUT"]

    alone(script.address + "/v1.0", steps)


def test_a_new_office_version_whose_first_fragment_is_refused_gets_another_session(
    front: Front, through: Journey
) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("rapport.bin", b"old"), lambda session: None)
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


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_a_new_version_survives_a_lost_answer(front: Front, through: Journey, nth: int) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("rapport.bin", b"old", modified=0), lambda session: None)
        lost = iter([False] * nth + [True])
        front.after.append(
            lambda request, answer: Answer(drop=True) if request.method == "PUT" and next(lost, False) else answer
        )
        await arrives(place, replaces=first.id, etag=first.etag)

    through(steps)


def test_a_session_that_never_gets_on_is_given_up(script: Front, alone: Journey) -> None:
    script.rules.append(lambda request: Answer(202, {}, {"nextExpectedRanges": ["0-"]}))

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble):
            await place.tenant.send(place.sending("a", bytes(100), session=script.address + "/session"), print)
        assert len(script.seen("PUT", "/session")) == 6

    alone(script.address + "/v1.0", steps)


def test_a_connection_that_always_breaks_is_a_tenant_that_is_gone(front: Front, through: Journey) -> None:
    front.answer("PUT", SESSION, *[Answer(drop=True)] * 100)

    async def steps(place: Place) -> None:
        with pytest.raises(TenantGone):
            await arrives(place)
        assert len(front.seen("PUT", SESSION)) == 6

    through(steps)


@pytest.mark.parametrize(
    "url", ["http://kommune.example/upload?token=SECRET", "https://kommune.sharepoint.com/upload", "", "x"]
)
def test_nothing_is_sent_to_a_foreign_upload_address(script: Front, alone: Journey, url: str) -> None:
    script.answer("POST", CREATE, Answer(200, {}, {"uploadUrl": url}))

    async def steps(place: Place) -> None:
        with pytest.raises(TenantError) as foreign:
            await place.tenant.send(place.sending("a", b"x"), lambda session: pytest.fail("it was taken"))
        assert "SECRET" not in str(foreign.value)
        with pytest.raises(TenantError):
            await place.tenant.send(place.sending("a", b"x", session=url or "ftp://x"), print)
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
    front.answer(*where, answer)

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await arrives(place, b"x")
        assert (trouble.value.code, trouble.value.status) == (code, answer.status)

    through(steps)


def test_a_name_taken_while_we_were_sending_is_told_with_what_is_there(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        there = await place.tenant.send(place.sending("rapport.bin", b"theirs", modified=0), lambda session: None)
        url = front.address + "/to/9/session"
        front.answer("POST", CREATE, Answer(200, {}, {"uploadUrl": url}))
        front.answer("PUT", "/to/9/", error(409, "nameAlreadyExists"))
        with pytest.raises(NameTaken) as taken:
            await arrives(place, b"ours")
        assert taken.value.item == there

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


def test_a_broken_download_goes_on_where_it_stopped(front: Front, through: Journey) -> None:
    cuts = iter([3 << 20, 1 << 20, 100])
    data = LARGE * 10

    def cut(request: Request, answer: Answer) -> Answer:
        if request.method == "GET" and request.path.startswith("/to/") and answer.status in (200, 206):
            return replace(answer, cut=next(cuts, None))
        return answer

    async def steps(place: Place) -> None:
        item = await place.tenant.send(place.sending("stor.bin", data), lambda session: None)
        front.after.append(cut)
        assert b"".join([piece async for piece in place.tenant.content(place.drive, item.id)]) == data
        asked = [one.headers.get("range") for one in front.seen("GET", SESSION)]
        assert asked == [None, "bytes=3145728-", "bytes=4194304-", "bytes=4194304-"]

    through(steps)


def test_a_download_that_always_breaks_ends_as_a_tenant_that_is_gone(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await place.tenant.send(place.sending("a.bin", bytes(5000)), lambda session: None)
        front.after.append(lambda request, answer: replace(answer, cut=10) if answer.status == 200 else answer)
        with pytest.raises(TenantGone):
            [piece async for piece in place.tenant.content(place.drive, item.id)]

    through(steps)


def test_a_server_that_knows_no_ranges_is_read_again_from_the_start(script: Front, alone: Journey) -> None:
    data = bytes(range(256)) * 16384
    script.answer("GET", "/content", Answer(200, {}, data, cut=(2 << 20) + 5), Answer(200, {}, data))

    async def steps(place: Place) -> None:
        assert b"".join([piece async for piece in place.tenant.content("d", "1")]) == data

    alone(script.address + "/v1.0", steps)


def test_a_download_is_not_followed_to_a_foreign_host(script: Front, alone: Journey) -> None:
    script.answer("GET", "/content", Answer(302, {"Location": "https://evil.example/x"}))

    async def steps(place: Place) -> None:
        with pytest.raises(TenantError):
            [piece async for piece in place.tenant.content("d", "1")]
        assert not place.time.slept, "it was refused, not tried"

    alone(script.address + "/v1.0", steps)


FAULTS = {
    "d": Answer(drop=True),
    "5": Answer(500),
    "t": Answer(429, {"Retry-After": "7"}),
    "b": Answer(503),
    "l": None,  # the answer is lost, the act is done
    " ": None,
}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.text(some.sampled_from(sorted(FAULTS)), max_size=16))
def test_whatever_passes_in_between_the_file_is_there_whole_once_it_is_sent_again(
    front: Front, through: Journey, weather: str
) -> None:
    """Each letter is the weather for one request of the sending; the second time the sun shines."""
    data = LARGE[: FRAGMENT + 1000]

    async def steps(place: Place) -> None:
        coming = iter(weather)
        losing = False

        def rule(request: Request) -> Answer | None:
            nonlocal losing
            letter = next(coming, " ")
            losing = letter == "l"
            return FAULTS[letter]

        front.rules[:] = [rule]
        front.after[:] = [lambda request, answer: Answer(drop=True) if losing else answer]
        sessions = [""]
        sending = place.sending("a.bin", data)
        item = trouble = None
        try:
            item = await place.tenant.send(sending, sessions.append)
        except (ItemTrouble, TenantGone) as error:
            trouble = error
        front.rules.clear()
        front.after.clear()
        there = await place.tenant.child(place.drive, place.root, "a.bin")
        if item is None:
            assert trouble is not None
            if "l" in weather and sessions == [""]:
                # The address of an open session was lost: the tenant refuses the name for a while.
                assert there is None
                return
            item = await place.tenant.send(replace(sending, session=sessions[-1]), sessions.append)
            assert there in (None, item)
        else:
            assert there == item
        assert b"".join([piece async for piece in place.tenant.content(place.drive, item.id)]) == data

    through(steps)
