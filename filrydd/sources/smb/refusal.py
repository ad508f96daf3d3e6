"""What keeps us out of a server or a share, in words that lead on."""

import importlib.util
import os
import socket

from smbprotocol.exceptions import SMBConnectionClosed, SMBResponseException

from filrydd.errors import SourceError, SourceGone, SourceRefused
from filrydd.lang import _
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import status
from filrydd.sources.smb.connection import NotSmb


def no_answer(server: str, port: int, error: BaseException) -> SourceError:
    """A server with which no connection came about; `error` is what the library said."""
    causes = chain(error)
    if any(isinstance(cause, socket.gaierror | UnicodeError) for cause in causes):
        return SourceGone(
            _("The name {server} is not known on this network.").format(server=server),
            next=_("Check the name. Away from the office, connect to its network first."),
            details=(str(error),),
        )
    if any(isinstance(cause, NotSmb) for cause in causes):
        return SourceGone(
            _("What answers on {server} port {port} is not a file server.").format(server=server, port=port),
            next=_("Check the name of the server and the port, then run this again."),
            details=(str(error),),
        )
    return SourceGone(
        _("The server {server} does not answer on port {port}: {detail}").format(
            server=server, port=port, detail=error
        ),
        next=_("Check the name and the network, then run this again."),
    )


def may_be_smb1(error: BaseException) -> bool:
    """Whether a failed beginning may be that of a server which knows SMB 1 only: it hangs up, or says that it does not
    know what was asked."""
    return any(isinstance(cause, SMBConnectionClosed | SMBResponseException) for cause in chain(error))


def only_smb1(server: str) -> SourceRefused:
    return SourceRefused(
        _("The server {server} speaks only SMB 1, which is unsafe and is not used.").format(server=server),
        next=_("Ask those who run the server to turn on SMB 2 or 3."),
    )


def broke_off(server: str, detail: object) -> SourceGone:
    return SourceGone(
        _("The server {server} broke off: {detail}").format(server=server, detail=detail),
        next=_("Run this again. If it stays, ask those who run the server."),
    )


def answered(server: str, code: int) -> SourceGone:
    """A status that says something of the server as a whole."""
    if code in status.TOO_MANY:
        return SourceGone(
            _("The server {server} takes no more connections now.").format(server=server),
            next=_("Wait a little and run this again. If it stays, ask those who run the server."),
            details=(status.name_of(code),),
        )
    if code in status.NO_DOMAIN:
        return SourceGone(
            _("The server {server} cannot ask its domain who may come in.").format(server=server),
            next=_("Run this again later. If it stays, ask those who run the server."),
            details=(status.name_of(code),),
        )
    return broke_off(server, status.name_of(code))


def sign_in_refused(server: str, credentials: Credentials, code: int) -> SourceRefused:
    """The server's no to who we are."""
    return SourceRefused(
        _("The server {server} did not let {user} in: {why}").format(
            server=server, user=_user(credentials), why=_why(code)
        ),
        next=_next(code, credentials),
        details=(status.name_of(code),),
    )


def guest(server: str, credentials: Credentials) -> SourceRefused:
    return SourceRefused(
        _("The server {server} does not know {user}. It offers to let anybody in as a guest.").format(
            server=server, user=_user(credentials)
        ),
        next=_set_variables(),
    )


def no_ticket(server: str, credentials: Credentials, error: BaseException) -> SourceRefused:
    """Signing in failed on this side. Without a password that is a ticket (Kerberos) that is missing or too old."""
    details = (str(error),)
    if credentials.password:
        return SourceRefused(
            _("Signing in to {server} as {user} failed on this machine.").format(
                server=server, user=_user(credentials)
            ),
            next=_set_variables(),
            details=details,
        )
    if any("expired" in f"{type(cause).__name__} {cause}".lower() for cause in chain(error)):
        message = _("The ticket (Kerberos) for {server} has expired.").format(server=server)
    elif credentials.user:
        message = _("There is no password for {user}, and no ticket (Kerberos) for {server}.").format(
            user=_user(credentials), server=server
        )
    else:
        message = _("There is no user and password, and no ticket (Kerberos) for {server}.").format(server=server)
    return SourceRefused(message, next=fresh_ticket(os.name, _has_kerberos()), details=details)


def fresh_ticket(system: str, kerberos: bool) -> str:
    """How to get a ticket on that system (`os.name`); `kerberos` says whether Python can use one here."""
    if system == "nt":
        return _("Sign in to Windows again, or set FILRYDD_SMB_USER and FILRYDD_SMB_PASSWORD.")
    if kerberos:
        return _("Run kinit, or set FILRYDD_SMB_USER and FILRYDD_SMB_PASSWORD.")
    return _("Set FILRYDD_SMB_USER and FILRYDD_SMB_PASSWORD, or install pyspnego[kerberos] and run kinit.")


def no_share(server: str, share: str) -> SourceGone:
    return SourceGone(
        _("The server {server} has no share {share}.").format(server=server, share=share),
        next=_("Check the name of the share, then run this again."),
    )


def share_refused(server: str, share: str) -> SourceRefused:
    return SourceRefused(
        _("No permission to the share {share} on {server}.").format(server=server, share=share),
        next=_("Ask for the right to read the share, then run this again."),
    )


def chain(error: BaseException) -> list[BaseException]:
    """The error and those that it came of."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__
    return found


def _user(credentials: Credentials) -> str:
    return credentials.account or _("the signed-in user")


def _why(code: int) -> str:
    words = {
        status.ACCOUNT_DISABLED: _("the account is disabled."),
        status.ACCOUNT_LOCKED_OUT: _("the account is locked after too many wrong passwords."),
        status.ACCOUNT_EXPIRED: _("the account has expired."),
        status.PASSWORD_EXPIRED: _("the password has expired."),
        status.PASSWORD_MUST_CHANGE: _("the password must be changed first."),
        status.INVALID_LOGON_HOURS: _("the account may not sign in at this hour."),
        status.INVALID_WORKSTATION: _("the account may not sign in from this machine."),
        status.LOGON_TYPE_NOT_GRANTED: _("the account may not sign in over the network."),
        status.ACCOUNT_RESTRICTION: _("the account is restricted."),
        status.NTLM_BLOCKED: _("it takes no password, only a ticket (Kerberos)."),
        status.ACCESS_DENIED: _("it gives no reason."),
    }
    return words.get(code, _("the user name or the password is wrong."))


def _next(code: int, credentials: Credentials) -> str:
    if code in (status.PASSWORD_EXPIRED, status.PASSWORD_MUST_CHANGE):
        return _("Change the password, then set FILRYDD_SMB_PASSWORD to the new one.")
    if code == status.NTLM_BLOCKED:
        return fresh_ticket(os.name, _has_kerberos())
    if code in status.WRONG_NAME_OR_PASSWORD or not credentials.user:
        return _set_variables()
    return _("Ask those who run the accounts, or use another account, then run this again.")


def _set_variables() -> str:
    return _("Set FILRYDD_SMB_USER, FILRYDD_SMB_PASSWORD and FILRYDD_SMB_DOMAIN, or use the credential store.")


def _has_kerberos() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("gssapi", "krb5"))
