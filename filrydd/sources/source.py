"""The contract of a source: where an area's files lie today.

Words: a *path* is relative to the area's top, stored form, `/` between names (`model.names`). A *descriptor* is the
source's own opaque bytes for one entry's permissions: what `permission` returned, `permit` puts back exactly.

A source is used by one thread. Trouble with one entry comes back as data from `list`; the other methods raise
`EntryTrouble` for it, which a stage turns into an unreadable, a finding or a kept file. `SourceGone` and `SourceRefused`
(`filrydd.errors`) mean the source as a whole.
"""

from typing import Protocol

from filrydd.sources.readable import IN_FLIGHT, Readable, Reader
from filrydd.sources.retirable import Retirable
from filrydd.sources.sealable import Change, Connected, OpenFile, Sealable, Usage
from filrydd.sources.trouble import AlreadyThere, ChangedSince, EntryTrouble

__all__ = [
    "IN_FLIGHT",
    "AlreadyThere",
    "Change",
    "ChangedSince",
    "Connected",
    "EntryTrouble",
    "OpenFile",
    "Reader",
    "Source",
    "Usage",
]


class Source(Readable, Sealable, Retirable, Protocol):
    """The sum of the three: what reads an area, what seals it, what retires from it."""

    def again(self) -> "Source":
        """Another connection to the same place, as the same user: a source is used by one thread at a time."""
