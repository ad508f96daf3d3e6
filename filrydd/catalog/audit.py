"""Is the ledger whole? The chain by itself, what its entries vouch for, and the copies that the tenant kept of its head."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from filrydd.catalog import keys, landings, ledger, roots, schema, signatures
from filrydd.catalog.connection import Catalog
from filrydd.catalog.ledger import BY_RUN, Row
from filrydd.lang import _
from filrydd.lang.words import said

# What must be vouched for by an entry of that kind, each by its number.
_VOUCHED = (
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
)


def broken(catalog: Catalog, deposits: Sequence[dict[str, Any]] = ()) -> list[str]:
    """What is wrong with the ledger, one sentence each; empty when it is whole.

    `deposits` are earlier heads as the tenant kept them (`ledger`, `hash`, `public`): the ledger must extend each of them.
    Reads every table under a root, and every page of the database. What a run has written is vouched for when it ends; until
    then nothing of it is, and `retire` does not begin. Raises LedgerBroken without the key.
    """
    public = keys.public_of(keys.signing_key(outside=catalog.path.parent.parent, make=ledger.head(catalog) is None))
    wrong: list[str] = schema.wrong(catalog)
    told = _Told()
    wrong += _chain(catalog, public, told)
    wrong += _altered(catalog, told)
    wrong += _unvouched(catalog, told)
    wrong += _forged_signatures(catalog, told.withdrawn)
    wrong += _forged_seals(catalog, told.sealing)
    wrong += _forged_landing(catalog, told.uploaded)
    wrong += _forged_quarantine(catalog)
    for deposit in deposits:
        if told.hashes.get(deposit["ledger"]) != deposit["hash"] or deposit["public"] != public:
            wrong.append(
                _("The ledger does not continue the copy that was deposited in the tenant (entry {number}).").format(
                    number=deposit["ledger"]
                )
            )
    return wrong


@dataclass(slots=True)
class _Told:
    """What the entries say: the last one that vouches for each run, sign-off or seal; every hash by its number; withdrawals;
    the last word on each seal; and the last upload's."""

    latest: dict[tuple[str, int], Row] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)
    withdrawn: set[tuple[str, ...]] = field(default_factory=set)
    sealing: dict[int, tuple[str, int]] = field(default_factory=dict)
    uploaded: dict[str, Any] = field(default_factory=dict)


def _chain(catalog: Catalog, public: str, told: _Told) -> list[str]:
    """Each entry by itself and after the one before it."""
    wrong = []
    previous, expected = ledger.BEGINNING, 1
    for row in ledger.rows(catalog):
        if row.id != expected:
            wrong.append(_("Entry {number} of the ledger is missing.").format(number=expected))
            expected = row.id
        if row.previous != previous:
            wrong.append(_("Entry {number} does not follow the one before it.").format(number=row.id))
        if ledger.row_hash(row.id, row.at, row.kind, row.actor, row.body, row.root, row.previous) != row.hash:
            wrong.append(_("Entry {number} was changed after it was written.").format(number=row.id))
        if not keys.is_signed(row.hash, row.signature, public):
            wrong.append(_("Entry {number} is not signed with this machine's key.").format(number=row.id))
        previous, expected = row.hash, expected + 1
        told.hashes[row.id] = row.hash
        body = ledger.body_of(row)
        if row.kind == "withdrawal":
            told.withdrawn.add(_as_texts(body.get("signoff"), row.actor, body.get("note")))
        if row.kind == "upload":
            told.uploaded = body
        if row.kind in ("sealed", "unsealed") and isinstance(body.get("seal"), int):
            told.sealing[body["seal"]] = row.kind, row.at
        if row.root:
            key = ledger.vouched(row)
            if row.kind in BY_RUN and key in told.latest:
                wrong.append(
                    _("Entry {number} ends a run that entry {first} had ended.").format(
                        number=row.id, first=told.latest[key].id
                    )
                )
            told.latest[key] = row
    return wrong


def _altered(catalog: Catalog, told: _Told) -> list[str]:
    """What entries vouch for and is something else by now. A seal is vouched for again when more came under it; the last
    word holds for all of it."""
    return [
        _("What entry {number} ({kind}) vouches for was changed after it was written.").format(
            number=row.id, kind=said(str(kind))
        )
        for (kind, number), row in told.latest.items()
        if row.root not in (roots.hashed(catalog, one) for one in ledger.described(catalog, kind, number))
    ]


def _unvouched(catalog: Catalog, told: _Told) -> list[str]:
    """What no entry vouches for. An interrupted run is entered when its stage begins the next time; until then it is open,
    not forged."""
    wrong = []
    for kind, sql in _VOUCHED:
        for found in catalog.rows(sql):
            is_open = catalog.value("SELECT 1 FROM run WHERE id = ? AND ended IS NULL", (found[0],))
            if (kind, found[0]) not in told.latest and not (kind in BY_RUN and is_open):
                wrong.append(_("{kind} {number} is not in the ledger.").format(kind=said(str(kind)), number=found[0]))
    return wrong


def _forged_quarantine(catalog: Catalog) -> list[str]:
    if catalog.value(
        "SELECT EXISTS (SELECT 1 FROM retirement WHERE done IS NOT NULL"
        " AND aside_until IS NOT iif(json_valid(proof), json_extract(proof, '$.aside_until'), NULL))"
    ):
        return [_("Something in the quarantine may be deleted at another time than its proof says.")]
    return []


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
