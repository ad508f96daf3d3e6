"""Whether what counts as signed, file by file, is what the sign-offs' own bundles say.

The table `signed` is what set-based SQL works with; the bundles are what a person's signature stands under and what the
ledger vouches for. A row that no bundle supports was not written by `sign`. What only waits for a second person is signed
for here: that it is not approved yet is worked out with the approvals.
"""

from collections.abc import Iterable, Iterator

from filrydd.catalog import bundles, roots
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import folder_paths, path_of_file
from filrydd.layout import digest
from filrydd.model.rule import Fate

_ROLES = ("", "copy", "version")
RULE = (
    "name",
    "fate",
    "reason_nb",
    "reason_en",
    "basis",
    "noark",
    "decided_by",
    "decided_on",
    "confirmed_by",
    "confirmed_on",
    "junk",
)
"""What a sign-off keeps of each rule that it destroys by, word for word as the rule was."""


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
    paths = folder_paths(catalog, gone=True)
    rows = catalog.rows(
        "SELECT s.file, s.signoff, f.folder, f.name AS old_name, s.fate, s.name, s.size, s.modified, r.name AS rule, r.basis,"
        " COALESCE(k.junk, r.junk) AS junk, k.rule IS NOT NULL AS kept, r.fate AS rule_fate, o.destroys, t.address, t.access"
        " FROM signed s JOIN file f ON f.id = s.file LEFT JOIN rule r ON r.id = s.rule"
        " LEFT JOIN signed_rule k ON k.signoff = s.signoff AND k.rule = s.rule LEFT JOIN signoff o ON o.id = s.signoff"
        " LEFT JOIN signed_target t ON t.signoff = s.signoff AND t.folder = s.target ORDER BY s.signoff, f.folder"
    )
    place, lines, path = (0, 0), set[bytes](), None
    for row in rows:
        if (row["signoff"], row["folder"]) != place:
            place = (row["signoff"], row["folder"])
            bundle = catalog.row("SELECT content, path FROM signed_bundle WHERE signoff = ? AND folder = ?", place)
            content, path = (b"", None) if bundle is None else bundle
            lines = unpacked(content) if isinstance(content, bytes) else set()
        # A bundle holds names alone: where its folder lay is kept beside it, and a sign-off that keeps that keeps its rules.
        elsewhere = path is not None and path != paths.get(row["folder"])
        unkept = path is not None and row["fate"] == Fate.DESTROY and not row["kept"]
        if elsewhere or unkept or lines.isdisjoint(_supporting(row, lines)):
            yield path_of_file(catalog, row["file"])


def altered_rules(catalog: Catalog) -> list[str]:
    """The names of rules that files were signed to be destroyed by and that are not any more what they were then."""
    same = " AND ".join(f"COALESCE(r.{column}, '') IS k.{column}" for column in RULE)
    rows = catalog.rows(
        "SELECT DISTINCT k.name FROM signed_rule k LEFT JOIN rule r ON r.id = k.rule"
        f" WHERE r.id IS NULL OR r.awaits_confirmation OR r.block OR NOT ({same}) ORDER BY 1"
    )
    return [row["name"] for row in rows]


def keep_rules(catalog: Catalog, signoff: int) -> None:
    """Store the rules that a sign-off destroys by. Only inside the `writing` that stores the sign-off."""
    columns = ", ".join(f"COALESCE(r.{column}, '')" for column in RULE)
    catalog.run(
        f"INSERT INTO signed_rule (signoff, rule, {', '.join(RULE)}) SELECT ?1, r.id, {columns} FROM rule r"
        " WHERE r.id IN (SELECT s.rule FROM signed s WHERE s.signoff = ?1 AND s.fate = 'destroy')",
        (signoff,),
    )


def _supporting(row: Row, lines: set[bytes]) -> Iterator[bytes]:
    """The lines any one of which says what the row says."""
    if row["fate"] == Fate.MOVE and row["address"] is not None:
        # Bundles that were kept before places had lines of their own have the path in each file's line.
        yield digest.line([row["old_name"], "move", *str(row["address"]).split("\n")[2:3], row["name"]])
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
_ROOT_WITH_RULES = (
    "SELECT folder, path FROM signed_bundle WHERE signoff = ? AND path IS NOT NULL ORDER BY folder",
    f"SELECT rule, {', '.join(RULE)} FROM signed_rule WHERE signoff = ? ORDER BY rule",
)


def root(catalog: Catalog, signoff: int) -> roots.Root:
    """Everything that a sign-off keeps: what the ledger commits to."""
    if any(catalog.row(sql, (signoff,)) is not None for sql in _ROOT_WITH_RULES):
        return roots.Root("filrydd sign-off 3", (*_ROOT, *_ROOT_OF_TWO, *_ROOT_WITH_RULES), signoff, nested=True)
    if any(catalog.row(sql, (signoff,)) is not None for sql in _ROOT_OF_TWO):
        return roots.Root("filrydd sign-off 2", (*_ROOT, *_ROOT_OF_TWO), signoff, nested=True)
    return roots.Root("filrydd sign-off 1", _ROOT, signoff)
