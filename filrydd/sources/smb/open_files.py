"""Who holds what open in an area, as the server itself lists it, and closing it there.

NetrFileEnum at level 3 and NetrFileClose of [MS-SRVS] 3.1.4.2 and 3.1.4.4. Windows answers those who run the server; Samba
lists for members of its BUILTIN\\Administrators, and closes for root and holders of SeDiskOperatorPrivilege.

The list names files by the server's own paths (`D:\\felles\\a.txt`; Samba writes `C:\\srv\\felles\\a.txt`). Where the area
lies among them is not guessed: while the list is asked for, this tool holds the area's top open, and finds its own handle
in the list. A list without it is worth nothing, since "nobody has a file open" could as well be "all under another name".
"""

import struct
import time
from dataclasses import dataclass

from smbprotocol.exceptions import SMBResponseException

from filrydd.model.entry import Reason
from filrydd.model.names import fold, stored
from filrydd.sources.smb import message
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.enumeration import MOST_BYTES, Enumeration, Line, listed
from filrydd.sources.smb.link import Link
from filrydd.sources.smb.pipe import NotTold, Pipe, check
from filrydd.sources.smb.share import Refused, Share
from filrydd.sources.smb.srvsvc import bound, server, share_info
from filrydd.sources.source import EntryTrouble, OpenFile

# FILE_INFO_3 (2.2.4.7): number, permissions, locks, path, user.
FILES = Enumeration(9, "NetrFileEnum", 3, 5, (3, 4))
_FILE_CLOSE = 11
_ACCESS_DENIED = 5
_WRITING = 0x2 | 0x4  # PERM_FILE_WRITE, PERM_FILE_CREATE
# How long a server may take to close what it said it closes, in looks with this many seconds between them.
_LOOKS, _BETWEEN = 10, 0.2


@dataclass(frozen=True, slots=True)
class Held:
    """One line of the list, with the server's own path."""

    number: int
    permissions: int
    locks: int
    path: str
    user: str


def open_files(calls: Calls, user: str) -> tuple[OpenFile, ...] | None:
    """The open files and folders at and below the area's top; None where the server does not tell. What `user`, our own
    account, holds without writing is left out: those are this tool's own handles. Raises SourceGone, SourceRefused."""

    def asked(link: Link) -> tuple[OpenFile, ...] | None:
        try:
            top, held = _listed(link, user)
        except (NotTold, SMBResponseException, Refused):
            return None
        return tuple(
            OpenFile(one.number, path, one.user, bool(one.permissions & _WRITING), one.locks)
            for one, path in ((one, below(one.path, top)) for one in held)
            if path is not None and not (same_user(one.user, user) and not one.permissions & _WRITING)
        )

    return calls.on_link(asked)


def close_open(calls: Calls, user: str, number: int) -> None:
    """Close what has that number in a list of now, and see that it is closed. Whoever held it loses what his program had
    not yet sent to the server. Raises EntryTrouble: VANISHED when nothing below the area's top has the number, since a
    server gives numbers anew; NO_PERMISSION; IN_USE when it stays open. Raises SourceGone, SourceRefused."""

    def act(link: Link) -> None:
        try:
            top, held = _listed(link, user)
            path = _only(held, top, number)
            with bound(link) as pipe:
                _close(pipe, link, path, number)
            for look in range(_LOOKS):
                time.sleep(_BETWEEN if look else 0)
                _top, held = _listed(link, user)
                if number not in {one.number for one in held}:
                    return
        except (NotTold, SMBResponseException, Refused) as error:
            raise EntryTrouble("", Reason.NO_PERMISSION, f"the server does not close files for us: {error}") from error
        raise EntryTrouble(path, Reason.IN_USE, "the server said it closes it, and it is still open")

    calls.on_link(act)


def _listed(link: Link, user: str) -> tuple[str, list[Held]]:
    """The server's own path of the area's top, and everything that is open on the server."""
    share = Share(link, link.top)
    top = share.open([], message.READ_DATA, message.SHARE_ALL, message.DIRECTORY_ONLY)
    try:
        with bound(link, MOST_BYTES) as pipe:
            held = _all(pipe, link)
            try:
                told = share_info(pipe, link).path
            except NotTold:
                told = ""
    finally:
        share.close(top)
    path = "\\".join([told.rstrip("\\"), *link.top])
    if told and any(below(one.path, path) == "" for one in held):
        return path, held
    # The list has other paths than the share: a link on the server's own disk, say. Then our handle is what was there
    # before it was closed and is not afterwards.
    with bound(link, MOST_BYTES) as pipe:
        later = {(one.number, one.path) for one in _all(pipe, link)}
    gone = {one.path for one in held if (one.number, one.path) not in later and (not user or same_user(one.user, user))}
    ours = [one for one in gone if _folded(one)[len(_folded(one)) - len(link.top) :] == [*map(fold, link.top)]]
    if len(ours) != 1:
        raise NotTold("the list of open files does not tell where the area is")
    return ours[0], held


def _all(pipe: Pipe, link: Link) -> list[Held]:
    # No path and no user to choose by.
    return [_held(line) for line in listed(pipe, link, FILES, bytes(8))]


def _held(line: Line) -> Held:
    number, permissions, locks, path, user = line
    return Held(int(number), int(permissions), int(locks), str(path), str(user))


def _only(held: list[Held], top: str, number: int) -> str:
    """The path of what has that number, as long as nothing outside the area has it too."""
    paths = {below(one.path, top) for one in held if one.number == number}
    if not paths or paths == {None}:
        raise EntryTrouble("", Reason.VANISHED, "nothing with this number is open in the area any more")
    # Samba makes numbers of 16 bits of a process and 16 of a handle, so two may be alike.
    if len(paths) > 1 or None in paths:
        raise EntryTrouble("", Reason.FAULT, "the server gives this number to several open files")
    return str(paths.pop())


def _close(pipe: Pipe, link: Link, path: str, number: int) -> None:
    answer = pipe.call(_FILE_CLOSE, server(link) + struct.pack("<I", number))
    if answer == struct.pack("<I", _ACCESS_DENIED):
        raise EntryTrouble(path, Reason.NO_PERMISSION, "NetrFileClose: access denied")
    check(answer, "NetrFileClose")


def below(path: str, top: str) -> str | None:
    """The stored path below the area's top of what the server calls `path`; None for what lies elsewhere. Case and the
    form of letters do not count. A stream of a file stands for the file."""
    names, above = _names(path), _folded(top)
    if len(names) < len(above) or [fold(stored(name)) for name in names[: len(above)]] != above:
        return None
    rest = names[len(above) :]
    if rest:
        rest[-1] = rest[-1].partition(":")[0]
    return "/".join(map(stored, rest))


def _names(path: str) -> list[str]:
    return [name for name in path.replace("/", "\\").split("\\") if name]


def _folded(path: str) -> list[str]:
    return [fold(stored(name)) for name in _names(path)]


def same_user(one: str, other: str) -> bool:
    """Whether two names of users, either with a domain before or after it, are of one user."""
    return bool(other) and _bare(one) == _bare(other)


def _bare(user: str) -> str:
    return fold(user.rpartition("\\")[2].partition("@")[0])
