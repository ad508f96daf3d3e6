"""Bodies on their way in: looked at, or broken off. All are ASGI's `receive`, around another one."""

import json
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from filrydd.rehearsal.wire.connection import cut

_LARGEST = 64 << 10


async def name_in(scope: Scope, receive: Receive) -> tuple[Receive, str]:
    """The body again, and the `name` that its JSON has; empty for none and for a body that is large or of unknown length."""
    length = _length(scope)
    if not 0 < length <= _LARGEST:
        return receive, ""
    messages: list[Message] = []
    body = b""
    while True:
        message = await receive()
        messages.append(message)
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > _LARGEST:
            break

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    name = said.get("name") if isinstance(said, dict) else None
    return again, name if isinstance(name, str) else ""


def half_of(scope: Scope, receive: Receive, size: int | None) -> Receive:
    """The first `size` bytes of a body (None: half of it), never all, then a broken connection."""
    length = _length(scope)
    left = min(length // 2 if size is None else size, max(0, length - 1))

    async def some() -> Message:
        nonlocal left
        if left <= 0:
            await cut(scope, receive)
            return {"type": "http.disconnect"}
        message = await receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")[:left]
        left -= len(body)
        return {"type": "http.request", "body": body, "more_body": True}

    return some


def _length(scope: Scope) -> int:
    text = Headers(scope=scope).get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
