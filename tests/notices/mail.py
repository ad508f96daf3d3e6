"""A mail server in the test's own process, which takes, refuses, hangs up or does not encrypt as a test wants it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "filrydd", "hemmelig-9f3a"


@dataclass
class Mailbox:
    """What the server took, and how it is to answer: {recipient: its answer}; `text` answers every message's text."""

    taken: list[Envelope] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)
    sender: str = ""
    text: str = ""
    hang_up: bool = False
    logins: int = 0

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender:
            return self.sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.text:
            return self.text
        self.taken.append(envelope)
        if self.hang_up:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        self.logins += 1
        assert isinstance(data, LoginPassword)
        if (data.login, data.password) == (USER.encode(), PASSWORD.encode()):
            return AuthResult(success=True)
        # As a careless server would: what it was told comes back.
        return AuthResult(success=False, handled=False, message=f"535 no such password {data.password.decode()}")


@dataclass(frozen=True)
class Certificate:
    """A certificate that signs itself for a name, and its key, as files."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def certificate(folder: Path, name: str = "localhost") -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    found = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    found.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return found


class _AnyPort(Controller):
    """On whatever port is free; the library's own look at it takes the port that was asked for."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(
    mailbox: Mailbox,
    own: Certificate | None = None,
    *,
    from_the_start: bool = False,
    login: bool = False,
    without: tuple[str, ...] = (),
) -> Iterator[int]:
    """A server on this machine until the block ends; yields its port. With a certificate it offers STARTTLS, or speaks TLS
    from the start; `without` are ways to log in that it does not offer."""
    controller = _AnyPort(
        mailbox,
        hostname="localhost",
        port=0,
        ssl_context=own.context() if own and from_the_start else None,
        tls_context=own.context() if own and not from_the_start else None,
        authenticator=mailbox.authenticate if login else None,
        auth_required=login,
        auth_exclude_mechanism=without,
        auth_require_tls=login and not from_the_start,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
