"""What a server tells of its entries, taken apart: pages of a folder's listing, and single facts.

The bytes come from another machine, so every length is checked before it is believed.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from filrydd.model.entry import DIRECTORY, REPARSE_POINT, Kind

# FileIdFullDirectoryInformation ([MS-FSCC] 2.4.24): next, index, created, read, written, changed, size, allocated,
# attributes, length of the name, reparse tag (or size of extended attributes), reserved, id.
_ENTRY = struct.Struct("<IIqqqqqqIIIIQ")

# Reparse tags ([MS-FSCC] 2.1.2.1). Those with this bit stand for another place, and so do links of DFS; the special ones
# are the pipes, sockets and devices of Unix. All others are files and folders with a helper, such as deduplicated ones.
_NAME_SURROGATE = 0x2000_0000
_DFS = 0x8000_000A
_SPECIAL = frozenset({0x8000_0014, 0x8000_0023, 0x8000_0024, 0x8000_0025, 0x8000_0026})


class Told(NamedTuple):
    """One entry of a page. `name` is as the server wrote it; times are FILETIMEs; `tag` is 0 without a reparse point."""

    name: str
    attributes: int
    size: int
    created: int
    modified: int
    changed: int
    file_id: int
    tag: int


class BadPage(ValueError):
    """The server's page does not hold together."""


def entries(page: bytes) -> Iterator[Told]:
    """The entries of one page, `.` and `..` left out. Raises BadPage."""
    place = 0
    while True:
        if place + _ENTRY.size > len(page):
            raise BadPage("an entry is cut short")
        after, _, created, _, modified, changed, size, _, attributes, length, tag, _, file_id = _ENTRY.unpack_from(
            page, place
        )
        start = place + _ENTRY.size
        if length % 2 or start + length > len(page):
            raise BadPage("a name runs over the end")
        name = page[start : start + length].decode("utf-16-le", "surrogatepass")
        if name not in (".", ".."):
            tag = tag if attributes & REPARSE_POINT else 0
            yield Told(name, attributes, size, created, modified, changed, file_id, tag)
        if not after:
            return
        if after < _ENTRY.size + length:
            raise BadPage("entries overlap")
        place += after


def kind_of(attributes: int, tag: int) -> Kind:
    """What an entry is, by its attributes and its reparse tag."""
    if attributes & REPARSE_POINT:
        if tag & _NAME_SURROGATE or tag == _DFS:
            return Kind.LINK
        if tag in _SPECIAL:
            return Kind.OTHER
    return Kind.FOLDER if attributes & DIRECTORY else Kind.FILE
