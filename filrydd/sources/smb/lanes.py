"""Lanes to an area: the first one tested, others like it, and what the person is told when there can be none."""

from typing import Any

from filrydd.errors import SourceGone
from filrydd.lang import _
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import status
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.link import Dropped, Link, connect
from filrydd.sources.smb.share import Refused
from filrydd.sources.smb.takeover import NotUsable, take_over, tested


class Lanes:
    """How to get a lane. `remarks` is the source's own list of sentences."""

    def __init__(self, credentials: Credentials, seconds: float, calls: Calls, remarks: list[str]) -> None:
        self.seconds = seconds
        self.remarks = remarks
        self._credentials = credentials
        self._calls = calls
        self._place: SmbAddress | None = None

    @property
    def server(self) -> str:
        """The server's name, for messages."""
        return self._place.server if self._place else ""

    def first(self) -> Lane[Any] | None:
        """A lane that was tested against the library's own way, or None, with a remark, when that way is to be taken.
        Raises SourceGone, SourceRefused."""
        try:
            return self._tested()
        except Dropped:
            pass  # once is a connection that broke; the second time says what of
        try:
            return self._tested()
        except Dropped as error:
            raise SourceGone(
                _("The connection to {server} broke twice: {detail}").format(server=self.server, detail=error),
                next=_("Check the network, then run this again. It goes on where it stopped."),
            ) from error

    def another(self) -> Lane[Any]:
        """A further lane. Raises Dropped, SourceGone, SourceRefused."""
        link = self._connect()
        try:
            return take_over(link, self.seconds)
        except (Dropped, NotUsable) as error:
            link.close()
            raise Dropped(str(error)) from error

    def _tested(self) -> Lane[Any] | None:
        try:
            return tested(self._connect, self.seconds)
        except NotUsable as error:
            self.remarks.append(
                _("The fast way of listing cannot be used here, so the slower one is taken: {detail}").format(
                    detail=error
                )
            )
            return None
        except Refused as refused:
            raise self._calls.no_top(status.reason_of(refused.status), status.name_of(refused.status)) from refused

    def _connect(self) -> Link:
        if self._place is None:
            # Where the calls went, of all places that a DFS name may stand for.
            self._place = self._calls.on_link(lambda link: link.address)
        return connect(self._place, self._credentials, self.seconds)
