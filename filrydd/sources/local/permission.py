"""Permissions of local entries as descriptors: small JSON, the same bytes for the same permissions.

Only mode, owner and group are kept. POSIX access lists follow the mode: its group bits are their mask, so clearing the
write bits takes writing from everybody they name, and restoring the mode gives exactly it back.
"""

import json
import stat
from dataclasses import dataclass

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
