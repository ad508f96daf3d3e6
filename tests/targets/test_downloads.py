"""Downloads that break, and where they are not followed to."""

from dataclasses import replace

import pytest

from filrydd.errors import TenantError, TenantGone
from tests.targets.front import Answer, Front, Request
from tests.targets.place import LARGE, Journey, Place

SESSION = r"^/to/"
CREATE = "createUploadSession"
pytestmark = pytest.mark.usefixtures("small_fragments")


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
