"""Files in the tenant's folder that only its owner reads: keys and secrets."""

import os
import threading
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from filrydd.rehearsal.rules import jws


def write_private(file: Path, data: bytes) -> None:
    """Put a whole file in place, durably; nobody else can read it at any moment."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)


def as_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as such a file holds it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class KeyFile:
    """An RSA key in a file, made when it is first needed: few rehearsals sign in."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._turn = threading.Lock()
        self._key: rsa.RSAPrivateKey | None = None

    def there(self) -> rsa.RSAPrivateKey | None:
        """The key, if it was made. A file that holds none counts as none."""
        if self._key is None and self._file.exists():
            try:
                found = serialization.load_pem_private_key(self._file.read_bytes(), None)
            except (ValueError, TypeError):
                return None
            self._key = found if isinstance(found, rsa.RSAPrivateKey) else None
        return self._key

    def made(self) -> rsa.RSAPrivateKey:
        """The key. Takes a tenth of a second the first time."""
        with self._turn:
            key = self.there()
            if key is None:
                key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
                write_private(self._file, as_pem(key))
                self._key = key
            return key

    def name(self) -> str:
        """Made from the key, so that another key has another one."""
        key = self.made().public_key()
        digest = Hash(SHA256())
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        digest.update(key.public_bytes(serialization.Encoding.DER, form))
        return jws.text(digest.finalize()[:20])
