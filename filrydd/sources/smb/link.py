"""The connection of one source to its share, found through the names of a distributed file system (DFS) if need be."""

import struct
from typing import Any

from smbprotocol.exceptions import SMBResponseException

from filrydd.errors import SourceError, SourceGone, SourceRefused
from filrydd.lang import _
from filrydd.model.entry import Reason
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import message, refusal, status
from filrydd.sources.smb.connection import Dropped, SignedConnection, dropping
from filrydd.sources.smb.referral import BadReferral, Referral, ask, behind
from filrydd.sources.smb.sign_in import SignedIn, sign_in

__all__ = ["Dropped", "Link", "SignedConnection", "connect", "dropping"]

# One credit carries 64 KiB; these let a listing or a read ask for 1 MiB and leave some over.
_CREDITS = 128
# Names that lead to names: so many one after the other, and so many places looked at in all.
_MOST_NESTED = 8
_MOST_PLACES = 64
_HANDLE = 64  # where an answer to an open holds the handle ([MS-SMB2] 2.2.14)


class Link:
    """A signed-in connection with the share's tree. `tree` takes messages; `ipc()` gives the server's pipes.

    `address` is where the area really lies, and `top` the way to it from the share. `via` is the address's text when a DFS
    name led there, and empty otherwise. `connect(link.address, ...)` comes to the same place, without asking again.
    """

    def __init__(self, signed_in: SignedIn, tree: Any, address: SmbAddress, via: str = "") -> None:
        self.connection = signed_in.connection
        self.session = signed_in.session
        self.tree = tree
        self.address = address
        self.top = _names(address)
        self.via = via
        self._signed_in = signed_in

    def ipc(self) -> Any:
        """The tree of the server's named pipes. Raises Dropped, or the library's response error."""
        return self._signed_in.tree("IPC$")

    def close(self) -> None:
        """Drop the connection; the server ends what was open on it."""
        self.connection.end()


def connect(address: SmbAddress, credentials: Credentials, seconds: float) -> Link:
    """Sign in and reach the share that holds the area, wherever its name leads: of several targets the first that answers
    and lets us in. Raises SourceGone or SourceRefused with the next step; nothing else.

    Whether the top is there is looked at only where a DFS is involved; elsewhere the first call tells.
    """
    search = _Search(credentials, seconds)
    try:
        link = search.find(address, ())
    except (SourceGone, SourceRefused):
        search.end(None)
        raise
    search.end(link)
    return link


class _Search:
    """The way from a name to its share. Servers on it are signed in to once."""

    def __init__(self, credentials: Credentials, seconds: float) -> None:
        self._credentials = credentials
        self._seconds = seconds
        self._servers: dict[tuple[str, int], SignedIn] = {}
        self._looked_at = 0

    def end(self, link: Link | None) -> None:
        """Drop every connection but the link's."""
        for signed_in in self._servers.values():
            if link is None or signed_in.connection is not link.connection:
                signed_in.connection.end()

    def find(self, place: SmbAddress, passed: tuple[SmbAddress, ...]) -> Link:
        """The link to that place, which was come to by way of `passed`. Raises SourceGone, SourceRefused."""
        self._looked_at += 1
        if _key(place) in map(_key, passed):
            raise SourceGone(_("The name leads back to itself: {path}").format(path=place.text), next=_ask_them())
        if len(passed) > _MOST_NESTED or self._looked_at > _MOST_PLACES:
            raise SourceGone(_("The name leads on and on: {path}").format(path=place.text), next=_ask_them())
        try:
            return self._look(self._signed_in(place), place, passed)
        except Dropped as dropped:
            self._forget(place)
            raise refusal.broke_off(place.server, dropped) from dropped
        except SMBResponseException as error:
            raise refusal.answered(place.server, error.status) from error
        except BadReferral as bad:
            raise SourceGone(
                _("The server {server} tells nothing usable of {path}: {detail}").format(
                    server=place.server, path=place.text, detail=bad
                ),
                next=_ask_them(),
            ) from bad

    def _look(self, server: SignedIn, place: SmbAddress, passed: tuple[SmbAddress, ...]) -> Link:
        try:
            tree = server.tree(place.share)
        except SMBResponseException as error:
            if error.status == status.ACCESS_DENIED:
                raise refusal.share_refused(place.server, place.share) from error
            if error.status not in (status.BAD_NETWORK_NAME, status.BAD_NETWORK_PATH):
                raise
            return self._elsewhere(server, place, passed, refusal.no_share(place.server, place.share))
        if tree.is_dfs_share or passed:
            code = _see_top(server, tree, place)
            if code == status.PATH_NOT_COVERED:
                return self._covered(server, place, passed)
            if code and passed:
                raise _no_top(place, code)
        with dropping():
            server.connection.echo(sid=server.session.session_id, timeout=self._seconds, credit_request=_CREDITS)
        return Link(server, tree, place, place.text if passed else "")

    def _elsewhere(
        self, server: SignedIn, place: SmbAddress, passed: tuple[SmbAddress, ...], otherwise: SourceGone
    ) -> Link:
        # A server that has no such share may know who has it: a domain controller does for the domain's names.
        referral = ask(server, rf"\{place.server}\{place.share}")
        if referral is None:
            raise otherwise
        return self._follow(rf"\{place.server}\{place.share}", referral, place, passed, _names(place))

    def _covered(self, server: SignedIn, place: SmbAddress, passed: tuple[SmbAddress, ...]) -> Link:
        name = "\\" + "\\".join([place.server, place.share, *_names(place)])
        referral = ask(server, name)
        if referral is None:
            raise SourceGone(
                _("The server {server} does not tell where {path} is.").format(server=place.server, path=place.text),
                next=_ask_them(),
            )
        return self._follow(name, referral, place, passed, [])

    def _follow(
        self, name: str, referral: Referral, place: SmbAddress, passed: tuple[SmbAddress, ...], below: list[str]
    ) -> Link:
        failures: list[tuple[str, SourceError]] = []
        for target in referral.targets:
            try:
                return self.find(behind("\\".join([name, *below]), referral, target, place), (*passed, place))
            except (SourceGone, SourceRefused) as failure:
                failures.append((target, failure))
            except BadReferral as bad:
                failures.append((target, SourceGone(str(bad))))
        raise _none_of_them(place, failures)

    def _signed_in(self, place: SmbAddress) -> SignedIn:
        key = (place.server.casefold(), place.port)
        if key not in self._servers:
            self._servers[key] = sign_in(place.server, place.port, self._credentials, self._seconds)
        return self._servers[key]

    def _forget(self, place: SmbAddress) -> None:
        signed_in = self._servers.pop((place.server.casefold(), place.port), None)
        if signed_in is not None:
            signed_in.connection.end()


def _see_top(server: SignedIn, tree: Any, place: SmbAddress) -> int:
    """Open the top for listing and close it again; what the server says to it, 0 when it is there."""
    # In a DFS the server wants the whole name, its own and the share's included ([MS-SMB2] 2.2.13).
    names = [*([place.server, place.share] if tree.is_dfs_share else []), *_names(place)]
    request = message.create("\\".join(names), message.READ_DATA, message.SHARE_ALL, message.DIRECTORY_ONLY)
    connection, session = server.connection, server.session.session_id
    try:
        with dropping():
            answer = connection.receive(connection.send(request, session, tree.tree_connect_id))["data"].get_value()
            (handle,) = struct.unpack_from("16s", answer, _HANDLE)
            connection.receive(connection.send(message.close(handle), session, tree.tree_connect_id))
    except SMBResponseException as error:
        return int(error.status)
    return 0


def _no_top(place: SmbAddress, code: int) -> SourceError:
    if status.reason_of(code) is Reason.NO_PERMISSION:
        return SourceRefused(
            _("No permission to read {path}.").format(path=place.text), details=(status.name_of(code),)
        )
    return SourceGone(_("There is no folder at {path}: {detail}.").format(path=place.text, detail=status.name_of(code)))


def _none_of_them(place: SmbAddress, failures: list[tuple[str, SourceError]]) -> SourceError:
    kind = SourceRefused if any(isinstance(failure, SourceRefused) for _target, failure in failures) else SourceGone
    return kind(
        _("{path} leads to other servers, and none of them lets us in.").format(path=place.text),
        next=_ask_them(),
        details=tuple(
            line for target, failure in failures for line in (f"{target}: {failure.message}", *failure.details)
        ),
    )


def _names(place: SmbAddress) -> list[str]:
    return [name for name in place.path.split("/") if name]


def _key(place: SmbAddress) -> tuple[str, int, str, str]:
    return place.server.casefold(), place.port, place.share.casefold(), place.path.casefold()


def _ask_them() -> str:
    return _("Ask those who run the servers, then run this again.")
