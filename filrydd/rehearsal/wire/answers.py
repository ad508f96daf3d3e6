"""Answers on their way out: held back, broken off, or drop by drop. All are ASGI's `send`, around another one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Message, Send

_DROPS = 20
_LARGEST = 4 << 20


class Held:
    """Keeps an answer until it is let go. For answers that are small: items, not contents."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self.status = 0

    async def send(self, message: Message) -> None:
        """Keep a part."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self._messages.append(message)

    def header(self, name: bytes) -> str:
        """A header's value; empty if it is not there."""
        if not self._messages:
            return ""
        return str(dict(self._messages[0].get("headers", [])).get(name, b"").decode("latin-1"))

    def item(self) -> str:
        """The id of the item that a successful answer tells; empty for another answer."""
        body = b"".join(message.get("body", b"") for message in self._messages[1:])
        if self.status not in (200, 201) or len(body) > _LARGEST:
            return ""
        try:
            said: Any = json.loads(body)
        except ValueError:
            return ""
        id = said.get("id") if isinstance(said, dict) and "parentReference" in said else None
        return id if isinstance(id, str) else ""

    async def release(self, send: Send) -> None:
        """Let it go."""
        for message in self._messages:
            await send(message)


class BrokenOff:
    """Lets `size` bytes of the body pass (None: half of them), then breaks. `cut` breaks, and tells whether it did."""

    def __init__(self, send: Send, size: int | None, cut: Callable[[], Awaitable[bool]]) -> None:
        self._send = send
        self._left = size
        self._length: int | None = None
        self._cut = cut
        self._gone = False

    async def send(self, message: Message) -> None:
        """The next part."""
        if self._gone:
            return
        if message["type"] == "http.response.start":
            self._length = content_length(message)
            await self._send(message)
            return
        body = message.get("body", b"")
        if self._left is None:
            self._left = (len(body) if self._length is None else self._length) // 2
        if len(body) <= self._left:
            self._left -= len(body)
            await self._send(message)
            return
        await self._send({"type": "http.response.body", "body": body[: self._left], "more_body": True})
        self._gone = await self._cut()
        if not self._gone:
            await self._send({**message, "body": body[self._left :]})
            self._left = 1 << 62


class DropByDrop:
    """Sends the body in small pieces, over so many seconds in all."""

    def __init__(self, send: Send, seconds: float) -> None:
        self._send = send
        self._seconds = seconds
        self._length: int | None = None

    async def send(self, message: Message) -> None:
        """The next part."""
        if message["type"] == "http.response.start":
            self._length = content_length(message)
            await self._send(message)
            return
        body = message.get("body", b"")
        whole = self._length or len(body)
        piece = max(1, -(-whole // _DROPS))
        for start in range(0, len(body), piece):
            part = body[start : start + piece]
            await asyncio.sleep(self._seconds * len(part) / whole)
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
        if not message.get("more_body"):
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def content_length(message: Message) -> int | None:
    """The length that an answer's head tells."""
    value = dict(message.get("headers", [])).get(b"content-length", b"")
    return int(value) if value.isdigit() else None
