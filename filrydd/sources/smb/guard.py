"""Signing and encrypting ([MS-SMB2] 3.1.4.1, 3.1.4.3) with the keys and algorithms that the library negotiated."""

import hmac
import os
import struct
from collections.abc import Callable, Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM
from cryptography.hazmat.primitives.cmac import CMAC

from filrydd.sources.smb.wire import HEADER, BadAnswer

# Dialects and identifiers of algorithms ([MS-SMB2] 2.2.3, 2.2.3.1.2, 2.2.3.1.7).
SMB_3_0, SMB_3_1_1 = 0x0300, 0x0311
HMAC_SHA256, AES_CMAC, AES_GMAC = 0, 1, 2
AES_128_CCM, AES_128_GCM, AES_256_CCM, AES_256_GCM = 1, 2, 3, 4

_NO_TAG = bytes(16)
_TRANSFORM = struct.Struct("<16sIHHQ")  # what follows magic and signature; it is authenticated as it stands
_TRANSFORM_SIZE = 52

Sign = Callable[["bytes | bytearray", bytes, "bytes | memoryview"], bytes]
"""Signature of a message, from a nonce (its message id's 8 bytes and 4 that say who sends it), nothing, and its bytes: the
form that AES-GCM has, which is called as it is."""


class Guard(Protocol):
    """What stands between requests and the wire. `encrypts` says that answers come whole and need no `check`."""

    encrypts: bool

    def frame(self, messages: Sequence[bytes]) -> bytes:
        """The requests as one frame, its length first."""

    def opened(self, frame: memoryview) -> bytearray:
        """What an encrypted frame holds. Raises BadAnswer for one that is not encrypted, altered or another session's."""

    def check(self, buffer: bytearray, view: memoryview, start: int, end: int) -> None:
        """See that a signed answer is the server's own; its signature in the buffer is lost. Raises BadAnswer."""


def signer(dialect: int, algorithm: int | None, key: bytes) -> Sign:
    """How messages are signed at that dialect; `algorithm` counts from 3.1.1 on, where it may be not negotiated."""
    if dialect < SMB_3_0 or (dialect >= SMB_3_1_1 and algorithm == HMAC_SHA256):
        return lambda _nonce, _nothing, message: hmac.digest(key, message, "sha256")[:16]
    if dialect >= SMB_3_1_1 and algorithm == AES_GMAC:
        return AESGCM(key).encrypt
    if dialect >= SMB_3_1_1 and algorithm not in (None, AES_CMAC):
        raise ValueError(f"unknown signing algorithm {algorithm}")
    fresh = CMAC(algorithms.AES(key))

    def by_cmac(_nonce: "bytes | bytearray", _nothing: bytes, message: "bytes | memoryview") -> bytes:
        cmac = fresh.copy()
        cmac.update(bytes(message))
        return cmac.finalize()

    return by_cmac


class Signed:
    """Every request is signed, and every answer must be."""

    encrypts = False
    _ours, _servers = bytes(4), b"\1\0\0\0"

    def __init__(self, sign: Sign) -> None:
        self._sign = sign

    def frame(self, messages: Sequence[bytes]) -> bytes:
        sign, ours = self._sign, self._ours
        parts = [b""]
        size = 0
        for message in messages:
            size += len(message)
            parts += (message[:48], sign(message[24:32] + ours, b"", message), message[64:])
        parts[0] = size.to_bytes(4, "big")
        return b"".join(parts)

    def opened(self, frame: memoryview) -> bytearray:
        raise BadAnswer("an encrypted answer, and encryption was not agreed on")

    def check(self, buffer: bytearray, view: memoryview, start: int, end: int) -> None:
        told = buffer[start + 48 : start + 64]
        buffer[start + 48 : start + 64] = _NO_TAG
        nonce = buffer[start + 24 : start + 32] + self._servers
        if not hmac.compare_digest(self._sign(nonce, b"", view[start:end]), told):
            raise BadAnswer("the server's signature is not right")


class Encrypted:
    """Every request is encrypted, and every answer must be. That covers the signature."""

    encrypts = True

    def __init__(self, dialect: int, cipher: int | None, session: int, ours: bytes, servers: bytes) -> None:
        cipher = cipher if dialect >= SMB_3_1_1 else AES_128_CCM
        if cipher not in (AES_128_CCM, AES_128_GCM, AES_256_CCM, AES_256_GCM):
            raise ValueError(f"unknown cipher {cipher}")
        gcm = cipher in (AES_128_GCM, AES_256_GCM)
        self._nonce_size = 12 if gcm else 11
        self._encrypt = AESGCM(ours).encrypt if gcm else AESCCM(ours).encrypt
        self._decrypt = AESGCM(servers).decrypt if gcm else AESCCM(servers).decrypt
        self._session = session
        # Counted on from a random start: never twice in a session, and as far as chance goes none of the library's.
        self._nonce = int.from_bytes(os.urandom(self._nonce_size), "little")

    def frame(self, messages: Sequence[bytes]) -> bytes:
        plain = b"".join(messages)
        size = self._nonce_size
        self._nonce = (self._nonce + 1) % (1 << 8 * size)
        nonce = self._nonce.to_bytes(size, "little")
        head = _TRANSFORM.pack(nonce, len(plain), 0, 1, self._session)
        secret = self._encrypt(nonce, plain, head)
        length = (_TRANSFORM_SIZE + len(plain)).to_bytes(4, "big")
        return b"".join((length, b"\xfdSMB", secret[-16:], head, secret[:-16]))

    def opened(self, frame: memoryview) -> bytearray:
        if len(frame) < _TRANSFORM_SIZE + HEADER or bytes(frame[:4]) != b"\xfdSMB":
            raise BadAnswer("an answer that is not encrypted")
        nonce, size, _, flags, session = _TRANSFORM.unpack_from(frame, 20)
        if flags != 1 or session != self._session or size != len(frame) - _TRANSFORM_SIZE:
            raise BadAnswer("an encrypted answer of another session")
        secret = b"".join((frame[_TRANSFORM_SIZE:], frame[4:20]))
        try:
            return bytearray(self._decrypt(nonce[: self._nonce_size], secret, frame[20:_TRANSFORM_SIZE]))
        except InvalidTag as error:
            raise BadAnswer("an encrypted answer was altered") from error

    def check(self, buffer: bytearray, view: memoryview, start: int, end: int) -> None:
        raise BadAnswer("an answer that is not encrypted")
