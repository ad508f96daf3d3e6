"""What still comes of a body after its request was refused for being too large, or larger than it said.

A server that closed at once would often take its own answer with it: the client that is still sending meets a broken
connection before it has read a word. So the answer goes out, a little more is read and thrown away, and then the connection
is closed, however much was still to come.
"""

import asyncio

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from filrydd.rehearsal.refusal import Refused

_MOST = 8 << 20
_SECONDS = 2.0


def too_much(refused: Refused) -> bool:
    """Whether a request was refused because its body is larger than it may be or than it says."""
    return refused.status == 413 or refused.inner == "contentLengthMismatch"


async def answer_and_close(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a response, read on for at most so many bytes and seconds, then let the server close."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send({**message, "headers": [*message.get("headers", []), (b"connection", b"close")]})
            return
        if message.get("more_body"):
            await send(message)
            return
        await send({**message, "more_body": True})
        await _read_on(receive)
        await send({"type": "http.response.body", "body": b""})

    await response(scope, receive, closing)


async def _read_on(receive: Receive) -> None:
    left = _MOST
    try:
        async with asyncio.timeout(_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
                left -= len(message.get("body", b""))
    except TimeoutError:
        # Who sends so slowly has had the time to read the answer.
        return
