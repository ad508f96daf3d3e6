"""Deleting one proved file of a POSIX file system."""

import errno
import os
import stat

from filrydd.model.entry import Reason
from filrydd.quickxor import QuickXor
from filrydd.sources.local import lease
from filrydd.sources.local.facts import kind_of, reason_for
from filrydd.sources.local.walk import identity, open_to_read
from filrydd.sources.place import signed
from filrydd.sources.source import ChangedSince, EntryTrouble

_PIECE = 1 << 20
# What rmdir(2) says of a folder that is not empty; POSIX allows either.
NOT_EMPTY = (errno.ENOTEMPTY, errno.EEXIST)


def retire(folder: int, name: str, path: str, *, size: int, hash: str, file_id: int) -> None:
    """Delete `name` in the folder of that descriptor when its id, size and quickXorHash are these.

    POSIX has no deleting through a descriptor. So the file is read on a descriptor that follows no link, under a write
    lease where the system grants one, and at the end the name must still stand for that very file and nobody may have
    opened it meanwhile. What remains is the moment between that last look and the deletion. Raises ChangedSince,
    EntryTrouble, OSError.
    """
    fd = open_to_read(folder, name)
    try:
        before = os.fstat(fd)
        if not stat.S_ISREG(before.st_mode):
            raise EntryTrouble(path, reason_for(kind_of(before)), f"not a file but a {kind_of(before)}")
        if signed(before.st_ino) != file_id:
            raise ChangedSince(path, "another file")
        with lease.alone(fd) as held:
            if held is lease.Lease.DENIED:
                raise EntryTrouble(path, Reason.IN_USE, "somebody has the file open")
            _prove(fd, path, size, hash)
            _same_still(fd, folder, name, path, before)
            if held is lease.Lease.GRANTED and not lease.still_alone(fd):
                raise EntryTrouble(path, Reason.IN_USE, "somebody opened the file while it was read")
            os.unlink(name, dir_fd=folder)
    finally:
        os.close(fd)
    make_durable(folder)


def make_durable(folder: int) -> None:
    """Have the folder's own change on the disk, so that a crash does not bring a deleted name back."""
    fd = open_to_read(folder, ".", directory=True)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _prove(fd: int, path: str, size: int, hash: str) -> None:
    if os.fstat(fd).st_size != size:
        raise ChangedSince(path, "size")
    hasher = QuickXor()
    count = 0
    while piece := os.read(fd, _PIECE):
        hasher.update(piece)
        count += len(piece)
    if count != size:
        raise ChangedSince(path, "size")
    if size and hasher.base64() != hash:
        raise ChangedSince(path, "content")


def _same_still(fd: int, folder: int, name: str, path: str, before: os.stat_result) -> None:
    after = os.fstat(fd)
    if (after.st_size, after.st_mtime_ns, after.st_ctime_ns) != (
        before.st_size,
        before.st_mtime_ns,
        before.st_ctime_ns,
    ):
        raise ChangedSince(path, "changed while it was read")
    if identity(os.stat(name, dir_fd=folder, follow_symlinks=False)) != identity(after):
        raise ChangedSince(path, "another file")
