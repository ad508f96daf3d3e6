"""Copies in the tenant: the ledger's head, so that a catalog that was forged or put back is found out, and the proofs of
what was deleted.
"""

import json
from collections.abc import Sequence
from typing import Any

from filrydd.catalog import keys, landings, ledger
from filrydd.catalog.connection import Catalog
from filrydd.errors import ClockMoved, LedgerBroken, TenantLacks
from filrydd.lang import _
from filrydd.model import times
from filrydd.stages.work import Work
from filrydd.targets import Tenant

FOLDER = "_filrydd"
_CLOCK_PATIENCE = 5 * 60 * times.TICKS_A_SECOND


def drive_of(work: Work, catalog: Catalog) -> str:
    """The library that the area was uploaded to. Raises TenantLacks when it never was."""
    drive = landings.drive(catalog)
    if not drive:
        raise TenantLacks(
            _("{area} has not been uploaded anywhere.").format(area=work.area),
            next=f"filrydd upload {work.area} --execute",
        )
    return drive


async def check_clock(work: Work, tenant: Tenant) -> None:
    """Raises ClockMoved when this machine's clock and the tenant's differ by over five minutes."""
    there, here = await tenant.now(), work.now()
    if abs(there - here) > _CLOCK_PATIENCE:
        raise ClockMoved(
            _("This machine's clock says {here}, the tenant's says {there}.").format(
                here=times.to_iso(here), there=times.to_iso(there)
            ),
            next=_("Set the clock of this machine right."),
        )


async def deposit(work: Work, catalog: Catalog, tenant: Tenant) -> None:
    """Put the ledger's head into the area's library, as a new version of one small file."""
    head = ledger.head(catalog)
    if head is None:
        return
    public = head.signature.partition(":")[0]
    record = {
        "area": work.area,
        "ledger": head.id,
        "hash": head.hash,
        "signature": head.signature,
        "public": public,
        "at": times.to_iso(head.at),
    }
    name = f"{work.area}.json"
    await tenant.deposit(drive_of(work, catalog), FOLDER, name, json.dumps(record, indent=1).encode())
    ledger.remember_deposit(catalog, head, name, work.now())


async def deposit_proofs(
    work: Work, catalog: Catalog, tenant: Tenant, run: int, number: int, proofs: Sequence[str]
) -> None:
    """Put the proofs of a batch of deletions into the area's library, before the first of its files is deleted.

    A file of JSON lines for each batch, never written again, so that they outlive the catalog.
    """
    if proofs:
        content = "".join(f"{proof}\n" for proof in proofs).encode()
        name = f"{work.area}-proofs-{run}-{number:06}.jsonl"
        await tenant.deposit(drive_of(work, catalog), FOLDER, name, content)


async def deposited(work: Work, catalog: Catalog, tenant: Tenant) -> dict[str, Any] | None:
    """The last deposit as the tenant has it, its signature checked; None where there is none. Raises LedgerBroken."""
    content = await tenant.deposited(drive_of(work, catalog), FOLDER, f"{work.area}.json")
    if content is None:
        return None
    try:
        record = json.loads(content)
        whole = keys.is_signed(record["hash"], record["signature"], record["public"]) and isinstance(
            record["ledger"], int
        )
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise LedgerBroken(
            _("The copy of the ledger's head in the tenant is not whole."),
            next=_("Ask who changed {folder}/{area}.json in the library.").format(folder=FOLDER, area=work.area),
        )
    return dict(record)


async def compare(work: Work, catalog: Catalog, tenant: Tenant) -> list[str]:
    """What is wrong with the ledger by itself and against its last deposit, a sentence each."""
    last = await deposited(work, catalog, tenant)
    wrong = ledger.broken(catalog, [last] if last else [])
    if last is None and ledger.was_deposited(catalog):
        wrong.append(_("The copy of the ledger's head that was put into the tenant is gone."))
    return wrong


async def check_ledger(work: Work, catalog: Catalog, tenant: Tenant) -> None:
    """Raises LedgerBroken when the ledger is not whole, or does not continue its last deposit."""
    wrong = await compare(work, catalog, tenant)
    if wrong:
        raise LedgerBroken(
            _("The ledger of {area} is not whole, so nothing was done.").format(area=work.area),
            next=f"filrydd ledger verify {work.area}",
            details=tuple(wrong[:20]),
        )
