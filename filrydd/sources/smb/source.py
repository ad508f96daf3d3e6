"""A folder of a share, straight over SMB 2 and 3: the same on every system."""

from collections.abc import Generator, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from smbprotocol.exceptions import SMBResponseException

from filrydd.errors import SourceRefused
from filrydd.lang import _
from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.listed import Listed, ToList
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.place import segments
from filrydd.sources.smb import connected as smb_connected
from filrydd.sources.smb import leaving as smb_leaving
from filrydd.sources.smb import message, seal_list, share_seal
from filrydd.sources.smb import open_files as smb_open_files
from filrydd.sources.smb import operator as smb_operator
from filrydd.sources.smb import srvsvc as smb_srvsvc
from filrydd.sources.smb import streams as smb_streams
from filrydd.sources.smb import trying as smb_trying
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.change_job import change_jobs
from filrydd.sources.smb.flight import Flight
from filrydd.sources.smb.folder import NOT_IN_A_NAME, FolderIds, read_folder
from filrydd.sources.smb.identity import identity
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.lanes import Lanes
from filrydd.sources.smb.one_at_a_time import OneAtATime, open_kind
from filrydd.sources.smb.owners import owner_jobs
from filrydd.sources.smb.permission_job import permission_jobs
from filrydd.sources.smb.plain_walk import plain_owners, plain_walk
from filrydd.sources.smb.questions import Q, Questions
from filrydd.sources.smb.reader import SmbReader, seen_of
from filrydd.sources.smb.retiring import Retiring
from filrydd.sources.smb.share import Opened, Share
from filrydd.sources.smb.usage_job import usage_jobs
from filrydd.sources.smb.volume import same_folder
from filrydd.sources.smb.walker import Walk
from filrydd.sources.source import IN_FLIGHT, Change, Connected, EntryTrouble, OpenFile, Usage


class SmbSource:
    """The contract's Source on a share: one connection of its own, signed, no wait longer than `seconds`.

    `sealed` asks the server once for the operator's own security identifier. Of permissions only the access list is set;
    owner and group stay. A listing does not tell which files this user may not read; opening one does.
    """

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

    def again(self) -> "SmbSource":
        # Behind a DFS name may be several places; another one may hold another state of the files.
        other = SmbSource(self._calls.place, self._credentials, self._seconds)
        other.address = self.address
        return other

    def top(self) -> Seen:
        self._calls.see_top()
        self.via = self._calls.via
        return self.look("")

    def list(self, path: str) -> Listing:
        try:
            names = segments(path, NOT_IN_A_NAME)
            above = self._ids.above(path)
            opened, pages = self._calls.run(path, lambda share: share.pages(names))
            if opened.kind is Kind.LINK:
                raise EntryTrouble(path, Reason.LINK, f"reparse tag 0x{opened.tag:08X}")
            if opened.file_id in above:
                raise EntryTrouble(path, Reason.LOOP)
            self._ids.remember(path, opened.file_id)
            return self._calls.run(path, lambda _share: read_folder(path, pages, (above | {opened.file_id}) - {0}))
        except EntryTrouble as trouble:
            if not path:
                raise self._calls.no_top(trouble.reason, trouble.detail) from trouble
            return Listing(path, (), (Trouble(path, Kind.FOLDER, trouble.reason, trouble.detail),))

    def walk(self, todo: Sequence[ToList], next_key: int, most: int = IN_FLIGHT) -> Generator[Listed, None, None]:
        first = self._lanes.first()
        if first is None:
            yield from plain_walk(todo, next_key, self.list, lambda path: self.permission(path, Kind.FOLDER))
            return
        walk = Walk(
            todo,
            next_key,
            is_same=lambda one, other: same_folder(self._calls, one, other),
            kind_now=lambda path: self.look(path).kind,
            see_top=self._calls.see_top,
            no_top=self._calls.no_top,
        )
        yield from walk.run(Flight(self._lanes, first, walk, most))

    def owners(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, str | Reason], None, None]:
        first = self._lanes.first()
        if first is None:
            yield from plain_owners(files, lambda path: self.permission(path, Kind.FILE))
            return
        yield from self._asked(first, owner_jobs(files), most)

    def share_descriptor(self) -> bytes:
        return smb_srvsvc.share_descriptor(self._calls)

    def identity(self) -> str:
        return identity(self._calls)

    def look(self, path: str) -> Seen:
        names = segments(path, NOT_IN_A_NAME)

        def act(share: Share) -> Opened:
            opened = share.open(names, message.READ_ATTRIBUTES, message.SHARE_ALL)
            share.close_later(opened)
            return opened

        return seen_of(path.rpartition("/")[2] or self._name, self._calls.run(path, act))

    def open(self, path: str) -> SmbReader:
        return SmbReader(self._calls, path)

    def streams(self, path: str) -> tuple[str, ...]:
        names = segments(path, NOT_IN_A_NAME)

        def act(share: Share) -> tuple[str, ...]:
            opened = open_kind(share, path, names, Kind.FILE, message.READ_ATTRIBUTES)
            try:
                return smb_streams.streams(share, opened)
            finally:
                share.close_later(opened)

        return self._calls.run(path, act)

    def permission(self, path: str, kind: Kind) -> bytes:
        return self._one.permission(path, kind)

    def sealed(self, former: bytes, kind: Kind) -> bytes:
        before = security.parse(former)
        return security.build(seal_list.sealed(before, self._operator_sid(), folder=kind is Kind.FOLDER))

    def permit(self, path: str, kind: Kind, descriptor: bytes) -> None:
        self._one.permit(path, kind, descriptor)

    def in_use(self, path: str) -> bool:
        return self._one.in_use(path)

    def permissions(
        self, entries: Iterable[tuple[int, str, Kind]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, bytes | Trouble], None, None]:
        first = self._lanes.first()
        if first is None:
            yield from self._one.permissions(entries)
        else:
            yield from self._asked(first, permission_jobs(entries), most)

    def change(
        self, changes: Iterable[Change], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, bool | Trouble], None, None]:
        first = self._lanes.first()
        if first is None:
            yield from self._one.change(changes)
        else:
            yield from self._asked(first, change_jobs(changes), most)

    def usage(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, Usage | Trouble], None, None]:
        first = self._lanes.first()
        if first is None:
            yield from self._one.usage(files)
        else:
            yield from self._asked(first, usage_jobs(files), most)

    def open_files(self) -> tuple[OpenFile, ...] | None:
        return smb_open_files.open_files(self._calls, self._credentials.user)

    def close_open(self, number: int) -> None:
        smb_open_files.close_open(self._calls, self._credentials.user, number)

    def connected(self) -> tuple[Connected, ...] | None:
        return smb_connected.connected(self._calls, self._credentials.user)

    def disconnect(self, one: Connected) -> None:
        smb_connected.disconnect(self._calls, self._credentials.user, one)

    def is_whole_share(self) -> bool:
        return self._calls.on_link(lambda link: not link.top)

    def share_sealed(self, former: bytes) -> bytes:
        return share_seal.sealed(former, self._operator_sid())

    def share_permit(self, descriptor: bytes) -> None:
        share_seal.permit(self._calls, descriptor)

    def leave(self, path: str, content: bytes) -> Seen:
        names, operator = segments(path, NOT_IN_A_NAME), self._operator_sid()
        if not names:
            raise EntryTrouble(path, Reason.FAULT, "the top of an area is no file")
        file_id = self._calls.run(path, lambda share: smb_leaving.leave(share, names, path, content, operator))
        seen = self.look(path)
        if (seen.file_id, seen.size) != (file_id, len(content)):
            raise EntryTrouble(path, Reason.FAULT, "another file than the one that was left there")
        return seen

    def try_to_write(self, path: str, kind: Kind) -> tuple[str, ...]:
        names = segments(path, NOT_IN_A_NAME)
        return self._calls.run(path, lambda share: smb_trying.try_to_write(share, names, path, kind))

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        self._retiring.retire(path, size=size, hash=hash, file_id=file_id)

    def retire_folder(self, path: str) -> bool:
        return self._retiring.retire_folder(path)

    def set_aside(self, path: str, place: str, *, size: int, hash: str, file_id: int) -> None:
        self._retiring.set_aside(path, place, size=size, hash=hash, file_id=file_id)

    def bring_back(self, place: str, path: str, *, file_id: int) -> None:
        self._retiring.bring_back(place, path, file_id=file_id)

    def make_private(self, path: str) -> Seen:
        return seen_of(path.rpartition("/")[2], self._retiring.make_private(path))

    def is_private(self, path: str) -> bool:
        return self._retiring.is_private(path)

    def still_there(self, path: str, file_id: int) -> bool:
        return self._retiring.still_there(path, file_id)

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
