"""Copies in the tenant: the ledger's head, so that a catalog that was forged or put back is found out, and the proofs of
what was deleted.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from filrydd.catalog import audit, keys, landings, ledger
from filrydd.catalog.connection import Catalog
from filrydd.errors import ClockMoved, LedgerBroken, TenantLacks
from filrydd.lang import _
from filrydd.model import times
from filrydd.stages import destruction_list
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

FOLDER = "_filrydd"
PATIENCE = (0.5, 1, 2, 4)
"""Seconds between looks for a deposit that should be there, as long as the tenant says that it is not."""
# A deposit is some hundred bytes. So many versions are looked at: whoever wants to bury one must write that often.
_LARGEST_HEAD = 10_000
_VERSIONS = 20
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


async def deposit_list(work: Work, catalog: Catalog, tenant: Tenant, run: int) -> int:
    """Put the signed list of what is about to be destroyed into the area's library, before a run deletes the first of it;
    returns of how many documents it is. Files named after the run, which no other run writes over.

    Raises LedgerBroken, ItemTrouble.
    """
    count = 0
    for number, document in destruction_list.planned(work, catalog):
        await tenant.deposit(drive_of(work, catalog), FOLDER, f"{work.area}-destroyed-{run}-{number:06}.json", document)
        count += 1
    return count


async def deposited(work: Work, catalog: Catalog, tenant: Tenant) -> dict[str, Any] | None:
    """The last deposit as the tenant has it, its signature checked; None where there is none. Raises LedgerBroken."""
    content = await tenant.deposited(drive_of(work, catalog), FOLDER, f"{work.area}.json")
    return None if content is None else _head(work, content)


async def heads(work: Work, catalog: Catalog, tenant: Tenant) -> list[dict[str, Any]]:
    """The deposits that the tenant still has, their signatures checked: the last one first, then its earlier versions, of
    which those that are no deposits are passed over. None where there is none. Raises LedgerBroken, ItemTrouble.

    Who may write in the library can put an older deposit on top again, for an older catalog to fit; the one in between
    stays in the library's version history.
    """
    drive, name = drive_of(work, catalog), f"{work.area}.json"
    there = await tenant.record(drive, FOLDER, name)
    if there is None:
        return []
    found = [_head(work, there.data)]
    for version in (await tenant.versions(drive, there.item.id))[1:_VERSIONS]:
        if version.size > _LARGEST_HEAD:
            continue
        try:
            content = b"".join([piece async for piece in tenant.version_content(drive, there.item.id, version.id)])
            found.append(_head(work, content))
        except (ItemTrouble, LedgerBroken):
            # Trimmed by the library meanwhile, or somebody's own content: it says nothing about the ledger.
            continue
    return found


def _head(work: Work, content: bytes) -> dict[str, Any]:
    try:
        record = json.loads(content)
        whole = (
            keys.is_signed(record["hash"], record["signature"], record["public"])
            and isinstance(record["ledger"], int)
            and record["area"] == work.area
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise LedgerBroken(
            _("The copy of the ledger's head in the tenant is not whole."),
            next=_("Ask who changed {folder}/{area}.json in the library.").format(folder=FOLDER, area=work.area),
        )
    return dict(record)


async def compare(work: Work, catalog: Catalog, tenant: Tenant) -> list[str]:
    """What is wrong with the ledger by itself and against its deposits, a sentence each. Raises LedgerBroken, ItemTrouble."""
    found = await heads(work, catalog, tenant)
    expected = ledger.was_deposited(catalog)
    for seconds in PATIENCE if expected else ():
        if found:
            break
        # SharePoint may not find for some seconds what was just written: a first "not there" is no theft yet.
        await asyncio.sleep(seconds)
        found = await heads(work, catalog, tenant)
    wrong = audit.broken(catalog, found)
    if expected and not found:
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
