"""What holds for every request and response of both ports: who may ask, and which headers come back."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.apps import ANYBODY, App
from filrydd.rehearsal.tenancy import Tenancy

Answering = Callable[[Request], Awaitable[Response]]
APP = "rehearsal.app"
"""Where a request's scope holds the id of the app that asks."""
_HERE = {"127.0.0.1", "localhost", "::1"}


class Guard:
    """An ASGI application around `answering`, which returns a response or raises Refused."""

    def __init__(self, tenancy: Tenancy, answering: Answering) -> None:
        self._tenancy = tenancy
        self._answering = answering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        request_id = str(uuid.uuid4())

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = {
                    "Date": self._tenancy.clock.http_date(),
                    "request-id": request_id,
                    "client-request-id": request.headers.get("client-request-id", request_id),
                    "X-Content-Type-Options": "nosniff",
                    "Referrer-Policy": "no-referrer",
                    **self._tenancy.throttle.headers(scope.get(APP, "")),
                }
                pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in extra.items()]
                message = {**message, "headers": [*message.get("headers", []), *pairs]}
            await send(message)

        try:
            _check_origin(request)
            response = await self._answering(request)
        except Refused as refused:
            body = error_body(self._tenancy, refused, request, request_id)
            response = JSONResponse(body, status_code=refused.status, headers=refused.headers)
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


def check_token(tenancy: Tenancy, authorization: str | None) -> App:
    """Who asks. Refuses (401) a call without the tenant's token; none at all passes where the ways allow it."""
    if authorization is None:
        if tenancy.ways.anonymous:
            return ANYBODY
        raise Refused(401, "InvalidAuthenticationToken", "Access token is empty.")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not tenancy.sealed(tenancy.seal("token", token.strip()), "token", tenancy.token):
        raise Refused(401, "InvalidAuthenticationToken", "Access token validation failure.")
    return ANYBODY


def _check_origin(request: Request) -> None:
    # A page on the web can make a browser ask this machine; its requests carry another name or another origin.
    if _host(f"//{request.headers.get('host', '')}")[0] not in _HERE:
        raise Refused(400, "BadRequest", "This tenant answers on this machine only.")
    origin = request.headers.get("origin")
    if origin and _host(origin)[1] != request.headers.get("host"):
        raise Refused(403, "accessDenied", "Requests from other pages are not answered.")


def _host(address: str) -> tuple[str, str]:
    """Host name, and host with port, of an address; empty for none."""
    try:
        split = urlsplit(address)
    except ValueError:
        return "", ""
    return split.hostname or "", split.netloc
