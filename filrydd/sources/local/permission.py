"""Permissions of local entries as descriptors: small JSON, the same bytes for the same permissions.

Only mode, owner and group are kept. POSIX access lists follow the mode: its group bits are their mask, so clearing the
write bits takes writing from everybody they name, and restoring the mode gives exactly it back.
"""

import json
import os
import stat
from dataclasses import dataclass

from filrydd.model.entry import Reason
from filrydd.sources.local.walk import O_PATH
from filrydd.sources.source import EntryTrouble

_VERSION = 1
_WRITING = 0o222


class BadLocalDescriptor(ValueError):
    """The bytes are no descriptor of a local entry."""


@dataclass(frozen=True, slots=True)
class LocalPermission:
    """`mode` is the permission bits with setuid, setgid and sticky; `uid` and `gid` are the system's numbers."""

    mode: int
    uid: int
    gid: int

    def packed(self) -> bytes:
        """The descriptor."""
        facts = {"filrydd": _VERSION, "gid": self.gid, "mode": f"{self.mode:04o}", "uid": self.uid}
        return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode("ascii")

    def sealed(self, operator: int, *, folder: bool) -> "LocalPermission":
        """Without the write bits. A folder of the operator's own stays writable to him alone, so that he can delete
        in it. What a mode cannot do: another owner of a file may give himself the bits back."""
        kept = stat.S_IWUSR if folder and self.uid == operator else 0
        return LocalPermission(self.mode & (~_WRITING | kept), self.uid, self.gid)


def of_stat(mode: int, uid: int, gid: int) -> LocalPermission:
    """The permissions in a `stat`."""
    return LocalPermission(stat.S_IMODE(mode), uid, gid)


def unpacked(descriptor: bytes) -> LocalPermission:
    """The permissions in a descriptor. Raises BadLocalDescriptor."""
    try:
        facts = json.loads(descriptor)
        if facts["filrydd"] != _VERSION:
            raise BadLocalDescriptor(f"version {facts['filrydd']!r} is not known")
        return LocalPermission(int(facts["mode"], 8), int(facts["uid"]), int(facts["gid"]))
    except (ValueError, TypeError, KeyError) as error:
        raise BadLocalDescriptor(str(error)) from error


def put(fd: int, found: os.stat_result, wanted: LocalPermission, path: str) -> None:
    """Set the permissions of the entry that a descriptor stands for, whose facts are `found`, and read them back. Raises
    EntryTrouble, OSError."""
    # A descriptor opened with O_PATH stands for the entry itself, whatever its name stands for by now, and needs no right
    # to read it; the kernel's own name for it is the way to change what it stands for. chmod by name would follow a link
    # put there meanwhile, and Linux' chmod has no way to be told not to.
    place: int | str = f"/proc/self/fd/{fd}" if O_PATH else fd
    if (found.st_uid, found.st_gid) != (wanted.uid, wanted.gid):
        os.chown(place, wanted.uid, wanted.gid)
    os.chmod(place, wanted.mode)  # noqa: PTH101 - it may be a descriptor
    now = os.fstat(fd)
    if of_stat(now.st_mode, now.st_uid, now.st_gid) != wanted:
        raise EntryTrouble(path, Reason.FAULT, "the file system did not take the permissions")
