"""Roots: what a row of the ledger commits to, as a hash over rows of other tables.

One description serves the hash and the export of what is hashed, so that whoever recomputes a root from an export hashes what
was hashed here.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog, Row
from filrydd.layout import digest


@dataclass(frozen=True, slots=True)
class Root:
    """The rows that the queries give for `number`, one query after the other.

    SHA-256 over `begins` and each value of each row: bytes in hex, all else as text, in UTF-8 with its length before it (four
    bytes, big-endian). Where it is `nested`, each query has a SHA-256 of its own, and what is hashed is `begins` and those
    digests, so that no row can pass for one of another query.
    """

    begins: str
    queries: tuple[str, ...]
    number: int
    nested: bool = False


def hashed(catalog: Catalog, root: Root) -> str:
    """The root in hex, over the rows as they are now."""
    whole = hashlib.sha256(root.begins.encode())
    for query in root.queries:
        hasher = hashlib.sha256() if root.nested else whole
        for row in catalog.rows(query, (root.number,)):
            hasher.update(digest.line(texts(row)))
        if root.nested:
            whole.update(hasher.digest())
    return whole.hexdigest()


def rows(catalog: Catalog, root: Root) -> Iterator[Iterator[Row]]:
    """The same rows, streamed: those of each query in turn."""
    for query in root.queries:
        yield catalog.rows(query, (root.number,))


def texts(row: Row) -> list[str]:
    """A row's values as they are hashed."""
    return [value.hex() if isinstance(value, bytes) else str(value) for value in row]
