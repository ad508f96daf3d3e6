"""Chance that can be had again: as good as random, the same for the same seed and the same question."""

import hashlib

_RANGE = 1 << 64


def dice(seed: int, *question: object) -> int:
    """A number below 2**64."""
    said = "\0".join(map(str, (seed, *question))).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big")


def happens(share: float, seed: int, *question: object) -> bool:
    """Yes in `share` of all questions. What happens at a small share happens at every larger one too."""
    return dice(seed, *question) < share * _RANGE
