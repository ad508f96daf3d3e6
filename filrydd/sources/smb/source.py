"""A folder of a share, straight over SMB 2 and 3: the same on every system."""

from collections.abc import Generator, Iterable, Sequence
from types import TracebackType
from typing import Self

from smbprotocol.exceptions import SMBResponseException

from filrydd.errors import SourceRefused
from filrydd.lang import _
from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.listed import Listed, ToList
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.local.facts import reason_for
from filrydd.sources.place import segments
from filrydd.sources.smb import message, seal_list, status
from filrydd.sources.smb import operator as smb_operator
from filrydd.sources.smb import retire as smb_retire
from filrydd.sources.smb import srvsvc as smb_srvsvc
from filrydd.sources.smb import streams as smb_streams
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.flight import Flight
from filrydd.sources.smb.folder import NOT_IN_A_NAME, FolderIds, read_folder
from filrydd.sources.smb.identity import identity
from filrydd.sources.smb.lanes import Lanes
from filrydd.sources.smb.owners import Owners
from filrydd.sources.smb.permission import descriptor_of, same_access
from filrydd.sources.smb.plain_walk import plain_owners, plain_walk
from filrydd.sources.smb.reader import SmbReader, seen_of
from filrydd.sources.smb.share import Opened, Refused, Share
from filrydd.sources.smb.volume import same_folder
from filrydd.sources.smb.walker import Walk
from filrydd.sources.source import IN_FLIGHT, EntryTrouble


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
        owners = Owners(files)
        yield from owners.run(Flight(self._lanes, first, owners, most), self._calls.see_top)

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
            opened = self._of_kind(share, path, names, Kind.FILE, message.READ_ATTRIBUTES)
            try:
                return smb_streams.streams(share, opened)
            finally:
                share.close_later(opened)

        return self._calls.run(path, act)

    def permission(self, path: str, kind: Kind) -> bytes:
        names = segments(path, NOT_IN_A_NAME)

        def act(share: Share) -> bytes:
            opened = self._of_kind(share, path, names, kind, message.READ_CONTROL)
            try:
                # Put together anew, so that the same permissions are the same bytes however a server lays them out.
                return security.build(descriptor_of(share, opened))
            finally:
                share.close_later(opened)

        return self._calls.run(path, act)

    def sealed(self, former: bytes, kind: Kind) -> bytes:
        before = security.parse(former)
        return security.build(seal_list.sealed(before, self._operator_sid(), folder=kind is Kind.FOLDER))

    def permit(self, path: str, kind: Kind, descriptor: bytes) -> None:
        names = segments(path, NOT_IN_A_NAME)
        wanted = security.parse(descriptor)
        # Without the request a server forgets that entries were inherited ([MS-DTYP] 2.4.6, DR and DI).
        asked = security.DACL_AUTO_INHERIT_REQUIRED if wanted.control & security.DACL_AUTO_INHERITED else 0
        value = security.build(
            security.Descriptor(wanted.control | asked, b"", b"", wanted.dacl, wanted.revision),
        )

        def act(share: Share) -> None:
            opened = self._of_kind(share, path, names, kind, message.READ_CONTROL | message.WRITE_DAC)
            try:
                share.set(opened, message.OF_SECURITY, 0, value, message.DACL)
                if not same_access(descriptor_of(share, opened), wanted):
                    raise EntryTrouble(path, Reason.FAULT, "the server keeps another access list than it was given")
            finally:
                share.close_later(opened)

        self._calls.run(path, act)

    def in_use(self, path: str) -> bool:
        names = segments(path, NOT_IN_A_NAME)

        def act(share: Share) -> None:
            # Not shared for writing: the server refuses it while somebody who may write has the file open.
            share.close_later(self._of_kind(share, path, names, Kind.FILE, message.READ_DATA, message.SHARE_READ))

        try:
            self._calls.run(path, act)
        except EntryTrouble as trouble:
            if trouble.reason is Reason.IN_USE:
                return True
            raise
        return False

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        names = segments(path, NOT_IN_A_NAME)
        self._calls.run(
            path, lambda share: smb_retire.retire(share, names, path, size=size, hash=hash, file_id=file_id)
        )

    def retire_folder(self, path: str) -> bool:
        names = segments(path, NOT_IN_A_NAME)
        if not names:
            raise EntryTrouble(path, Reason.FAULT, "the top of an area stays")

        def act(share: Share) -> bool:
            access = message.DELETE | message.WRITE_ATTRIBUTES
            opened = self._of_kind(share, path, names, Kind.FOLDER, access)
            try:
                smb_retire.delete(share, opened)
            except Refused as refused:
                if refused.status == status.DIRECTORY_NOT_EMPTY:
                    return False
                raise
            smb_retire.see_it_gone(share, names, path, opened.file_id)
            return True

        return self._calls.run(path, act)

    def close(self) -> None:
        self._calls.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _of_kind(
        self, share: Share, path: str, names: Sequence[str], kind: Kind, access: int, sharing: int = message.SHARE_ALL
    ) -> Opened:
        opened = share.open(names, access, sharing)
        if opened.kind is not kind:
            share.close_later(opened)
            raise EntryTrouble(path, reason_for(opened.kind), f"not a {kind} but a {opened.kind}")
        return opened

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
