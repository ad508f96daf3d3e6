"""The fragments of one upload session, in order; after anything but a plain yes the session is asked where to go on.

They go without Authorization: an uploadUrl carries its own token, and refuses another beside it.
"""

import httpx

from filrydd.model.item import Item
from filrydd.targets.connect import Connection
from filrydd.targets.decode import item_of, next_range, object_of
from filrydd.targets.refusals import item_trouble
from filrydd.targets.tenant import Content, ItemTrouble
from filrydd.targets.traffic import PASSING, REPEATS, gone

FRAGMENT = 16 * 320 * 1024
"""Bytes: 5 MiB. All but the last must be multiples of 320 KiB under 60 MiB; 5-10 MiB is what Graph recommends."""
OVER = frozenset({401, 404, 410})
"""What an uploadUrl answers when its session is used up or over. No token of ours is sent there, so 401 is that too."""
Range = tuple[int, int | None]
"""First and last byte that a session waits for; no last one means to the end."""


class Upload:
    """The way of one content through one session. `last_sent`: the last fragment went off, whatever came back."""

    def __init__(self, connection: Connection, session: str, content: Content) -> None:
        self._connection = connection
        self._session = session
        self._content = content
        self.last_sent = False

    async def expected(self) -> Range | None:
        """The first range that the session waits for; None when the session is over, used up or unknown."""
        response = await self._connection.exchange("GET", self._session)
        if response.status_code in OVER:
            return None
        if not response.is_success:
            raise item_trouble(response)
        return next_range(object_of(response.content))

    async def fill(self, start: Range) -> Item | None:
        """Send from `start` on until the item is there; None when the session is over before that.

        Raises ItemTrouble, TenantGone when the connection keeps breaking, and what reading the content raises.
        """
        span: Range | None = start
        failures = 0
        while span:
            first, end = self._fragment(span)
            response = await self._put(first, self._content.read(first, end - first))
            if response is None or response.status_code in PASSING:
                failures += 1
                self._give_up_after(failures, response)
                await self._connection.governor.back_off(failures)
                span = await self.expected()
            elif response.status_code == 416:
                failures += 1
                self._give_up_after(failures, response)
                span = await self.expected()
            elif response.status_code == 202:
                failures += 1
                self._give_up_after(failures, response)
                span = next_range(object_of(response.content)) or await self.expected()
            elif response.status_code in OVER:
                return None
            elif response.is_success:
                return item_of(object_of(response.content))
            else:
                raise item_trouble(response)
            if span and span[0] > first:
                failures = 0
        return None

    def _fragment(self, span: Range) -> tuple[int, int]:
        first, last = span
        size = self._content.size
        end = min(first + FRAGMENT, size, size if last is None else last + 1)
        if first >= end:
            raise ItemTrouble("invalidRange", 416, f"{first}-{'' if last is None else last}/{size}")
        return first, end

    async def _put(self, first: int, data: bytes) -> httpx.Response | None:
        """The answer to one fragment; None when the connection broke."""
        size, last = self._content.size, first + len(data) - 1
        self.last_sent = self.last_sent or last == size - 1
        headers = {"Content-Range": f"bytes {first}-{last}/{size}"}
        try:
            return await self._connection.exchange("PUT", self._session, headers=headers, data=data, once=True)
        except httpx.TransportError:
            return None

    def _give_up_after(self, failures: int, response: httpx.Response | None) -> None:
        if failures <= REPEATS:
            return
        if response is None:
            raise gone(httpx.URL(self._session).host, "PUT")
        raise item_trouble(response)


async def cancel(connection: Connection, session: str) -> None:
    """End a session; one that is over already is fine. Raises ItemTrouble."""
    response = await connection.exchange("DELETE", session)
    if not response.is_success and response.status_code not in OVER:
        raise item_trouble(response)
