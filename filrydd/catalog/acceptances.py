"""What the parts' contacts said about the new place: yes, we work there; or no, something is missing.

A yes is about the places that it was given for. It stands as long as everything lies in them or below; what arrives at
another place later was never confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog import ledger
from filrydd.catalog.arrivals import Arrival
from filrydd.catalog.connection import Catalog, Row
from filrydd.model.by import By


class Says(StrEnum):
    """What somebody said."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A stored answer: of `files` that had arrived in `places`, with `findings` open ones beside it; `at` in ticks."""

    id: int
    part: str
    says: Says
    places: tuple[str, ...]
    files: int
    findings: int
    by: By
    role: str
    note: str
    at: int

    def holds_for(self, places: Sequence[str]) -> bool:
        """Whether each of these places is one that it was given for, or lies below one."""
        return all(any(place == own or place.startswith(f"{own}/") for own in self.places) for place in places)


def store(catalog: Catalog, arrival: Arrival, says: Says, by: By, role: str, note: str, now: int) -> ledger.Row:
    """Store an answer, durably, with its row in the ledger. Raises ClockMoved, LedgerBroken."""
    with catalog.writing(durable=True):
        number = catalog.run(
            "INSERT INTO acceptance (part, says, places, digest, files, findings, name, role, who, how, note, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                arrival.part,
                says,
                "\n".join(arrival.places),
                arrival.digest,
                arrival.files,
                arrival.open,
                by.name,
                role,
                by.who,
                by.how,
                note,
                now,
            ),
        )
        body = {
            "of": number,
            "part": arrival.part,
            "says": str(says),
            "digest": arrival.digest,
            "files": arrival.files,
            "role": role,
            "who": by.who,
            "how": by.how,
            "note": note,
        }
        root = ledger.root_of(catalog, "acceptance", number)
        return ledger.append(catalog, "acceptance", by.name, body, root, now)


def in_force(catalog: Catalog) -> dict[str, Acceptance]:
    """The latest answer of each part that has one."""
    rows = catalog.rows("SELECT * FROM acceptance WHERE id IN (SELECT MAX(id) FROM acceptance GROUP BY part)")
    return {row["part"]: _acceptance(row) for row in rows}


def history(catalog: Catalog, part: str, most: int = 20) -> list[Acceptance]:
    """The answers of a part, the newest first."""
    rows = catalog.rows("SELECT * FROM acceptance WHERE part = ? ORDER BY id DESC LIMIT ?", (part, most))
    return [_acceptance(row) for row in rows]


def _acceptance(row: Row) -> Acceptance:
    return Acceptance(
        id=row["id"],
        part=row["part"],
        says=Says(row["says"]),
        places=tuple(row["places"].split("\n")) if row["places"] else (),
        files=row["files"],
        findings=row["findings"],
        by=By(row["name"], row["who"], row["how"]),
        role=row["role"],
        note=row["note"],
        at=row["at"],
    )
