"""The answer that a part was given: its latest sign-off with all that was said in it, by whom, and the ledger's entries."""

from dataclasses import dataclass

from filrydd.catalog import cosigns, signoffs
from filrydd.catalog.connection import Catalog


@dataclass(frozen=True, slots=True)
class Act:
    """Who did something, when (ticks), why, and the hash of its row in the ledger."""

    name: str
    note: str
    at: int
    ledger: str


@dataclass(frozen=True, slots=True)
class Second:
    """The second person's signature: role, identity and how it was established; the act tells name, note, time, ledger."""

    id: int
    role: str
    who: str
    how: str
    as_manager: bool
    act: Act


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest sign-off of a part with all that was said in it; `withdrawn` once it was taken back.

    `who` is the signer's identity, empty in older ones; `as_manager`: they signed as the one who answers for the part.
    `signers` is how many people it takes to destroy the documents in it, `second` the other person's signature. `awaits` is
    how many documents wait for that one, none when it is there, not needed or the sign-off is withdrawn.
    """

    id: int
    digest: str
    role: str
    who: str
    how: str
    as_manager: bool
    destroys: bool
    follow_until: int | None
    files: int
    act: Act
    withdrawn: Act | None
    signers: int
    second: Second | None
    awaits: int


def answer(catalog: Catalog, part: str) -> Answer | None:
    """The latest sign-off of a part, in force or withdrawn; None when nobody has signed it."""
    row = catalog.row("SELECT * FROM signoff WHERE part = ? ORDER BY id DESC LIMIT 1", (part,))
    if row is None:
        return None
    number = row["id"]
    back = catalog.row("SELECT name, note, at FROM withdrawal WHERE signoff = ?", (number,))
    other = cosigns.of(catalog, number)
    signoff = signoffs.in_force(catalog, part)
    return Answer(
        id=number,
        digest=row["digest"],
        role=row["role"],
        who=row["who"],
        how=row["how"],
        as_manager=bool(row["as_manager"]),
        destroys=bool(row["destroys"]),
        follow_until=row["follow_until"],
        files=row["files"],
        act=Act(row["name"], row["note"], row["at"], _entry(catalog, "sign-off", "$.of", number)),
        withdrawn=None
        if back is None
        else Act(back["name"], back["note"], back["at"], _entry(catalog, "withdrawal", "$.signoff", number)),
        signers=row["signers"],
        second=None if other is None else _second(catalog, other),
        awaits=signoff.awaits if signoff else 0,
    )


def _second(catalog: Catalog, other: cosigns.Cosign) -> Second:
    act = Act(other.name, other.note, other.at, _entry(catalog, "co-sign", "$.of", other.id))
    return Second(other.id, other.role, other.who, other.how, other.as_manager, act)


def _entry(catalog: Catalog, kind: str, key: str, number: int) -> str:
    """The hash of the ledger's row of that kind about that sign-off; empty when there is none."""
    found = catalog.value(
        "SELECT hash FROM ledger WHERE kind = ? AND json_extract(body, ?) = ? ORDER BY id DESC LIMIT 1",
        (kind, key, number),
    )
    return str(found or "")
