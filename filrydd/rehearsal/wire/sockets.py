"""Listening sockets, whose ports outlive a restart where they can."""

import errno
import ipaddress
import socket

from filrydd.errors import BadUsage
from filrydd.lang import _


def listening_socket(host: str, wish: int, last: int) -> socket.socket:
    """On the port that is wished for, else the last one, else a free one.

    Raises BadUsage for a host that is not this machine's or that is no address others could ask for, and for a port that
    is taken.
    """
    if not wish and last:
        try:
            return _bound(host, last)
        except OSError:
            # Somebody else has it now; it is left to them.
            return listening_socket(host, 0, 0)
    try:
        return _bound(host, wish)
    except OSError as trouble:
        if trouble.errno == errno.EADDRNOTAVAIL:
            raise _not_ours(host) from None
        raise BadUsage(
            _("The rehearsal tenant cannot listen on port {port}: {why}.").format(port=wish, why=trouble.strerror),
            next=_("Name another port, or none: then it takes a free one."),
        ) from None


def origin(listening: socket.socket) -> str:
    """Host and port as an address has them."""
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _name, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise _not_ours(host) from None
    if ipaddress.ip_address(place[0]).is_unspecified:
        raise _not_ours(host)
    # With the protocol named, asyncio turns off Nagle's delay on what is accepted.
    listening = socket.socket(family, kind, protocol or socket.IPPROTO_TCP)
    try:
        # Not on Windows: there it would let two processes share a port.
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(512)
    except BaseException:
        listening.close()
        raise
    return listening


def _not_ours(host: str) -> BadUsage:
    return BadUsage(
        _("The rehearsal tenant cannot listen on {host}.").format(host=host),
        next=_("Name one address of this machine, as others write it to reach it."),
    )
