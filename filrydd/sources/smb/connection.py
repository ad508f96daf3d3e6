"""The library's connection to a server, with its habits changed: bounded, signed, following nothing."""

import contextlib
import logging
import uuid
from collections.abc import Iterator
from typing import Any

from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBException, SMBResponseException
from smbprotocol.header import Commands, NtStatus, Smb2Flags
from smbprotocol.transport import Tcp

from filrydd.sources.smb import status

# The library prints the trace of a broken connection when nobody listens; here it becomes an error with words.
logging.getLogger("smbprotocol").addHandler(logging.NullHandler())


class Dropped(Exception):
    """The connection cannot be used any more. What was asked may or may not have been done."""


class NotSmb(Exception):
    """What came does not begin as SMB does."""


@contextlib.contextmanager
def dropping() -> Iterator[None]:
    """Turns what says that the connection is gone into Dropped; a server's plain no (SMBResponseException) goes through.

    The library reads in a thread of its own and hands on whatever that died of: its own errors, the socket's, those of
    decrypting, and those of taking bytes apart that are no SMB. So everything else counts; only calls of the library
    belong in here.
    """
    try:
        yield
    except SMBResponseException as error:
        if error.status in status.DROPPED:
            raise Dropped(status.name_of(error.status)) from error
        raise
    except Dropped:
        raise
    except Exception as error:
        raise Dropped(str(error) or type(error).__name__) from error


class _Stream(Tcp):  # type: ignore[misc]  # the library has no types
    """The library's socket, which would otherwise make room for as many bytes as four letters of HTTP stand for."""

    def _recv(self, length: int, timeout: float) -> Any:
        if length > self.MAX_SIZE:
            raise NotSmb(f"the answer begins with {length.to_bytes(4, 'big')!r}")
        return super()._recv(length, timeout)


class SignedConnection(Connection):  # type: ignore[misc]  # the library has no types
    """The library's connection with three habits changed: no wait is without end, no link of the server's is followed,
    and an answer without a signature in a signed session is refused, where the library would believe it."""

    def __init__(self, server: str, port: int, seconds: float) -> None:
        super().__init__(uuid.uuid4(), server, port, require_signing=True)
        self._seconds = seconds

    @property
    def transport(self) -> Any:
        return self._stream

    @transport.setter
    def transport(self, made: Any) -> None:
        # The library makes its socket in the midst of `connect`; there is no other place to give it ours.
        self._stream = _Stream(made.server, made.port, made.timeout) if type(made) is Tcp else made

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

    def end(self) -> None:
        """Drop the connection, in whatever state it is; the server ends what was open on it."""
        if self.transport is not None:
            self.disconnect(close=False)
