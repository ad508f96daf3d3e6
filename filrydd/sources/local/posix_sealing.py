"""What makes a folder of this machine read-only: mode bits, and leases that tell of writers."""

import os
import stat
from collections.abc import Generator, Iterable

from filrydd.model.entry import Kind, Reason, Seen, Trouble
from filrydd.sources.local import bulk, lease, trying
from filrydd.sources.local import leaving as local_leaving
from filrydd.sources.local import permission as permissions
from filrydd.sources.local.descriptor import descriptor_of
from filrydd.sources.local.facts import seen_of
from filrydd.sources.local.posix_reading import PosixReading
from filrydd.sources.source import IN_FLIGHT, Change, EntryTrouble, Usage
from filrydd.sources.told import CHANGED, told


class PosixSealing(PosixReading):
    """The contract's Sealable. `in_use` and `usage` ask the kernel for a lease where it grants one."""

    def permission(self, path: str, kind: Kind) -> bytes:
        with self._pinned(path, kind) as (_fd, found):
            return permissions.of_stat(found.st_mode, found.st_uid, found.st_gid).packed()

    def sealed(self, former: bytes, kind: Kind) -> bytes:
        return permissions.unpacked(former).sealed(os.geteuid(), folder=kind is Kind.FOLDER).packed()

    def as_listed(self, descriptor: bytes) -> bytes:
        folder = permissions.unpacked(descriptor)
        return descriptor_of(stat.S_IFDIR | folder.mode, folder.uid, folder.gid)

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
