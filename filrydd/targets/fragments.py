"""The fragments of one upload session, in order; after anything but a plain yes the session is asked where to go on.

They go without Authorization: an uploadUrl carries its own token, and refuses another beside it.
"""

import httpx

from filrydd.model.item import Item
from filrydd.targets.connect import Connection
from filrydd.targets.decode import item_of, next_range, object_of
from filrydd.targets.patience import TRIES, is_busy
from filrydd.targets.reading import Reading
from filrydd.targets.refusals import item_trouble
from filrydd.targets.sessions import OVER, cancel
from filrydd.targets.tenant import ItemTrouble
from filrydd.targets.traffic import PASSING, REPEATS, gone

FRAGMENT = 32 * 320 * 1024
"""Bytes: 10 MiB. All but the last must be multiples of 320 KiB under 60 MiB; 5-10 MiB is what Graph recommends, more for
good lines than for bad ones. Fewer fragments are fewer resource units."""
Range = tuple[int, int | None]
"""First and last byte that a session waits for; no last one means to the end."""


class Upload:
    """The way of one content of `size` bytes through one session. `last_sent`: the last fragment went off, whatever came
    back; `refused`: a fragment was answered as if the session were used up, over or unknown."""

    def __init__(self, connection: Connection, session: str, reading: Reading, size: int) -> None:
        self._connection = connection
        self._session = session
        self._reading = reading
        self._size = size
        self.last_sent = False
        self.refused = False

    async def expected(self) -> Range | None:
        """The first range that the session waits for; None when it is over, or ended because it waits for nothing.

        Raises ItemTrouble, TenantGone.
        """
        for attempt in range(1, TRIES + 1):
            response = await self._connection.exchange("GET", self._session)
            if response.status_code in OVER:
                return None
            if not response.is_success:
                raise item_trouble(response)
            if span := next_range(object_of(response.content)):
                return span
            # All is there, and no item was confirmed: SharePoint may be at it right now.
            if attempt < TRIES:
                await self._connection.governor.back_off(attempt)
        await cancel(self._connection, self._session)
        return None

    async def fill(self, start: Range) -> Item | None:
        """Send from `start` on until the item is there; None when the session is over before that.

        Raises ItemTrouble, TenantGone when the connection keeps breaking, and what reading the content raises.
        """
        span: Range | None = start
        failures = busy = 0
        while span:
            first, end = fragment_of(span, self._size)
            response = await self._put(first, end)
            if response is not None and response.status_code in (200, 201):
                return item_of(object_of(response.content))
            if response is not None and response.status_code in OVER:
                self.refused = True
                return None
            failures += 1
            if response is None or response.status_code in PASSING:
                self._give_up_after(failures, response)
                await self._connection.governor.back_off(failures)
                span = await self.expected()
            elif is_busy(response):
                busy += 1
                if busy >= TRIES:
                    raise item_trouble(response)
                await self._connection.governor.back_off(busy)
                span = await self.expected()
            elif response.status_code == 416:
                self._give_up_after(failures, response)
                span = await self.expected()
            elif response.status_code == 202:
                self._give_up_after(failures, response)
                span = next_range(object_of(response.content)) or await self.expected()
            else:
                raise item_trouble(response)
            if span and span[0] > first:
                failures = busy = 0
        return None

    async def _put(self, first: int, end: int) -> httpx.Response | None:
        """The answer to one fragment, while the next one is read; None when the connection broke."""
        data = await self._reading.fragment(first, end)
        self._reading.look_ahead(end, min(end + FRAGMENT, self._size))
        self.last_sent = self.last_sent or end == self._size
        headers = {"Content-Range": f"bytes {first}-{end - 1}/{self._size}"}
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


def fragment_of(span: Range, size: int) -> tuple[int, int]:
    """Where the next fragment begins and ends, of a content of `size` bytes. Raises ItemTrouble (416) for a range that it
    does not have."""
    first, last = span
    end = min(first + FRAGMENT, size, size if last is None else last + 1)
    if first >= end:
        raise ItemTrouble("invalidRange", 416, f"{first}-{'' if last is None else last}/{size}")
    return first, end
