"""Reminders: what was sent to whom about which part, and what was to be sent when a run ended.

An intent is durable before its message leaves, and marked after; what is neither sent nor failed is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from filrydd.catalog.connection import Catalog


@dataclass(frozen=True, slots=True)
class Reminder:
    """One attempt. `kind` and `due` are the notices' own; `sent` is None unless it left, `failed` why it did not."""

    part: str
    person: str
    email: str
    kind: str
    due: date
    at: int
    sent: int | None = None
    failed: str = ""


def history(catalog: Catalog) -> list[Reminder]:
    """Every attempt, the oldest first."""
    rows = catalog.rows("SELECT part, person, email, kind, due, at, sent, failed FROM reminder ORDER BY id")
    return [
        Reminder(
            part=row["part"],
            person=row["person"],
            email=row["email"],
            kind=row["kind"],
            due=date.fromisoformat(row["due"]),
            at=row["at"],
            sent=row["sent"],
            failed=row["failed"],
        )
        for row in rows
    ]


def intend(catalog: Catalog, reminders: Sequence[Reminder]) -> list[int]:
    """Store what one message is to tell, durably, before it leaves; returns the rows' ids."""
    with catalog.writing(durable=True):
        return [
            catalog.run(
                "INSERT INTO reminder (part, person, email, kind, due, at) VALUES (?, ?, ?, ?, ?, ?)",
                (one.part, one.person, one.email, one.kind, one.due.isoformat(), one.at),
            )
            for one in reminders
        ]


def mark_sent(catalog: Catalog, ids: Sequence[int], now: int) -> None:
    """The message has left."""
    with catalog.writing(durable=True):
        catalog.run_many("UPDATE reminder SET sent = ? WHERE id = ?", [(now, one) for one in ids])


def mark_failed(catalog: Catalog, ids: Sequence[int], why: str) -> None:
    """The message was refused; `why` is not empty."""
    with catalog.writing(durable=True):
        catalog.run_many("UPDATE reminder SET failed = ? WHERE id = ?", [(why, one) for one in ids])


def take_back(catalog: Catalog, ids: Sequence[int]) -> None:
    """The message never left, and another run of the same day may send it."""
    with catalog.writing(durable=True):
        catalog.run_many("DELETE FROM reminder WHERE id = ?", [(one,) for one in ids])


def first_proposed(catalog: Catalog) -> int | None:
    """When the area was first proposed, in ticks; None before that."""
    begun = catalog.value("SELECT MIN(begun) FROM run WHERE stage = 'propose'")
    return None if begun is None else int(begun)
