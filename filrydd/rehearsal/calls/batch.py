"""`POST /$batch`: up to 20 calls in one, each with a status of its own."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

from filrydd.rehearsal.calls import address, graph
from filrydd.rehearsal.calls.asking import Answer, Body, Call, once
from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.tenancy import Tenancy

MOST = 20
_METHODS = ("GET", "POST", "PATCH", "DELETE")


async def answer(tenancy: Tenancy, call: Call) -> Answer:
    """The answers to a batch, in order. Raises Refused (400) for a batch that is none."""
    if call.method != "POST":
        raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    requests = (await call.json()).get("requests")
    if not isinstance(requests, list) or not requests or not all(_whole(each) for each in requests):
        raise Refused(400, "BadRequest", "A batch needs requests, each with id, method and url.")
    ids = [str(each["id"]) for each in requests]
    if len(ids) > MOST or len(set(ids)) != len(ids):
        raise Refused(400, "BadRequest", f"A batch has at most {MOST} requests, each with an id of its own.")
    _check_bodies_and_order(requests, ids)
    failed: set[str] = set()
    responses = []
    for each in requests:
        if failed & {str(before) for before in each.get("dependsOn", [])}:
            refused = Refused(424, "FailedDependency", "A request that this one depends on failed.")
            one = _refusal(tenancy, refused)
        else:
            one = await _one(tenancy, call, each)
        if one.status >= 400:
            failed.add(str(each["id"]))
        said: dict[str, Any] = {"id": str(each["id"]), "status": one.status, "headers": one.headers}
        responses.append(said if one.body is None else {**said, "body": one.body})
    return Answer(body={"responses": responses})


def _check_bodies_and_order(requests: list[dict[str, Any]], ids: list[str]) -> None:
    """Refuse (400) a batch with a body of no kind, or one that depends on a request that does not come before."""
    for place, each in enumerate(requests):
        kinds = {str(name).lower() for name in each.get("headers", {})}
        if "body" in each and "content-type" not in kinds:
            message = f"Write request id : {ids[place]} does not contain Content-Type header or body."
            raise Refused(400, "BadRequest", message)
        if not {str(before) for before in each.get("dependsOn", [])} <= set(ids[:place]):
            raise Refused(400, "BadRequest", f"Request id : {ids[place]} depends on a request that is not before it.")


def _whole(request: object) -> bool:
    return (
        isinstance(request, dict)
        and isinstance(request.get("id"), str | int)
        and isinstance(request.get("url"), str)
        and request.get("method") in _METHODS
        and isinstance(request.get("dependsOn", []), list)
        and isinstance(request.get("headers", {}), dict)
    )


async def _one(tenancy: Tenancy, call: Call, request: dict[str, Any]) -> Answer:
    headers = {str(name).lower(): str(value) for name, value in request.get("headers", {}).items()}
    try:
        where, _, query = request["url"].partition("?")
        path = address.decoded(where.encode("utf-8", "surrogatepass")).removeprefix(call.root)
        inner = Call(
            request["method"],
            call.root,
            path if path.startswith("/") else f"/{path}",
            once(parse_qsl(query, keep_blank_values=True)),
            headers,
            _body(request.get("body")),
            call.app,
        )
        one = await graph.answer(tenancy, inner)
    except Refused as refused:
        return _refusal(tenancy, refused)
    if one.body is not None:
        one.headers["Content-Type"] = "application/json"
    return one


def _body(value: object) -> Body:
    async def pieces() -> AsyncIterator[bytes]:
        if value is not None:
            yield json.dumps(value).encode()

    return pieces


def _refusal(tenancy: Tenancy, refused: Refused) -> Answer:
    inner = {"code": refused.inner} if refused.inner else {}
    request_id = str(uuid.uuid4())
    when = stamp(tenancy.clock.now()).removesuffix("Z")
    error = {
        "code": refused.code,
        "message": refused.message,
        "innerError": {**inner, "date": when, "request-id": request_id, "client-request-id": request_id},
    }
    return Answer(refused.status, {"error": error}, {**refused.headers, "Content-Type": "application/json"})
