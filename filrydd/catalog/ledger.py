"""The ledger: who did what and when, append-only.

Each row names the hash of the one before it and commits to a root over the rows that its run wrote (receipts, a sign-off,
former permissions, retirements). Its hash is signed with a key that the workspace does not hold, since a chain of hashes
alone can be forged whole by anybody who can write the database. The head is deposited in the tenant; `broken` compares.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from filrydd.catalog import keys, signatures
from filrydd.catalog.connection import Catalog
from filrydd.errors import ClockMoved
from filrydd.lang import _
from filrydd.lang.words import said
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
    " WHERE f.seal = ? ORDER BY f.path",
    "retire": "SELECT id, run, file, path, size, hash, proof, begun FROM retirement WHERE run = ? ORDER BY id",
    "co-sign": "SELECT id, signoff, digest, name, role, who, how, as_manager, note, at FROM cosign WHERE id = ?",
    "freeze": "SELECT id, path, matter, name, note, at FROM freeze WHERE id = ?",
    "unfreeze": "SELECT id, lifted, lifted_by, lifted_note FROM freeze WHERE id = ?",
    "hand-over": "SELECT * FROM handed_over WHERE ? = 0 ORDER BY file",
    "private": "SELECT * FROM private_notice WHERE id = ?",
    "answer": "SELECT id, part, key, content, answer, detail, to_name, to_id, note, name, who, how, at FROM group_answer"
    " WHERE id = ?",
    "answer undone": "SELECT id, undone, undone_by FROM group_answer WHERE id = ?",
    "look": "SELECT * FROM looked WHERE id = ?",
}
_BY_RUN = frozenset({"upload", "verify", "retire"})


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


def append(catalog: Catalog, kind: str, actor: str, body: dict[str, Any], root: str, now: int) -> Row:
    """Add a row; only inside a durable `writing`, together with what it commits to. Raises ClockMoved, LedgerBroken."""
    last = head(catalog)
    if last is not None and now < last.at - CLOCK_PATIENCE:
        raise ClockMoved(
            _("The clock says {now}, before the last entry of the ledger, {last}.").format(
                now=times.to_iso(now), last=times.to_iso(last.at)
            ),
            next=_("Set the clock of this machine right."),
        )
    key = keys.signing_key(outside=catalog.path.parent.parent)
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


def _canonical(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def row_hash(number: int, at: int, kind: str, actor: str, body: str, root: str, previous: str) -> str:
    """SHA-256 over the fields, each with its length before it."""
    return hashlib.sha256(digest.line([number, at, kind, actor, body, root, previous])).hexdigest()


def root_of(catalog: Catalog, kind: str, number: int) -> str:
    """SHA-256 over the rows that a run, sign-off or seal wrote, or over all answers (0), as they are now."""
    if kind == "sign-off":
        return signatures.root(catalog, number)
    if kind == "answers":
        from filrydd.catalog import answers

        return answers.root(catalog)
    if kind not in ROOTS:
        return ""
    hasher = hashlib.sha256(f"filrydd {kind} 1".encode())
    for row in catalog.rows(ROOTS[kind], (number,)):
        hasher.update(digest.line([value.hex() if isinstance(value, bytes) else str(value) for value in row]))
    return hasher.hexdigest()


def head(catalog: Catalog) -> Row | None:
    """The last row."""
    row = catalog.row("SELECT * FROM ledger ORDER BY id DESC LIMIT 1")
    return None if row is None else Row(*row)


def rows(catalog: Catalog) -> Iterator[Row]:
    """The whole ledger from its beginning."""
    for row in catalog.rows("SELECT * FROM ledger ORDER BY id"):
        yield Row(*row)


def remember_deposit(catalog: Catalog, row: Row, name: str, now: int) -> None:
    """Store that this row stands in the tenant, under that name."""
    with catalog.writing(durable=True):
        catalog.run(
            "INSERT OR REPLACE INTO deposit (ledger, hash, name, at) VALUES (?, ?, ?, ?)", (row.id, row.hash, name, now)
        )


def was_deposited(catalog: Catalog) -> bool:
    """Whether a head was ever put into the tenant."""
    return bool(catalog.value("SELECT EXISTS (SELECT 1 FROM deposit)"))


def broken(catalog: Catalog, deposits: Sequence[dict[str, Any]] = ()) -> list[str]:
    """What is wrong with the ledger, one sentence each; empty when it is whole.

    `deposits` are earlier heads as the tenant kept them (`ledger`, `hash`, `public`): the ledger must extend each of them.
    """
    public = keys.public_of(keys.signing_key(outside=catalog.path.parent.parent))
    wrong: list[str] = []
    previous, expected = BEGINNING, 1
    latest: dict[tuple[str, int], Row] = {}
    hashes: dict[int, str] = {}
    withdrawn: set[int] = set()
    for row in rows(catalog):
        if row.id != expected:
            wrong.append(_("Entry {number} of the ledger is missing.").format(number=expected))
            expected = row.id
        if row.previous != previous:
            wrong.append(_("Entry {number} does not follow the one before it.").format(number=row.id))
        if row_hash(row.id, row.at, row.kind, row.actor, row.body, row.root, row.previous) != row.hash:
            wrong.append(_("Entry {number} was changed after it was written.").format(number=row.id))
        if not keys.is_signed(row.hash, row.signature, public):
            wrong.append(_("Entry {number} is not signed with this machine's key.").format(number=row.id))
        previous, expected = row.hash, expected + 1
        hashes[row.id] = row.hash
        body = json.loads(row.body)
        number = body.get("of")
        if row.kind == "withdrawal":
            withdrawn.add(body["signoff"])
        if row.root:
            latest[row.kind, number if isinstance(number, int) else 0] = row
    for (kind, number), row in latest.items():
        # A seal is vouched for again when more came under it; the last word holds for all of it.
        if root_of(catalog, kind, number) != row.root:
            wrong.append(
                _("What entry {number} ({kind}) vouches for was changed after it was written.").format(
                    number=row.id, kind=said(kind)
                )
            )
    for kind, sql in (
        ("sign-off", "SELECT id FROM signoff"),
        ("co-sign", "SELECT id FROM cosign"),
        ("answers", "SELECT DISTINCT 0 FROM answer"),
        ("upload", "SELECT DISTINCT run FROM receipt"),
        ("verify", "SELECT DISTINCT run FROM comparison"),
        ("retire", "SELECT DISTINCT run FROM retirement WHERE done IS NOT NULL"),
        ("freeze", "SELECT id FROM freeze"),
        ("unfreeze", "SELECT id FROM freeze WHERE lifted IS NOT NULL"),
        ("hand-over", "SELECT DISTINCT 0 FROM handed_over"),
        ("private", "SELECT id FROM private_notice"),
        ("answer", "SELECT id FROM group_answer"),
        ("answer undone", "SELECT id FROM group_answer WHERE undone IS NOT NULL"),
        ("look", "SELECT id FROM looked"),
    ):
        for found in catalog.rows(sql):
            # An interrupted run is entered when its stage begins the next time; until then it is open, not forged.
            is_open = catalog.value("SELECT 1 FROM run WHERE id = ? AND ended IS NULL", (found[0],))
            if (kind, found[0]) not in latest and not (kind in _BY_RUN and is_open):
                wrong.append(_("{kind} {number} is not in the ledger.").format(kind=said(kind), number=found[0]))
    wrong += _forged_signatures(catalog, withdrawn)
    for deposit in deposits:
        if hashes.get(deposit["ledger"]) != deposit["hash"] or deposit["public"] != public:
            wrong.append(
                _("The ledger does not continue the copy that was deposited in the tenant (entry {number}).").format(
                    number=deposit["ledger"]
                )
            )
    return wrong


def _forged_signatures(catalog: Catalog, withdrawn: set[int]) -> list[str]:
    wrong = [
        _("{path} counts as signed for, and no signature says so.").format(path=path)
        for path in signatures.unsupported(catalog)
    ]
    if {row["signoff"] for row in catalog.rows("SELECT signoff FROM withdrawal")} != withdrawn:
        wrong.append(_("The withdrawn signatures are not those that the ledger names."))
    return wrong
