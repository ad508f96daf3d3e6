"""Where files come from: a local folder or UNC path, or SMB direct. See `source` for the contract and its words.

source        the contract, the sum of readable, sealable and retirable; trouble: what may be wrong with one entry
opening       from an address to a source, with credentials
local, smb    the sources; place, streams, told, rights, going are words that both use
"""

from filrydd.sources.address import LocalAddress, SmbAddress, parse
from filrydd.sources.opening import open_source, open_source_as
from filrydd.sources.source import (
    IN_FLIGHT,
    AlreadyThere,
    Change,
    ChangedSince,
    Connected,
    EntryTrouble,
    OpenFile,
    Reader,
    Source,
    Usage,
)

__all__ = [
    "IN_FLIGHT",
    "AlreadyThere",
    "Change",
    "ChangedSince",
    "Connected",
    "EntryTrouble",
    "LocalAddress",
    "OpenFile",
    "Reader",
    "SmbAddress",
    "Source",
    "Usage",
    "open_source",
    "open_source_as",
    "parse",
]
