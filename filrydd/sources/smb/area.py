"""A folder of a share that we are signed in to: the connection, and who we are there."""

from collections.abc import Generator, Iterable
from types import TracebackType
from typing import Any, Self

from smbprotocol.exceptions import SMBResponseException

from filrydd.errors import SourceRefused
from filrydd.lang import _
from filrydd.model import descriptor as security
from filrydd.model.entry import Reason, Seen, Trouble
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.place import segments
from filrydd.sources.smb import message
from filrydd.sources.smb import operator as smb_operator
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.flight import Flight
from filrydd.sources.smb.folder import NOT_IN_A_NAME, FolderIds
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.lanes import Lanes
from filrydd.sources.smb.one_at_a_time import OneAtATime
from filrydd.sources.smb.questions import Q, Questions
from filrydd.sources.smb.reader import seen_of
from filrydd.sources.smb.retiring import Retiring
from filrydd.sources.smb.share import Opened, Share


class SmbArea:
    """One connection of its own, signed, no wait longer than `seconds`."""

    def __init__(self, address: SmbAddress, credentials: Credentials, seconds: float = 30.0) -> None:
        self.address = address.text
        self.via = ""
        self.remarks: list[str] = []
        self._name = address.path.rpartition("/")[2] or address.share
        self._credentials = credentials
        self._seconds = seconds
        self._calls = Calls(address, credentials, seconds)
        self._lanes = Lanes(credentials, seconds, self._calls, self.remarks)
        self._one = OneAtATime(self._calls)
        self._retiring = Retiring(self._calls, self._operator_sid)
        self._ids = FolderIds(lambda path: self.look(path).file_id)
        self._operator = b""

    def look(self, path: str) -> Seen:
        names = segments(path, NOT_IN_A_NAME)

        def act(share: Share) -> Opened:
            opened = share.open(names, message.READ_ATTRIBUTES, message.SHARE_ALL)
            share.close_later(opened)
            return opened

        return seen_of(path.rpartition("/")[2] or self._name, self._calls.run(path, act))

    def close(self) -> None:
        self._calls.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _asked(
        self, first: Lane[Any], jobs: Iterable[tuple[int, Q | Trouble | Reason]], most: int
    ) -> Generator[tuple[int, Any], None, None]:
        questions = Questions(jobs)
        yield from questions.run(Flight(self._lanes, first, questions, most), self._calls.see_top)

    def _operator_sid(self) -> bytes:
        if not self._operator:
            if self._credentials.sid:
                self._operator = security.sid_from_text(self._credentials.sid)
            else:
                self._operator = self._asked_sid()
        return self._operator

    def _asked_sid(self) -> bytes:
        try:
            return self._calls.on_link(lambda link: smb_operator.operator(link.ipc()))
        except (SMBResponseException, smb_operator.NotTold) as error:
            raise SourceRefused(
                _("The server does not tell the security identifier of {user}.").format(user=self._credentials.account),
                next=_("Set FILRYDD_SMB_SID to it. On Windows, the command whoami /user shows it."),
                details=(str(error),),
            ) from error
