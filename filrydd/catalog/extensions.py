"""Extensions of the grace period: until when somebody asked that the old area can be read, and why."""

from dataclasses import dataclass
from datetime import date

from filrydd.catalog import ledger
from filrydd.catalog.connection import Catalog, Row
from filrydd.model.by import By


@dataclass(frozen=True, slots=True)
class Extension:
    """A stored extension, asked for while the seal of that number stood; `until` is the last day, `at` in ticks."""

    id: int
    seal: int
    until: date
    by: By
    role: str
    reason: str
    at: int


def store(catalog: Catalog, seal: int, until: date, by: By, role: str, reason: str, now: int) -> ledger.Row:
    """Store an extension, durably, with its row in the ledger. Raises ClockMoved, LedgerBroken."""
    with catalog.writing(durable=True):
        number = catalog.run(
            "INSERT INTO extension (seal, until, name, role, who, how, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (seal, until.isoformat(), by.name, role, by.who, by.how, reason, now),
        )
        body = {
            "of": number,
            "seal": seal,
            "until": until.isoformat(),
            "role": role,
            "who": by.who,
            "how": by.how,
            "reason": reason,
        }
        root = ledger.root_of(catalog, "extension", number)
        return ledger.append(catalog, "extension", by.name, body, root, now)


def latest_day(catalog: Catalog) -> date | None:
    """The latest day that anybody asked for, whichever seal stood then: it was promised to people. None without any."""
    until = catalog.value("SELECT MAX(until) FROM extension")
    return None if until is None else date.fromisoformat(until)


def history(catalog: Catalog, most: int = 50) -> list[Extension]:
    """The extensions, the newest first."""
    return [_extension(row) for row in catalog.rows("SELECT * FROM extension ORDER BY id DESC LIMIT ?", (most,))]


def _extension(row: Row) -> Extension:
    return Extension(
        id=row["id"],
        seal=row["seal"],
        until=date.fromisoformat(row["until"]),
        by=By(row["name"], row["who"], row["how"]),
        role=row["role"],
        reason=row["reason"],
        at=row["at"],
    )
