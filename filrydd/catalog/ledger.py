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

from filrydd.catalog import keys, landings, roots, schema, signatures
from filrydd.catalog.connection import Catalog
from filrydd.catalog.connection import Row as StoredRow
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
_BY_RUN = frozenset({"upload", "verify", "retire", "purge", "restore", "mend links"})


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


def vouched(row: Row) -> tuple[str, int]:
    """What a row with a root vouches for: its kind, and the number of the run, sign-off or seal, or 0. The last such row of
    the ledger holds."""
    number = _object(row.body).get("of")
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


def broken(catalog: Catalog, deposits: Sequence[dict[str, Any]] = ()) -> list[str]:
    """What is wrong with the ledger, one sentence each; empty when it is whole.

    `deposits` are earlier heads as the tenant kept them (`ledger`, `hash`, `public`): the ledger must extend each of them.
    Reads every table under a root, and every page of the database. What a run has written is vouched for when it ends; until
    then nothing of it is, and `retire` does not begin. Raises LedgerBroken without the key.
    """
    public = keys.public_of(keys.signing_key(outside=catalog.path.parent.parent, make=head(catalog) is None))
    wrong: list[str] = schema.wrong(catalog)
    previous, expected = BEGINNING, 1
    latest: dict[tuple[str, int], Row] = {}
    hashes: dict[int, str] = {}
    withdrawn: set[tuple[str, ...]] = set()
    sealing: dict[int, tuple[str, int]] = {}
    uploaded: dict[str, Any] = {}
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
        body = _object(row.body)
        if row.kind == "withdrawal":
            withdrawn.add(_as_texts(body.get("signoff"), row.actor, body.get("note")))
        if row.kind == "upload":
            uploaded = body
        if row.kind in ("sealed", "unsealed") and isinstance(body.get("seal"), int):
            sealing[body["seal"]] = row.kind, row.at
        if row.root:
            key = vouched(row)
            if row.kind in _BY_RUN and key in latest:
                wrong.append(
                    _("Entry {number} ends a run that entry {first} had ended.").format(
                        number=row.id, first=latest[key].id
                    )
                )
            latest[key] = row
    for (kind, number), row in latest.items():
        # A seal is vouched for again when more came under it; the last word holds for all of it.
        if row.root not in (roots.hashed(catalog, one) for one in described(catalog, kind, number)):
            wrong.append(
                _("What entry {number} ({kind}) vouches for was changed after it was written.").format(
                    number=row.id, kind=said(str(kind))
                )
            )
    for kind, sql in (
        ("sign-off", "SELECT id FROM signoff"),
        ("co-sign", "SELECT id FROM cosign"),
        ("answers", "SELECT DISTINCT 0 FROM answer"),
        ("upload", "SELECT DISTINCT run FROM receipt"),
        ("verify", "SELECT DISTINCT run FROM comparison"),
        ("retire", "SELECT DISTINCT run FROM retirement WHERE done IS NOT NULL"),
        ("retire", "SELECT DISTINCT run FROM former_retirement"),
        ("purge", "SELECT DISTINCT purge FROM retirement WHERE purged IS NOT NULL"),
        ("restore", "SELECT DISTINCT restore FROM former_retirement WHERE restore IS NOT NULL"),
        ("mend links", "SELECT DISTINCT run FROM mending WHERE done IS NOT NULL"),
        ("freeze", "SELECT id FROM freeze"),
        ("unfreeze", "SELECT id FROM freeze WHERE lifted IS NOT NULL"),
        ("hand-over", "SELECT DISTINCT 0 FROM handed_over"),
        ("private", "SELECT id FROM private_notice"),
        ("answer", "SELECT id FROM group_answer"),
        ("answer undone", "SELECT id FROM group_answer WHERE undone IS NOT NULL"),
        ("look", "SELECT id FROM looked"),
        ("acceptance", "SELECT id FROM acceptance"),
        ("extension", "SELECT id FROM extension"),
    ):
        for found in catalog.rows(sql):
            # An interrupted run is entered when its stage begins the next time; until then it is open, not forged.
            is_open = catalog.value("SELECT 1 FROM run WHERE id = ? AND ended IS NULL", (found[0],))
            if (kind, found[0]) not in latest and not (kind in _BY_RUN and is_open):
                wrong.append(_("{kind} {number} is not in the ledger.").format(kind=said(str(kind)), number=found[0]))
    wrong += _forged_signatures(catalog, withdrawn)
    wrong += _forged_seals(catalog, sealing)
    wrong += _forged_landing(catalog, uploaded)
    if catalog.value(
        "SELECT EXISTS (SELECT 1 FROM retirement WHERE done IS NOT NULL"
        " AND aside_until IS NOT iif(json_valid(proof), json_extract(proof, '$.aside_until'), NULL))"
    ):
        wrong.append(_("Something in the quarantine may be deleted at another time than its proof says."))
    for deposit in deposits:
        if hashes.get(deposit["ledger"]) != deposit["hash"] or deposit["public"] != public:
            wrong.append(
                _("The ledger does not continue the copy that was deposited in the tenant (entry {number}).").format(
                    number=deposit["ledger"]
                )
            )
    return wrong


def _object(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        # The row's own hash tells that it was changed.
        return {}
    return found if isinstance(found, dict) else {}


def _as_texts(*values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _forged_signatures(catalog: Catalog, withdrawn: set[tuple[str, ...]]) -> list[str]:
    wrong = [
        _("{path} counts as signed for, and no signature says so.").format(path=path)
        for path in signatures.unsupported(catalog)
    ]
    wrong += [
        _("The rule {rule} is not what it was when it was signed for.").format(rule=rule)
        for rule in signatures.altered_rules(catalog)
    ]
    if {_as_texts(*row) for row in catalog.rows("SELECT signoff, name, note FROM withdrawal")} != withdrawn:
        wrong.append(_("The withdrawn signatures are not those that the ledger names."))
    return wrong


def _forged_landing(catalog: Catalog, uploaded: dict[str, Any]) -> list[str]:
    """Whether the copies of the ledger, and the files that have arrived, are looked for where they were put. `uploaded`: what
    the last upload says; one that was interrupted, or from before this was told, does not."""
    is_open = catalog.value("SELECT EXISTS (SELECT 1 FROM run WHERE stage = 'upload' AND ended IS NULL)")
    if "to" not in uploaded or is_open or landings.told(catalog) == uploaded["to"]:
        return []
    return [_("The area was not uploaded to where the catalog says that it was.")]


def _forged_seals(catalog: Catalog, sealing: dict[int, tuple[str, int]]) -> list[str]:
    """Since when the area is sealed says when the grace period is over; that it is sealed, that its proofs hold."""
    seals = {row["id"]: row for row in catalog.rows("SELECT id, state, sealed, opened FROM seal")}
    wrong = []
    for number in sorted({*sealing, *(number for number, row in seals.items() if row["state"] in ("sealed", "open"))}):
        kind, at = sealing.get(number, ("", 0))
        row = seals.get(number)
        # While a seal is opened again, or more comes under it, the ledger's last word is that it stood.
        told = None if row is None else (row["opened"] if kind == "unsealed" else row["sealed"])
        fitting = {"sealed": ("sealed", "sealing", "unsealing"), "unsealed": ("open",)}.get(kind, ())
        if row is None or row["state"] not in fitting or told != at:
            wrong.append(_("The ledger says something else about seal {number}.").format(number=number))
    return wrong
