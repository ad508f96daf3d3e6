"""quickXorHash as the tenant computes it.

Byte i is XORed into 160 bits at bit (11 * i) mod 160, wrapping; the length (little-endian, 64 bits) is XORed into the last
eight bytes. Bytes with the same index modulo 160 share a shift, so any data is first folded to a row of 160 bytes.
"""

import base64

import numpy as np

_ROW = 160
_BITS = 160
# Where each bit of a row goes: one that runs over the end goes on at the beginning.
_PLACES = np.array([(11 * byte + bit) % _BITS for byte in range(_ROW) for bit in range(8)])


class QuickXor:
    """Takes bytes in any pieces; `base64()` is the hash as Graph writes it."""

    def __init__(self) -> None:
        self._row = 0
        self._length = 0

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Add bytes."""
        view = memoryview(data)
        # What comes before the next whole row, whole rows, and what is left: the position in the row decides.
        ahead = min(-self._length % _ROW, len(view))
        rows = (len(view) - ahead) // _ROW * _ROW
        self._add(view[:ahead])
        if rows:
            words = np.frombuffer(view[ahead : ahead + rows], dtype=np.uint64).reshape(-1, _ROW // 8)
            self._row ^= int.from_bytes(np.bitwise_xor.reduce(words, axis=0).tobytes(), "little")
            self._length += rows
        self._add(view[ahead + rows :])

    def copy(self) -> "QuickXor":
        """Another one that has taken the same bytes."""
        other = QuickXor()
        other._row, other._length = self._row, self._length
        return other

    def base64(self) -> str:
        """The hash so far, 28 characters."""
        row = np.frombuffer(self._row.to_bytes(_ROW, "little"), dtype=np.uint8)
        times = np.bincount(_PLACES, np.unpackbits(row, bitorder="little"), minlength=_BITS).astype(np.uint8)
        bits = int.from_bytes(np.packbits(times & 1, bitorder="little").tobytes(), "little")
        bits ^= (self._length & ((1 << 64) - 1)) << 96
        return base64.b64encode(bits.to_bytes(20, "little")).decode("ascii")

    def _add(self, part: memoryview) -> None:
        self._row ^= int.from_bytes(part, "little") << (8 * (self._length % _ROW))
        self._length += len(part)
