"""What a source says about an area: entries, folder by folder, and the trouble it had."""

from dataclasses import dataclass
from enum import StrEnum

# FILE_ATTRIBUTE_* bits that mean something to a stage ([MS-FSCC] 2.6).
READONLY = 0x1
HIDDEN = 0x2
SYSTEM = 0x4
DIRECTORY = 0x10
REPARSE_POINT = 0x400
OFFLINE = 0x1000
ENCRYPTED = 0x4000
RECALL_ON_OPEN = 0x40000
RECALL_ON_DATA_ACCESS = 0x400000

SNAPSHOT_FOLDERS = frozenset({"~snapshot", ".snapshot", ".snapshots", ".zfs"})
"""Folders in which NetApp, Isilon, Synology and ZFS show earlier versions, folded: every file once more for each version."""


class Kind(StrEnum):
    """What an entry is. A link (symbolic link, mount point, DFS link) is recorded and never followed."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"  # a pipe, a socket, a device


class Reason(StrEnum):
    """Why something could not be read. The word is stored; `lang` has the sentence."""

    NO_PERMISSION = "no permission"
    VANISHED = "vanished"
    IN_USE = "in use"
    LINK = "link"
    SPECIAL = "special"
    LOOP = "loop"
    BAD_NAME = "bad name"
    FAULT = "fault"
    SNAPSHOT = "snapshot"  # a folder in which the server shows earlier versions
    VIRUS = "virus"  # the server's own scanner refuses it
    CHANGED = "permissions changed"  # somebody else has set other permissions than were expected
    THERE = "already there"  # the name of what was to be left is taken


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry as a source gave it.

    `name` is in its stored form (`model.names`); `size` in bytes, 0 for folders; times in ticks (`model.times`);
    `attributes` are FILE_ATTRIBUTE_* bits; `file_id` identifies the entry within its volume, 0 where a source has none.
    """

    name: str
    kind: Kind
    size: int
    modified: int
    created: int
    changed: int
    attributes: int
    file_id: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that could not be read: data, not an exception. `detail` is the system's own word for it."""

    path: str
    kind: Kind
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One folder's entries in the source's order, and the trouble met in it.

    An entry with trouble of its own stands in both. When the folder itself could not be listed, `entries` is empty and
    `troubles` holds one row whose path is the folder's.
    """

    path: str
    entries: tuple[Seen, ...]
    troubles: tuple[Trouble, ...] = ()
