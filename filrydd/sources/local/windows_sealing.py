"""What a seal asks of a folder or network path of Windows. Permissions are read and sealed through `smb://`."""

import os
from collections.abc import Generator, Iterable
from pathlib import Path

from filrydd.lang import _
from filrydd.model.entry import Kind, Reason, Seen, Trouble
from filrydd.sources.local import windows_handle as windows
from filrydd.sources.local import windows_trying
from filrydd.sources.local.facts import kind_of, reason_for, reason_of
from filrydd.sources.local.windows_area import AS_A_FILE, WindowsArea
from filrydd.sources.source import IN_FLIGHT, Change, EntryTrouble, Usage
from filrydd.sources.told import told


class WindowsSealing(WindowsArea):
    """The contract's Sealable, as far as it goes without permissions."""

    def permission(self, path: str, kind: Kind) -> bytes:
        raise EntryTrouble(
            path, Reason.FAULT, _("Permissions are read and sealed through smb://, not through this path.")
        )

    def sealed(self, former: bytes, kind: Kind) -> bytes:
        raise EntryTrouble(
            "", Reason.FAULT, _("Permissions are read and sealed through smb://, not through this path.")
        )

    def as_listed(self, descriptor: bytes) -> bytes:
        return descriptor

    def permit(self, path: str, kind: Kind, descriptor: bytes) -> None:
        self.permission(path, kind)

    def in_use(self, path: str) -> bool:
        try:
            with self._trouble_of(path):
                os.close(windows.open_descriptor(self._file(path), windows.GENERIC_READ, windows.SHARE_READ, AS_A_FILE))
        except EntryTrouble as trouble:
            if trouble.reason is Reason.IN_USE:
                return True
            raise
        return False

    def permissions(
        self, entries: Iterable[tuple[int, str, Kind]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, bytes | Trouble], None, None]:
        for number, path, kind in entries:
            yield number, told(path, kind, self.permission, path, kind)

    def change(
        self, changes: Iterable[Change], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, bool | Trouble], None, None]:
        for change in changes:
            given = change.path, change.kind, change.wanted
            yield change.number, told(change.path, change.kind, self._changed, *given)

    def usage(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, Usage | Trouble], None, None]:
        for number, path in files:
            yield number, told(path, Kind.FILE, self._used, path)

    def leave(self, path: str, content: bytes) -> Seen:
        # Its permissions could not be set, so it would be writable for whoever may write in the folder.
        raise EntryTrouble(
            path, Reason.FAULT, _("Permissions are read and sealed through smb://, not through this path.")
        )

    def try_to_write(self, path: str, kind: Kind) -> tuple[str, ...]:
        with self._trouble_of(path):
            place = self._way(path)
            found = kind_of(Path(place).lstat())
            if found is not kind:
                raise EntryTrouble(path, reason_for(found), f"not a {kind} but a {found}")
            return windows_trying.try_to_write(place, kind, top=not path)

    def _changed(self, path: str, kind: Kind, descriptor: bytes) -> bool:
        self.permit(path, kind, descriptor)
        return True

    def _used(self, path: str) -> Usage:
        with self._trouble_of(path):
            place = self._file(path)
            try:
                return Usage(False, _links(place, windows.GENERIC_READ, windows.SHARE_READ))
            except OSError as error:
                if reason_of(error) is not Reason.IN_USE:
                    raise
            # Facts can be asked for whatever others share.
            return Usage(True, _links(place, windows.READ_ATTRIBUTES, windows.SHARE_ALL))


def _links(place: str, access: int, share: int) -> int:
    """How many names the file has, told on a handle with this access and sharing. Raises OSError."""
    fd = windows.open_descriptor(place, access, share, AS_A_FILE)
    try:
        return os.fstat(fd).st_nlink
    finally:
        os.close(fd)
