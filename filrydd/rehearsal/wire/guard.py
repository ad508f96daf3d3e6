"""What holds for every request and response of both ports: who may ask, and which headers come back."""

import random
import time
import uuid
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.apps import ANYBODY, App
from filrydd.rehearsal.rules.tokens import GRAPH
from filrydd.rehearsal.tenancy import Tenancy
from filrydd.rehearsal.ways import loopback
from filrydd.rehearsal.wire.connection import spell
from filrydd.rehearsal.wire.leftover import answer_and_close, too_much

Answering = Callable[[Request], Awaitable[Response]]
APP = "rehearsal.app"
"""Where a request's scope holds the id of the app that asks."""
_ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


class Guard:
    """An ASGI application around `answering`, which returns a response or raises Refused."""

    def __init__(self, tenancy: Tenancy, answering: Answering) -> None:
        self._tenancy = tenancy
        self._answering = answering
        self._hosts = _HERE if loopback(tenancy.ways.host) else _HERE | {tenancy.ways.host.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        request_id = str(uuid.UUID(int=random.getrandbits(128), version=4))
        begun = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                taken, app = time.perf_counter() - begun, scope.get(APP, "")
                self._tenancy.figures.note(scope["method"], scope["path"], message["status"], app, taken)
                headers: list[tuple[bytes, bytes]] = [
                    *message.get("headers", ()),
                    *_ALWAYS,
                    (b"date", self._tenancy.clock.http_date().encode("ascii")),
                    (b"request-id", request_id.encode("ascii")),
                    (b"client-request-id", request.headers.get("client-request-id", request_id).encode("latin-1")),
                ]
                for name, value in self._tenancy.throttle.headers(app).items():
                    headers.append((name.lower().encode("ascii"), value.encode("ascii")))
                message = {**message, "headers": headers}
            await send(message)

        try:
            _check_origin(request, self._hosts)
            response = await self._answering(request)
        except Refused as refused:
            body = error_body(self._tenancy, refused, request, request_id)
            response = JSONResponse(body, status_code=refused.status, headers=refused.headers)
            if "Retry-After" in refused.headers:
                spell(response.raw_headers, "Retry-After")
            if too_much(refused):
                await answer_and_close(response, scope, receive, send_with_headers)
                return
        except ClientDisconnect:
            # Nobody is left to answer; what came in part is not kept.
            return
        except Exception:
            failure = Refused(500, "generalException", "The tenant itself failed; its log says how.")
            response = JSONResponse(error_body(self._tenancy, failure, request, request_id), status_code=500)
            await response(scope, receive, send_with_headers)
            raise
        await response(scope, receive, send_with_headers)


def error_body(tenancy: Tenancy, refused: Refused, request: Request, request_id: str) -> dict[str, Any]:
    """Graph's form of an error."""
    inner = {"code": refused.inner} if refused.inner else {}
    return {
        "error": {
            "code": refused.code,
            "message": refused.message,
            "innerError": {
                **inner,
                "date": stamp(tenancy.clock.now()).removesuffix("Z"),
                "request-id": request_id,
                "client-request-id": request.headers.get("client-request-id", request_id),
            },
        }
    }


def check_token(tenancy: Tenancy, authorization: str | None, audiences: tuple[str, ...] = GRAPH) -> App:
    """Who asks. Refuses (401) a call without a token for the audience; none at all passes where the ways allow it."""
    if authorization is None:
        if not tenancy.ways.asks:
            return ANYBODY
        authorization = ""
    scheme, _, token = authorization.partition(" ")
    try:
        return tenancy.tokens.app(token.strip() if scheme.lower() == "bearer" else "", audiences)
    except Refused as refused:
        where = f"{tenancy.authority}/common/oauth2/authorize"
        refused.headers["WWW-Authenticate"] = (
            f'Bearer realm="", authorization_uri="{where}", client_id="00000003-0000-0000-c000-000000000000"'
        )
        raise


def _check_origin(request: Request, hosts: frozenset[str]) -> None:
    # A page on the web can make a browser ask this machine; its requests carry another name or another origin.
    if _host(f"//{request.headers.get('host', '')}")[0] not in hosts:
        raise Refused(400, "BadRequest", "This tenant does not answer to that name.")
    origin = request.headers.get("origin")
    if origin and _host(origin)[1] != request.headers.get("host"):
        raise Refused(403, "accessDenied", "Requests from other pages are not answered.")


@lru_cache(256)
def _host(address: str) -> tuple[str, str]:
    """Host name, and host with port, of an address; empty for none."""
    try:
        split = urlsplit(address)
    except ValueError:
        return "", ""
    return split.hostname or "", split.netloc
