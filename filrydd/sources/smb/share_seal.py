"""The share's own permissions as a seal: where the area is the whole share, one change restricts everybody at once.

A connected client keeps the rights that its connection to the share began with, until it connects anew (measured on Samba:
it still creates files). So a sealed share keeps nobody from writing who is there already; the files' own permissions do.
"""

import struct
from dataclasses import replace

from smbprotocol.exceptions import SMBResponseException

from filrydd.model import descriptor as security
from filrydd.model.entry import Reason
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.link import Link
from filrydd.sources.smb.permission import NOT_KEPT, access
from filrydd.sources.smb.pipe import NotTold, check, text
from filrydd.sources.smb.seal_list import EVERYONE, FULL_CONTROL, READ_AND_EXECUTE
from filrydd.sources.smb.srvsvc import ask, bound, server
from filrydd.sources.source import EntryTrouble

_SHARE_SET_INFO = 17
_LEVEL = 1501  # the descriptor alone ([MS-SRVS] 2.2.4.31)


def sealed(former: bytes, operator: bytes) -> bytes:
    """What the share's descriptor becomes: pure, idempotent. Whoever could read still can and nothing more, who was denied
    something still is, and the operator may do all. No descriptor or no list is what everybody may do all with. Raises
    BadDescriptor."""
    everybody = (security.Ace(security.ALLOWED, 0, FULL_CONTROL, EVERYONE),)
    before = security.parse(former) if former else security.Descriptor(0, b"", b"", None)
    ours = security.Ace(security.ALLOWED, 0, FULL_CONTROL, operator)
    kept = [_cut(entry) for entry in (everybody if before.dacl is None else before.dacl) if entry != ours]
    return security.build(
        security.Descriptor(
            before.control | security.DACL_PRESENT,
            before.owner,
            before.group,
            (ours, *(entry for entry in kept if entry.mask)),
            max(before.revision, 2),
        )
    )


def permit(calls: Calls, descriptor: bytes) -> None:
    """Set the share's descriptor by NetrShareSetInfo ([MS-SRVS] 3.1.4.11) and see that the server tells it now. Nothing is
    set where it does not tell what it has. Raises EntryTrouble, SourceGone, SourceRefused."""
    wanted = _access(descriptor)

    def act(link: Link) -> None:
        try:
            # One that cannot be read could not be put back, nor be seen to be kept.
            if _access(ask(link)) == wanted:
                return
            with bound(link) as pipe:
                check(pipe.call(_SHARE_SET_INFO, _question(link, descriptor)), "NetrShareSetInfo")
            if _access(ask(link)) != wanted:
                raise EntryTrouble("", Reason.FAULT, NOT_KEPT)
        except (NotTold, SMBResponseException) as error:
            raise EntryTrouble("", Reason.NO_PERMISSION, f"the share's own permissions: {error}") from error

    calls.on_link(act)


def _question(link: Link, descriptor: bytes) -> bytes:
    size = len(descriptor)
    value = struct.pack("<IIIIII", _LEVEL, _LEVEL, 0x2_0000, size, 0x2_0000, size) + descriptor + b"\0" * (-size % 4)
    # Behind the last pointer the server writes which field it does not like.
    return server(link) + text(link.address.share) + value + struct.pack("<II", 0x2_0000, 0)


def _access(descriptor: bytes) -> object:
    """Who may do what. Nothing is inherited by a share, so a list that is protected is the same as one that is not."""
    try:
        return access(descriptor)[1]
    except security.BadDescriptor as error:
        raise EntryTrouble("", Reason.FAULT, str(error)) from error


def _cut(entry: security.Ace) -> security.Ace:
    if entry.type not in security.ALLOWING_TYPES:
        return entry
    return replace(entry, mask=security.specific(entry.mask) & READ_AND_EXECUTE)
