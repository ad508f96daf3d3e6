"""Calls to a share that outlive one broken connection, with a server's words turned into the contract's."""

import struct
from collections.abc import Callable
from typing import TypeVar

from filrydd.errors import SourceGone, SourceRefused
from filrydd.lang import _
from filrydd.model.descriptor import BadDescriptor
from filrydd.model.entry import Reason
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import message, status
from filrydd.sources.smb.link import Dropped, Link, connect
from filrydd.sources.smb.page import BadPage
from filrydd.sources.smb.share import Refused, Share
from filrydd.sources.source import EntryTrouble

T = TypeVar("T")


class Calls:
    """Connects at the first call, and again once in a call whose connection breaks; after that it is SourceGone.

    Of several places behind one DFS name it stays with the one it came to: another may hold another state of the files.
    """

    def __init__(self, address: SmbAddress, credentials: Credentials, seconds: float) -> None:
        self._address = address
        self._place = address
        self.via = ""
        """The address behind a DFS name, once connected; empty when there is no other name."""
        self._credentials = credentials
        self._seconds = seconds
        self._link: Link | None = None
        self._share: Share | None = None

    @property
    def place(self) -> SmbAddress:
        """Where it is connected to; the address as it was given before the first connection."""
        return self._place

    def run(self, path: str, act: Callable[[Share], T]) -> T:
        """What `act` returns. It may be called twice, so what it does must bear that. Raises EntryTrouble for what the
        server says of this entry, SourceGone or SourceRefused for what it says of the whole."""
        try:
            return self._persistently(act)
        except Refused as refused:
            reason = status.reason_of(refused.status)
            if path and reason is Reason.VANISHED:
                self.see_top()
            raise EntryTrouble(path, reason, status.name_of(refused.status)) from refused
        except (BadPage, BadDescriptor, struct.error) as error:
            raise EntryTrouble(path, Reason.FAULT, str(error)) from error

    def see_top(self) -> None:
        """Open the area's top for listing, and no more. Raises SourceGone, SourceRefused."""

        def act(share: Share) -> None:
            share.close_later(share.open([], message.READ_DATA, message.SHARE_ALL, message.DIRECTORY_ONLY))

        try:
            self._persistently(act)
        except Refused as refused:
            raise self.no_top(status.reason_of(refused.status), status.name_of(refused.status)) from refused

    def no_top(self, reason: Reason, detail: str) -> SourceGone | SourceRefused:
        """The error for a top that cannot be opened."""
        if reason is Reason.NO_PERMISSION:
            return SourceRefused(
                _("No permission to read {path}.").format(path=self._address.text),
                next=_("Ask for the right to read the folder, then run this again."),
                details=(detail,),
            )
        return SourceGone(
            _("There is no folder at {path}: {detail}.").format(path=self._address.text, detail=detail),
            next=_("Check the path, then run this again."),
        )

    def on_link(self, act: Callable[[Link], T]) -> T:
        """What `act` returns on the connection itself."""
        return self._persistently(lambda _share: act(self._linked()))

    def is_current(self, share: Share) -> bool:
        """Whether handles of this share are still worth anything."""
        return share is self._share

    def close(self) -> None:
        """Drop the connection. Safe to call twice."""
        link, self._link, self._share = self._link, None, None
        if link is not None:
            link.close()

    def _persistently(self, act: Callable[[Share], T]) -> T:
        try:
            return act(self._connected())
        except Dropped:
            self.close()
        try:
            return act(self._connected())
        except Dropped as error:
            self.close()
            raise SourceGone(
                _("The connection to {server} broke twice: {detail}").format(server=self._place.server, detail=error),
                next=_("Check the network, then run this again. It goes on where it stopped."),
            ) from error

    def _connected(self) -> Share:
        if self._share is None:
            link = self._linked()
            self._share = Share(link, link.top)
        return self._share

    def _linked(self) -> Link:
        if self._link is None:
            self._link = connect(self._place, self._credentials, self._seconds)
            self._place, self.via = self._link.address, self.via or self._link.via
        return self._link
