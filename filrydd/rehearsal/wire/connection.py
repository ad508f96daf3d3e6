"""Connections that can be cut, and header names that keep their letters."""

from asyncio import Transport
from typing import cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_TRANSPORT = "rehearsal.transport"


class Cuttable(HttpToolsProtocol):
    """uvicorn's protocol, whose requests know their connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast(Scope, self.scope)[_TRANSPORT] = self.transport


async def cut(scope: Scope, receive: Receive, *, after_what_was_sent: bool = False) -> None:
    """Break a request's connection. Returns when the server knows that nobody is left to answer."""
    transport: Transport = scope[_TRANSPORT]
    if after_what_was_sent:
        transport.close()
    else:
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        continue


class Spelled(bytes):
    """A header's name that goes out in these letters: servers send names in lower case otherwise."""

    def lower(self) -> bytes:
        return self


def spell(headers: list[tuple[bytes, bytes]], name: str) -> None:
    """Let a header go out under its name as it is written here."""
    low = name.lower().encode()
    headers[:] = [(Spelled(name.encode()) if each == low else each, value) for each, value in headers]
