"""The first port: the API, and the pages for visitors."""

import json

from starlette.requests import Request
from starlette.responses import Response

from filrydd.rehearsal.calls import address, batch, copying, graph, site_rest
from filrydd.rehearsal.calls.asking import Answer, Call, once
from filrydd.rehearsal.pages import visitor
from filrydd.rehearsal.rules.apps import App
from filrydd.rehearsal.rules.tokens import audiences
from filrydd.rehearsal.tenancy import Tenancy
from filrydd.rehearsal.wire.guard import APP, check_token

_JSON = b"application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


class Front:
    """Answers the requests to the first port."""

    def __init__(self, tenancy: Tenancy) -> None:
        self._tenancy = tenancy

    async def answer(self, request: Request) -> Response:
        """The response to a request. Raises Refused."""
        decoded = address.decoded(request.scope["raw_path"])
        root, path = address.without_root(decoded)
        if site_rest.asked(decoded):
            app = self._app(request, decoded)
            call = Call(request.method, "", decoded, _query(request), _headers(request), request.stream, app)
            return _response(await site_rest.answer(self._tenancy, call))
        if copying.asked(decoded):
            # It is its own authority, as on SharePoint's host.
            return _response(copying.monitor(self._tenancy, request.method, decoded))
        if not root:
            return await visitor.answer(self._tenancy, request)
        app = self._app(request, decoded)
        call = Call(request.method, root, path, _query(request), _headers(request), request.stream, app)
        if path == "/$batch":
            return _response(await batch.answer(self._tenancy, call))
        return _response(await graph.answer(self._tenancy, call))

    def _app(self, request: Request, path: str) -> App:
        wanted = audiences(path, self._tenancy.ways.host)
        app = check_token(self._tenancy, request.headers.get("authorization"), wanted)
        request.scope[APP] = app.id
        return app


def _query(request: Request) -> dict[str, str]:
    return once(request.query_params.multi_items()) if request.scope["query_string"] else {}


def _headers(request: Request) -> dict[str, str]:
    # Looked at several times for each call; ASGI has their names in lower case.
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}


def _response(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    return _Json(answer)


class _Json(Response):
    """Graph's JSON; made in fewer steps than Starlette's, since thousands a second are."""

    def __init__(self, answer: Answer) -> None:
        self.status_code, self.background = answer.status, None
        self.body = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        self.raw_headers = [
            (b"content-type", _JSON),
            (b"content-length", str(len(self.body)).encode("ascii")),
            *((name.lower().encode("ascii"), value.encode("latin-1")) for name, value in answer.headers.items()),
        ]
