"""Where a folder lies: on a disk of this machine, or on a network."""

import os
import re
import sys
from pathlib import Path

# File systems whose locks and shared memory SQLite's WAL cannot rely on (sqlite.org/wal.html, "All processes using a
# database must be on the same host computer").
NETWORK_FILE_SYSTEMS = frozenset(
    {"cifs", "smb3", "smbfs", "nfs", "nfs4", "afs", "9p", "ncpfs", "ceph", "glusterfs", "lustre", "fuse.sshfs"}
)
_DRIVE_REMOTE = 4


def is_on_network(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether a folder lies on a network drive; False where the system cannot tell."""
    resolved = folder.resolve()
    if sys.platform == "win32":
        import ctypes

        text = str(resolved)
        return text.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(resolved.anchor) == _DRIVE_REMOTE
    return file_system_of(resolved, mounts) in NETWORK_FILE_SYSTEMS


def make_durable(folder: Path) -> None:
    """Have a folder's own change (a new or renamed file) on the disk. Windows does so by itself and lets nobody ask."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_system_of(folder: Path, mounts: Path) -> str:
    """The type of the file system that a folder lies on, by Linux' mountinfo; empty when it cannot be told."""
    if not mounts.exists():
        return ""
    best, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        left, _, right = line.partition(" - ")
        # Spaces in mount points are written \040 (proc(5)).
        point = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), left.split()[4])
        inside = point == "/" or str(folder) == point or str(folder).startswith(point + os.sep)
        if inside and len(point) >= len(best):
            best, kind = point, right.split()[0]
    return kind
