"""Who can read and who can write, by Windows' access check ([MS-DTYP] 2.5.3.2); pure.

The list decides in its own order, and for each right the first entry that speaks of it decides: an entry that denies takes
nothing away from an earlier one that allows, as `icacls` and old tools make them. Nothing here reports access that a server
would deny:

- Of the entries that allow only the plain ones count. Those with an object type or a condition ([MS-DTYP] 2.4.4) allow
  nothing here; those that deny count in full, and for everybody where the trustee cannot be read.
- A group is judged as somebody who is in that group and in no other that is not told. What the groups of the file server
  itself hold is known only when somebody tells it.
- Privileges (backup operators, an administrator who takes ownership) and the folders above are not looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from filrydd.model import wellknown
from filrydd.model.descriptor import (
    ALLOWED,
    DENYING_TYPES,
    INHERIT_ONLY,
    Ace,
    Descriptor,
    sid_from_text,
    sid_to_text,
    specific,
)

# Rights of files and folders ([MS-SMB2] 2.2.13.1.1 and .2), by their names for files.
READ_DATA = 0x0000_0001
WRITE_DATA = 0x0000_0002
APPEND_DATA = 0x0000_0004
DELETE_CHILD = 0x0000_0040
DELETE = 0x0001_0000
READ_CONTROL = 0x0002_0000
WRITE_DAC = 0x0004_0000
WRITE_OWNER = 0x0008_0000
FULL_CONTROL = 0x001F_01FF

READING = READ_DATA
"""Reading a file or listing a folder."""
WRITING = WRITE_DATA | APPEND_DATA | DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER
"""Any of these changes what is there, or gives oneself the right to."""

Sid = bytes
GroupsOf = Callable[[Sid], frozenset[Sid]]
"""The groups that somebody is in, also through other groups; empty for none, or when nobody knows."""

EVERYONE = sid_from_text(wellknown.EVERYONE)
NETWORK = sid_from_text(wellknown.NETWORK)
AUTHENTICATED_USERS = sid_from_text(wellknown.AUTHENTICATED_USERS)
OWNER_RIGHTS = sid_from_text(wellknown.OWNER_RIGHTS)
_PLACEHOLDERS = frozenset(map(sid_from_text, wellknown.PLACEHOLDERS))
_SID_HEADER = 8
_OBJECT_TYPES = frozenset({0x05, 0x06, 0x0B, 0x0C})


@dataclass(frozen=True, slots=True)
class Access:
    """Whether somebody can read, and whether he can write (any of `WRITING`)."""

    reads: bool
    writes: bool


def allowed(descriptor: Descriptor, token: frozenset[Sid]) -> int:
    """The rights (bits within `FULL_CONTROL`) of somebody who has all these identifiers, his own among them.

    No list allows everything and an empty one nothing, except to the owner: he reads and changes the list whatever it says,
    unless entries for OWNER RIGHTS say what he may instead.
    """
    return _rights(descriptor.owner, _rulings(descriptor), token)


def who(descriptor: Descriptor, share: Descriptor | None, groups_of: GroupsOf) -> dict[Sid, Access]:
    """What everybody can do whom either list names, and the owner; each with his own groups.

    `share` is the share's own list, None when there is none or nobody knows it: what it allows limits what the other does.
    Where a list is absent Everyone is named. Placeholders (CREATOR OWNER, OWNER RIGHTS ...) stand for others and are left
    out. Everybody comes over the network, so whoever is named is judged as NETWORK and Everyone too, and as an
    authenticated user unless the name is a guest's, Everyone's or NETWORK's own.
    """
    entries = _rulings(descriptor)
    limits = None if share is None else _rulings(share)
    found = {}
    for sid in _named(descriptor) | (_named(share) if share is not None else set()) | {descriptor.owner}:
        if not sid or sid in _PLACEHOLDERS:
            continue
        token = _token(sid, groups_of)
        mask = _rights(descriptor.owner, entries, token)
        if share is not None:
            # Its owner has a right to the share's own list, none to files.
            mask &= _rights(b"", limits, token)
        found[sid] = Access(bool(mask & READING), bool(mask & WRITING))
    return found


@dataclass(frozen=True, slots=True)
class _Ruling:
    """An entry that applies here: `sid` None is everybody."""

    denies: bool
    mask: int
    sid: Sid | None


def _rulings(descriptor: Descriptor) -> list[_Ruling] | None:
    if descriptor.dacl is None:
        return None
    found = []
    for entry in descriptor.dacl:
        denies = entry.type in DENYING_TYPES
        if entry.flags & INHERIT_ONLY or not (denies or entry.type == ALLOWED):
            continue
        sid = _trustee(entry)
        if denies or sid is not None:
            found.append(_Ruling(denies, specific(entry.mask) & FULL_CONTROL, sid))
    return found


def _rights(owner: Sid, entries: list[_Ruling] | None, token: frozenset[Sid]) -> int:
    if entries is None:
        return FULL_CONTROL
    owns = bool(owner) and owner in token
    granted = denied = 0
    if owns and not any(entry.sid == OWNER_RIGHTS for entry in entries):
        granted = READ_CONTROL | WRITE_DAC
    for entry in entries:
        if entry.sid == OWNER_RIGHTS:
            if not owns:
                continue
        elif entry.sid is not None and entry.sid not in token:
            continue
        if entry.denies:
            denied |= entry.mask & ~granted
        else:
            granted |= entry.mask & ~denied
    return granted


def _trustee(entry: Ace) -> Sid | None:
    """Whom an entry is about; None when its bytes do not say."""
    place = 0
    if entry.type in _OBJECT_TYPES:
        # Flags say which of two identifiers of 16 bytes lie before the trustee ([MS-DTYP] 2.4.4.3).
        place = 4 + 16 * (int.from_bytes(entry.rest[:4], "little") & 3).bit_count()
    head = entry.rest[place : place + 2]
    end = place + _SID_HEADER + 4 * head[1] if len(head) == 2 else 0
    return entry.rest[place:end] if end and end <= len(entry.rest) else None


def _named(descriptor: Descriptor) -> set[Sid]:
    if descriptor.dacl is None:
        return {EVERYONE}
    return {sid for entry in descriptor.dacl if (sid := _trustee(entry)) is not None}


def _token(sid: Sid, groups_of: GroupsOf) -> frozenset[Sid]:
    groups = groups_of(sid)
    token = groups | {sid, EVERYONE, NETWORK}
    if sid in (EVERYONE, NETWORK) or _is_guest(sid) or _holds_guests(groups):
        return token
    return token | {AUTHENTICATED_USERS}


# The same few thousand people stand in all the lists of an area.
@lru_cache(maxsize=20_000)
def _is_guest(sid: Sid) -> bool:
    return wellknown.is_guest(sid_to_text(sid))


@lru_cache(maxsize=20_000)
def _holds_guests(groups: frozenset[Sid]) -> bool:
    return any(map(_is_guest, groups))
