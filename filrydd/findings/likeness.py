"""Likeness of texts: 64 bits that differ little when two texts differ little (Charikar's simhash, STOC 2002).

The features are the distinct pairs of neighbouring words, folded: single words make any two Norwegian letters alike
("og", "i", "som"), longer runs make a revised report a stranger. With cosine c between two texts' pairs the expected
distance is 64 * acos(c) / pi: texts with nothing in common lie about 32 bits apart (standard deviation 4), one that was
doubled in length 16, one in which every fiftieth word changed 6.

The value depends on nothing but the text: not on the process, the platform or the version of Python. It tells accidents
of copying and revision, not adversaries.
"""

import re
from zlib import crc32

import numpy as np
import numpy.typing as npt

from filrydd.model.names import fold

LEAST_WORDS = 50
"""Fewer words are too few to compare: one changed word would move many bits."""

_WORD = re.compile(r"\w+")
_ROWS = 1 << 16
_BITS = (1 << 64) - 1
_Hashes = npt.NDArray[np.uint64]


def simhash(text: str) -> int | None:
    """The likeness of a text as a signed 64-bit integer; None when it has fewer than `LEAST_WORDS` words."""
    words = _WORD.findall(fold(text))
    if len(words) < LEAST_WORDS:
        return None
    checks = (crc32(word.encode("utf-8", "surrogatepass")) for word in words)
    singles = np.fromiter(checks, dtype=np.uint64, count=len(words))
    pairs = _mixed(np.unique((singles[:-1] << np.uint64(32)) | singles[1:]))
    ones = np.zeros(64, dtype=np.int64)
    for start in range(0, len(pairs), _ROWS):
        rows = pairs[start : start + _ROWS].astype("<u8").view(np.uint8).reshape(-1, 8)
        ones += np.unpackbits(rows, axis=1, bitorder="little").sum(axis=0, dtype=np.int64)
    bits = sum(1 << int(place) for place in np.flatnonzero(2 * ones > len(pairs)))
    return bits - (1 << 64) if bits >> 63 else bits


def distance(a: int, b: int) -> int:
    """In how many of their 64 bits two likenesses differ: 0 for the same text, about 32 for unrelated ones."""
    return ((a ^ b) & _BITS).bit_count()


def _mixed(hashes: _Hashes) -> _Hashes:
    """Every input bit spread over all output bits (the finaliser of splitmix64, Steele et al., OOPSLA 2014)."""
    spread = hashes + np.uint64(0x9E3779B97F4A7C15)
    spread = (spread ^ (spread >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    spread = (spread ^ (spread >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: _Hashes = spread ^ (spread >> np.uint64(31))
    return mixed
