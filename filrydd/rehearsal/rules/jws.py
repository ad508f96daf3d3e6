"""Signed tokens in their compact form (RFC 7515, RFC 7519), with the two algorithms that Entra takes.

Padding is tolerated where others send it: azure-identity leaves the equals signs in its client assertions.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

LONGEST = 32 << 10
"""Characters of a token that is looked at."""
_PSS = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=SHA256.digest_size)


class Malformed(ValueError):
    """No token in the compact form."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A token in its parts; whether the signature holds is another question."""

    header: dict[str, Any]
    claims: dict[str, Any]
    said: bytes
    signature: bytes

    def holds(self, key: RSAPublicKey) -> bool:
        """Whether the key's owner signed it, with RS256 or PS256."""
        try:
            if self.header.get("alg") == "RS256":
                key.verify(self.signature, self.said, padding.PKCS1v15(), SHA256())
            elif self.header.get("alg") == "PS256":
                key.verify(self.signature, self.said, _PSS, SHA256())
            else:
                return False
        except InvalidSignature:
            return False
        return True


def read(token: str) -> Signed:
    """A token in its parts. Raises Malformed."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > LONGEST or not token.isascii():
        raise Malformed
    said = f"{parts[0]}.{parts[1]}".encode("ascii")
    return Signed(_object(parts[0]), _object(parts[1]), said, _decoded(parts[2]))


def sign(key: RSAPrivateKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token with RS256."""
    said = f"{_encoded({'typ': 'JWT', 'alg': 'RS256', **header})}.{_encoded(claims)}"
    signature = key.sign(said.encode("ascii"), padding.PKCS1v15(), SHA256())
    return f"{said}.{text(signature)}"


def text(data: bytes) -> str:
    """Bytes in base64url, without padding."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _encoded(value: dict[str, Any]) -> str:
    return text(json.dumps(value, separators=(",", ":")).encode())


def _decoded(part: str) -> bytes:
    bare = part.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed from None


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(value, dict):
        raise Malformed
    return value
