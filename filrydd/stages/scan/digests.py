"""Digests of a file's ends and of all of it: BLAKE2b, 128 bits, each kind with a name of its own, so that a file's ends
never look like another one's whole content."""

import hashlib
from typing import NamedTuple, Protocol

from filrydd.catalog.contents.readings import ENDS
from filrydd.sources.source import Reader

_PIECE = 1 << 20


class Digests(NamedTuple):
    """What was worked out of a file; None is what was not."""

    ends: bytes | None
    whole: bytes | None


class ShorterThanItWas(Exception):
    """The file does not hold as many bytes as it had when it was opened."""


class Meter(Protocol):
    """Somebody who hears of every piece that was read, in bytes, and may wait before the next."""

    def spend(self, count: int) -> None: ...


def ends(reader: Reader, size: int, meter: Meter) -> Digests:
    """The digest of a file's ends; of a file that is hardly more than its ends, the whole digest too.

    Raises EntryTrouble, ShorterThanItWas.
    """
    digest = _hash(b"filrydd ends")
    if size <= 2 * ENDS:
        content = _read(reader, size, meter)
        digest.update(content)
        whole = _hash(b"filrydd whole")
        whole.update(content)
        return Digests(digest.digest(), whole.digest())
    digest.update(_read(reader, ENDS, meter))
    reader.seek(size - ENDS)
    digest.update(_read(reader, ENDS, meter))
    return Digests(digest.digest(), None)


def whole(reader: Reader, size: int, meter: Meter) -> Digests:
    """The digest of a whole file. Raises EntryTrouble, ShorterThanItWas."""
    digest = _hash(b"filrydd whole")
    left = size
    while left:
        piece = reader.read(min(left, _PIECE))
        if not piece:
            raise ShorterThanItWas
        meter.spend(len(piece))
        digest.update(piece)
        left -= len(piece)
    return Digests(None, digest.digest())


def _hash(kind: bytes) -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=16, person=kind)


def _read(reader: Reader, size: int, meter: Meter) -> bytes:
    pieces = []
    left = size
    while left:
        piece = reader.read(left)
        if not piece:
            raise ShorterThanItWas
        meter.spend(len(piece))
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
