"""Trying, as whoever runs this, what a seal of a POSIX folder is to forbid, without changing what it does not forbid."""

import errno
import os
import secrets
import stat

from filrydd.model.entry import Kind, Reason
from filrydd.sources import rights
from filrydd.sources.local.facts import kind_of, reason_for
from filrydd.sources.local.walk import enter, open_to_read
from filrydd.sources.source import EntryTrouble

_FLAGS: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_NO = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def try_to_write(folder: int, name: str, path: str, kind: Kind) -> tuple[str, ...]:
    """The acts (`sources.rights`) that the system allows to the entry of that name (`.` for the area's top) in the folder
    of that descriptor; `no read` when it forbids reading. Raises EntryTrouble, OSError for what is no matter of rights."""
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if kind_of(found) is not kind:
        raise EntryTrouble(path, reason_for(kind_of(found)), f"not a {kind} but a {kind_of(found)}")
    is_folder = kind is Kind.FOLDER
    if is_folder:
        allowed = _in_folder(folder, name, path)
    else:
        allowed = {
            rights.WRITE: _opens(folder, name, os.O_WRONLY),
            rights.APPEND: _opens(folder, name, os.O_WRONLY | os.O_APPEND),
        }
    if name != ".":
        allowed[rights.RENAME] = allowed[rights.DELETE] = _may_unlink(folder, found)
    # chmod(2): the owner and root, whatever the mode says.
    allowed[rights.CHANGE_RIGHTS] = os.geteuid() in (0, found.st_uid)
    words = tuple(act for act in rights.ACTS[kind] if allowed.get(act))
    return words if _reads(folder, name, is_folder) else (*words, rights.NO_READ)


def _in_folder(folder: int, name: str, path: str) -> dict[str, bool]:
    fd = enter(folder, name)
    try:
        if os.access(".", os.W_OK | os.X_OK, dir_fd=fd, effective_ids=True):
            return {rights.NEW_FILE: True, rights.NEW_FOLDER: True}
        # The system says that nothing can be made here, and now it is tried in earnest.
        return {act: _makes(fd, path, act) for act in (rights.NEW_FILE, rights.NEW_FOLDER)}
    finally:
        os.close(fd)


def _makes(folder: int, path: str, act: str) -> bool:
    new = f"filrydd-{secrets.token_hex(8)}.tmp"
    try:
        if act == rights.NEW_FOLDER:
            os.mkdir(new, 0o700, dir_fd=folder)
        else:
            os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600, dir_fd=folder))
    except OSError as error:
        return not _is_no(error)
    try:
        (os.rmdir if act == rights.NEW_FOLDER else os.unlink)(new, dir_fd=folder)
    except OSError as error:
        raise EntryTrouble(path, Reason.FAULT, f"{new} was made to try it, and stays: {error}") from error
    return True


def _may_unlink(folder: int, found: os.stat_result) -> bool:
    if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder, effective_ids=True):
        return False
    above = os.fstat(folder)
    return not above.st_mode & stat.S_ISVTX or os.geteuid() in (0, found.st_uid, above.st_uid)


def _opens(folder: int, name: str, flags: int) -> bool:
    try:
        os.close(os.open(name, flags | _FLAGS, dir_fd=folder))
    except OSError as error:
        return not _is_no(error)
    return True


def _reads(folder: int, name: str, is_folder: bool) -> bool:
    try:
        os.close(open_to_read(folder, name, directory=is_folder))
    except OSError as error:
        return not _is_no(error)
    return True


def _is_no(error: OSError) -> bool:
    """Whether permissions, or a medium that is read only, forbid it. Raises the error when it says something else, but that
    somebody holds the file: who asks that was let through."""
    if error.errno in _NO:
        return True
    if error.errno in (errno.ETXTBSY, errno.EAGAIN):
        return False
    raise error
