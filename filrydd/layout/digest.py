"""Digests of a proposal: a SHA-256 tree over bundles, as git has its trees.

A *line* is one placement's fields, a *bundle* the lines of one folder, a *node* a folder's bundle with its subfolders'
nodes. Everything is length-prefixed and each kind of digest begins with its own word, so no two different structures have
the same bytes before hashing. A field's type is fixed by its place: the number 1 and the text "1" are the same field.
"""

import hashlib
from collections.abc import Iterable, Sequence

_BUNDLE = b"filrydd bundle 1"
_NODE = b"filrydd node 1"


def line(fields: Sequence[str | int]) -> bytes:
    """The fields as bytes: each in UTF-8 (a number in decimal), preceded by its length as 4 bytes, big-endian.

    Raises UnicodeEncodeError for a lone surrogate: names come in their stored form, which has none.
    """
    encoded = [str(field).encode() for field in fields]
    return b"".join([part for field in encoded for part in (len(field).to_bytes(4, "big"), field)])


def bundle(lines: Iterable[bytes]) -> bytes:
    """The 32-byte digest of lines in the order given; the caller's order is part of what is signed."""
    prefixed = [part for each in lines for part in (len(each).to_bytes(4, "big"), each)]
    return hashlib.sha256(b"".join([_BUNDLE, *prefixed])).digest()


def node(own: bytes, children: Iterable[tuple[str, bytes]]) -> bytes:
    """The 32-byte digest of a folder: its own bundle, and its subfolders as (name, digest) in whatever order they come."""
    digest = hashlib.sha256(_NODE)
    digest.update(len(own).to_bytes(4, "big") + own)
    for name, below in sorted((name.encode(), below) for name, below in children):
        digest.update(len(name).to_bytes(4, "big") + name + len(below).to_bytes(4, "big") + below)
    return digest.digest()
