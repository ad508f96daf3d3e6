"""One file into the tenant: by an upload session, so that content and times make one version.

A new file is asked for with `fail` on a name that is taken; a new version with the eTag of the one that it follows. So
nothing is ever replaced but what the sending names.
"""

import asyncio
from collections.abc import Awaitable, Callable

from filrydd.model.item import Item
from filrydd.targets.connect import Connection
from filrydd.targets.empty import send_empty
from filrydd.targets.fragments import Upload, fragment_of
from filrydd.targets.items import set_times
from filrydd.targets.reading import Readers, Reading
from filrydd.targets.recognising import Likeness, in_the_way, likeness
from filrydd.targets.sessions import Sessions, cancel
from filrydd.targets.tenant import ItemTrouble, NameTaken, Sending

__all__ = ["SESSIONS", "Sender", "set_times"]

SESSIONS = 3
"""How many sessions one sending may use up: one that is over, one whose first fragment is refused (SharePoint does that
when an Office file gets a new version), one that works."""
PARTING = 5.0
"""Seconds that a run which is stopped waits for a session that is being opened, so as to end it."""
Opened = Callable[[str], Awaitable[None]]


class Sender:
    """Sends files to one tenant, many at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sessions = Sessions(connection)
        self._readers = Readers()

    async def send(self, sending: Sending, opened: Opened) -> Item:
        """As `Tenant.send` promises."""
        if not sending.content.size:
            return await send_empty(self._connection, sending)
        delivery = _Delivery(self._connection, self._sessions, Reading(self._readers, sending.content), sending, opened)
        try:
            return await delivery.deliver()
        finally:
            await delivery.reading.close()

    def close(self) -> None:
        """Let its threads go. Safe to call twice."""
        self._readers.close()


class _Delivery:
    """One sending on its way. `_session` is the session that is open, empty for none."""

    def __init__(
        self, connection: Connection, sessions: Sessions, reading: Reading, sending: Sending, opened: Opened
    ) -> None:
        self.reading = reading
        self._connection = connection
        self._sessions = sessions
        self._sending = sending
        self._opened = opened
        self._session = sending.session
        # An answer that was lost may have been the last one: then the item is there, with the times that we asked for.
        self._perhaps_done = bool(sending.session)

    async def deliver(self) -> Item:
        """The item. What goes wrong with it ends its session; what goes wrong with the network or the source leaves it open,
        for the next attempt."""
        try:
            return await self._deliver()
        except ItemTrouble:
            await self._give_up()
            raise

    async def _deliver(self) -> Item:
        try:
            if self._session and self._sending.replaces:
                # Only a session opened now is sure to follow the version that the sending names.
                await self._end()
            for _attempt in range(SESSIONS):
                if item := await self._through_one():
                    return item
        except ItemTrouble as trouble:
            return await self._explained(trouble)
        raise ItemTrouble("uploadSessionNotFound", 404)

    async def _explained(self, trouble: ItemTrouble) -> Item:
        """What is there, if it is ours; raises what is to be said about the trouble otherwise."""
        sending = self._sending
        there = await in_the_way(self._connection, sending, trouble)
        if there is None:
            raise trouble
        like = likeness(there, sending, "") if self._perhaps_done else Likeness.FOREIGN
        if like is Likeness.PERHAPS:
            like = likeness(there, sending, await self.reading.hash())
        if like is Likeness.OURS:
            await self._give_up()
            return there
        if like is Likeness.FOREIGN and sending.replaces:
            raise trouble
        raise NameTaken(there, perhaps_ours=like is Likeness.PERHAPS) from trouble

    async def _through_one(self) -> Item | None:
        """The item, by the session that is open or another one; None when that session is over before."""
        resumed, size = bool(self._session), self._sending.content.size
        if not resumed:
            # What cannot be read needs no session.
            await self.reading.fragment(*fragment_of((0, None), size))
            await self._open()
            await self._keep()
        upload = Upload(self._connection, self._session, self.reading, size)
        try:
            start = await upload.expected() if resumed else (0, None)
            item = await upload.fill(start) if start else None
        except ItemTrouble as trouble:
            self._perhaps_done = self._perhaps_done or upload.last_sent
            if not resumed or trouble.status not in (400, 416):
                raise
            # The session waits for a content of another length: the file has changed since.
            await self._end()
            return None
        self._perhaps_done = self._perhaps_done or upload.last_sent
        if upload.refused:
            # Whether it is over for the tenant as a whole nobody says; one that still held the name would refuse the next.
            await self._give_up()
        self._session = ""
        return item

    async def _open(self) -> None:
        opening = asyncio.ensure_future(self._sessions.open(self._sending))
        try:
            self._session = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Somebody stops all of it. The tenant may have opened it by now, and nobody else would ever know its address.
            await asyncio.wait([opening], timeout=PARTING)
            if opening.done() and not opening.cancelled() and opening.exception() is None:
                self._session = opening.result()
                await self._give_up()
            opening.cancel()
            raise

    async def _keep(self) -> None:
        try:
            await self._opened(self._session)
        except Exception:
            # Nobody else will ever know its address.
            await self._give_up()
            raise

    async def _end(self) -> None:
        session, self._session = self._session, ""
        if session:
            await cancel(self._connection, session)

    async def _give_up(self) -> None:
        """End the session, if there is one: nothing of ours that is open stays behind."""
        try:
            await self._end()
        except ItemTrouble:
            # It ends by itself, then; what we gave it up for is what is told.
            return
