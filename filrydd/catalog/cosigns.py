"""The second person's signature under a sign-off that destroys documents where the policy asks for two."""

from dataclasses import dataclass

from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.signoffs import Signature


@dataclass(frozen=True, slots=True)
class Cosign:
    """A stored second signature: `who` is the identity, `how` it was established, `at` in ticks."""

    id: int
    signoff: int
    digest: str
    name: str
    role: str
    who: str
    how: str
    as_manager: bool
    note: str
    at: int


def store(catalog: Catalog, signoff: int, digest: str, signature: Signature, now: int) -> int:
    """Store the second signature of a sign-off; returns its id. Only inside `writing`, with its ledger row."""
    return catalog.run(
        "INSERT INTO cosign (signoff, digest, name, role, who, how, as_manager, note, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            signoff,
            digest,
            signature.name,
            signature.role,
            signature.who,
            signature.how,
            signature.as_manager,
            signature.note,
            now,
        ),
    )


def of(catalog: Catalog, signoff: int) -> Cosign | None:
    """The second signature of a sign-off; None while nobody has given it."""
    row = catalog.row(
        "SELECT id, signoff, digest, name, role, who, how, as_manager, note, at FROM cosign WHERE signoff = ?",
        (signoff,),
    )
    return None if row is None else _cosign(row)


def _cosign(row: Row) -> Cosign:
    return Cosign(
        id=row["id"],
        signoff=row["signoff"],
        digest=row["digest"],
        name=row["name"],
        role=row["role"],
        who=row["who"],
        how=row["how"],
        as_manager=bool(row["as_manager"]),
        note=row["note"],
        at=row["at"],
    )
