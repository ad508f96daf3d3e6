"""A folder of this machine on Linux (and other POSIX systems)."""

import contextlib
import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from filrydd.errors import SourceGone, SourceRefused
from filrydd.lang import _
from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.listed import Listed, Snag, ToList
from filrydd.sources.address import LocalAddress
from filrydd.sources.going import going_name
from filrydd.sources.local import bulk, lease, setting_aside, trying
from filrydd.sources.local import leaving as local_leaving
from filrydd.sources.local import owners as local_owners
from filrydd.sources.local import permission as permissions
from filrydd.sources.local import retire as local_retire
from filrydd.sources.local import walker as local_walker
from filrydd.sources.local.facts import detail_of, kind_of, reason_for, reason_of, seen_of
from filrydd.sources.local.folder import read_folder
from filrydd.sources.local.no_server import NoServer
from filrydd.sources.local.reader import LocalReader
from filrydd.sources.local.walk import (
    Identity,
    folder_below,
    identity,
    open_place,
    open_to_read,
    open_top,
)
from filrydd.sources.place import segments, signed
from filrydd.sources.source import IN_FLIGHT, Change, EntryTrouble, Usage
from filrydd.sources.told import CHANGED, told


class PosixSource(NoServer):
    """The contract's Source on a local folder.

    The top is held open from the first call to the last, so a file system that is unmounted under the run does not look
    like an empty folder. `in_use` and `retire` ask the kernel for a lease where it grants one.
    """

    def __init__(self, address: LocalAddress) -> None:
        self.address = address.text
        self.via = ""
        self.remarks: list[str] = []
        self._place = address
        self._path = address.path
        self._top = -1

    def again(self) -> "PosixSource":
        return PosixSource(self._place)

    def top(self) -> Seen:
        name = Path(self._path).name
        try:
            os.close(open_to_read(self._top_folder(), ".", directory=True))
            self._still_there()
            return seen_of(name, os.fstat(self._top))
        except OSError as error:
            raise self._no_source(error) from error

    def list(self, path: str) -> Listing:
        passed: list[Identity] = []
        try:
            with self._trouble_of(path), folder_below(self._top_folder(), segments(path), passed) as place:
                if passed[-1] in passed[:-1]:
                    return Listing(path, (), (Trouble(path, Kind.FOLDER, Reason.LOOP),))
                if not path:
                    # A deleted folder that is still held open lists as empty.
                    self._still_there()
                fd = open_to_read(place, ".", directory=True)
                try:
                    return read_folder(path, fd, passed=frozenset(passed), ask_access=os.geteuid() != 0)
                finally:
                    os.close(fd)
        except EntryTrouble as trouble:
            if not path:
                raise self._not_listable(trouble.detail) from trouble
            return Listing(path, (), (Trouble(path, Kind.FOLDER, trouble.reason, trouble.detail),))

    def walk(self, todo: Sequence[ToList], next_key: int, most: int = IN_FLIGHT) -> Generator[Listed, None, None]:
        return local_walker.walk(self._top_folder(), todo, next_key, most, self._see_top, self.remarks)

    def owners(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, str | Reason], None, None]:
        return local_owners.owners(self._top_folder(), files, self._still_there)

    def identity(self) -> str:
        # Numbers of devices are given anew at every start of the machine.
        return ""

    def look(self, path: str) -> Seen:
        with self._at(path) as (folder, name):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            return seen_of(Path(self._path).name if name == "." else name, found)

    def open(self, path: str) -> LocalReader:
        with self._at(path) as (folder, name):
            fd = open_to_read(folder, name)
            kind = kind_of(os.fstat(fd))
            if kind is not Kind.FILE:
                os.close(fd)
                raise EntryTrouble(path, reason_for(kind), f"not a file but a {kind}")
            return LocalReader(path, name, fd)

    def streams(self, path: str) -> tuple[str, ...]:
        kind = self.look(path).kind
        if kind is not Kind.FILE:
            raise EntryTrouble(path, reason_for(kind), f"not a file but a {kind}")
        return ()

    def permission(self, path: str, kind: Kind) -> bytes:
        with self._pinned(path, kind) as (_fd, found):
            return permissions.of_stat(found.st_mode, found.st_uid, found.st_gid).packed()

    def sealed(self, former: bytes, kind: Kind) -> bytes:
        return permissions.unpacked(former).sealed(os.geteuid(), folder=kind is Kind.FOLDER).packed()

    def permit(self, path: str, kind: Kind, descriptor: bytes) -> None:
        wanted = permissions.unpacked(descriptor)
        with self._pinned(path, kind) as (fd, found):
            permissions.put(fd, found, wanted, path)

    def in_use(self, path: str) -> bool:
        try:
            with self.open(path) as reader, lease.reading(reader.fileno()) as held:
                return held is lease.Lease.DENIED
        except EntryTrouble as trouble:
            # Somebody holds a lease of his own on the file.
            if trouble.reason is Reason.IN_USE:
                return True
            raise

    def permissions(
        self, entries: Iterable[tuple[int, str, Kind]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, bytes | Trouble], None, None]:
        return bulk.permissions(self._top_folder(), entries, self._trouble_of)

    def change(
        self, changes: Iterable[Change], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, bool | Trouble], None, None]:
        for change in changes:
            yield change.number, told(change.path, change.kind, self._changed, change)

    def usage(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, Usage | Trouble], None, None]:
        return bulk.usage(self._top_folder(), files, self._trouble_of)

    def leave(self, path: str, content: bytes) -> Seen:
        if not path:
            raise EntryTrouble(path, Reason.FAULT, "the top of an area is no file")
        with self._at(path) as (folder, name):
            return seen_of(name, local_leaving.leave(folder, name, path, content))

    def try_to_write(self, path: str, kind: Kind) -> tuple[str, ...]:
        with self._at(path) as (folder, name):
            return trying.try_to_write(folder, name, path, kind)

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        with self._at(path) as (folder, name):
            local_retire.retire(folder, name, path, size=size, hash=hash, file_id=file_id)

    def retire_folder(self, path: str) -> bool:
        if not path:
            raise EntryTrouble(path, Reason.FAULT, "the top of an area stays")
        with self._at(path) as (folder, name):
            if kind_of(os.stat(name, dir_fd=folder, follow_symlinks=False)) is not Kind.FOLDER:
                raise EntryTrouble(path, Reason.LINK, "not a folder any more")
            try:
                os.rmdir(name, dir_fd=folder)
            except OSError as error:
                if error.errno in local_retire.NOT_EMPTY:
                    return False
                raise
            local_retire.make_durable(folder)
            return True

    def set_aside(self, path: str, place: str, *, size: int, hash: str, file_id: int) -> None:
        with self._at(path) as (folder, name), self._at(place) as (aside, new):
            local_retire.take_back(folder, name, going_name(file_id), file_id)
            setting_aside.set_aside(folder, name, path, aside, new, size=size, hash=hash, file_id=file_id)

    def bring_back(self, place: str, path: str, *, file_id: int) -> None:
        with self._at(place) as (aside, old), self._at(path) as (folder, name):
            setting_aside.bring_back(aside, old, folder, name, path, file_id=file_id)

    def make_private(self, path: str) -> Seen:
        with self._at(path) as (folder, name):
            return seen_of(name, setting_aside.make_private(folder, name, path))

    def is_private(self, path: str) -> bool:
        with self._at(path) as (folder, name):
            return setting_aside.is_private(os.stat(name, dir_fd=folder, follow_symlinks=False))

    def still_there(self, path: str, file_id: int) -> bool:
        try:
            with self._at(path) as (folder, name):
                local_retire.take_back(folder, name, going_name(file_id), file_id)
                return signed(os.stat(name, dir_fd=folder, follow_symlinks=False).st_ino) == file_id
        except EntryTrouble as trouble:
            if trouble.reason is not Reason.VANISHED:
                raise
            return False

    def close(self) -> None:
        top, self._top = self._top, -1
        if top >= 0:
            os.close(top)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _changed(self, change: Change) -> bool:
        wanted, *known = map(permissions.unpacked, (change.wanted, *change.known))
        # Found anew from the top for each: a folder that was held open may have been moved, and another lie in its place.
        with self._pinned(change.path, change.kind) as (fd, found):
            now = permissions.of_stat(found.st_mode, found.st_uid, found.st_gid)
            if now == wanted:
                return False
            if known and now not in known:
                raise EntryTrouble(change.path, Reason.CHANGED, CHANGED)
            permissions.put(fd, found, wanted, change.path)
            return True

    @contextlib.contextmanager
    def _at(self, path: str) -> Iterator[tuple[int, str]]:
        """The folder that an entry lies in, and its own name there; `.` for the top."""
        names = segments(path)
        with self._trouble_of(path), folder_below(self._top_folder(), names[:-1]) as folder:
            yield folder, names[-1] if names else "."

    @contextlib.contextmanager
    def _pinned(self, path: str, kind: Kind) -> Iterator[tuple[int, os.stat_result]]:
        with self._at(path) as (folder, name):
            fd = open_place(folder, name)
            try:
                found = os.fstat(fd)
                if kind_of(found) is not kind:
                    raise EntryTrouble(path, reason_for(kind_of(found)), f"now a {kind_of(found)}")
                yield fd, found
            finally:
                os.close(fd)

    @contextlib.contextmanager
    def _trouble_of(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = reason_of(error)
            if reason in (Reason.VANISHED, Reason.FAULT):
                self._still_there()
            raise EntryTrouble(path, reason, detail_of(error)) from error

    def _top_folder(self) -> int:
        if self._top < 0:
            try:
                self._top = open_top(self._path)
            except OSError as error:
                raise self._no_source(error) from error
        return self._top

    def _still_there(self) -> None:
        try:
            same = identity(Path(self._path).stat()) == identity(os.fstat(self._top))
        except OSError as error:
            raise self._no_source(error) from error
        if not same:
            raise SourceGone(
                _("Another folder lies at {path} than when this run began.").format(path=self.address),
                next=_("See that the right disk is mounted there, then run this again."),
            )

    def _see_top(self, failed: Snag | None) -> None:
        """Raise if the top is no longer there, or could not be listed for what the snag says."""
        if failed is None or failed.reason in (Reason.VANISHED, Reason.FAULT):
            self._still_there()
        if failed is not None:
            raise self._not_listable(failed.detail)

    def _not_listable(self, detail: str) -> SourceRefused:
        return SourceRefused(
            _("{path} cannot be listed: {detail}.").format(path=self.address, detail=detail),
            next=_("Ask for the right to read the folder, then run this again."),
        )

    def _no_source(self, error: OSError) -> SourceGone | SourceRefused:
        if isinstance(error, PermissionError):
            return SourceRefused(
                _("No permission to read {path}.").format(path=self.address),
                next=_("Ask for the right to read the folder, then run this again."),
            )
        return SourceGone(
            _("There is no folder at {path}: {detail}.").format(path=self.address, detail=detail_of(error)),
            next=_("Check the path and that the disk is mounted, then run this again."),
        )
