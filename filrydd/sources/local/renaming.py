"""Renaming that never takes another entry's place, which Python has no call for.

One side is always ours alone: a folder that only the operator can open, or a name that nobody else uses. Where the system
has `renameat2` and the file system its flag (Linux: ext4, XFS, Btrfs, tmpfs and others), either way is one rename.
"""

import contextlib
import ctypes
import errno
import os
from functools import cache
from typing import Any

from filrydd.sources.local.walk import identity

_NOREPLACE = 1  # RENAME_NOREPLACE of renameat2(2)
# What kernels and file systems say that do not know the flag.
_NOT_KNOWN = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


def move_out(folder: int, name: str, ours: int, new: str) -> None:
    """Rename an entry to a name of ours, both in folders of these descriptors. Raises OSError, FileExistsError when
    something has that name."""
    if _renamed(folder, name, ours, new):
        return
    # Nobody else makes this name, so looking first is enough.
    with contextlib.suppress(FileNotFoundError):
        os.stat(new, dir_fd=ours, follow_symlinks=False)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
    os.rename(name, new, src_dir_fd=folder, dst_dir_fd=ours)


def move_back(ours: int, name: str, folder: int, new: str) -> None:
    """Rename an entry of ours to a name that anybody may have taken. Raises OSError, FileExistsError when somebody has.

    Without the flag it gets a second name, which never replaces, and loses its first: a crash in between leaves both, and
    the same call made again ends it.
    """
    if _renamed(ours, name, folder, new):
        return
    try:
        os.link(name, new, src_dir_fd=ours, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        one = os.stat(name, dir_fd=ours, follow_symlinks=False)
        if identity(one) != identity(os.stat(new, dir_fd=folder, follow_symlinks=False)):
            raise
    os.unlink(name, dir_fd=ours)


def _renamed(old_folder: int, old: str, new_folder: int, new: str) -> bool:
    """False where the system or the file system cannot promise that nothing is replaced."""
    call = _renameat2()
    if call is None:
        return False
    if call(old_folder, os.fsencode(old), new_folder, os.fsencode(new), _NOREPLACE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_KNOWN:
        return False
    raise OSError(number, os.strerror(number), old)


@cache
def _renameat2() -> Any:
    """The C library's call; None where it has none."""
    if os.name == "nt":
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is not None:
        call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
        call.restype = ctypes.c_int
    return call
