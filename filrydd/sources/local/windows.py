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
from filrydd.model.entry import READONLY, Kind, Listing, Reason, Seen, Trouble
from filrydd.model.listed import Listed, Snag, ToList
from filrydd.quickxor import QuickXor
from filrydd.sources.address import LocalAddress
from filrydd.sources.local import windows_handle as windows
from filrydd.sources.local import windows_security, windows_streams, windows_walk
from filrydd.sources.local.facts import detail_of, kind_of, reason_for, reason_of, seen_of
from filrydd.sources.local.folder import read_folder
from filrydd.sources.local.reader import LocalReader
from filrydd.sources.place import segments, signed
from filrydd.sources.source import IN_FLIGHT, ChangedSince, EntryTrouble

_PIECE = 1 << 20
_NOT_IN_A_NAME = "/\\\0:"
_NOT_EMPTY = 145  # ERROR_DIR_NOT_EMPTY
_FILE = windows.FOLDERS_TOO | windows.SEQUENTIAL


class WindowsSource:
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

    def share_descriptor(self) -> bytes:
        return b""

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

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        access = windows.GENERIC_READ | windows.DELETE | windows.WRITE_ATTRIBUTES
        with self._trouble_of(path):
            fd = windows.open_descriptor(self._file(path), access, windows.SHARE_NONE, _FILE)
            try:
                found = os.fstat(fd)
                if file_id and file_id != signed(found.st_ino):
                    raise ChangedSince(path, "another file")
                _prove(fd, path, size, hash)
                attributes: int = getattr(found, "st_file_attributes", 0)
                if attributes & READONLY:
                    # 0x80 is FILE_ATTRIBUTE_NORMAL; no bit at all would mean "leave them".
                    windows.set_attributes(fd, attributes & ~READONLY or 0x80)
                windows.delete_on_close(fd)
            finally:
                os.close(fd)

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

    def close(self) -> None:
        """Nothing is held between calls."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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


def _prove(fd: int, path: str, size: int, hash: str) -> None:
    hasher = QuickXor()
    count = 0
    while piece := os.read(fd, _PIECE):
        hasher.update(piece)
        count += len(piece)
    if count != size:
        raise ChangedSince(path, "size")
    if size and hasher.base64() != hash:
        raise ChangedSince(path, "content")
