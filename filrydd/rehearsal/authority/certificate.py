"""The certificate of the sign-in service: made once for a folder, for loopback and the address that it listens on alone.

Its issuer signs it and is then forgotten: whoever comes to trust the issuer trusts this one certificate and no other, ever.
"""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from filrydd.rehearsal.store.private import as_pem, write_private

LASTS = timedelta(days=397)
"""Longer ones are refused by some clients."""
RENEWED = timedelta(days=30)
"""A certificate with less left is made anew when the tenant starts."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PEM = serialization.Encoding.PEM


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """The file that clients must trust, and the file with certificate and key; both made if they are not good any more.

    `host` is the address that the service listens on.
    """
    hosts = dict.fromkeys((*_LOOPBACK, host.lower()))
    trusted, own = folder / "authority.pem", folder / "authority-key.pem"
    now = datetime.now(UTC)
    names = [_general(each) for each in hosts]
    if not _good(trusted, own, now, names):
        issuer, chain = _make(now, list(hosts))
        write_private(own, chain)
        write_private(trusted, issuer)
    return trusted, own


def _good(trusted: Path, own: Path, now: datetime, names: list[x509.GeneralName]) -> bool:
    try:
        issuer = x509.load_pem_x509_certificate(trusted.read_bytes())
        data = own.read_bytes()
        leaf = x509.load_pem_x509_certificate(data)
        key = serialization.load_pem_private_key(data, None)
        leaf.verify_directly_issued_by(issuer)
        known = list(leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except (OSError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    ours = isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == leaf.public_key()
    return ours and known == names and leaf.not_valid_after_utc - now > RENEWED and leaf.not_valid_before_utc <= now


def _make(now: datetime, hosts: list[str]) -> tuple[bytes, bytes]:
    """The issuer's certificate; ours, with its key."""
    issuer_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer_name = _name("filrydd rehearsal authority")
    permitted = [_general(each, network=True) for each in hosts]
    issuer = (
        _begun(issuer_name, issuer_name, issuer_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(issuing=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .sign(issuer_key, SHA256())
    )
    names = [_general(each) for each in hosts]
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    leaf = (
        _begun(_name("filrydd rehearsal sign-in"), issuer_name, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(issuing=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(known, critical=False)
        .sign(issuer_key, SHA256())
    )
    return issuer.public_bytes(_PEM), as_pem(key) + leaf.public_bytes(_PEM)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _general(host: str, *, network: bool = False) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(host) if network else ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, issuing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issuing,
        key_cert_sign=issuing,
        crl_sign=issuing,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
