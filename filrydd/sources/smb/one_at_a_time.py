"""Permissions and usage of entries of a share, one question at a time."""

import struct
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TypeVar

from filrydd.model.entry import Kind, Reason, Trouble
from filrydd.sources.local.facts import reason_for
from filrydd.sources.place import segments
from filrydd.sources.smb import message, permission
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.folder import NOT_IN_A_NAME
from filrydd.sources.smb.share import Opened, Share
from filrydd.sources.source import Change, EntryTrouble, Usage
from filrydd.sources.told import told

T = TypeVar("T")

STANDARD_SIZE = 24
# FileStandardInformation ([MS-FSCC] 2.4.47): two sizes, the number of links, whether a delete is pending.
_STANDARD = struct.Struct("<16xI?3x")


class OneAtATime:
    """What `SmbSource` asks about one entry; the ways of asking about many are for when the library's insides are not as
    they are known. What asks about one entry raises EntryTrouble; all raise SourceGone and SourceRefused."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def permission(self, path: str, kind: Kind) -> bytes:
        """`Source.permission`."""

        def act(share: Share, opened: Opened) -> bytes:
            return permission.put_together(permission.descriptor_of(share, opened))

        return self._on(path, kind, message.READ_CONTROL, act)

    def permit(self, path: str, kind: Kind, descriptor: bytes) -> None:
        """`Source.permit`. Raises BadDescriptor."""
        permission.value(descriptor)
        access = message.READ_CONTROL | message.WRITE_DAC
        self._on(path, kind, access, lambda share, opened: permission.put(share, opened, path, descriptor))

    def changed(self, change: Change) -> bool:
        """`Source.change` of one entry. Raises BadDescriptor."""
        path, wanted, known = change.path, change.wanted, change.known
        permission.value(wanted)
        access = message.READ_CONTROL | message.WRITE_DAC
        return self._on(
            path, change.kind, access, lambda share, opened: permission.change(share, opened, path, wanted, known)
        )

    def in_use(self, path: str) -> bool:
        """`Source.in_use`."""
        try:
            # Not shared for writing: the server refuses it while somebody who may write has the file open.
            self._on(path, Kind.FILE, message.READ_DATA, lambda _share, _opened: None, message.SHARE_READ)
        except EntryTrouble as trouble:
            if trouble.reason is not Reason.IN_USE:
                raise
            return True
        return False

    def used(self, path: str) -> Usage:
        """`Source.usage` of one file."""

        def links(share: Share, opened: Opened) -> int:
            count = links_of(share.query(opened, message.OF_FILE, message.STANDARD, STANDARD_SIZE))
            if count < 0:
                raise EntryTrouble(path, Reason.VANISHED, "it is being deleted")
            return count

        try:
            return Usage(False, self._on(path, Kind.FILE, message.READ_DATA, links, message.SHARE_READ))
        except EntryTrouble as trouble:
            if trouble.reason is not Reason.IN_USE:
                raise
        return Usage(True, self._on(path, Kind.FILE, message.READ_ATTRIBUTES, links))

    def permissions(
        self, entries: Iterable[tuple[int, str, Kind]]
    ) -> Generator[tuple[int, bytes | Trouble], None, None]:
        """`Source.permissions`."""
        for number, path, kind in entries:
            yield number, told(path, kind, self.permission, path, kind)

    def change(self, changes: Iterable[Change]) -> Generator[tuple[int, bool | Trouble], None, None]:
        """`Source.change`."""
        for change in changes:
            yield change.number, told(change.path, change.kind, self.changed, change)

    def usage(self, files: Iterable[tuple[int, str]]) -> Generator[tuple[int, Usage | Trouble], None, None]:
        """`Source.usage`."""
        for number, path in files:
            yield number, told(path, Kind.FILE, self.used, path)

    def _on(
        self,
        path: str,
        kind: Kind,
        access: int,
        act: Callable[[Share, Opened], T],
        sharing: int = message.SHARE_ALL,
    ) -> T:
        names = segments(path, NOT_IN_A_NAME)

        def opened_for(share: Share) -> T:
            opened = open_kind(share, path, names, kind, access, sharing)
            try:
                return act(share, opened)
            finally:
                share.close_later(opened)

        return self._calls.run(path, opened_for)


def open_kind(
    share: Share, path: str, names: Sequence[str], kind: Kind, access: int, sharing: int = message.SHARE_ALL
) -> Opened:
    """Open an entry of that kind, whatever lies there. Raises EntryTrouble for another kind, Refused, Dropped."""
    opened = share.open(names, access, sharing)
    if opened.kind is not kind:
        share.close_later(opened)
        raise EntryTrouble(path, *no_such_kind(kind, opened.kind))
    return opened


def no_such_kind(wanted: Kind, found: Kind) -> tuple[Reason, str]:
    """The trouble with an entry of another kind than it is said to be."""
    return reason_for(found), f"not a {wanted} but a {found}"


def links_of(standard: bytes | bytearray) -> int:
    """The number of names in FileStandardInformation; -1 when the file is being deleted. Raises struct.error when it is
    cut short."""
    count, deleting = _STANDARD.unpack_from(standard)
    return -1 if deleting else int(count)
