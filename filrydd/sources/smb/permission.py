"""Permissions of an entry of a share: as the server told them, as it is to be told, and compared."""

from functools import lru_cache

from filrydd.model import descriptor as security
from filrydd.model.entry import Reason
from filrydd.sources.smb import message
from filrydd.sources.smb.share import Opened, Share
from filrydd.sources.source import EntryTrouble
from filrydd.sources.told import CHANGED

# A descriptor's lists are at most 64 KiB; this is what one credit carries.
_ROOM = 65_536
# Most entries of an area have one of few descriptors. Longer ones are rare, and would take the memory of many.
_REMEMBERED, _SHORT = 1024, 2048

NOT_KEPT = "the server keeps another access list than it was given"

Access = tuple[int, tuple[tuple[int, int, int, bytes], ...] | None]
"""What a descriptor lets whom do, in a form that is equal when that is."""


def descriptor_of(share: Share, opened: Opened) -> bytes:
    """Owner, group and access list as the server tells them. Raises Refused, Dropped."""
    return share.query(opened, message.OF_SECURITY, 0, _ROOM, message.OWNER_GROUP_DACL)


def put_together(told: bytes) -> bytes:
    """The descriptor put together anew, so that the same permissions are the same bytes however a server lays them out.
    Raises BadDescriptor."""
    return _put_together(told) if len(told) <= _SHORT else security.build(security.parse(told))


def access(descriptor: bytes) -> Access:
    """The access that it gives. Servers may write generic rights out; that is the same access. Raises BadDescriptor."""
    return _access(descriptor) if len(descriptor) <= _SHORT else _access_of(descriptor)


def value(wanted: bytes) -> bytes:
    """What a server is to be sent so that the access list becomes that of this descriptor. Raises BadDescriptor."""
    return _value(wanted) if len(wanted) <= _SHORT else _value_of(wanted)


def is_as_wanted(now: bytes, wanted: bytes) -> bool:
    """Whether nothing is left to be set: the same access, and what is inherited is marked so alike. Raises BadDescriptor
    for `wanted`."""
    try:
        return access(now) == access(wanted) and _marked(now) == _marked(wanted)
    except security.BadDescriptor:
        access(wanted)
        return False


def is_known(now: bytes, known: tuple[bytes, ...]) -> bool:
    """Whether permissions may be changed that are these now; `known` as in `Change`. Raises BadDescriptor."""
    return not known or access(now) in [access(one) for one in known]


def change(share: Share, opened: Opened, path: str, wanted: bytes, known: tuple[bytes, ...]) -> bool:
    """Set the access list of an open entry, unless it is so already (False); `known` as in `Change`. Raises EntryTrouble,
    Refused, Dropped, BadDescriptor."""
    now = descriptor_of(share, opened)
    if is_as_wanted(now, wanted):
        return False
    if not is_known(now, known):
        raise EntryTrouble(path, Reason.CHANGED, CHANGED)
    put(share, opened, path, wanted)
    return True


def put(share: Share, opened: Opened, path: str, wanted: bytes) -> None:
    """Set the access list of an open entry and read it back. Raises EntryTrouble, Refused, Dropped, BadDescriptor."""
    share.set(opened, message.OF_SECURITY, 0, value(wanted), message.DACL)
    if access(descriptor_of(share, opened)) != access(wanted):
        raise EntryTrouble(path, Reason.FAULT, NOT_KEPT)


def _access_of(descriptor: bytes) -> Access:
    parsed = security.parse(descriptor)
    dacl = parsed.dacl
    entries = None
    if dacl is not None:
        entries = tuple((entry.type, entry.flags, security.specific(entry.mask), entry.rest) for entry in dacl)
    return parsed.control & security.DACL_PROTECTED, entries


def _value_of(wanted: bytes) -> bytes:
    parsed = security.parse(wanted)
    # Without the request a server forgets that entries were inherited ([MS-DTYP] 2.4.6, DR and DI).
    asked = security.DACL_AUTO_INHERIT_REQUIRED if parsed.control & security.DACL_AUTO_INHERITED else 0
    return security.build(security.Descriptor(parsed.control | asked, b"", b"", parsed.dacl, parsed.revision))


def _marked(descriptor: bytes) -> int:
    # The control word of a descriptor that was parsed before ([MS-DTYP] 2.4.6).
    return int.from_bytes(descriptor[2:4], "little") & security.DACL_AUTO_INHERITED


_access = lru_cache(_REMEMBERED)(_access_of)
_value = lru_cache(_REMEMBERED)(_value_of)


@lru_cache(_REMEMBERED)
def _put_together(told: bytes) -> bytes:
    return security.build(security.parse(told))
