"""quickXorHash as the tenant computes it, on whole numbers of Python.

Byte i is XORed into 160 bits at bit (11 * i) mod 160, wrapping; the length (little-endian, 64 bits) is XORed into the last
eight bytes. Bytes with the same index modulo 160 share a shift, so any data is first folded to 160 bytes.
"""

import base64

_ROW = 160


class QuickXor:
    """Takes bytes in any pieces; `base64()` is the hash as Graph writes it."""

    def __init__(self) -> None:
        self._row = 0
        self._length = 0

    def update(self, data: bytes) -> None:
        """Add bytes."""
        block = int.from_bytes(data, "little") << (8 * (self._length % _ROW))
        self._length += len(data)
        while (rows := -(-block.bit_length() // (8 * _ROW))) > 1:
            half = -(-rows // 2) * 8 * _ROW
            block = (block >> half) ^ (block & ((1 << half) - 1))
        self._row ^= block

    def base64(self) -> str:
        """The hash so far, 28 characters."""
        wide = 0
        for index, byte in enumerate(self._row.to_bytes(_ROW, "little")):
            wide ^= byte << (11 * index % 160)
        # A byte that begins in the last bits runs over the end and goes on at the beginning.
        bits = (wide ^ (wide >> 160)) & ((1 << 160) - 1)
        bits ^= (self._length & ((1 << 64) - 1)) << 96
        return base64.b64encode(bits.to_bytes(20, "little")).decode("ascii")
