"""A mail server, by the environment: FILRYDD_SMTP_HOST, _PORT, _USER, _PASSWORD, _FROM, _SECURITY.

The server's certificate is always checked, and a password never goes over an open line. Trouble with one recipient or one
message is that message's; an exception means that no other could go either. Nothing that the server says about a log-in
is told, since it may repeat the password.
"""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Literal, Self

from filrydd.errors import BadUsage, NoticeGone, NoticeRefused
from filrydd.lang import _
from filrydd.notices.lines import one_line

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_PATIENCE = 30
"""Seconds for each answer."""
# RFC 5321 4.2.3: done; taken, to be forwarded; not available, and the line is being closed.
_DONE, _FORWARDED, _CLOSING = 250, 251, 421

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Server:
    """Where the mail server is, and how it is talked to."""

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)


def server(environment: Mapping[str, str]) -> Server | None:
    """The server that the environment names; None when it names none. Raises BadUsage."""
    host = environment.get("FILRYDD_SMTP_HOST", "").strip()
    if not host:
        return None
    word = environment.get("FILRYDD_SMTP_SECURITY", "").strip().lower() or "starttls"
    security = next((one for one in _securities() if one == word), None)
    if security is None:
        raise BadUsage(_("FILRYDD_SMTP_SECURITY must be starttls, tls or none."), next=_("Leave it out for starttls."))
    port = environment.get("FILRYDD_SMTP_PORT", "").strip() or str(_PORTS[security])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise BadUsage(
            _("FILRYDD_SMTP_PORT must be a number from 1 to 65535."), next=_("Leave it out for the usual one.")
        )
    user, password = environment.get("FILRYDD_SMTP_USER", ""), environment.get("FILRYDD_SMTP_PASSWORD", "")
    if not (user + password).isascii():
        raise BadUsage(
            _("FILRYDD_SMTP_USER or FILRYDD_SMTP_PASSWORD has a letter that a mail server cannot take."),
            next=_("Use a user and a password of English letters, digits and signs."),
        )
    if user and security == "none":
        raise BadUsage(
            _("With FILRYDD_SMTP_SECURITY=none the password would be readable on its way."),
            next=_("Use starttls or tls, or leave out FILRYDD_SMTP_USER."),
        )
    return Server(host, int(port), security, user, password)


def _securities() -> tuple[Security, ...]:
    return ("starttls", "tls", "none")


class SmtpPost:
    """Sends each message by a mail server, over one connection. Entering it raises NoticeGone, NoticeRefused."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._line: smtplib.SMTP | None = None
        self._refused = False
        self.uncertain = False

    def __enter__(self) -> Self:
        with self._told():
            line = self._connected()
            try:
                self._signed_in(line)
            except BaseException:
                line.close()
                raise
        self._line = line
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is None:
            return
        try:
            self._line.quit()
        except (OSError, smtplib.SMTPException):
            # Every message has had its answer; a server that hangs up first takes nothing back.
            self._line.close()
        self._line = None

    def deliver(self, message: EmailMessage, name: str) -> str:
        """Send it; empty when the server has taken it over, else what the server said. A line that breaks after the text
        went and before the answer came raises NoticeGone, as any other: then nobody knows."""
        assert self._line is not None
        with self._told():
            return self._handed_over(self._line, message)

    def _connected(self) -> smtplib.SMTP:
        where = self._server
        if where.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(where.host, where.port, timeout=_PATIENCE, context=context)
        line = smtplib.SMTP(where.host, where.port, timeout=_PATIENCE)
        if where.security == "starttls":
            try:
                line.starttls(context=ssl.create_default_context())
            except BaseException as error:
                line.close()
                if isinstance(error, smtplib.SMTPNotSupportedError | smtplib.SMTPResponseException):
                    raise self._no_encryption() from error
                raise
        return line

    def _signed_in(self, line: smtplib.SMTP) -> None:
        line.ehlo_or_helo_if_needed()
        if not self._server.user:
            return
        try:
            line.login(self._server.user, self._server.password)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPAuthenticationError as error:
            raise self._not_let_in(_("it does not accept the user or the password")) from _without_words(error)
        except smtplib.SMTPException as error:
            raise self._not_let_in(_("it has no way to log in that we know")) from _without_words(error)

    def _handed_over(self, line: smtplib.SMTP, message: EmailMessage) -> str:
        self.uncertain = False
        if self._refused:
            line.rset()
            self._refused = False
        sender, recipient = (message[header].addresses[0].addr_spec for header in ("From", "To"))
        code, said = line.mail(sender)
        if code != _DONE:
            self._stop_if_closing(code, said)
            raise NoticeRefused(
                _("The mail server {host} takes no messages from {address}.").format(
                    host=self._server.host, address=sender
                ),
                next=_("Set FILRYDD_SMTP_FROM to an address that it knows."),
                details=(_answer(code, said),),
            )
        code, said = line.rcpt(recipient)
        if code in (_DONE, _FORWARDED):
            try:
                self.uncertain = True
                code, said = line.data(message.as_bytes())
            except smtplib.SMTPDataError as refused:
                code, said = refused.smtp_code, _bytes(refused.smtp_error)
            self.uncertain = False
            if code == _DONE:
                return ""
        self._stop_if_closing(code, said)
        self._refused = True
        return _answer(code, said)

    def _stop_if_closing(self, code: int, said: bytes) -> None:
        if code == _CLOSING:
            raise self._gone(_answer(code, said))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the library and the network raise becomes this room's errors."""
        host = self._server.host
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise NoticeRefused(
                _("The certificate of the mail server {host} cannot be trusted: {why}").format(
                    host=host, why=one_line(error.verify_message)
                ),
                next=_("Check the name of the server, or have its certificate's issuer made known on this machine."),
            ) from error
        except smtplib.SMTPResponseException as error:
            raise self._gone(_answer(error.smtp_code, _bytes(error.smtp_error))) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._gone(one_line(str(error))) from error

    def _no_encryption(self) -> NoticeRefused:
        return NoticeRefused(
            _("The mail server {host} does not encrypt the line (STARTTLS).").format(host=self._server.host),
            next=_("Check FILRYDD_SMTP_PORT, or set FILRYDD_SMTP_SECURITY to tls."),
        )

    def _not_let_in(self, why: str) -> NoticeRefused:
        return NoticeRefused(
            _("The mail server {host} does not let us in: {why}.").format(host=self._server.host, why=why),
            next=_("Check FILRYDD_SMTP_USER and FILRYDD_SMTP_PASSWORD."),
        )

    def _gone(self, why: str) -> NoticeGone:
        return NoticeGone(
            _("The mail server {host} does not answer on port {port}: {why}").format(
                host=self._server.host, port=self._server.port, why=why
            ),
            next=_("Check the server's name and port. What was not sent is sent by a later run."),
        )


def _without_words(error: smtplib.SMTPException) -> Exception:
    """The kind of an error alone: a trace is told too, and the server may have repeated the password."""
    return RuntimeError(type(error).__name__)


def _answer(code: int, said: bytes) -> str:
    return one_line(f"{code} {said.decode('utf-8', 'replace')}", 200)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
