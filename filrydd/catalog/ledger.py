"""The ledger: who did what and when, append-only.

Each row names the hash of the one before it and commits to a root over the rows that its run wrote (receipts, a sign-off,
former permissions, retirements). Its hash is signed with a key that the workspace does not hold, since a chain of hashes
alone can be forged whole by anybody who can write the database. The head is deposited in the tenant; `audit` compares.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from filrydd.catalog import keys, roots, signatures
from filrydd.catalog.connection import Catalog
from filrydd.catalog.connection import Row as StoredRow
from filrydd.errors import ClockMoved
from filrydd.lang import _
from filrydd.layout import digest
from filrydd.model import times

# A clock may go this much backwards between two rows before it counts as moved (the design's five minutes).
CLOCK_PATIENCE = 5 * 60 * times.TICKS_A_SECOND
BEGINNING = "0" * 64

# For each kind of row, the query whose rows its root is over; the row's body names the run, sign-off or seal.
ROOTS = {
    "upload": "SELECT * FROM receipt WHERE run = ? ORDER BY id",
    "verify": "SELECT * FROM comparison WHERE run = ? ORDER BY id",
    "seal": "SELECT f.path, f.kind, d.content FROM former_permission f JOIN descriptor d ON d.id = f.descriptor"
    " WHERE f.seal = ?1 UNION ALL SELECT '', 'share', d.content FROM seal s JOIN descriptor d ON d.id = s.share_former"
    " WHERE s.id = ?1 ORDER BY 1, 2",
    # What was brought back was retired all the same.
    "retire": "SELECT id, run, file, path, size, hash, proof, begun, done, place FROM retirement WHERE run = ?1 UNION ALL"
    " SELECT id, run, file, path, size, hash, proof, begun, done, place FROM former_retirement WHERE run = ?1 ORDER BY 1",
    "purge": "SELECT id, file, path, place, purged FROM retirement WHERE purge = ?1 AND purged IS NOT NULL UNION ALL"
    " SELECT id, file, path, place, purged FROM former_retirement WHERE purge = ?1 AND purged IS NOT NULL ORDER BY 1",
    "restore": "SELECT id, file, path, place, restored FROM former_retirement WHERE restore = ? ORDER BY id",
    "mend links": "SELECT m.id, m.file, m.receipt, m.drive, m.item, m.before, m.etag, m.ctag, m.size, m.hash, m.done, l.old,"
    " l.new FROM mending m JOIN mended_link l ON l.mending = m.id WHERE m.run = ? AND m.done IS NOT NULL ORDER BY m.id, l.old",
    "co-sign": "SELECT id, signoff, digest, name, role, who, how, as_manager, note, at FROM cosign WHERE id = ?",
    "freeze": "SELECT id, path, matter, name, note, at FROM freeze WHERE id = ?",
    "unfreeze": "SELECT id, lifted, lifted_by, lifted_note FROM freeze WHERE id = ?",
    "hand-over": "SELECT * FROM handed_over WHERE ? = 0 ORDER BY file",
    "private": "SELECT * FROM private_notice WHERE id = ?",
    "answer": "SELECT id, part, key, content, answer, detail, to_name, to_id, note, name, who, how, at FROM group_answer"
    " WHERE id = ?",
    "answer undone": "SELECT id, undone, undone_by FROM group_answer WHERE id = ?",
    "look": "SELECT * FROM looked WHERE id = ?",
    "acceptance": "SELECT * FROM acceptance WHERE id = ?",
    "extension": "SELECT * FROM extension WHERE id = ?",
    "answers": "SELECT file, fate, name, note, at FROM answer WHERE ? = 0 ORDER BY file",
}
_RETIRED_BEFORE = (
    "SELECT id, run, file, path, size, hash, proof, begun FROM retirement WHERE run = ?1 UNION ALL"
    " SELECT id, run, file, path, size, hash, proof, begun FROM former_retirement WHERE run = ?1 ORDER BY 1"
)
# How a kind's root was made before, which its older rows hold; the number after the kind tells them apart.
ROOTS_BEFORE: dict[str, tuple[str, ...]] = {
    "retire": (_RETIRED_BEFORE,),
}
BY_RUN = frozenset({"upload", "verify", "retire", "purge", "restore", "mend links"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `body` is canonical JSON, hashes are hex."""

    id: int
    at: int
    kind: str
    actor: str
    body: str
    root: str
    previous: str
    hash: str
    signature: str


def check_clock(catalog: Catalog, now: int) -> None:
    """Raises ClockMoved when the last row is of a later time: no row could be added. For whoever acts before he adds one."""
    last = head(catalog)
    if last is not None and now < last.at - CLOCK_PATIENCE:
        raise ClockMoved(
            _("The clock says {now}, before the last entry of the ledger, {last}.").format(
                now=times.to_iso(now), last=times.to_iso(last.at)
            ),
            next=_("Set the clock of this machine right."),
        )


def append(catalog: Catalog, kind: str, actor: str, body: dict[str, Any], root: str, now: int) -> Row:
    """Add a row; only inside a durable `writing`, together with what it commits to. Raises ClockMoved, LedgerBroken."""
    last = head(catalog)
    check_clock(catalog, now)
    key = keys.signing_key(outside=catalog.path.parent.parent, make=last is None)
    number = 1 if last is None else last.id + 1
    text = _canonical(body)
    previous = BEGINNING if last is None else last.hash
    hashed = row_hash(number, now, kind, actor, text, root, previous)
    row = Row(number, now, kind, actor, text, root, previous, hashed, keys.sign(key, hashed))
    catalog.run(
        "INSERT INTO ledger (id, at, kind, actor, body, root, previous, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, now, kind, actor, text, root, previous, hashed, row.signature),
    )
    return row


def stands(catalog: Catalog, kind: str, actor: str, body: dict[str, Any]) -> bool:
    """Whether some row says just that, at whatever time."""
    values = kind, actor, _canonical(body)
    return bool(catalog.value("SELECT EXISTS (SELECT 1 FROM ledger WHERE (kind, actor, body) = (?, ?, ?))", values))


def vouches(catalog: Catalog, kind: str, number: int) -> bool:
    """Whether some row of that kind has a root over what that run, sign-off or seal wrote."""
    return bool(
        catalog.value(
            "SELECT EXISTS (SELECT 1 FROM ledger WHERE kind = ? AND root <> '' AND json_valid(body)"
            " AND json_extract(body, '$.of') = ?)",
            (kind, number),
        )
    )


def _canonical(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def row_hash(number: int, at: int, kind: str, actor: str, body: str, root: str, previous: str) -> str:
    """SHA-256 over the fields, each with its length before it."""
    return hashlib.sha256(digest.line([number, at, kind, actor, body, root, previous])).hexdigest()


def root_of(catalog: Catalog, kind: str, number: int) -> str:
    """SHA-256 over the rows that a run, sign-off or seal wrote, or over all answers (0), as they are now."""
    made = described(catalog, kind, number)
    return roots.hashed(catalog, made[0]) if made else ""


def described(catalog: Catalog, kind: str, number: int) -> tuple[roots.Root, ...]:
    """What a row of that kind commits to: as a new one would, and then as older ones did. None for kinds without a root."""
    if kind == "sign-off":
        return (signatures.root(catalog, number),)
    if kind not in ROOTS:
        return ()
    queries = (*ROOTS_BEFORE.get(kind, ()), ROOTS[kind])
    return tuple(
        roots.Root(f"filrydd {kind} {version}", (query,), number)
        for version, query in reversed([*enumerate(queries, 1)])
    )


def body_of(row: Row) -> dict[str, Any]:
    """An entry's own words; none where they are no JSON object, since its hash tells that it was changed."""
    try:
        found = json.loads(row.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def vouched(row: Row) -> tuple[str, int]:
    """What a row with a root vouches for: its kind, and the number of the run, sign-off or seal, or 0. The last such row of
    the ledger holds."""
    number = body_of(row).get("of")
    return row.kind, number if isinstance(number, int) else 0


def head(catalog: Catalog) -> Row | None:
    """The last row."""
    row = catalog.row("SELECT * FROM ledger ORDER BY id DESC LIMIT 1")
    return None if row is None else _row(row)


def rows(catalog: Catalog) -> Iterator[Row]:
    """The whole ledger from its beginning."""
    for row in catalog.rows("SELECT * FROM ledger ORDER BY id"):
        yield _row(row)


def _row(row: StoredRow) -> Row:
    # Whoever can write the database can store a number or bytes where a text belongs.
    return Row(row["id"], row["at"], *(str(value) for value in tuple(row)[2:]))


def remember_deposit(catalog: Catalog, row: Row, name: str, now: int) -> None:
    """Store that this row stands in the tenant, under that name."""
    with catalog.writing(durable=True):
        catalog.run(
            "INSERT OR REPLACE INTO deposit (ledger, hash, name, at) VALUES (?, ?, ?, ?)", (row.id, row.hash, name, now)
        )


def deposits(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """The heads that were put into the tenant: `entry`, `hash`, `name`, `at` in ticks."""
    for row in catalog.rows("SELECT ledger, hash, name, at FROM deposit ORDER BY ledger"):
        yield {"entry": row["ledger"], "hash": row["hash"], "name": row["name"], "at": row["at"]}


def was_deposited(catalog: Catalog) -> bool:
    """Whether a head was ever put into the tenant. What is sealed was uploaded, and each of these ends with a deposit: so
    nobody gains by emptying the table."""
    return bool(
        catalog.value("SELECT EXISTS (SELECT 1 FROM deposit) OR EXISTS (SELECT 1 FROM ledger WHERE kind = 'sealed')")
    )
