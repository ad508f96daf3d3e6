"""Who is connected to the area's share, as the server tells it, and ending such connections.

NetrConnectionEnum at level 1, NetrSessionEnum at level 1 and NetrSessionDel of [MS-SRVS] 3.1.4.1, 3.1.4.5 and 3.1.4.6.
Windows answers those who run the server, with user, computer and age of every connection to the share. Samba answers
members of its BUILTIN\\Administrators (and ends sessions for root and domain administrators); to the first question it gives
one line for each connection to the share, whose number is true and whose text is the same made-up one (measured on 4.17).
So there the sessions of the whole server are asked for too: while nobody but this tool has a connection to the share, nobody
is connected; otherwise everybody who is signed in may be.

A list without our own connection is worth nothing, as in `open_files`.
"""

import struct
import time
from collections.abc import Sequence

from smbprotocol.exceptions import SMBResponseException

from filrydd.model.entry import Reason
from filrydd.model.names import fold
from filrydd.sources.smb import operator
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.enumeration import MOST_BYTES, Enumeration, Line, listed
from filrydd.sources.smb.link import Link
from filrydd.sources.smb.open_files import same_user
from filrydd.sources.smb.pipe import NotTold, check, text
from filrydd.sources.smb.srvsvc import bound, server
from filrydd.sources.source import Connected, EntryTrouble

# CONNECTION_INFO_1 (2.2.4.2): number, type, open files, users, seconds, user, computer.
CONNECTIONS = Enumeration(8, "NetrConnectionEnum", 1, 7, (5, 6))
# SESSION_INFO_1 (2.2.4.12): computer, user, open files, seconds, idle seconds, flags.
SESSIONS = Enumeration(12, "NetrSessionEnum", 1, 6, (0, 1))
_SESSION_DEL = 13
_ACCESS_DENIED = 5
# What Samba's line says of every connection.
_MADE_UP = ("dummy_user", "IPC$")
# How long a server may take to end what it said it ends, in looks with this many seconds between them.
_LOOKS, _BETWEEN = 10, 0.2


def connected(calls: Calls, user: str) -> tuple[Connected, ...] | None:
    """Who is connected to the link's share but for our own account, `user` where the server does not tell its name. None
    where the server does not tell. Raises SourceGone, SourceRefused."""

    def asked(link: Link) -> tuple[Connected, ...] | None:
        try:
            return _others(link, _ourselves(link, user))
        except (NotTold, SMBResponseException):
            return None

    return calls.on_link(asked)


def disconnect(calls: Calls, user: str, one: Connected) -> None:
    """End the sessions of that user from that computer, and see that they are ended. Nothing is done when he is no longer
    connected. Raises EntryTrouble: NO_PERMISSION; IN_USE when he stays; FAULT for what stands for more than one person, or
    for ourselves. Raises SourceGone, SourceRefused."""

    def act(link: Link) -> None:
        try:
            ourselves = _ourselves(link, user)
            # An empty name stands for everybody, to Samba as to Windows.
            if not one.user or not one.computer or _is_ours(one.user, ourselves):
                raise EntryTrouble("", Reason.FAULT, f"{one.user} is not disconnected")
            if not _is_among(_others(link, ourselves), one):
                return
            with bound(link) as pipe:
                answer = pipe.call(_SESSION_DEL, server(link) + _named(f"\\\\{one.computer}") + _named(one.user))
            if not _is_among(_others(link, ourselves), one):
                return
            # Samba says "access denied" also when there is nobody to disconnect.
            if answer == struct.pack("<I", _ACCESS_DENIED):
                raise EntryTrouble("", Reason.NO_PERMISSION, "NetrSessionDel: access denied")
            check(answer, "NetrSessionDel")
            for _look in range(_LOOKS):
                time.sleep(_BETWEEN)
                if not _is_among(_others(link, ourselves), one):
                    return
        except (NotTold, SMBResponseException) as error:
            raise EntryTrouble("", Reason.NO_PERMISSION, f"the server disconnects nobody for us: {error}") from error
        raise EntryTrouble("", Reason.IN_USE, "the server said it disconnects him, and he is still connected")

    calls.on_link(act)


def _others(link: Link, ourselves: str) -> tuple[Connected, ...]:
    with bound(link, MOST_BYTES) as pipe:
        lines = listed(pipe, link, CONNECTIONS, _named(link.address.share))
        if lines and {line[5:] for line in lines} == {_MADE_UP}:
            sessions = listed(pipe, link, SESSIONS, bytes(8))
            # Ours are opened and closed in between, so the lower number of two is the one to go by.
            again = listed(pipe, link, CONNECTIONS, _named(link.address.share))
            return of_sessions(sessions, min(len(lines), len(again)), ourselves)
    return of_connections(lines, ourselves)


def of_connections(lines: Sequence[Line], ourselves: str) -> tuple[Connected, ...]:
    """The others, where the lines tell who is connected to the share. Raises NotTold."""
    found = [Connected(str(line[5]), _computer(line[6]), _seconds(line[4]), here=True) for line in lines]
    return _without(found, ourselves)


def of_sessions(lines: Sequence[Line], count: int, ourselves: str) -> tuple[Connected, ...]:
    """The others, where the lines are everybody who is signed in to the server, and `count` connections are to the share.
    Raises NotTold."""
    # One connection is the one that asks; as many others as there are other sessions are those.
    here = count - 1 >= len(lines) - 1
    found = [Connected(str(line[1]), _computer(line[0]), _seconds(line[3]), here=here) for line in lines]
    others = _without(found, ourselves)
    if count < 1:
        raise NotTold("the list of connections lacks our own")
    return others if count > 1 else ()


def _without(found: Sequence[Connected], ourselves: str) -> tuple[Connected, ...]:
    others = tuple(one for one in found if not _is_ours(one.user, ourselves))
    if len(others) == len(found):
        raise NotTold("the list of connections lacks our own")
    return others


def _is_among(others: Sequence[Connected], one: Connected) -> bool:
    """Whether he has a connection that is as old as that one: who comes back has a younger one."""
    return any(
        (fold(other.user), fold(other.computer)) == (fold(one.user), fold(one.computer))
        and other.seconds >= one.seconds
        for other in others
    )


def _ourselves(link: Link, user: str) -> str:
    """The name that the server knows our account by. Raises NotTold."""
    try:
        return operator.signed_in_as(link.ipc())
    except (NotTold, SMBResponseException):
        if not user:
            raise
        return user


def _is_ours(user: str, ourselves: str) -> bool:
    """Whether it is our account. Windows leaves the domain out here, so one of the same name elsewhere is taken for ours."""
    domains = {fold(name.rpartition("\\")[0]) for name in (user, ourselves)} - {""}
    return same_user(user, ourselves) and len(domains) < 2


def _computer(name: int | str) -> str:
    return str(name).lstrip("\\")


def _seconds(value: int | str) -> int:
    # Samba rounds up the moment of the beginning, so that a new one began in the future: minus one, without a sign.
    return 0 if int(value) >> 31 else int(value)


def _named(name: str) -> bytes:
    return struct.pack("<I", 0x2_0000) + text(name)
