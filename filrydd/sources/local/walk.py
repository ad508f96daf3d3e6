"""Ways down a POSIX tree that follow no link: segment by segment, each opened in the one before.

No path is ever longer than one name, so trees deeper than PATH_MAX are reached like any other.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence

# Linux: a descriptor that only names a place asks for no right to read it. Elsewhere reading is asked for.
O_PATH: int = getattr(os, "O_PATH", 0)
_FOLDER: int = O_PATH | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_PLACE: int = O_PATH | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
# O_NONBLOCK: opening a pipe does not wait for somebody to write into it.
_READ: int = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_NOATIME: int = getattr(os, "O_NOATIME", 0)

Identity = tuple[int, int]
"""What tells one entry of this machine from all others: device and inode."""


def identity(found: os.stat_result) -> Identity:
    return found.st_dev, found.st_ino


def open_top(path: str) -> int:
    """A descriptor of the top folder. The top itself may be reached through links: a person named it."""
    return os.open(path, O_PATH | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0))


@contextlib.contextmanager
def folder_below(top: int, names: Sequence[str], passed: list[Identity] | None = None) -> Iterator[int]:
    """A descriptor of the folder at those names below the top. Raises OSError, ELOOP when a link lies on the way.

    The identities of the top and of every folder on the way, the last included, are added to `passed`.
    """
    fd = os.dup(top)
    try:
        if passed is not None:
            passed.append(identity(os.fstat(fd)))
        for name in names:
            below = enter(fd, name)
            os.close(fd)
            fd = below
            if passed is not None:
                passed.append(identity(os.fstat(fd)))
        yield fd
    finally:
        os.close(fd)


def enter(folder: int, name: str) -> int:
    """A descriptor that names the folder of that name. Raises OSError, ELOOP for a link."""
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except NotADirectoryError:
        _refuse_link(folder, name)
        raise


def enter_to_read(folder: int, name: str) -> int:
    """A descriptor to read the folder of that name with. Raises OSError, ELOOP for a link."""
    try:
        return open_to_read(folder, name, directory=True)
    except NotADirectoryError:
        _refuse_link(folder, name)
        raise


def _refuse_link(folder: int, name: str) -> None:
    """The system says the same of a link and of a file."""
    if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        raise OSError(errno.ELOOP, "a link lies on the way", name) from None


def open_place(folder: int, name: str) -> int:
    """A descriptor that pins down the entry itself, be it a link; no right to read it is asked for."""
    return os.open(name, _PLACE, dir_fd=folder)


def open_to_read(folder: int, name: str, *, directory: bool = False) -> int:
    """A descriptor for reading, which leaves the access time alone where this user may ask for that."""
    flags = os.O_RDONLY | _READ | (getattr(os, "O_DIRECTORY", 0) if directory else 0)
    try:
        return os.open(name, flags | _NOATIME, dir_fd=folder)
    except PermissionError:
        # Only the owner and root may leave it alone.
        return os.open(name, flags, dir_fd=folder)
