"""What is repeated, what is counted, and when it is given up: against a server that misbehaves as told."""

import asyncio
from collections.abc import Callable

import pytest

from filrydd.errors import TenantError, TenantGone, TenantLacks, TenantRefused
from filrydd.targets.tenant import ItemTrouble
from tests.targets.front import Answer, Front
from tests.targets.place import Place

Alone = Callable[..., None]
ITEM = Answer(200, {}, {"id": "1", "name": "a.txt", "size": 3, "file": {"hashes": {"quickXorHash": "x"}}})
BUSY = {"error": {"code": "activityLimitReached", "message": "busy"}}


def test_a_throttled_call_waits_as_long_as_asked_and_is_repeated(script: Front, alone: Alone) -> None:
    script.answer("GET", "/items/1", Answer(429, {"RETRY-AFTER": "120"}, BUSY), ITEM)

    async def steps(place: Place) -> None:
        assert (await place.tenant.item("d", "1")).name == "a.txt"
        assert place.time.slept == [120]
        assert (place.tenant.meter.requests, place.tenant.meter.throttled, place.tenant.meter.waited) == (2, 1, 120)

    alone(script.address + "/v1.0", steps)


def test_without_retry_after_the_waits_grow(script: Front, alone: Alone) -> None:
    script.answer("GET", "/items/1", *[Answer(429, {}, BUSY)] * 4, ITEM)

    async def steps(place: Place) -> None:
        await place.tenant.item("d", "1")
        assert place.time.slept == [1, 2, 4, 8]
        assert place.tenant.meter.throttled == 4

    alone(script.address + "/v1.0", steps)


def test_while_one_call_is_throttled_no_other_goes(script: Front, alone: Alone) -> None:
    script.answer("GET", "/items/1", Answer(503, {"retry-after": "30"}, BUSY), ITEM)
    script.answer("GET", "/items/2", ITEM)

    async def steps(place: Place) -> None:
        sent_at = []
        script.rules.insert(0, lambda request: sent_at.append((request.path[-1], place.time.now)))
        first = asyncio.create_task(place.tenant.item("d", "1"))
        while not place.tenant.meter.throttled and not first.done():
            await asyncio.sleep(0.001)
        await asyncio.gather(first, place.tenant.item("d", "2"))
        assert sorted(sent_at) == [("1", 1000), ("1", 1030), ("2", 1030)]
        assert place.tenant.meter.waited == 30

    alone(script.address + "/v1.0", steps)


def test_a_tenant_that_says_503_without_end_and_without_a_time_is_gone(script: Front, alone: Alone) -> None:
    script.rules.append(lambda request: Answer(503))

    async def steps(place: Place) -> None:
        with pytest.raises(TenantGone):
            await place.tenant.item("d", "1")
        assert 200 < place.tenant.meter.waited < 600
        assert place.tenant.meter.throttled == place.tenant.meter.requests - 1 == 10

    alone(script.address + "/v1.0", steps)


@pytest.mark.parametrize(
    "fault", [Answer(500), Answer(502), Answer(504), Answer(drop=True), Answer(200, {}, b"{}", cut=1)]
)
def test_a_passing_fault_is_repeated(script: Front, alone: Alone, fault: Answer) -> None:
    script.answer("GET", "/items/1", *[fault] * 5, ITEM)

    async def steps(place: Place) -> None:
        assert (await place.tenant.item("d", "1")).id == "1"
        assert place.time.slept == [1, 2, 4, 8, 16]
        assert place.tenant.meter.requests == 6

    alone(script.address + "/v1.0", steps)


def test_a_passing_fault_that_says_how_long_it_lasts_is_given_that_time(script: Front, alone: Alone) -> None:
    script.answer("GET", "/items/1", Answer(504, {"Retry-After": "33"}), ITEM)

    async def steps(place: Place) -> None:
        await place.tenant.item("d", "1")
        assert place.time.slept == [33]

    alone(script.address + "/v1.0", steps)


def test_a_connection_that_always_breaks_means_that_the_tenant_is_gone(script: Front, alone: Alone) -> None:
    script.rules.append(lambda request: Answer(drop=True))

    async def steps(place: Place) -> None:
        with pytest.raises(TenantGone) as gone:
            await place.tenant.now()
        assert "127.0.0.1" in gone.value.message
        assert gone.value.next
        assert place.tenant.meter.requests == 6

    alone(script.address + "/v1.0", steps)


def test_nobody_at_the_address_means_that_the_tenant_is_gone(alone: Alone) -> None:
    async def steps(place: Place) -> None:
        with pytest.raises(TenantGone):
            await place.tenant.site("https://x.sharepoint.com/sites/y")

    alone("http://127.0.0.1:9/v1.0", steps)


def test_a_fault_that_stays_is_the_items_trouble(script: Front, alone: Alone) -> None:
    script.rules.append(lambda request: Answer(500, {}, {"error": {"code": "generalException", "message": "no"}}))

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.item("d", "1")
        assert (trouble.value.code, trouble.value.status) == ("generalException", 500)

    alone(script.address + "/v1.0", steps)


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [(423, "resourceLocked", "resourceLocked"), (507, "", "quotaLimitReached"), (418, "", "status418")],
)
def test_a_refusal_of_one_item_keeps_the_tenants_own_word(
    script: Front, alone: Alone, status: int, code: str, told: str
) -> None:
    body = {"error": {"code": code, "message": "because"}} if code else b"<html>no</html>"
    # What is locked is asked a few times.
    script.answer("GET", "/items/1", *[Answer(status, {}, body)] * (4 if status == 423 else 1))

    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.item("d", "1")
        assert (trouble.value.code, trouble.value.status) == (told, status)

    alone(script.address + "/v1.0", steps)


def test_a_refused_token_stops_everything_and_says_what_to_check(script: Front, alone: Alone) -> None:
    script.rules.append(lambda request: Answer(401, {}, {"error": {"code": "InvalidAuthenticationToken"}}))

    async def steps(place: Place) -> None:
        for call in (lambda: place.tenant.now(), lambda: place.tenant.item("d", "1")):
            with pytest.raises(TenantRefused) as refused:
                await call()
            assert "AZURE_CLIENT_ID" in refused.value.next

    alone(script.address + "/v1.0", steps)


def test_a_site_without_a_grant_says_which_one_to_ask_for(script: Front, alone: Alone) -> None:
    script.answer("GET", "/sites/", Answer(403, {}, {"error": {"code": "accessDenied", "message": "Access denied"}}))

    async def steps(place: Place) -> None:
        with pytest.raises(TenantRefused) as refused:
            await place.tenant.site("https://x.sharepoint.com/sites/y")
        assert "Sites.Selected" in refused.value.next
        assert "write" in refused.value.next

    alone(script.address + "/v1.0", steps)


def test_a_site_that_is_not_there_is_lacking(script: Front, alone: Alone) -> None:
    script.answer("GET", "/sites/", Answer(404, {}, {"error": {"code": "itemNotFound", "message": "no"}}))

    async def steps(place: Place) -> None:
        with pytest.raises(TenantLacks) as lacks:
            await place.tenant.site("https://x.sharepoint.com/sites/y")
        assert "https://x.sharepoint.com/sites/y" in lacks.value.message
        assert script.requests[0].path == "/v1.0/sites/x.sharepoint.com%3A%2Fsites%2Fy"

    alone(script.address + "/v1.0", steps)


def test_a_page_of_the_network_is_never_taken_for_an_empty_library(script: Front, alone: Alone) -> None:
    for body in (b"<html>Sign in</html>", {}, {"value": []}):
        script.answer("GET", "/delta", Answer(200, {}, body))

    async def steps(place: Place) -> None:
        for _time in range(3):
            with pytest.raises(TenantError):
                [item async for item in place.tenant.listing("d")]

    alone(script.address + "/v1.0", steps)


def test_a_listing_is_not_followed_to_another_host(script: Front, alone: Alone) -> None:
    page = {"value": [{"id": "r", "name": "root", "root": {}}], "@odata.nextLink": "http://127.0.0.1:9/v1.0/next"}
    script.answer("GET", "/delta", Answer(200, {}, page))

    async def steps(place: Place) -> None:
        seen = []
        with pytest.raises(TenantError) as foreign:
            async for item in place.tenant.listing("d"):
                seen.append(item.id)
        assert seen == ["r"]
        assert not isinstance(foreign.value, TenantGone)
        assert len(script.requests) == 1

    alone(script.address + "/v1.0", steps)


def test_a_listing_that_must_be_synchronised_again_starts_again_once(script: Front, alone: Alone) -> None:
    again = f"{script.address}/v1.0/drives/d/items/root/delta()?token=again"
    page = {"value": [{"id": "r", "name": "root", "root": {}}], "@odata.nextLink": again.replace("again", "2")}
    end = {"value": [{"id": "r", "name": "root", "root": {}}], "@odata.deltaLink": again}
    resync = Answer(410, {"Location": again}, {"error": {"code": "resyncRequired", "message": "again"}})
    script.answer("GET", "/delta", Answer(200, {}, page), resync, Answer(200, {}, end), resync, resync)

    async def steps(place: Place) -> None:
        assert [item.id async for item in place.tenant.listing("d")] == ["r", "r"]
        assert script.requests[2].path.endswith("token=again")
        with pytest.raises(ItemTrouble) as trouble:
            [item async for item in place.tenant.listing("d")]
        assert trouble.value.status == 410

    alone(script.address + "/v1.0", steps)
