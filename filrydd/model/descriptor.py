"""Windows security descriptors as bytes: taken apart and put together, pure functions.

The form is the self-relative SECURITY_DESCRIPTOR of [MS-DTYP] 2.4.6. Entries of the access list stay raw, so that an entry
of any type comes back byte for byte.
"""

import struct
from dataclasses import dataclass, replace

# Control bits ([MS-DTYP] 2.4.6).
DACL_PRESENT = 0x0004
DACL_AUTO_INHERIT_REQUIRED = 0x0100
DACL_AUTO_INHERITED = 0x0400
DACL_PROTECTED = 0x1000
SELF_RELATIVE = 0x8000
# What says something about access. The "defaulted" bits do not, and no server keeps them through a change.
_KEPT_CONTROL = DACL_PRESENT | DACL_AUTO_INHERITED | DACL_PROTECTED | SELF_RELATIVE

# Types of entries ([MS-DTYP] 2.4.4.1) that may stand in an access list; the mask lies at byte 4 in all of them.
ALLOWED = 0x00
DENIED = 0x01
ALLOWING_TYPES = frozenset({0x00, 0x05, 0x09, 0x0B})
DENYING_TYPES = frozenset({0x01, 0x06, 0x0A, 0x0C})

# Flags of entries.
OBJECT_INHERIT = 0x01
CONTAINER_INHERIT = 0x02
INHERIT_ONLY = 0x08
INHERITED = 0x10

# How files map generic rights to their own ([MS-SMB2] 2.2.13.1, [MS-DTYP] 2.4.3).
_GENERIC = {0x8000_0000: 0x0012_0089, 0x4000_0000: 0x0012_0116, 0x2000_0000: 0x0012_00A0, 0x1000_0000: 0x001F_01FF}

_HEADER = struct.Struct("<BBHIIII")
_LIST = struct.Struct("<BBHHH")
_ENTRY = struct.Struct("<BBHI")


class BadDescriptor(ValueError):
    """The bytes are no security descriptor, or one that this tool cannot judge."""


@dataclass(frozen=True, slots=True)
class Ace:
    """One entry of an access list. `rest` is what follows the mask, the security identifier first in plain entries."""

    type: int
    flags: int
    mask: int
    rest: bytes

    def packed(self) -> bytes:
        """The entry as it stands in a list."""
        return _ENTRY.pack(self.type, self.flags, _ENTRY.size + len(self.rest), self.mask) + self.rest


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A security descriptor without its audit list. `dacl` None means that there is no list: everybody may do all."""

    control: int
    owner: bytes
    group: bytes
    dacl: tuple[Ace, ...] | None
    revision: int = 2

    def with_control(self, *, on: int = 0, off: int = 0) -> "Descriptor":
        """The same with some control bits set and others cleared."""
        return replace(self, control=(self.control | on) & ~off)


def parse(data: bytes) -> Descriptor:
    """Take a self-relative descriptor apart. Raises BadDescriptor."""
    try:
        revision, _, control, owner, group, _, dacl = _HEADER.unpack_from(data)
        if revision != 1 or not control & SELF_RELATIVE:
            raise BadDescriptor("not a self-relative security descriptor")
        # The list is read when the bit says that there is one; a list at offset 0 is the absent list.
        entries, list_revision = _entries(data, dacl) if control & DACL_PRESENT and dacl else (None, 2)
        return Descriptor(control & _KEPT_CONTROL, _sid_at(data, owner), _sid_at(data, group), entries, list_revision)
    except struct.error as error:
        raise BadDescriptor(f"cut short: {error}") from error


def build(descriptor: Descriptor) -> bytes:
    """Put a self-relative descriptor together: header, owner, group, list, always in this order."""
    parts: list[bytes] = []
    end = _HEADER.size
    places: list[int] = []
    for part in (descriptor.owner, descriptor.group, _packed_list(descriptor)):
        places.append(end if part else 0)
        parts.append(part)
        end += len(part)
    owner, group, dacl = places
    return _HEADER.pack(1, 0, descriptor.control | SELF_RELATIVE, owner, group, 0, dacl) + b"".join(parts)


def specific(mask: int) -> int:
    """The mask with generic rights written out as rights of files."""
    for generic, rights in _GENERIC.items():
        if mask & generic:
            mask = mask & ~generic | rights
    return mask


def sid_from_text(text: str) -> bytes:
    """The bytes of `S-1-5-21-...` ([MS-DTYP] 2.4.2.1). Raises BadDescriptor."""
    words = text.strip().upper().split("-")
    try:
        if words[:2] != ["S", "1"] or not 4 <= len(words) <= 18:
            raise BadDescriptor("not a security identifier")
        authority, *subauthorities = (int(word) for word in words[2:])
        return (
            struct.pack("<BB", 1, len(subauthorities)) + authority.to_bytes(6, "big") + _subauthorities(subauthorities)
        )
    except (ValueError, OverflowError, struct.error) as error:
        raise BadDescriptor("not a security identifier") from error


def sid_to_text(sid: bytes) -> str:
    """`S-1-5-21-...` of a security identifier's bytes."""
    count = sid[1]
    words = struct.unpack_from(f"<{count}I", sid, 8)
    return "-".join(["S", str(sid[0]), str(int.from_bytes(sid[2:8], "big")), *map(str, words)])


def _subauthorities(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _sid_at(data: bytes, place: int) -> bytes:
    if not place:
        return b""
    head = data[place : place + 2]
    sid = data[place : place + 8 + 4 * head[1]] if len(head) == 2 else b""
    if len(head) < 2 or len(sid) != 8 + 4 * head[1]:
        raise BadDescriptor("a security identifier is cut short")
    return sid


def _entries(data: bytes, place: int) -> tuple[tuple[Ace, ...], int]:
    revision, _, size, count, _ = _LIST.unpack_from(data, place)
    end = place + size
    if end > len(data):
        raise BadDescriptor("the access list is cut short")
    place += _LIST.size
    entries = []
    for _index in range(count):
        kind, flags, length, mask = _ENTRY.unpack_from(data, place)
        if length < _ENTRY.size or place + length > end:
            raise BadDescriptor("an entry of the access list runs over its end")
        if kind not in ALLOWING_TYPES | DENYING_TYPES:
            raise BadDescriptor(f"an entry of the access list has the unknown type 0x{kind:02x}")
        entries.append(Ace(kind, flags, mask, data[place + _ENTRY.size : place + length]))
        place += length
    return tuple(entries), revision


def _packed_list(descriptor: Descriptor) -> bytes:
    if descriptor.dacl is None:
        return b""
    packed = b"".join(ace.packed() for ace in descriptor.dacl)
    size = _LIST.size + len(packed)
    if size > 0xFFFF:
        raise BadDescriptor("the access list is longer than 64 KiB")
    return _LIST.pack(descriptor.revision, 0, size, len(descriptor.dacl), 0) + packed
