"""What access lists mean, worked out anew from their bytes: nothing here is shared with what is being judged.

The check is Windows' own ([MS-DTYP] 2.5.3.2) with what the tool promises to make of it: reading is reading data; writing is
reading and any right to change content, names or existence; what somebody has by administering counts for nothing.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from filrydd.model import wellknown

NONE, READS, WRITES = 0, 1, 2
_READ, _CHANGE = 0x1, 0x2 | 0x4 | 0x40 | 0x10000
_ALL = 0x1F01FF
_GENERIC = {0x80000000: 0x120089, 0x40000000: 0x120116, 0x20000000: 0x1200A0, 0x10000000: _ALL}
_INHERIT_ONLY = 0x08
_ALLOWS, _DENIES, _DENIES_IF = 0x00, 0x01, 0x0A
_COUNTS_FOR_NOTHING, _DENIES_OBJECTS = frozenset({0x05, 0x09, 0x0B}), frozenset({0x06, 0x0C})
OWNER_RIGHTS = wellknown.OWNER_RIGHTS
GUEST = frozenset({wellknown.EVERYONE, wellknown.NETWORK})
ANYBODY = GUEST | {wellknown.AUTHENTICATED_USERS}
"""Identifiers of somebody in no group: one who did not say who he is, and one who did."""

Token = frozenset[str]


@dataclass(frozen=True)
class List:
    """A list: `entries` (denies, rights, who; "" for everybody) in order, None when there is no list and all may do all."""

    owner: str
    entries: tuple[tuple[bool, int, str], ...] | None

    def names(self) -> frozenset[str]:
        """Everybody it names."""
        return frozenset({wellknown.EVERYONE} if self.entries is None else (sid for _d, _m, sid in self.entries if sid))

    def rights(self, token: Token) -> int:
        """The rights to data of somebody with these identifiers."""
        if self.entries is None:
            return _ALL
        whole = token | {OWNER_RIGHTS} if self.owner in token else token
        granted = denied = 0
        for denies, mask, sid in self.entries:
            if sid and sid not in whole:
                continue
            if denies:
                denied |= mask & ~granted
            else:
                granted |= mask & ~denied
        return granted


def level(rights: int) -> int:
    """What rights amount to; writing without reading is nothing."""
    if not rights & _READ:
        return NONE
    return WRITES if rights & _CHANGE else READS


def understood(content: bytes) -> List:
    """A self-relative descriptor ([MS-DTYP] 2.4.6). Raises ValueError for bytes that are none."""
    try:
        revision, _pad, control, owner, _group, _audit, place = struct.unpack_from("<BBHIIII", content)
        if revision != 1 or not control & 0x8000:
            raise ValueError("no self-relative descriptor")
        who = _sid(content, owner) if owner else ""
        if not control & 0x0004 or not place:
            return List(who, None)
        _revision, _pad, size, count, _pad2 = struct.unpack_from("<BBHHH", content, place)
        end = place + size
        if end > len(content):
            raise ValueError("cut short")
        place += 8
        entries = []
        for _ in range(count):
            kind, flags, length, mask = struct.unpack_from("<BBHI", content, place)
            if length < 8 or place + length > end:
                raise ValueError("an entry runs over the end")
            if kind not in _COUNTS_FOR_NOTHING | _DENIES_OBJECTS | {_ALLOWS, _DENIES, _DENIES_IF}:
                raise ValueError("an unknown kind of entry")
            if not flags & _INHERIT_ONLY and kind not in _COUNTS_FOR_NOTHING:
                # Whom an entry about objects denies is of no matter here: nobody is told to gain by it.
                sid = "" if kind in _DENIES_OBJECTS else _sid(content, place + 8)
                entries.append((kind != _ALLOWS, _specific(mask), sid))
            place += length
        return List(who, tuple(entries))
    except (struct.error, IndexError) as error:
        raise ValueError("cut short") from error


def _sid(content: bytes, place: int) -> str:
    count = content[place + 1]
    words = struct.unpack_from(f"<{count}I", content, place + 8)
    authority = int.from_bytes(content[place + 2 : place + 8], "big")
    return "-".join(map(str, ("S", content[place], authority, *words)))


def _specific(mask: int) -> int:
    for generic, rights in _GENERIC.items():
        if mask & generic:
            mask |= rights
    return mask & _ALL


def everybody(sids: Iterable[str]) -> Token:
    """All identifiers of somebody who has these: everybody comes over the network, and all but guests said who they are."""
    own = frozenset(sids)
    return own | (GUEST if any(map(wellknown.is_guest, own)) else ANYBODY)
