"""The list of what is destroyed (Noark 5, 6.1.28-29): what, whose, by which rule and legal basis, decided by whom and
when.

A file is on it from the signature on, as long as the signature covers the file as it is, and for ever once it was
deleted for it.
"""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import folder_paths
from filrydd.model import names


class State(StrEnum):
    """How far a destruction is."""

    AWAITS = "awaits second signature"
    SIGNED = "signed"
    ASIDE = "set aside"  # in the quarantine, from which it can still be brought back
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Sum:
    """Files of a part under one rule (its number) in one state."""

    part: str
    rule: int
    state: State
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Disposal:
    """One file on the list. `owner`: whose the part is; times are ticks, `deleted` None while the file is there, and so are
    `proof` (the retirement's number), `run` and the content's `hash`, which is empty then. `decided_*` and `confirmed_*` are
    the rule's, `signed_*` the person's who answers for it, `second_*` the second one's where it takes two. `file` is the
    file's number in the catalog, the only one that tells two files apart whose names are masked."""

    file: int
    part: str
    owner: str
    path: str
    bytes: int
    created: int
    modified: int
    state: State
    rule: str
    reason_nb: str
    reason_en: str
    basis: str
    noark: str
    decided_by: str
    decided_on: str
    confirmed_by: str
    confirmed_on: str
    junk: bool
    signoff: int | None
    signed_by: str
    signed_at: int | None
    signed_how: str
    second_by: str
    second_at: int | None
    second_how: str
    deleted: int | None
    proof: int | None
    run: int | None
    hash: str


# Signed, and the file is as it was signed: what became another one since is destroyed by nobody's decision.
_THERE = (
    " FROM signed s JOIN signoff o ON o.id = s.signoff JOIN rule r ON r.id = s.rule JOIN file f ON f.id = s.file"
    " JOIN ruling g ON g.file = f.id LEFT JOIN cosign c ON c.signoff = o.id LEFT JOIN part q ON q.name = o.part"
    " WHERE s.fate = 'destroy' AND g.rule = s.rule AND f.gone IS NULL AND (f.size, f.modified) IS (s.size, s.modified)"
    " AND o.id NOT IN (SELECT signoff FROM withdrawal)"
    " AND NOT EXISTS (SELECT 1 FROM retirement t WHERE t.file = f.id AND t.done IS NOT NULL)"
)
_AWAITS = "(o.signers > 1 AND NOT r.junk AND (c.id IS NULL OR c.who = o.who))"
# 1: it is no more; 2: it lies in the quarantine.
_LEFT = "iif(t.place <> '' AND t.purged IS NULL, 2, 1)"
# A proof of destruction names the rule; one of a move has a receipt instead.
_GONE = (
    " FROM retirement t JOIN file f ON f.id = t.file LEFT JOIN signoff o ON o.id = json_extract(t.proof, '$.signoff')"
    " LEFT JOIN cosign c ON c.id = json_extract(t.proof, '$.cosign') LEFT JOIN part q ON q.name = o.part"
    # As the rule was when it was signed; sign-offs from before kept none.
    " LEFT JOIN rule r ON r.id = COALESCE((SELECT MAX(k.rule) FROM signed_rule k WHERE k.signoff = o.id"
    "  AND k.name = json_extract(t.proof, '$.rule')),"
    "  (SELECT MAX(id) FROM rule WHERE name = json_extract(t.proof, '$.rule') AND fate = 'destroy'))"
    " WHERE t.done IS NOT NULL AND json_extract(t.proof, '$.rule') IS NOT NULL"
)


def totals(catalog: Catalog) -> list[Sum]:
    """The list in sums by part, rule and state. Looks at every file on it."""
    rows = [
        *catalog.rows(
            f"SELECT o.part, s.rule, {_AWAITS} AS awaits, 0 AS gone, COUNT(*) AS files, SUM(s.size) AS bytes {_THERE}"
            " GROUP BY o.part, s.rule, awaits"
        ),
        *catalog.rows(
            f"SELECT COALESCE(o.part, '') AS part, COALESCE(r.id, 0) AS rule, 0 AS awaits, {_LEFT} AS gone, COUNT(*) AS files,"
            f" SUM(t.size) AS bytes {_GONE} GROUP BY 1, 2, 4"
        ),
    ]
    return [Sum(row["part"], row["rule"], _state(row), row["files"], row["bytes"]) for row in rows]


def lines(catalog: Catalog, *, state: State | None = None) -> Generator[Disposal, None, None]:
    """Every file on the list, or those in one state, streamed: those that are deleted last."""
    paths = folder_paths(catalog)
    both = (
        "f.id AS file, f.created, o.id AS signoff, o.name AS signed_by, o.at AS signed_at, COALESCE(o.how, '') AS signed_how,"
        " COALESCE(c.name, '') AS second_by, c.at AS second_at, COALESCE(c.how, '') AS second_how,"
        " COALESCE(q.owner, '') AS owner, f.folder, f.name, COALESCE(r.reason_nb, '') AS nb, COALESCE(r.reason_en, '') AS en,"
        " COALESCE(r.noark, '') AS noark, COALESCE(r.decided_by, '') AS decided_by, COALESCE(r.decided_on, '') AS decided_on,"
        " COALESCE(r.confirmed_by, '') AS confirmed_by, COALESCE(r.confirmed_on, '') AS confirmed_on,"
        " COALESCE(r.junk, 0) AS junk"
    )
    if state not in (State.ASIDE, State.DELETED):
        for row in catalog.rows(
            f"SELECT {both}, o.part, s.size, s.modified, {_AWAITS} AS awaits, 0 AS gone, r.name AS rule, r.basis, NULL AS done,"
            f" NULL AS proof, NULL AS run, '' AS hash{_THERE} ORDER BY s.file"
        ):
            if state in (None, _state(row)):
                yield _line(row, names.join(paths[row["folder"]], row["name"]))
    if state in (State.AWAITS, State.SIGNED):
        return
    for row in catalog.rows(
        f"SELECT {both}, COALESCE(o.part, '') AS part, t.size, f.modified, 0 AS awaits, {_LEFT} AS gone, t.path,"
        f" CASE {_LEFT} WHEN 1 THEN COALESCE(t.purged, t.done) END AS done,"
        " t.id AS proof, COALESCE(t.purge, t.run) AS run, t.hash, json_extract(t.proof, '$.rule') AS rule,"
        " json_extract(t.proof, '$.basis') AS basis"
        f"{_GONE} ORDER BY t.id"
    ):
        if state in (None, _state(row)):
            yield _line(row, row["path"])


def moved(catalog: Catalog) -> tuple[int, int]:
    """Files that were deleted from the old area because they had moved, and their bytes."""
    row = catalog.row(
        "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM retirement WHERE done IS NOT NULL AND (place = '' OR purged IS NOT NULL)"
        " AND json_extract(proof, '$.rule') IS NULL"
    )
    return (0, 0) if row is None else (row[0], row[1])


def deleted_by(catalog: Catalog) -> dict[int, str]:
    """Who ran the deletions, by the number of the run, as the ledger names them."""
    rows = catalog.rows(
        "SELECT json_extract(body, '$.of') AS run, actor FROM ledger WHERE kind IN ('retire', 'purge') ORDER BY id"
    )
    return {row["run"]: row["actor"] for row in rows}


def _state(row: Row) -> State:
    if row["gone"]:
        return State.DELETED if row["gone"] == 1 else State.ASIDE
    return State.AWAITS if row["awaits"] else State.SIGNED


def _line(row: Row, path: str) -> Disposal:
    return Disposal(
        file=row["file"],
        part=row["part"],
        owner=row["owner"],
        path=path,
        bytes=row["size"],
        created=row["created"],
        modified=row["modified"],
        state=_state(row),
        rule=row["rule"],
        reason_nb=row["nb"],
        reason_en=row["en"],
        basis=row["basis"] or "",
        noark=row["noark"],
        decided_by=row["decided_by"],
        decided_on=row["decided_on"],
        confirmed_by=row["confirmed_by"],
        confirmed_on=row["confirmed_on"],
        junk=bool(row["junk"]),
        signoff=row["signoff"],
        signed_by=row["signed_by"] or "",
        signed_at=row["signed_at"],
        signed_how=row["signed_how"],
        second_by=row["second_by"],
        second_at=row["second_at"],
        second_how=row["second_how"],
        deleted=row["done"],
        proof=row["proof"],
        run=row["run"],
        hash=row["hash"],
    )
