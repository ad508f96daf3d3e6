"""Requests to one share: sent together, answered one by one. [MS-SMB2] names everything here."""

from collections.abc import Sequence
from typing import Any

from smbprotocol.exceptions import SMBResponseException

from filrydd.sources.smb.link import Link, dropping

CREDIT = 65_536
"""Bytes that one credit carries."""
_MOST = 1 << 20


class Refused(Exception):
    """The server said no to one request."""

    def __init__(self, status: int) -> None:
        super().__init__(hex(status))
        self.status = status


class Requests:
    """The way to a share and back. `_ask` raises Refused when the server says no, `_chain` gives it; each raises Dropped when
    the connection is gone."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._connection = link.connection
        self._closing: Any = None

    def _room(self, most: int) -> int:
        window = self._connection.sequence_window
        credits = window["high"] - window["low"] if self._connection.supports_multi_credit else 1
        return int(min(most, _MOST, max(credits, 1) * CREDIT))

    def _ask(self, request: Any) -> bytes:
        (answer,) = self._chain([request])
        if isinstance(answer, Refused):
            raise answer
        return answer

    def _chain(self, messages: Sequence[Any]) -> list[bytes | Refused]:
        self._settle()
        return [self._receive(request) for request in self._send(messages)]

    def _settle(self) -> None:
        closing, self._closing = self._closing, None
        if closing is not None:
            self._receive(closing)

    def _send(self, messages: Sequence[Any]) -> list[Any]:
        link = self._link
        with dropping():
            sent: list[Any] = self._connection.send_compound(
                list(messages), link.session.session_id, link.tree.tree_connect_id, related=len(messages) > 1
            )
        return sent

    def _receive(self, request: Any) -> bytes | Refused:
        try:
            with dropping():
                answer: bytes = self._connection.receive(request)["data"].get_value()
        except SMBResponseException as error:
            return Refused(error.status)
        return answer
