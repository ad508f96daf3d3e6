"""Is the record of an area whole?"""

from dataclasses import dataclass

from filrydd.catalog import audit, landings, ledger
from filrydd.stages import deposits
from filrydd.stages.work import Work
from filrydd.targets import Tenant


@dataclass(frozen=True, slots=True)
class Checked:
    """Entries in the ledger, its head, what is wrong, and whether the copy in the tenant was compared."""

    area: str
    entries: int
    head: str
    wrong: tuple[str, ...]
    compared: bool


def verify(work: Work) -> Checked:
    """Check the ledger by itself: chain, roots, signatures."""
    with work.catalog() as catalog:
        head = ledger.head(catalog)
        wrong = tuple(audit.broken(catalog))
        return Checked(work.area, head.id if head else 0, head.hash if head else "", wrong, compared=False)


async def verify_with(work: Work, tenant: Tenant) -> Checked:
    """Check the ledger, also against its deposit in the tenant. Raises TenantError, LedgerBroken."""
    with work.catalog() as catalog:
        head = ledger.head(catalog)
        wrong = await deposits.compare(work, catalog, tenant)
        return Checked(work.area, head.id if head else 0, head.hash if head else "", tuple(wrong), compared=True)


def landing(work: Work) -> landings.Landed | None:
    """Where the area was uploaded to; None when it never was, or was never scanned."""
    if not (work.scans / f"{work.area}.db").exists():
        return None
    with work.catalog() as catalog:
        return landings.landed(catalog)
