"""Deleting one proved file of a Windows path, or setting it aside, through the handle on which it was proved.

It cannot be run on other systems, nor tested there.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from filrydd.model.descriptor import ALLOWING_TYPES, DACL_PROTECTED, BadDescriptor, parse, sid_from_text
from filrydd.model.entry import READONLY, Kind, Reason
from filrydd.quickxor import QuickXor
from filrydd.sources.local import windows_handle as windows
from filrydd.sources.local import windows_security
from filrydd.sources.local.facts import kind_of
from filrydd.sources.place import signed
from filrydd.sources.source import ChangedSince, EntryTrouble

TAKEN = "something else lies there"
_PIECE = 1 << 20
_FILE = windows.FOLDERS_TOO | windows.SEQUENTIAL
_ACCESS = windows.GENERIC_READ | windows.DELETE | windows.WRITE_ATTRIBUTES
_EXISTS = (80, 183)  # ERROR_FILE_EXISTS, ERROR_ALREADY_EXISTS
# Who may open what only its owner is to open: the owner, SYSTEM and the administrators, as os.mkdir(0o700) sets it.
_KEEPERS = tuple(map(sid_from_text, ("S-1-3-4", "S-1-5-18", "S-1-5-32-544")))


def retire(place: str, path: str, *, size: int, hash: str, file_id: int) -> None:
    """Delete the file at an extended path when its id, size and quickXorHash are these. Raises ChangedSince, OSError."""
    with _proved(place, path, size=size, hash=hash, file_id=file_id) as (fd, attributes):
        if attributes & READONLY:
            # 0x80 is FILE_ATTRIBUTE_NORMAL; no bit at all would mean "leave them".
            windows.set_attributes(fd, attributes & ~READONLY or 0x80)
        windows.delete_on_close(fd)


def set_aside(place: str, aside: str, path: str, *, size: int, hash: str, file_id: int) -> None:
    """Move it to the extended path `aside` instead, never over something. Raises ChangedSince, OSError."""
    with _proved(place, path, size=size, hash=hash, file_id=file_id) as (fd, _attributes):
        _rename(fd, aside, path)


def bring_back(aside: str, place: str, path: str, *, file_id: int) -> None:
    """Move the file of that id from `aside` to its place, never over something. Raises ChangedSince, OSError."""
    fd = windows.open_descriptor(aside, windows.GENERIC_READ | windows.DELETE, windows.SHARE_NONE, _FILE)
    try:
        if file_id and signed(os.fstat(fd).st_ino) != file_id:
            raise ChangedSince(path, "another file")
        _rename(fd, place, path)
    finally:
        os.close(fd)


def make_private(place: str, path: str) -> None:
    """Make a folder for its owner, the system and the administrators alone. Raises ChangedSince, EntryTrouble, OSError."""
    try:
        # Since 3.12.4 (and 3.11.10) Python makes a folder of this mode with an access list of its own on Windows.
        Path(place).mkdir(0o700)
    except FileExistsError:
        raise ChangedSince(path, TAKEN) from None
    if not is_private(place):
        Path(place).rmdir()
        raise EntryTrouble(path, Reason.NO_PERMISSION, "this Python cannot make a folder that only its owner can open")


def is_private(place: str) -> bool:
    """Whether it is a folder whose own access list names nobody else. Raises OSError."""
    if kind_of(Path(place).lstat()) is not Kind.FOLDER:
        return False
    try:
        told = parse(windows_security.read_descriptor(place, windows_security.OWNER_GROUP_DACL))
    except BadDescriptor:
        return False
    if told.dacl is None or not told.control & DACL_PROTECTED:
        return False
    keepers = (*_KEEPERS, told.owner)
    return all(entry.rest in keepers for entry in told.dacl if entry.type in ALLOWING_TYPES)


def is_it(place: str, file_id: int) -> bool:
    """Whether the file at an extended path has that id; any file where the id is 0. Raises OSError."""
    fd = windows.open_descriptor(place, windows.READ_ATTRIBUTES, windows.SHARE_ALL, _FILE)
    try:
        return not file_id or signed(os.fstat(fd).st_ino) == file_id
    finally:
        os.close(fd)


@contextlib.contextmanager
def _proved(place: str, path: str, *, size: int, hash: str, file_id: int) -> Iterator[tuple[int, int]]:
    fd = windows.open_descriptor(place, _ACCESS, windows.SHARE_NONE, _FILE)
    try:
        found = os.fstat(fd)
        if file_id and file_id != signed(found.st_ino):
            raise ChangedSince(path, "another file")
        _prove(fd, path, size, hash)
        yield fd, getattr(found, "st_file_attributes", 0)
    finally:
        os.close(fd)


def _rename(fd: int, place: str, path: str) -> None:
    try:
        windows.rename(fd, place)
    except OSError as error:
        if getattr(error, "winerror", None) in _EXISTS:
            raise ChangedSince(path, TAKEN) from None
        raise


def _prove(fd: int, path: str, size: int, hash: str) -> None:
    hasher = QuickXor()
    count = 0
    while piece := os.read(fd, _PIECE):
        hasher.update(piece)
        count += len(piece)
    if count != size:
        raise ChangedSince(path, "size")
    if size and hasher.base64() != hash:
        raise ChangedSince(path, "content")
