"""The list of what is destroyed (Noark 5, 6.1.28-29): what, whose, by which rule and legal basis, decided by whom and
when.

A file is on it from the signature on, as long as the signature covers the file as it is, and for ever once it was
deleted for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import folder_paths
from filrydd.model import names


class State(StrEnum):
    """How far a destruction is."""

    AWAITS = "awaits second signature"
    SIGNED = "signed"
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
    """One file on the list. `owner`: whose the part is; times are ticks, `deleted` None while the file is there.
    `decided_*` and `confirmed_*` are the rule's, `signed_*` the person's who answers for it, `second_*` the second
    one's where it takes two."""

    part: str
    owner: str
    path: str
    bytes: int
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
    signed_by: str
    signed_at: int | None
    second_by: str
    deleted: int | None


# Signed, and the file is as it was signed: what became another one since is destroyed by nobody's decision.
_THERE = (
    " FROM signed s JOIN signoff o ON o.id = s.signoff JOIN rule r ON r.id = s.rule JOIN file f ON f.id = s.file"
    " JOIN ruling g ON g.file = f.id LEFT JOIN cosign c ON c.signoff = o.id LEFT JOIN part q ON q.name = o.part"
    " WHERE s.fate = 'destroy' AND g.rule = s.rule AND f.gone IS NULL AND (f.size, f.modified) IS (s.size, s.modified)"
    " AND o.id NOT IN (SELECT signoff FROM withdrawal)"
    " AND NOT EXISTS (SELECT 1 FROM retirement t WHERE t.file = f.id AND t.done IS NOT NULL)"
)
_AWAITS = "(o.signers > 1 AND NOT r.junk AND (c.id IS NULL OR c.who = o.who))"
# A proof of destruction names the rule; one of a move has a receipt instead.
_GONE = (
    " FROM retirement t JOIN file f ON f.id = t.file LEFT JOIN signoff o ON o.id = json_extract(t.proof, '$.signoff')"
    " LEFT JOIN cosign c ON c.id = json_extract(t.proof, '$.cosign') LEFT JOIN part q ON q.name = o.part"
    " LEFT JOIN rule r ON r.id = (SELECT MAX(id) FROM rule WHERE name = json_extract(t.proof, '$.rule') AND fate = 'destroy')"
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
            "SELECT COALESCE(o.part, '') AS part, COALESCE(r.id, 0) AS rule, 0 AS awaits, 1 AS gone, COUNT(*) AS files,"
            f" SUM(t.size) AS bytes {_GONE} GROUP BY 1, 2"
        ),
    ]
    return [Sum(row["part"], row["rule"], _state(row), row["files"], row["bytes"]) for row in rows]


def lines(catalog: Catalog) -> Iterator[Disposal]:
    """Every file on the list, streamed: those that are deleted last."""
    paths = folder_paths(catalog)
    both = (
        "o.name AS signed_by, o.at AS signed_at, COALESCE(c.name, '') AS second_by, COALESCE(q.owner, '') AS owner, f.folder,"
        " f.name, COALESCE(r.reason_nb, '') AS nb, COALESCE(r.reason_en, '') AS en, COALESCE(r.noark, '') AS noark,"
        " COALESCE(r.decided_by, '') AS decided_by, COALESCE(r.decided_on, '') AS decided_on,"
        " COALESCE(r.confirmed_by, '') AS confirmed_by, COALESCE(r.confirmed_on, '') AS confirmed_on"
    )
    for row in catalog.rows(
        f"SELECT {both}, o.part, s.size, s.modified, {_AWAITS} AS awaits, 0 AS gone, r.name AS rule, r.basis, NULL AS done"
        f"{_THERE} ORDER BY s.file"
    ):
        yield _line(row, names.join(paths[row["folder"]], row["name"]))
    for row in catalog.rows(
        f"SELECT {both}, COALESCE(o.part, '') AS part, t.size, f.modified, 0 AS awaits, 1 AS gone, t.path, t.done,"
        f" json_extract(t.proof, '$.rule') AS rule, json_extract(t.proof, '$.basis') AS basis{_GONE} ORDER BY t.id"
    ):
        yield _line(row, row["path"])


def _state(row: Row) -> State:
    return State.DELETED if row["gone"] else State.AWAITS if row["awaits"] else State.SIGNED


def _line(row: Row, path: str) -> Disposal:
    return Disposal(
        part=row["part"],
        owner=row["owner"],
        path=path,
        bytes=row["size"],
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
        signed_by=row["signed_by"] or "",
        signed_at=row["signed_at"],
        second_by=row["second_by"],
        deleted=row["done"],
    )
