"""Leaving a file in a POSIX folder: whole and on the disk under its name, or not there at all."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from filrydd.model.entry import Reason
from filrydd.sources.local.retire import make_durable
from filrydd.sources.local.walk import O_PATH, identity
from filrydd.sources.source import AlreadyThere, EntryTrouble

_TMPFILE: int = getattr(os, "O_TMPFILE", 0)
_FLAGS: int = os.O_RDWR | getattr(os, "O_CLOEXEC", 0)
_READING = 0o444
# What open(2) says where the kernel or the file system makes no file without a name.
_NO_TMPFILE = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL)


def leave(folder: int, name: str, path: str, content: bytes) -> os.stat_result:
    """Make a file of that name and content in the folder of that descriptor; its facts. Who may read the folder, by its
    owner, group and others, may read the file; only the operator may write, by the mode or as root. Where the operator may
    not give the file away, it stays his own, and others get no more than the folder gives to all of them.

    Where the system has files without a name (Linux, O_TMPFILE), the name comes last. Raises AlreadyThere, EntryTrouble, OSError.
    """
    above = os.fstat(folder)
    with _new(folder, name, path) as fd:
        _permit(fd, above)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(fd, rest) :]
        os.fsync(fd)
        made = os.fstat(fd)
    make_durable(folder)
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if identity(found) != identity(made):
        raise EntryTrouble(path, Reason.FAULT, "another file than the one that was left there")
    return found


@contextmanager
def _new(folder: int, name: str, path: str) -> Iterator[int]:
    """A new file to write to, which has its name when all went well."""
    fd = _nameless(folder)
    if fd < 0:
        with _named(folder, name, path) as fd:
            yield fd
        return
    try:
        yield fd
        try:
            os.link(f"/proc/self/fd/{fd}", name, dst_dir_fd=folder, follow_symlinks=True)
        except FileExistsError as error:
            raise AlreadyThere(path) from error
    finally:
        os.close(fd)


@contextmanager
def _named(folder: int, name: str, path: str) -> Iterator[int]:
    try:
        fd = os.open(name, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
    except FileExistsError as error:
        raise AlreadyThere(path) from error
    try:
        yield fd
    except BaseException:
        os.unlink(name, dir_fd=folder)
        raise
    finally:
        os.close(fd)


def _nameless(folder: int) -> int:
    """A file without a name on the folder's file system; -1 where there is no such thing."""
    if not (_TMPFILE and O_PATH):
        return -1
    try:
        return os.open(".", _FLAGS | _TMPFILE, 0o600, dir_fd=folder)
    except OSError as error:
        if error.errno not in _NO_TMPFILE:
            raise
        return -1


def _permit(fd: int, above: os.stat_result) -> None:
    mode = stat.S_IMODE(above.st_mode) & _READING
    found = os.fstat(fd)
    if found.st_gid != above.st_gid and not _given(fd, -1, above.st_gid):
        # Its group is not the folder's: no more for it than for everybody.
        mode &= ~stat.S_IRGRP | (mode & stat.S_IROTH) << 3
    if found.st_uid != above.st_uid and not _given(fd, above.st_uid, -1):
        mode |= stat.S_IRUSR
    if os.fstat(fd).st_uid == os.geteuid():
        mode |= stat.S_IRUSR | stat.S_IWUSR
    os.fchmod(fd, mode)


def _given(fd: int, uid: int, gid: int) -> bool:
    try:
        os.fchown(fd, uid, gid)
    except PermissionError:
        return False
    return True
