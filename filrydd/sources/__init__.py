"""Where files come from: a local folder or UNC path, or SMB direct. See `source` for the contract and its words."""

from filrydd.sources.address import LocalAddress, SmbAddress, parse
from filrydd.sources.opening import open_source
from filrydd.sources.source import IN_FLIGHT, ChangedSince, EntryTrouble, Reader, Source

__all__ = [
    "IN_FLIGHT",
    "ChangedSince",
    "EntryTrouble",
    "LocalAddress",
    "Reader",
    "SmbAddress",
    "Source",
    "open_source",
    "parse",
]
