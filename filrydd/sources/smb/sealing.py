"""What makes a folder of a share, or the share itself, read-only, and asks its server who writes there."""

from collections.abc import Generator, Iterable

from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Reason, Seen, Trouble
from filrydd.sources.place import segments
from filrydd.sources.smb import connected as smb_connected
from filrydd.sources.smb import leaving as smb_leaving
from filrydd.sources.smb import open_files as smb_open_files
from filrydd.sources.smb import seal_list, share_seal
from filrydd.sources.smb import trying as smb_trying
from filrydd.sources.smb.area import SmbArea
from filrydd.sources.smb.change_job import change_jobs
from filrydd.sources.smb.folder import NOT_IN_A_NAME
from filrydd.sources.smb.permission_job import permission_jobs
from filrydd.sources.smb.usage_job import usage_jobs
from filrydd.sources.source import IN_FLIGHT, Change, Connected, EntryTrouble, OpenFile, Usage


class SmbSealing(SmbArea):
    """The contract's Sealable. `sealed` asks the server once for the operator's own security identifier. Of permissions only
    the access list is set; owner and group stay."""

    def permission(self, path: str, kind: Kind) -> bytes:
        return self._one.permission(path, kind)

    def sealed(self, former: bytes, kind: Kind) -> bytes:
        operator = self._operator_sid()
        try:
            sealed = seal_list.sealed(security.parse(former), operator, folder=kind is Kind.FOLDER)
            return security.build(sealed)
        except security.BadDescriptor as error:
            raise EntryTrouble("", Reason.FAULT, str(error)) from error

    def as_listed(self, descriptor: bytes) -> bytes:
        return descriptor

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
