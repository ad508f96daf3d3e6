"""Whether what counts as signed, file by file, is what the sign-offs' own bundles say.

The table `signed` is what set-based SQL works with; the bundles are what a person's signature stands under and what the
ledger vouches for. A row that no bundle supports was not written by `sign`. What only waits for a second person is signed
for here: that it is not approved yet is worked out with the approvals.
"""

import hashlib
from collections.abc import Iterable, Iterator

from filrydd.catalog import bundles
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import path_of_file
from filrydd.layout import digest
from filrydd.model.rule import Fate

_ROLES = ("", "copy", "version")


def packed(lines: Iterable[bytes]) -> bytes:
    """A bundle's lines as they are kept: each with its length, four bytes, before it."""
    return b"".join(len(line).to_bytes(4, "big") + line for line in lines)


def unpacked(content: bytes) -> set[bytes]:
    """The lines of a kept bundle."""
    lines, at = set(), 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        lines.add(content[at + 4 : at + 4 + size])
        at += 4 + size
    return lines


def unsupported(catalog: Catalog) -> Iterator[str]:
    """The paths of files that count as signed for although no bundle of that sign-off says so."""
    rows = catalog.rows(
        "SELECT s.file, s.signoff, f.folder, f.name AS old_name, s.fate, s.name, s.size, s.modified, r.name AS rule, r.basis,"
        " r.junk, r.fate AS rule_fate, o.destroys, t.address, t.access FROM signed s JOIN file f ON f.id = s.file"
        " LEFT JOIN rule r ON r.id = s.rule LEFT JOIN signoff o ON o.id = s.signoff"
        " LEFT JOIN signed_target t ON t.signoff = s.signoff AND t.folder = s.target ORDER BY s.signoff, f.folder"
    )
    place, lines = (0, 0), set[bytes]()
    for row in rows:
        if (row["signoff"], row["folder"]) != place:
            place = (row["signoff"], row["folder"])
            content = catalog.value("SELECT content FROM signed_bundle WHERE signoff = ? AND folder = ?", place)
            lines = unpacked(content or b"")
        if lines.isdisjoint(_supporting(row, lines)):
            yield path_of_file(catalog, row["file"])


def _supporting(row: Row, lines: set[bytes]) -> Iterator[bytes]:
    """The lines any one of which says what the row says."""
    if row["fate"] == Fate.MOVE and row["address"] is not None:
        # Bundles that were kept before places had lines of their own have the path in each file's line.
        yield digest.line([row["old_name"], "move", row["address"].split("\n")[2], row["name"]])
        for number in range(len(lines)):
            if bundles.place_line(number, row["address"], row["access"]) in lines:
                if row["name"] == row["old_name"]:
                    yield bundles.move_line(row["old_name"], number, None, "")
                for role in _ROLES:
                    yield bundles.move_line(row["old_name"], number, row["name"], role)
                return
    elif row["fate"] == Fate.DESTROY == row["rule_fate"] and (row["junk"] or row["destroys"]):
        yield bundles.destroy_line(row["old_name"], row["rule"], row["basis"], row["size"], row["modified"])


_ROOT = (
    "SELECT part, digest, name, role, how, note, at, destroys, follow_until FROM signoff WHERE id = ?",
    "SELECT folder, digest, content FROM signed_bundle WHERE signoff = ? ORDER BY folder",
    "SELECT folder, address FROM signed_target WHERE signoff = ? ORDER BY folder",
    "SELECT folder, access FROM signed_target WHERE signoff = ? AND access <> '' ORDER BY folder",
)
# Older sign-offs know nothing of these, and their root stays what it was.
_ROOT_OF_TWO = (
    "SELECT who, as_manager, signers FROM signoff WHERE id = ? AND (who <> '' OR as_manager OR signers <> 1)",
    "SELECT kind, files, bytes FROM signed_total WHERE signoff = ? ORDER BY kind",
)


def root(catalog: Catalog, signoff: int) -> str:
    """SHA-256 over everything that a sign-off keeps: what the ledger commits to."""
    if all(catalog.row(sql, (signoff,)) is None for sql in _ROOT_OF_TWO):
        hasher = hashlib.sha256(b"filrydd sign-off 1")
        for sql in _ROOT:
            _add_rows(hasher, catalog, sql, signoff)
        return hasher.hexdigest()
    whole = hashlib.sha256(b"filrydd sign-off 2")
    for sql in (*_ROOT, *_ROOT_OF_TWO):
        # A digest for each query, so that no row can pass for one of another.
        hasher = hashlib.sha256()
        _add_rows(hasher, catalog, sql, signoff)
        whole.update(hasher.digest())
    return whole.hexdigest()


def _add_rows(hasher: "hashlib._Hash", catalog: Catalog, sql: str, signoff: int) -> None:
    for row in catalog.rows(sql, (signoff,)):
        for value in row:
            hasher.update(digest.line([value.hex() if isinstance(value, bytes) else str(value)]))
