"""Where verified copies of a catalog lie."""

from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import ledger
from filrydd.catalog.connection import Catalog


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was read again in full: when it was made (ticks), where it lies, its SHA-256; `same_machine` when somebody
    accepted that it lies on this one."""

    at: int
    place: Path
    digest: str
    same_machine: bool


def remember(catalog: Catalog, backup: Backup) -> None:
    """Store that a verified copy of the catalog lies there."""
    with catalog.writing(durable=True):
        last = ledger.head(catalog)
        catalog.run(
            "INSERT INTO backup (at, place, digest, ledger, same_machine) VALUES (?, ?, ?, ?, ?)",
            (backup.at, str(backup.place), backup.digest, last.id if last else 0, backup.same_machine),
        )


def latest(catalog: Catalog) -> Backup | None:
    """The last backup."""
    row = catalog.row("SELECT at, place, digest, same_machine FROM backup ORDER BY id DESC LIMIT 1")
    return None if row is None else Backup(row["at"], Path(row["place"]), row["digest"], bool(row["same_machine"]))
