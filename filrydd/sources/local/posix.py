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
from filrydd.sources.local import lease
from filrydd.sources.local import owners as local_owners
from filrydd.sources.local import permission as permissions
from filrydd.sources.local import retire as local_retire
from filrydd.sources.local import walker as local_walker
from filrydd.sources.local.facts import detail_of, kind_of, reason_for, reason_of, seen_of
from filrydd.sources.local.folder import read_folder
from filrydd.sources.local.reader import LocalReader
from filrydd.sources.local.walk import (
    O_PATH,
    Identity,
    folder_below,
    identity,
    open_place,
    open_to_read,
    open_top,
)
from filrydd.sources.place import segments
from filrydd.sources.source import IN_FLIGHT, EntryTrouble


class PosixSource:
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

    def share_descriptor(self) -> bytes:
        return b""

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
            # A descriptor opened with O_PATH stands for the entry itself, whatever its name stands for by now, and needs
            # no right to read it; the kernel's own name for it is the way to change what it stands for. chmod by name
            # would follow a link put there meanwhile, and Linux' chmod has no way to be told not to.
            place: int | str = f"/proc/self/fd/{fd}" if O_PATH else fd
            if (found.st_uid, found.st_gid) != (wanted.uid, wanted.gid):
                os.chown(place, wanted.uid, wanted.gid)
            os.chmod(place, wanted.mode)  # noqa: PTH101 - it may be a descriptor
            now = os.fstat(fd)
            if permissions.of_stat(now.st_mode, now.st_uid, now.st_gid) != wanted:
                raise EntryTrouble(path, Reason.FAULT, "the file system did not take the permissions")

    def in_use(self, path: str) -> bool:
        try:
            with self.open(path) as reader, lease.reading(reader.fileno()) as held:
                return held is lease.Lease.DENIED
        except EntryTrouble as trouble:
            # Somebody holds a lease of his own on the file.
            if trouble.reason is Reason.IN_USE:
                return True
            raise

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
