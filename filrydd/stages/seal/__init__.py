"""seal: make the old area read-only.

The order is the safety: every former permission is stored, vouched for in the ledger and copied off before the first is
changed; a folder is tried first; what changes is read again afterwards; nobody writes any more before the last scan; and
when the cut-over does not end well, people get their rights back.

planning  what would be done, and what there must be before it
usage     who still writes, which files have another name outside the area
connections  who is connected to the share since before it was sealed
saving    former permissions
changing  from the former permissions to the sealed ones and back, and the trial on one folder
moved     what was moved after it had been made read-only
cutting   read-only, scanned once more, what changed has arrived
back      the former permissions again, signposts away
wishes    what whoever seals wishes of it
checking  does an ordinary user meet refusal?
"""

from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import figures, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.seals import Way
from filrydd.errors import NotVerified
from filrydd.sources import Source, open_source
from filrydd.stages import backup, deposits, signposts, verify
from filrydd.stages.seal import connections, planning, usage
from filrydd.stages.seal.back import give_back
from filrydd.stages.seal.changing import try_out
from filrydd.stages.seal.cutting import arrive, close_all, refuse_unless_whole, save_and_vouch, vouch
from filrydd.stages.seal.planning import Plan, plan
from filrydd.stages.seal.usage import Used
from filrydd.stages.seal.wishes import Wishes
from filrydd.stages.upload.landed import check_still_there
from filrydd.stages.work import Work
from filrydd.targets import Tenant

__all__ = ["Plan", "Sealed", "Used", "Way", "Wishes", "apply", "plan"]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal that stands: entries made read-only, changes that the scans under it saw, files proved under it, signposts put
    up. Nothing is proved yet when the comparison comes later."""

    area: str
    entries: int
    changed: int
    verified: int
    signposts: int = 0


async def apply(work: Work, tenant: Tenant, address: str = "", wishes: Wishes = Wishes()) -> Sealed:  # noqa: B008
    """Seal the area, or go on with a seal that was interrupted.

    Raises NotVerified, NotApproved, NoBackup, Blocked, StillInUse, TenantError, SourceError, Busy; with the former
    permissions put back when some had been changed.
    """
    with (
        work.holding("seal"),
        work.catalog() as catalog,
        closing(open_source(address or figures.source_of(catalog))) as source,
    ):
        standing = seals.latest(catalog)
        if standing is not None and standing.state == "unsealing":
            give_back(work, catalog, source, standing)
            standing = None
        if standing is None or standing.state == "saving":
            planning.check(work, catalog)
            planning.check_source(work, source, wishes.way)
            # Where the backup goes is asked for before anything is begun.
            backup.copy(work, catalog)
        source.top()
        await deposits.check_clock(work, tenant)
        if standing is None or standing.state == "saving":
            await check_still_there(work, catalog, tenant, mend=False)
        seal = seals.begin(catalog, work.now(), wishes.way)
        changed = 0
        if seal.state == "saving":
            _prepare(work, catalog, source, seal, wishes)
        elif seal.state == "sealing":
            # What was saved last may not have been vouched for, nor copied off, when the run ended.
            vouch(work, catalog, seal)
        try:
            if seal.state != "sealed":
                changed = await _cut_over(work, catalog, source, tenant, seal, wishes)
        except Exception:
            # Until the seal stands, a failure gives people their rights back.
            give_back(work, catalog, source, seal)
            raise
        try:
            verified = await _prove(work, catalog, source, tenant, wishes)
        except NotVerified:
            # What is not whole in the new place must not be closed in the old one: people go on working where they were.
            # Not in an area that has been read-only for a while: there it is a finding, and the file stays.
            if seal.state != "sealed":
                give_back(work, catalog, source, seal)
            raise
        put = signposts.put_up(work, catalog, source, seal)
        await deposits.deposit(work, catalog, tenant)
        return Sealed(work.area, seals.count(catalog, seal), changed, verified, put)


async def _cut_over(
    work: Work, catalog: Catalog, source: Source, tenant: Tenant, seal: seals.Seal, wishes: Wishes
) -> int:
    if seal.state == "saving":
        try_out(work, catalog, source, seal)
    changed = close_all(work, catalog, source, seal, wishes)
    await arrive(work, catalog, source, tenant, changed=bool(changed))
    seals.turn(catalog, seal.id, "sealed", work.actor, work.now())
    return changed


async def _prove(work: Work, catalog: Catalog, source: Source, tenant: Tenant, wishes: Wishes) -> int:
    """Compare everything in full under the seal, unless that comes later. Raises NotVerified, TenantError, SourceError."""
    if wishes.compare_later:
        return 0
    verified = await verify.compare(work, catalog, source, tenant, bytes_per_second=wishes.bytes_per_second)
    refuse_unless_whole(work, verified)
    return verified.ok


def _prepare(work: Work, catalog: Catalog, source: Source, seal: seals.Seal, wishes: Wishes) -> None:
    """Everything before the first change. Nothing of the seal is left when it is refused."""
    try:
        if seal.way is Way.SHARE:
            connections.refuse_unless_told(source)
        usage.wait_out(work, catalog, source, wishes)
        if seal.way is Way.ENTRIES:
            usage.refuse_linked(work, catalog, wishes)
        save_and_vouch(work, catalog, source, seal)
    except Exception:
        seals.drop(catalog, seal.id)
        raise
