"""The server's SRVSVC pipe ([MS-SRVS]), and what it tells of a share: where it lies, and what it permits.

NetrShareGetInfo (3.1.4.10) at level 502 (2.2.4.26). Windows answers it only to those who run the server; Samba may leave
the descriptor out. `open_files` and `share_seal` ask the same pipe.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from smbprotocol.exceptions import SMBResponseException

from filrydd.model import descriptor as security
from filrydd.sources.smb import pipe as smb_pipe
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.link import Link
from filrydd.sources.smb.pipe import NotTold, Pipe, Stub, check, text

_SERVER_SERVICE = "4b324fc8-1670-01d3-1278-5a47bf6ee188"
_SHARE_GET_INFO = 16
_LEVEL = 502
_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class ShareInfo:
    """Where the share lies by the server's own name (`D:\\felles`), and its descriptor; empty where it is left out."""

    path: str
    descriptor: bytes


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
    with bound(link) as pipe:
        descriptor = share_info(pipe, link).descriptor
    if not descriptor:
        raise NotTold("the server leaves out what the share permits")
    return descriptor


@contextmanager
def bound(link: Link, most: int = _MOST) -> Iterator[Pipe]:
    """The server's SRVSVC pipe; an answer may come to `most` bytes. Raises NotTold, Dropped, or the library's response
    error."""
    with smb_pipe.opened(link.ipc(), "srvsvc", _SERVER_SERVICE, 3, most) as pipe:
        yield pipe


def server(link: Link) -> bytes:
    """The first argument of every question: the server's name, behind a pointer."""
    return struct.pack("<I", 0x2_0000) + text(rf"\\{link.address.server}")


def share_info(pipe: Pipe, link: Link) -> ShareInfo:
    """What the server tells of the link's share. Raises NotTold, Dropped, or the library's response error."""
    asked = server(link) + text(link.address.share) + struct.pack("<I", _LEVEL)
    return info(pipe.call(_SHARE_GET_INFO, asked))


def told(stub: bytes) -> bytes:
    """The descriptor in an answer. Raises NotTold, also when it is left out."""
    descriptor = info(stub).descriptor
    if not descriptor:
        raise NotTold("the server leaves out what the share permits")
    return descriptor


def info(stub: bytes) -> ShareInfo:
    """What an answer tells of the share. Raises NotTold."""
    check(stub, "NetrShareGetInfo")
    fields = Stub(stub)
    if fields.number() != _LEVEL or not fields.number():
        raise NotTold("the server tells something else of the share")
    name, _kind, remark, _permissions, _most, _now, path, password, size, descriptor = (
        fields.number() for _field in range(10)
    )
    _name, _remark, where, _password = (
        fields.text().partition("\0")[0] if pointer else "" for pointer in (name, remark, path, password)
    )
    if not descriptor:
        return ShareInfo(where, b"")
    if fields.number() != size:
        raise NotTold("a descriptor of two lengths")
    try:
        return ShareInfo(where, security.build(security.parse(fields.take(size))))
    except security.BadDescriptor as error:
        raise NotTold(str(error)) from error
