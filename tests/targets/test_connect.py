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
from tests.targets.front import Answer, Front
from tests.targets.place import Bytes, Sending

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
        await tenant.send(Sending("d", "r", "a", Bytes(b"abc"), 0, 0), lambda session: None)
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


def test_a_token_that_ran_out_while_waiting_is_renewed_once(script: Front) -> None:
    refusal = Answer(401, {}, {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})
    script.answer("GET", "/items/1", refusal, Answer(200, {}, FILE), refusal, refusal)

    async def steps(tenant: GraphTenant) -> None:
        assert (await tenant.item("d", "1")).id == "1"
        with pytest.raises(TenantRefused):
            await tenant.item("d", "1")

    signed_in(script, Tokens(), steps)
    assert [one.headers["authorization"][-1] for one in script.requests] == ["1", "2", "3", "4"]


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
