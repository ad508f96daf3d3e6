"""Downloads that break, and where they are not followed to."""

import tracemalloc
from dataclasses import replace

import pytest

from filrydd.errors import TenantError, TenantGone
from filrydd.targets.tenant import ItemTrouble
from tests.targets.front import Answer, Front, Request
from tests.targets.place import LARGE, Journey, Place, nothing

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
        item = await place.tenant.send(place.sending("stor.bin", data), nothing)
        front.after.append(cut)
        assert b"".join([piece async for piece in place.tenant.content(place.drive, item.id)]) == data
        asked = [one.headers.get("range") for one in front.seen("GET", SESSION)]
        assert asked == [None, "bytes=3145728-", "bytes=4194304-", "bytes=4194304-"]

    through(steps)


def test_a_download_that_always_breaks_ends_as_a_tenant_that_is_gone(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await place.tenant.send(place.sending("a.bin", bytes(5000)), nothing)
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


def test_a_content_that_is_another_one_when_the_download_goes_on_is_not_mixed(script: Front, alone: Journey) -> None:
    old, new = b"o" * (3 << 20), b"n" * (3 << 20)
    longer = {"Content-Range": f"bytes 1048576-3145728/{len(new) + 1}"}
    tagged = {"Content-Range": f"bytes 1048576-3145727/{len(new)}", "ETag": '"2"'}
    script.answer(
        "GET", "/1/content", Answer(200, {}, old, cut=(1 << 20) + 5), Answer(206, longer, b"n" * ((2 << 20) + 1))
    )
    script.answer(
        "GET", "/2/content", Answer(200, {"ETag": '"1"'}, old, cut=(1 << 20) + 5), Answer(206, tagged, new[1 << 20 :])
    )

    async def steps(place: Place) -> None:
        for id in ("1", "2"):
            came = b""
            with pytest.raises(ItemTrouble) as trouble:
                async for piece in place.tenant.content("d", id):
                    came += piece
            assert (trouble.value.code, came) == ("resourceModified", old[: 1 << 20])

    alone(script.address + "/v1.0", steps)


@pytest.mark.parametrize("range", ["bytes 2097152-3145727/3145728", "bytes x-y/z", ""])
def test_a_range_that_was_not_asked_for_is_refused(script: Front, alone: Journey, range: str) -> None:
    part = Answer(206, {"Content-Range": range}, bytes(1 << 20))
    script.answer("GET", "/content", Answer(200, {}, bytes(3 << 20), cut=(1 << 20) + 5), part)

    async def steps(place: Place) -> None:
        with pytest.raises(TenantError):
            [piece async for piece in place.tenant.content("d", "1")]

    alone(script.address + "/v1.0", steps)


def test_what_comes_from_before_where_we_were_is_skipped(script: Front, alone: Journey) -> None:
    data = bytes(range(256)) * 12288
    earlier = {"Content-Range": f"bytes 1000000-{len(data) - 1}/{len(data)}"}
    script.answer("GET", "/content", Answer(200, {}, data, cut=(2 << 20) + 5), Answer(206, earlier, data[1_000_000:]))

    async def steps(place: Place) -> None:
        assert b"".join([piece async for piece in place.tenant.content("d", "1")]) == data

    alone(script.address + "/v1.0", steps)


def test_a_large_content_is_never_in_memory(script: Front, alone: Journey) -> None:
    data = bytes(128 << 20)
    script.answer("GET", "/content", Answer(200, {}, data))

    async def steps(place: Place) -> None:
        came = 0
        tracemalloc.start()
        try:
            async for piece in place.tenant.content("d", "1"):
                came += len(piece)
            assert tracemalloc.get_traced_memory()[1] < 16 << 20
        finally:
            tracemalloc.stop()
        assert came == len(data)

    alone(script.address + "/v1.0", steps)


def test_a_download_is_not_followed_to_a_foreign_host(script: Front, alone: Journey) -> None:
    script.answer("GET", "/content", Answer(302, {"Location": "https://evil.example/x"}))

    async def steps(place: Place) -> None:
        with pytest.raises(TenantError):
            [piece async for piece in place.tenant.content("d", "1")]
        assert not place.time.slept, "it was refused, not tried"

    alone(script.address + "/v1.0", steps)
