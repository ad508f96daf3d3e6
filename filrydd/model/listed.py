"""What a walk tells, one folder after the other; made so that a million entries pass with as little work as possible."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from filrydd.model.entry import Kind, Reason

FileFacts = tuple[int, str, str, int, int, int, int, int]
"""A file: the key of its folder, stored name, extension (`model.names.extension`), size in bytes, modified and created in
ticks, attributes, file id (signed 64 bits; 0 where a source has none)."""


class Passed(NamedTuple):
    """The identity of a folder on the way down, and those above it: what loops show on."""

    file_id: int
    created: int
    above: "Passed | None"


class ToList(NamedTuple):
    """A folder that is yet to be listed: a number of the walk's, its path (stored form), its identity and those above."""

    key: int
    path: str
    passed: Passed


class Below(NamedTuple):
    """A folder found in a folder, to be listed in the same walk under that key."""

    key: int
    name: str
    modified: int
    created: int
    attributes: int
    file_id: int


class Snag(NamedTuple):
    """Trouble with the entry of that name, or with the listed folder itself when `name` is None. Links, loops, snapshot
    folders and special files are snags and nothing else; a file that cannot be read is a file and a snag."""

    name: str | None
    kind: Kind
    reason: Reason
    detail: str


class Listed(Protocol):
    """One folder's answer.

    `digest`: over every entry's name and facts (access times left out) and what else the walk knows of it. Equal digests
    of two listings of a folder mean equal entries; different ones mean nothing. Empty: not known.
    `descriptor`: owner, group and access list, self-relative ([MS-DTYP] 2.4.6); empty: not known.
    `snags` is complete when `files()` has been run through. A name occurs once in files and folders together.
    """

    key: int
    digest: bytes
    entries: int
    folders: Sequence[Below]
    snags: list[Snag]
    descriptor: bytes

    def files(self) -> Iterator[FileFacts]:
        """The files, in the source's order; to be run through at most once."""
