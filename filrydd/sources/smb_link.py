"""The connection of one source to one server: its own, signed, and with a limit to every wait."""

import contextlib
import logging
import uuid
from collections.abc import Iterator
from typing import Any

from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBAuthenticationError, SMBException, SMBResponseException
from smbprotocol.header import Commands, NtStatus, Smb2Flags
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from filrydd.errors import SourceGone, SourceRefused
from filrydd.lang import _
from filrydd.sources import smb_status as status
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials

# One credit carries 64 KiB; these let a listing or a read ask for 1 MiB and leave some over.
_CREDITS = 128

# The library prints the trace of a broken connection when nobody listens; here it becomes an error with words.
logging.getLogger("smbprotocol").addHandler(logging.NullHandler())


class Dropped(Exception):
    """The connection cannot be used any more. What was asked may or may not have been done."""


@contextlib.contextmanager
def dropping() -> Iterator[None]:
    """Turns what says that the connection is gone into Dropped; a server's plain no (SMBResponseException) goes through.

    The library reads in a thread of its own and hands on whatever that died of: its own errors, the socket's, those of
    decrypting, and those of taking bytes apart that are no SMB. So everything else counts.
    """
    try:
        yield
    except SMBResponseException as error:
        if error.status in status.DROPPED:
            raise Dropped(status.name_of(error.status)) from error
        raise
    except Exception as error:
        raise Dropped(str(error)) from error


class SignedConnection(Connection):  # type: ignore[misc]  # the library has no types
    """The library's connection with three habits changed: no wait is without end, no link of the server's is followed,
    and an answer without a signature in a signed session is refused, where the library would believe it."""

    def __init__(self, server: str, port: int, seconds: float) -> None:
        super().__init__(uuid.uuid4(), server, port, require_signing=True)
        self._seconds = seconds

    def receive(
        self, request: Any, wait: bool = True, timeout: float | None = None, resolve_symlinks: bool = False
    ) -> Any:
        return super().receive(request, wait, timeout or self._seconds, False)

    def verify_signature(self, header: Any, session_id: int, force: bool = False) -> None:
        session = self.session_table.get(session_id)
        if (
            session is not None
            and session.signing_required
            and not header["flags"].has_flag(Smb2Flags.SMB2_FLAGS_SIGNED)
            and header["status"].get_value() != NtStatus.STATUS_PENDING
            and header["command"].get_value() != Commands.SMB2_SESSION_SETUP
        ):
            raise SMBException("the server sent an answer without a signature")
        super().verify_signature(header, session_id, force)


class Link:
    """A signed-in connection with the share's tree. `tree` takes messages; `ipc()` gives the server's pipes."""

    def __init__(self, connection: SignedConnection, session: Any, tree: Any) -> None:
        self.connection = connection
        self.session = session
        self.tree = tree

    def ipc(self) -> Any:
        """The tree of the server's named pipes. Raises Dropped, or the library's response error."""
        tree = TreeConnect(self.session, rf"\\{self.connection.server_name}\IPC$")
        tree.connect()
        return tree

    def close(self) -> None:
        """Drop the connection; the server ends what was open on it."""
        self.connection.disconnect(close=False)


def connect(address: SmbAddress, credentials: Credentials, seconds: float) -> Link:
    """Sign in and reach the share. Raises SourceGone or SourceRefused with the next step; nothing else."""
    connection = SignedConnection(address.server, address.port, seconds)
    try:
        with dropping():
            connection.connect(timeout=seconds)
    except (Dropped, SMBResponseException) as error:
        if connection.transport is not None:
            connection.disconnect(close=False)
        raise SourceGone(
            _("The server {server} does not answer on port {port}: {detail}").format(
                server=address.server, port=address.port, detail=error
            ),
            next=_("Check the name and the network, then run this again."),
        ) from error
    session = Session(connection, credentials.account or None, credentials.password or None, require_encryption=False)
    tree = TreeConnect(session, rf"\\{address.server}\{address.share}")
    try:
        _sign_in(session, address, credentials)
        _reach(tree, address)
        with dropping():
            connection.echo(sid=session.session_id, timeout=seconds, credit_request=_CREDITS)
    except (Dropped, SMBResponseException) as error:
        connection.disconnect(close=False)
        raise SourceGone(
            _("The server {server} broke off: {detail}").format(server=address.server, detail=error),
            next=_("Run this again. If it stays, ask those who run the server."),
        ) from error
    except (SourceGone, SourceRefused):
        connection.disconnect(close=False)
        raise
    return Link(connection, session, tree)


def _sign_in(session: Any, address: SmbAddress, credentials: Credentials) -> None:
    try:
        with dropping():
            session.connect()
    except SMBResponseException as error:
        if error.status in status.REFUSED_LOGON:
            raise _sign_in_refused(address, credentials, status.name_of(error.status)) from error
        raise
    except Dropped as dropped:
        # No ticket and no password; or a server that takes a user it does not know for a guest, whose session cannot be
        # signed.
        if isinstance(dropped.__cause__, SMBAuthenticationError) or "guest" in str(dropped):
            raise _sign_in_refused(address, credentials, str(dropped)) from dropped
        raise


def _sign_in_refused(address: SmbAddress, credentials: Credentials, detail: str) -> SourceRefused:
    return SourceRefused(
        _("The server {server} did not let {user} in.").format(
            server=address.server, user=credentials.account or _("the signed-in user")
        ),
        next=_("Set FILRYDD_SMB_USER, FILRYDD_SMB_PASSWORD and FILRYDD_SMB_DOMAIN, or use the credential store."),
        details=(detail,),
    )


def _reach(tree: Any, address: SmbAddress) -> None:
    try:
        with dropping():
            tree.connect()
    except SMBResponseException as error:
        if error.status in (status.BAD_NETWORK_NAME, status.BAD_NETWORK_PATH):
            raise SourceGone(
                _("The server {server} has no share {share}.").format(server=address.server, share=address.share),
                next=_("Check the name of the share, then run this again."),
            ) from error
        if error.status == status.ACCESS_DENIED:
            raise SourceRefused(
                _("No permission to the share {share} on {server}.").format(server=address.server, share=address.share),
                next=_("Ask for the right to read the share, then run this again."),
            ) from error
        raise
