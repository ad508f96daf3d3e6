"""Trying on Windows, as whoever runs this, what a seal is to forbid: handles with the rights are asked for and closed."""

import os
import secrets
from pathlib import Path

from filrydd.model.entry import Kind, Reason
from filrydd.sources import rights
from filrydd.sources.local import windows_handle as windows
from filrydd.sources.local.facts import reason_of

_READ_DATA = 0x1
_FLAGS = windows.NO_LINK | windows.FOLDERS_TOO


def try_to_write(place: str, kind: Kind, *, top: bool) -> tuple[str, ...]:
    """The acts (`sources.rights`) that Windows allows to the entry at an extended path; `no read` when it forbids reading.
    Raises OSError for a no that has nothing to do with permissions."""
    found = [
        act
        for act, masks in rights.acts(kind, top=top).items()
        if any(_granted(place, mask) for mask in masks) or (act == rights.NEW_FILE and _makes_file(place))
    ]
    if kind is Kind.FOLDER and rights.NEW_FOLDER not in found and _makes_folder(place):
        found.append(rights.NEW_FOLDER)
    return tuple(found) if _granted(place, _READ_DATA) else (*found, rights.NO_READ)


def _granted(place: str, access: int) -> bool:
    try:
        os.close(windows.open_descriptor(place, access, windows.SHARE_ALL, _FLAGS))
    except OSError as error:
        return not _is_no(error)
    return True


def _makes_file(place: str) -> bool:
    # O_TEMPORARY: Windows deletes it when it is closed.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_TEMPORARY", 0) | getattr(os, "O_BINARY", 0)
    try:
        os.close(os.open(_new(place), flags))
    except OSError as error:
        return not _is_no(error)
    return True


def _makes_folder(place: str) -> bool:
    new = Path(_new(place))
    try:
        new.mkdir()
    except OSError as error:
        return not _is_no(error)
    new.rmdir()
    return True


def _new(place: str) -> str:
    return f"{place.rstrip(chr(92))}\\filrydd-{secrets.token_hex(8)}.tmp"


def _is_no(error: OSError) -> bool:
    """Whether permissions forbid it. Sharing is looked at after them. Raises the error when it says something else."""
    reason = reason_of(error)
    if reason not in (Reason.NO_PERMISSION, Reason.IN_USE):
        raise error
    return reason is Reason.NO_PERMISSION
