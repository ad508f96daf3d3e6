"""From a server's name to a session there."""

from dataclasses import dataclass
from typing import Any

from smbprotocol.exceptions import SMBAuthenticationError, SMBResponseException
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from filrydd.errors import SourceGone, SourceRefused
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import refusal, status
from filrydd.sources.smb.connection import Dropped, SignedConnection, dropping
from filrydd.sources.smb.smb1 import speaks_smb1


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A connection with a session on it; both are the library's."""

    connection: SignedConnection
    session: Any

    def tree(self, share: str) -> Any:
        """The tree of a share of this server. Raises Dropped, or the library's response error."""
        tree = TreeConnect(self.session, rf"\\{self.connection.server_name}\{share}")
        with dropping():
            tree.connect()
        return tree


def sign_in(server: str, port: int, credentials: Credentials, seconds: float) -> SignedIn:
    """Raises SourceGone or SourceRefused with the next step; nothing else. No single wait is longer than `seconds`."""
    connection = SignedConnection(server, port, seconds)
    try:
        with dropping():
            connection.connect(timeout=seconds)
    except (Dropped, SMBResponseException) as error:
        connection.end()
        if refusal.may_be_smb1(error) and speaks_smb1(server, port, seconds):
            raise refusal.only_smb1(server) from error
        raise refusal.no_answer(server, port, error) from error
    session = Session(connection, credentials.account or None, credentials.password or None, require_encryption=False)
    try:
        _open_session(session, server, credentials)
    except (SourceGone, SourceRefused):
        connection.end()
        raise
    return SignedIn(connection, session)


def _open_session(session: Any, server: str, credentials: Credentials) -> None:
    try:
        with dropping():
            session.connect()
    except SMBResponseException as error:
        if error.status in status.REFUSED_LOGON:
            raise refusal.sign_in_refused(server, credentials, error.status) from error
        raise refusal.answered(server, error.status) from error
    except Dropped as dropped:
        if isinstance(dropped.__cause__, SMBAuthenticationError):
            raise refusal.no_ticket(server, credentials, dropped.__cause__) from dropped
        # A server that takes a user it does not know for a guest, whose session cannot be signed.
        if "guest" in str(dropped):
            raise refusal.guest(server, credentials) from dropped
        raise refusal.broke_off(server, dropped) from dropped
