"""A folder or network path of Windows, through Windows itself. It cannot be run on other systems, nor tested there."""

import contextlib
import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from filrydd.errors import SourceGone, SourceRefused
from filrydd.lang import _
from filrydd.model.descriptor import BadDescriptor, parse, sid_to_text
from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.listed import Listed, Snag, ToList
from filrydd.sources.address import LocalAddress
from filrydd.sources.local import windows_handle as windows
from filrydd.sources.local import windows_retire, windows_security, windows_streams, windows_trying, windows_walk
from filrydd.sources.local.facts import detail_of, kind_of, reason_for, reason_of, seen_of
from filrydd.sources.local.folder import read_folder
from filrydd.sources.local.no_server import NoServer
from filrydd.sources.local.reader import LocalReader
from filrydd.sources.place import segments
from filrydd.sources.source import IN_FLIGHT, Change, EntryTrouble, Usage
from filrydd.sources.told import told

_NOT_IN_A_NAME = "/\\\0:"
_NOT_EMPTY = 145  # ERROR_DIR_NOT_EMPTY
_FILE = windows.FOLDERS_TOO | windows.SEQUENTIAL


class WindowsSource(NoServer):
    """The contract's Source on a Windows path. It neither reads nor sets permissions: sealing goes through `smb://`."""

    def __init__(self, address: LocalAddress) -> None:
        self.address = address.text
        self.via = ""
        self.remarks: list[str] = []
        self._place = address
        self._top = windows.extended(address.path)

    def again(self) -> "WindowsSource":
        return WindowsSource(self._place)

    def top(self) -> Seen:
        try:
            found = Path(self._top).stat()
            with os.scandir(self._top):
                return seen_of(Path(self.address).name or self.address, found)
        except OSError as error:
            raise self._no_source(error) from error

    def list(self, path: str) -> Listing:
        try:
            with self._trouble_of(path):
                return read_folder(path, self._way(path))
        except EntryTrouble as trouble:
            if not path:
                raise self._no_source(PermissionError(trouble.detail)) from trouble
            return Listing(path, (), (Trouble(path, Kind.FOLDER, trouble.reason, trouble.detail),))

    def walk(self, todo: Sequence[ToList], next_key: int, most: int = IN_FLIGHT) -> Generator[Listed, None, None]:
        return windows_walk.walk(todo, next_key, self._way, _below, _descriptor, self._see_top)

    def owners(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, str | Reason], None, None]:
        for number, path in files:
            try:
                with self._trouble_of(path):
                    told = windows_security.read_descriptor(self._way(path), windows_security.OWNER)
                owner = parse(told).owner
            except EntryTrouble as trouble:
                yield number, trouble.reason
            except BadDescriptor:
                yield number, Reason.FAULT
            else:
                yield number, sid_to_text(owner) if owner else Reason.FAULT

    def identity(self) -> str:
        # Numbers of devices are given anew at every start of the machine.
        return ""

    def look(self, path: str) -> Seen:
        with self._trouble_of(path):
            name = segments(path)[-1] if path else Path(self.address).name
            return seen_of(name, Path(self._way(path)).lstat())

    def open(self, path: str) -> LocalReader:
        with self._trouble_of(path):
            place = self._file(path)
            return LocalReader(
                path, segments(path)[-1], windows.open_descriptor(place, windows.GENERIC_READ, windows.SHARE_ALL, _FILE)
            )

    def streams(self, path: str) -> tuple[str, ...]:
        with self._trouble_of(path):
            return windows_streams.read_streams(self._file(path))

    def permission(self, path: str, kind: Kind) -> bytes:
        raise EntryTrouble(
            path, Reason.FAULT, _("Permissions are read and sealed through smb://, not through this path.")
        )

    def sealed(self, former: bytes, kind: Kind) -> bytes:
        raise EntryTrouble(
            "", Reason.FAULT, _("Permissions are read and sealed through smb://, not through this path.")
        )

    def permit(self, path: str, kind: Kind, descriptor: bytes) -> None:
        self.permission(path, kind)

    def in_use(self, path: str) -> bool:
        try:
            with self._trouble_of(path):
                os.close(windows.open_descriptor(self._file(path), windows.GENERIC_READ, windows.SHARE_READ, _FILE))
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

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        with self._trouble_of(path):
            windows_retire.retire(self._file(path), path, size=size, hash=hash, file_id=file_id)

    def retire_folder(self, path: str) -> bool:
        if not path:
            raise EntryTrouble(path, Reason.FAULT, "the top of an area stays")
        with self._trouble_of(path):
            place = self._way(path)
            if kind_of(Path(place).lstat()) is not Kind.FOLDER:
                raise EntryTrouble(path, Reason.LINK, "not a folder any more")
            try:
                Path(place).rmdir()
            except OSError as error:
                if getattr(error, "winerror", None) == _NOT_EMPTY:
                    return False
                raise
            return True

    def set_aside(self, path: str, place: str, *, size: int, hash: str, file_id: int) -> None:
        with self._trouble_of(path):
            aside = self._way(place)
            windows_retire.set_aside(self._file(path), aside, path, size=size, hash=hash, file_id=file_id)

    def bring_back(self, place: str, path: str, *, file_id: int) -> None:
        with self._trouble_of(path):
            windows_retire.bring_back(self._file(place), self._way(path), path, file_id=file_id)

    def make_private(self, path: str) -> Seen:
        with self._trouble_of(path):
            windows_retire.make_private(self._way(path), path)
        return self.look(path)

    def is_private(self, path: str) -> bool:
        with self._trouble_of(path):
            return windows_retire.is_private(self._way(path))

    def still_there(self, path: str, file_id: int) -> bool:
        try:
            with self._trouble_of(path):
                return windows_retire.is_it(self._file(path), file_id)
        except EntryTrouble as trouble:
            if trouble.reason is not Reason.VANISHED:
                raise
            return False

    def close(self) -> None:
        """Nothing is held between calls."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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

    def _see_top(self, failed: Snag | None) -> None:
        """Raise if the top is no longer there, or could not be listed for what the snag says."""
        self.top()
        if failed is not None:
            raise self._no_source(PermissionError(failed.detail))

    def _way(self, path: str) -> str:
        """The extended path of an entry, when no link lies on the way to it."""
        place = self._top
        names = segments(path, _NOT_IN_A_NAME)
        for index, name in enumerate(names):
            place = _joined(place, name)
            if index < len(names) - 1 and kind_of(Path(place).lstat()) is Kind.LINK:
                raise EntryTrouble(path, Reason.LINK, "a link lies on the way")
        return place

    def _file(self, path: str) -> str:
        place = self._way(path)
        kind = kind_of(Path(place).lstat())
        if kind is not Kind.FILE:
            raise EntryTrouble(path, reason_for(kind), f"not a file but a {kind}")
        return place

    @contextlib.contextmanager
    def _trouble_of(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = reason_of(error)
            if reason in (Reason.VANISHED, Reason.FAULT):
                self.top()
            raise EntryTrouble(path, reason, detail_of(error)) from error

    def _no_source(self, error: OSError) -> SourceGone | SourceRefused:
        if isinstance(error, PermissionError):
            return SourceRefused(
                _("No permission to read {path}.").format(path=self.address),
                next=_("Ask for the right to read the folder, then run this again."),
            )
        return SourceGone(
            _("There is no folder at {path}: {detail}.").format(path=self.address, detail=detail_of(error)),
            next=_("Check the path and that the server answers, then run this again."),
        )


def _joined(place: str, name: str) -> str:
    return f"{place.rstrip(chr(92))}\\{name}"


def _below(place: str, name: str) -> str:
    return _joined(place, *segments(name, _NOT_IN_A_NAME))


def _descriptor(place: str) -> bytes:
    """Owner, group and access list; empty when this user may not read them."""
    try:
        return windows_security.read_descriptor(place, windows_security.OWNER_GROUP_DACL)
    except OSError:
        return b""


def _links(place: str, access: int, share: int) -> int:
    """How many names the file has, told on a handle with this access and sharing. Raises OSError."""
    fd = windows.open_descriptor(place, access, share, _FILE)
    try:
        return os.fstat(fd).st_nlink
    finally:
        os.close(fd)
