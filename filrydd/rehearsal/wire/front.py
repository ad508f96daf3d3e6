"""The first port: the API, and the pages for visitors."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from filrydd.rehearsal.calls import address, batch, graph, site_rest
from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.pages import visitor
from filrydd.rehearsal.rules.apps import App
from filrydd.rehearsal.tenancy import Tenancy
from filrydd.rehearsal.wire.guard import APP, check_token


class Front:
    """Answers the requests to the first port."""

    def __init__(self, tenancy: Tenancy) -> None:
        self._tenancy = tenancy

    async def answer(self, request: Request) -> Response:
        """The response to a request. Raises Refused."""
        decoded = address.decoded(request.scope["raw_path"])
        root, path = address.without_root(decoded)
        if site_rest.asked(decoded):
            app = self._app(request)
            return _response(site_rest.answer(self._tenancy, request.method, decoded, app))
        if not root:
            return visitor.answer(self._tenancy, request)
        app = self._app(request)
        call = Call(request.method, root, path, request.query_params, request.headers, request.stream, app)
        if path == "/$batch":
            return _response(await batch.answer(self._tenancy, call))
        return _response(await graph.answer(self._tenancy, call))

    def _app(self, request: Request) -> App:
        app = check_token(self._tenancy, request.headers.get("authorization"))
        request.scope[APP] = app.id
        return app


def _response(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    return JSONResponse(
        answer.body,
        status_code=answer.status,
        headers=answer.headers,
        media_type="application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
    )
