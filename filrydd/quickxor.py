"""quickXorHash, the only content hash that SharePoint tells.

Byte i is XORed into 160 bits at bit (11 * i) mod 160, wrapping; then the length, little-endian 64 bits, into the last
eight bytes. Bytes with the same index modulo 160 share one shift, so a buffer is reshaped to rows of 160, folded by XOR in
numpy, and only the 160 columns are shifted at the end (algorithm as published by Microsoft for OneDrive; checked in the
tests against a byte-by-byte form and against rclone).

It detects accidents, not adversaries.
"""

import base64
from typing import BinaryIO

import numpy as np

_PERIOD = 160
_CHUNK = _PERIOD * 8192


class QuickXor:
    """An incremental hash with the interface of `hashlib`."""

    name = "quickxor"
    digest_size = 20
    block_size = 64

    def __init__(self, data: bytes = b"") -> None:
        self._columns = np.zeros(_PERIOD // 8, dtype=np.uint64)
        self._pending = b""
        self._length = 0
        if data:
            self.update(data)

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Add bytes."""
        self._length += len(data)
        if self._pending:
            needed = _PERIOD - len(self._pending)
            self._pending += bytes(data[:needed])
            data = data[needed:]
            if len(self._pending) < _PERIOD:
                return
            self._columns ^= np.frombuffer(self._pending, dtype=np.uint64)
            self._pending = b""
        # A slice of a view copies nothing.
        data = memoryview(data)
        rows = len(data) // _PERIOD
        for start in range(0, rows * _PERIOD, _CHUNK):
            chunk = np.frombuffer(data[start : min(start + _CHUNK, rows * _PERIOD)], dtype=np.uint64)
            self._columns ^= np.bitwise_xor.reduce(chunk.reshape(-1, _PERIOD // 8), axis=0)
        self._pending = bytes(data[rows * _PERIOD :])

    def digest(self) -> bytes:
        """The hash so far, 20 bytes."""
        columns = bytearray(self._columns.tobytes())
        for index, byte in enumerate(self._pending):
            columns[index] ^= byte
        bits = 0
        for index, byte in enumerate(columns):
            bits ^= byte << (11 * index % _PERIOD)
        # A byte that begins in the last seven bits runs over the end and goes on at the beginning.
        bits = (bits & ((1 << _PERIOD) - 1)) ^ (bits >> _PERIOD)
        folded = bytearray(bits.to_bytes(20, "little"))
        for index, byte in enumerate(self._length.to_bytes(8, "little")):
            folded[12 + index] ^= byte
        return bytes(folded)

    def base64(self) -> str:
        """The hash so far as Graph writes it."""
        return base64.b64encode(self.digest()).decode("ascii")


def of_stream(stream: BinaryIO, chunk: int = 1 << 20) -> str:
    """The quickXorHash of what is left in a stream, in base64, read in bounded memory."""
    hasher = QuickXor()
    while data := stream.read(chunk):
        hasher.update(data)
    return hasher.base64()
