"""The share's own permissions, which restrict those of every entry in it: asked of the server's SRVSVC pipe.

One question of [MS-SRVS], NetrShareGetInfo (3.1.4.10) at level 502 (2.2.4.26). Windows answers it only to those who run
the server; Samba may leave the descriptor out.
"""

import struct

from smbprotocol.exceptions import SMBResponseException

from filrydd.model import descriptor as security
from filrydd.sources.smb import pipe as smb_pipe
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.link import Link
from filrydd.sources.smb.pipe import NotTold, Stub, check, text

_SERVER_SERVICE = "4b324fc8-1670-01d3-1278-5a47bf6ee188"
_SHARE_GET_INFO = 16
_LEVEL = 502


def share_descriptor(calls: Calls) -> bytes:
    """Owner, group and access list of the share, self-relative ([MS-DTYP] 2.4.6), put together anew so that the same
    permissions are the same bytes. Empty when the server does not tell us. Raises SourceGone, SourceRefused."""

    def asked(link: Link) -> bytes:
        try:
            return ask(link)
        except (NotTold, SMBResponseException):
            # No right to ask, no such pipe, or an answer that cannot be believed: in each case nothing is known.
            return b""

    return calls.on_link(asked)


def ask(link: Link) -> bytes:
    """The same on a link. Raises NotTold with the reason, Dropped, or the library's response error."""
    with smb_pipe.opened(link.ipc(), "srvsvc", _SERVER_SERVICE, 3) as pipe:
        server = struct.pack("<I", 0x2_0000) + text(rf"\\{link.address.server}")
        return told(pipe.call(_SHARE_GET_INFO, server + text(link.address.share) + struct.pack("<I", _LEVEL)))


def told(stub: bytes) -> bytes:
    """The descriptor in an answer. Raises NotTold."""
    check(stub, "NetrShareGetInfo")
    fields = Stub(stub)
    if fields.number() != _LEVEL or not fields.number():
        raise NotTold("the server tells something else of the share")
    name, _kind, remark, _permissions, _most, _now, path, password, size, descriptor = (
        fields.number() for _field in range(10)
    )
    for pointer in (name, remark, path, password):
        if pointer:
            fields.text()
    if not descriptor:
        raise NotTold("the server leaves out what the share permits")
    if fields.number() != size:
        raise NotTold("a descriptor of two lengths")
    try:
        return security.build(security.parse(fields.take(size)))
    except security.BadDescriptor as error:
        raise NotTold(str(error)) from error
