"""Deleting one proved file of a POSIX file system."""

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator

from filrydd.model.entry import Reason
from filrydd.quickxor import QuickXor
from filrydd.sources.going import PAUSE, TRIES, going_name
from filrydd.sources.local import lease
from filrydd.sources.local.facts import kind_of, reason_for
from filrydd.sources.local.renaming import move_back, move_out
from filrydd.sources.local.walk import identity, open_to_read
from filrydd.sources.place import signed
from filrydd.sources.source import ChangedSince, EntryTrouble

_PIECE = 1 << 20
# What rmdir(2) says of a folder that is not empty; POSIX allows either.
NOT_EMPTY = (errno.ENOTEMPTY, errno.EEXIST)


def retire(folder: int, name: str, path: str, *, size: int, hash: str, file_id: int) -> None:
    """Delete `name` in the folder of that descriptor when its id, size and quickXorHash are these.

    POSIX has no deleting through a descriptor, and a name may be swapped after any look at it. So what the name stands for
    is first renamed, within its folder, to a name that nobody else uses; only when it is then found to be the very file that
    was proved is it deleted, else it gets its name back. Raises ChangedSince, EntryTrouble, OSError.
    """
    going = going_name(file_id)
    take_back(folder, name, going, file_id)
    with proved(folder, name, path, size=size, hash=hash, file_id=file_id) as fd:
        move_exactly(fd, folder, name, folder, going, path)
        os.unlink(going, dir_fd=folder)
    make_durable(folder)


def take_back(folder: int, name: str, going: str, file_id: int) -> None:
    """Give a file its name back whose deletion was interrupted between its two looks. Raises OSError."""
    if is_it(folder, going, file_id):
        with contextlib.suppress(FileExistsError):
            move_back(folder, going, folder, name)


def is_it(folder: int, name: str, file_id: int) -> bool:
    """Whether that name stands for the entry of that id. Raises OSError."""
    try:
        return signed(os.stat(name, dir_fd=folder, follow_symlinks=False).st_ino) == file_id
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def proved(folder: int, name: str, path: str, *, size: int, hash: str, file_id: int) -> Iterator[int]:
    """A descriptor on which the file was just found to have this id, size and hash, under a write lease where the system
    grants one, and still to be what the name stands for. Raises ChangedSince, EntryTrouble, OSError."""
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
            yield fd
    finally:
        os.close(fd)


def move_exactly(fd: int, old_folder: int, old: str, new_folder: int, new: str, path: str) -> None:
    """Rename what the descriptor stands for, never over something; what turns out to be another entry, since somebody
    swapped the name in that moment, gets its name back. Raises ChangedSince, EntryTrouble, OSError."""
    move_out(old_folder, old, new_folder, new)
    moved = os.stat(new, dir_fd=new_folder, follow_symlinks=False)
    if identity(moved) == identity(os.fstat(fd)):
        return
    for _try in range(TRIES):
        with contextlib.suppress(FileExistsError):
            move_back(new_folder, new, old_folder, old)
            raise ChangedSince(path, "another file")
        time.sleep(PAUSE)
    raise EntryTrouble(path, Reason.FAULT, f"swapped while it was moved; what had its name is now called {new}")


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
