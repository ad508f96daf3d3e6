"""Moving one proved file of a POSIX file system to a folder that only its operator can open, and back."""

import os
import stat

from filrydd.model.entry import Kind, Reason
from filrydd.sources.local.facts import kind_of, reason_for
from filrydd.sources.local.renaming import move_back
from filrydd.sources.local.retire import make_durable, move_exactly, proved
from filrydd.sources.local.walk import identity, open_place
from filrydd.sources.place import signed
from filrydd.sources.source import ChangedSince, EntryTrouble

_PRIVATE = 0o700
TAKEN = "something else lies there"


def set_aside(folder: int, name: str, path: str, aside: int, new: str, *, size: int, hash: str, file_id: int) -> None:
    """Move the file `name` to `new` in the folder `aside`, when its id, size and quickXorHash are these.

    Both folders are on the disk before this returns. Raises ChangedSince, EntryTrouble, OSError (EXDEV when another file
    system lies there).
    """
    with proved(folder, name, path, size=size, hash=hash, file_id=file_id) as fd:
        try:
            move_exactly(fd, folder, name, aside, new, path)
        except FileExistsError:
            raise ChangedSince(path, TAKEN) from None
    # The new name first: a crash between the two never leaves the file without any.
    make_durable(aside)
    make_durable(folder)


def bring_back(aside: int, old: str, folder: int, name: str, path: str, *, file_id: int) -> None:
    """Move the file of that id to `name`, never over something. Raises ChangedSince, EntryTrouble, OSError."""
    fd = open_place(aside, old)
    try:
        found = os.fstat(fd)
        if kind_of(found) is not Kind.FILE:
            raise EntryTrouble(path, reason_for(kind_of(found)), f"not a file but a {kind_of(found)}")
        if signed(found.st_ino) != file_id:
            raise ChangedSince(path, "another file")
        try:
            move_back(aside, old, folder, name)
        except FileExistsError:
            raise ChangedSince(path, TAKEN) from None
        back = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if identity(back) != identity(found):
            raise ChangedSince(path, "another file")
    finally:
        os.close(fd)
    make_durable(folder)
    make_durable(aside)


def make_private(folder: int, name: str, path: str) -> os.stat_result:
    """Make a folder that only its owner can open, never in the place of something. Raises ChangedSince, EntryTrouble,
    OSError."""
    try:
        os.mkdir(name, _PRIVATE, dir_fd=folder)
    except FileExistsError:
        raise ChangedSince(path, TAKEN) from None
    make_durable(folder)
    made = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not is_private(made):
        raise EntryTrouble(
            path, Reason.FAULT, "the file system gives a new folder other permissions than it was asked for"
        )
    return made


def is_private(found: os.stat_result) -> bool:
    """Whether it is a folder that nobody but this process' user (and root) can open."""
    return kind_of(found) is Kind.FOLDER and found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077
