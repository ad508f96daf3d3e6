"""A listed folder as few bytes: made where the folder is read, unpacked where its files are wanted, if they are at all."""

import marshal
from array import array
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain, repeat
from typing import Any

from filrydd.model.listed import Below, FileFacts, Snag
from filrydd.model.names import extension, stored
from filrydd.sources.place import signed

# This version writes equal values as equal bytes; later ones mark objects that happen to be shared.
_VERSION = 2
_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1

NUMBERS = 8
"""Numbers of a file, in this order: size, modified and created in ticks, attributes, file id, mode, user, group. The last
three count for the digest alone."""
_FILE_ID = 4

TOGETHER = 4096
"""Files packed together: what bounds the objects made of a folder of a million files at one time."""


def pack(names: Sequence[str], extensions: Sequence[str], numbers: Sequence[int]) -> bytes:
    """Files of one folder: the source's own names, the extension of each, and all their numbers in one row."""
    joined = "/".join(names)
    try:
        text = b"" if "\\" in joined else joined.encode()
    except UnicodeEncodeError:
        text = b""
    if not text:
        kept = [stored(name) for name in names]
        text, extensions = "/".join(kept).encode(), [extension(name) for name in kept]
    try:
        packed = array("q", numbers)
    except OverflowError:
        packed = array("q", [_fitting(number, index % NUMBERS) for index, number in enumerate(numbers)])
    return packed_facts((text, "/".join(extensions).encode(), packed.tobytes()))


def packed_facts(facts: Any) -> bytes:
    """Tuples, lists, texts and numbers as bytes: the same bytes for the same values."""
    return marshal.dumps(facts, _VERSION)


def digest_of(chunks: Sequence[bytes], folders: Sequence[object], snags: Sequence[object]) -> bytes:
    """The digest of a listing (`Listed.digest`)."""
    hasher = sha256(b"%d" % len(chunks))
    for chunk in chunks:
        hasher.update(chunk)
    hasher.update(packed_facts((folders, snags)))
    return hasher.digest()[:16]


class LocalListed:
    """The contract's Listed; `chunks` are what `pack` made."""

    __slots__ = ("_chunks", "descriptor", "digest", "entries", "folders", "key", "snags")

    def __init__(
        self,
        key: int,
        digest: bytes,
        entries: int,
        folders: Sequence[Below],
        snags: list[Snag],
        chunks: Sequence[bytes],
        descriptor: bytes,
    ) -> None:
        self.key = key
        self.digest = digest
        self.entries = entries
        self.folders = folders
        self.snags = snags
        self.descriptor = descriptor
        self._chunks = chunks

    def files(self) -> Iterator[FileFacts]:
        return chain.from_iterable(map(_unpacked, repeat(self.key), self._chunks))


def _unpacked(key: int, chunk: bytes) -> Iterator[FileFacts]:
    names, extensions, packed = marshal.loads(chunk)  # from this program's own processes alone
    numbers = array("q")
    numbers.frombytes(packed)
    return zip(
        repeat(key),
        names.decode().split("/"),
        extensions.decode().split("/"),
        numbers[0::NUMBERS],
        numbers[1::NUMBERS],
        numbers[2::NUMBERS],
        numbers[3::NUMBERS],
        numbers[4::NUMBERS],
        strict=False,  # endless on the left
    )


def _fitting(number: int, column: int) -> int:
    """A number as the catalog can hold it: ids keep their bits, times beyond year 30,000 become the last there is."""
    return signed(number) if column == _FILE_ID else max(_LOWEST, min(number, _HIGHEST))
