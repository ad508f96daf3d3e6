"""What the operating system's own words mean in the contract's: facts of entries, and reasons of trouble."""

import errno
import os
import stat

from filrydd.model.entry import HIDDEN, READONLY, Kind, Reason, Seen
from filrydd.model.names import stored
from filrydd.model.times import from_nanoseconds
from filrydd.sources.place import signed

_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1

# The reparse tags that stand for another place ([MS-FSCC] 2.1.2.1); all others are files and folders with a helper, such
# as deduplicated ones.
_NAME_SURROGATE = 0x2000_0000
_DFS = 0x8000_000A

_REASONS = {
    errno.ENOENT: Reason.VANISHED,
    errno.ENOTDIR: Reason.VANISHED,
    errno.ESTALE: Reason.VANISHED,
    errno.EACCES: Reason.NO_PERMISSION,
    errno.EPERM: Reason.NO_PERMISSION,
    errno.EROFS: Reason.NO_PERMISSION,
    errno.ELOOP: Reason.LINK,
    errno.EWOULDBLOCK: Reason.IN_USE,
    errno.EBUSY: Reason.IN_USE,
    errno.ETXTBSY: Reason.IN_USE,
    errno.EINVAL: Reason.BAD_NAME,
    errno.ENAMETOOLONG: Reason.BAD_NAME,
    errno.ENXIO: Reason.SPECIAL,
}
_WINDOWS_REASONS = {
    32: Reason.IN_USE,  # ERROR_SHARING_VIOLATION, which Python gives as EACCES
    33: Reason.IN_USE,  # ERROR_LOCK_VIOLATION
    303: Reason.VANISHED,  # ERROR_DELETE_PENDING
    123: Reason.BAD_NAME,  # ERROR_INVALID_NAME
}


def reason_of(error: OSError) -> Reason:
    """The contract's word for a system's error; FAULT for what has none."""
    windows = _WINDOWS_REASONS.get(getattr(error, "winerror", None) or 0)
    return windows or _REASONS.get(error.errno or 0, Reason.FAULT)


def detail_of(error: OSError) -> str:
    """The system's own word: `EACCES Permission denied`."""
    number = getattr(error, "winerror", None) or errno.errorcode.get(error.errno or 0, "")
    return f"{number} {error.strerror or ''}".strip()


def kind_of(found: os.stat_result) -> Kind:
    """What an entry is by its own facts, no link followed."""
    tag: int = getattr(found, "st_reparse_tag", 0)
    if stat.S_ISLNK(found.st_mode) or tag & _NAME_SURROGATE or tag == _DFS:
        return Kind.LINK
    if stat.S_ISDIR(found.st_mode):
        return Kind.FOLDER
    return Kind.FILE if stat.S_ISREG(found.st_mode) else Kind.OTHER


def reason_for(kind: Kind) -> Reason:
    """Why something of this kind cannot be read as a file."""
    if kind is Kind.LINK:
        return Reason.LINK
    return Reason.SPECIAL if kind is Kind.OTHER else Reason.FAULT


def seen_of(name: str, found: os.stat_result, kind: Kind | None = None) -> Seen:
    """An entry's facts. `name` is the source's own, not yet in stored form.

    Created is the birth time where the system tells it, else the earlier of the two times it does tell. On Windows there
    is no id: a listing does not carry it, and asking for each would cost an open a file.
    """
    kind = kind or kind_of(found)
    windows = hasattr(found, "st_file_attributes")
    # Windows' "ctime" is the time of creation, and its time of change is not told.
    changed = found.st_mtime_ns if windows else found.st_ctime_ns
    return Seen(
        name=stored(name),
        kind=kind,
        size=0 if kind is Kind.FOLDER else found.st_size,
        modified=ticks(found.st_mtime_ns),
        created=ticks(created_nanoseconds(found, windows=windows)),
        changed=ticks(changed),
        attributes=_attributes(name, found),
        file_id=0 if windows else signed(found.st_ino),
    )


def ticks(nanoseconds: int) -> int:
    """Ticks; of times beyond the year 30,000, which some file systems keep, the last that the catalog can hold."""
    return max(_LOWEST, min(from_nanoseconds(nanoseconds), _HIGHEST))


def created_nanoseconds(found: os.stat_result, *, windows: bool) -> int:
    """The time of creation, or what stands for it (`seen_of`)."""
    birth: int | None = getattr(found, "st_birthtime_ns", None)
    if birth is not None:
        return birth
    seconds: float | None = getattr(found, "st_birthtime", None)
    if seconds is not None:
        return int(seconds * 1_000_000_000)
    return found.st_ctime_ns if windows else min(found.st_mtime_ns, found.st_ctime_ns)


def _attributes(name: str, found: os.stat_result) -> int:
    told: int | None = getattr(found, "st_file_attributes", None)
    if told is not None:
        return told
    hidden = HIDDEN if name.startswith(".") else 0
    return hidden | (0 if found.st_mode & 0o222 else READONLY)
