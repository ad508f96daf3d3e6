"""Who we are to the tenant: the token goes to the API, and nowhere else."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity.aio import ClientSecretCredential

from filrydd.errors import FilryddError, TenantGone, TenantRefused
from filrydd.targets.connect import Connection, Login
from filrydd.targets.governor import Timing
from filrydd.targets.graph import GraphTenant
from filrydd.targets.hosts import LocalHosts
from tests.targets.front import Answer, Front, Request
from tests.targets.place import Bytes, Sending, nothing

FILE = {"id": "1", "name": "a", "size": 3, "file": {"hashes": {"quickXorHash": "x"}}}


class Tokens:
    """A credential with a new token each time it is asked; `closed` counts."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.given = 0
        self.closed = 0
        self.failure = failure

    async def get_token(self, *scopes: str, **options: object) -> AccessToken:
        assert scopes == ("https://graph.microsoft.com/.default",)
        if self.failure:
            raise self.failure
        self.given += 1
        return AccessToken(f"token-{self.given}", int(time.time()) + 3600)

    async def close(self) -> None:
        self.closed += 1


def signed_in(script: Front, tokens: object, steps: Callable[[GraphTenant], Awaitable[None]]) -> None:
    async def whole() -> None:
        tenant = GraphTenant(Connection(LocalHosts(script.address + "/v1.0"), Timing(), Login(tokens)))
        try:
            await steps(tenant)
        finally:
            await tenant.close()

    asyncio.run(whole())


def test_the_token_goes_with_calls_and_not_with_content(script: Front) -> None:
    script.answer("POST", "createUploadSession", Answer(200, {}, {"uploadUrl": script.address + "/session"}))
    script.answer("PUT", "/session", Answer(201, {}, FILE))
    script.answer("GET", "/content", Answer(302, {"Location": script.address + "/download"}))
    script.answer("GET", "/download", Answer(200, {}, b"abc"))
    script.answer("DELETE", "/session", Answer(204))

    async def steps(tenant: GraphTenant) -> None:
        await tenant.send(Sending("d", "r", "a", Bytes(b"abc"), 0, 0), nothing)
        assert b"".join([piece async for piece in tenant.content("d", "1")]) == b"abc"
        await tenant.cancel(script.address + "/session")

    signed_in(script, Tokens(), steps)
    signed = {one.path.rpartition("/")[2]: one.headers.get("authorization") for one in script.requests}
    assert signed == {
        "createUploadSession": "Bearer token-1",
        "session": None,
        "content": "Bearer token-2",
        "download": None,
    }


REFUSAL = Answer(401, {}, {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})


def test_a_call_whose_token_is_refused_goes_on_with_a_newer_one(script: Front) -> None:
    script.answer("GET", "/items/1", REFUSAL, REFUSAL, Answer(200, {}, FILE))

    async def steps(tenant: GraphTenant) -> None:
        assert (await tenant.item("d", "1")).id == "1"

    signed_in(script, Tokens(), steps)
    assert [one.headers["authorization"] for one in script.requests] == [f"Bearer token-{n}" for n in (1, 2, 3)]


def test_a_tenant_that_refuses_every_new_token_is_asked_five_times_and_no_more(script: Front) -> None:
    script.rules.append(lambda request: REFUSAL)

    async def steps(tenant: GraphTenant) -> None:
        with pytest.raises(TenantRefused):
            await tenant.item("d", "1")

    signed_in(script, Tokens(), steps)
    assert len(script.requests) == 5


def test_a_call_is_signed_when_its_turn_has_come_and_not_before_it_waits(script: Front) -> None:
    script.answer("GET", "/items/1", Answer(429, {"Retry-After": "1"}), Answer(200, {}, FILE))
    script.answer("GET", "/items/2", Answer(200, {}, FILE))
    tokens = Tokens()

    async def steps(tenant: GraphTenant) -> None:
        first = asyncio.create_task(tenant.item("d", "1"))
        while not tenant.meter.throttled:
            await asyncio.sleep(0.01)
        second = asyncio.create_task(tenant.item("d", "2"))
        await asyncio.sleep(0.3)
        assert tokens.given == 1, "while the gate is closed nobody takes a token that may run out there"
        await asyncio.gather(first, second)

    signed_in(script, tokens, steps)
    assert sorted(one.headers["authorization"][-1] for one in script.requests) == ["1", "2", "3"]


def test_a_token_that_the_credential_holds_for_good_is_given_time_to_run_out(script: Front) -> None:
    """A token may run out on its way, a second before the credential notices."""

    class Slow(Tokens):
        async def get_token(self, *scopes: str, **options: object) -> AccessToken:
            await super().get_token(*scopes, **options)
            age = 1 if time.monotonic() < begun + 0.6 else 2
            return AccessToken(f"token-{age}", int(time.time()) + 1)

    def old(request: Request) -> Answer:
        return REFUSAL if request.headers["authorization"].endswith("1") else Answer(200, {}, FILE)

    script.rules.append(old)
    begun = time.monotonic()

    async def steps(tenant: GraphTenant) -> None:
        assert (await tenant.item("d", "1")).id == "1"

    signed_in(script, Slow(), steps)
    assert len(script.requests) <= 4


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (ClientAuthenticationError("AADSTS7000215: Invalid client secret provided."), TenantRefused),
        (ServiceRequestError("Cannot connect to host login.microsoftonline.com"), TenantGone),
    ],
)
def test_a_sign_in_that_fails_sends_nothing(script: Front, failure: Exception, told: type[FilryddError]) -> None:
    async def steps(tenant: GraphTenant) -> None:
        with pytest.raises(told) as refused:
            await tenant.now()
        assert refused.value.next
        assert str(failure) in (refused.value.message, *refused.value.details) or str(failure) in refused.value.message

    signed_in(script, Tokens(failure), steps)
    assert not script.requests


def test_a_sign_in_service_that_does_not_answer_means_that_the_tenant_is_gone(script: Front) -> None:
    nobody = ClientSecretCredential(
        "00000000-0000-0000-0000-000000000000",
        "client",
        "secret",
        authority="https://127.0.0.1:9",
        disable_instance_discovery=True,
        retry_total=0,
    )

    async def steps(tenant: GraphTenant) -> None:
        with pytest.raises(TenantGone):
            await tenant.now()

    signed_in(script, nobody, steps)
    assert not script.requests


def test_the_credential_is_closed_with_the_tenant(script: Front) -> None:
    async def steps(tenant: GraphTenant) -> None:
        await tenant.close()

    tokens = Tokens()
    signed_in(script, tokens, steps)
    assert tokens.closed == 2


def test_calls_name_the_application_as_sharepoint_asks(script: Front) -> None:
    script.answer("GET", "/items/1", Answer(200, {}, FILE))

    async def steps(tenant: GraphTenant) -> None:
        await tenant.item("d", "1")

    signed_in(script, Tokens(), steps)
    assert script.requests[0].headers["user-agent"].startswith("NONISV|filrydd|filrydd/")
