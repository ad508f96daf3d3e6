"""Reading in pieces, so that memory does not grow with a document."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import IO

PIECE = 1 << 20


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file in pieces of at most PIECE bytes."""
    while piece := file.read(PIECE):
        yield piece


def digest(content: Iterable[bytes]) -> bytes:
    """SHA-256 of content, however it is cut into pieces."""
    hashed = hashlib.sha256()
    for piece in content:
        hashed.update(piece)
    return hashed.digest()
