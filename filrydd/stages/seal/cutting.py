"""The cut-over: read-only, nobody writes any more, scanned once more, and what changed has arrived."""

import time

from filrydd.catalog import seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import NotVerified, StillInUse
from filrydd.lang import _
from filrydd.lang.words import said
from filrydd.sources import Source
from filrydd.stages import backup, classify, propose, scan, upload, verify
from filrydd.stages.seal import connections
from filrydd.stages.seal.changing import close
from filrydd.stages.seal.saving import save
from filrydd.stages.seal.usage import wait_out
from filrydd.stages.seal.wishes import Wishes
from filrydd.stages.work import Work
from filrydd.targets import Tenant

# New entries can appear until the folders they appear in are read-only; more rounds than this means that they are not.
_ROUNDS = 6


def close_all(work: Work, catalog: Catalog, source: Source, seal: seals.Seal, wishes: Wishes) -> int:
    """Make the area read-only; returns how many changes of files the scans saw meanwhile. Raises StillInUse, SourceError.

    It is read-only when a round of changes found nothing to change, after nobody wrote any more and a scan that began after
    that found nothing that was not read-only.
    """
    changed = 0
    settled = False
    scanned: scan.Scanned | None = None
    for _round in range(_ROUNDS):
        closed = close(work, catalog, source, seal)
        if seal.way is seals.Way.SHARE and scanned is None:
            connections.wait_out(work, source, wishes, time.monotonic())
        if settled and not closed.changed and not closed.overtaken:
            assert scanned is not None, "settled by a scan"
            scan.add_up(work, catalog, scanned)
            return changed
        if closed.overtaken:
            # An owner, or an administrator, has given others the right to write. That is the former permission now.
            seals.overtake(catalog, seal.id, closed.overtaken, work.now())
        wait_out(work, catalog, source, wishes)
        scanned = scan.walk(work, catalog, source, scan.Wishes(allow_many=True))
        changed += scanned.appeared + scanned.changed + scanned.vanished + scanned.moved
        settled = not save_and_vouch(work, catalog, source, seal, forgot=bool(closed.overtaken))
    raise StillInUse(
        _("New files, or new permissions, keep appearing in {area} although it is read-only.").format(area=work.area),
        next=_("Find out which program works there; the former permissions are back."),
    )


def save_and_vouch(work: Work, catalog: Catalog, source: Source, seal: seals.Seal, *, forgot: bool = False) -> int:
    """Save what is not saved yet, and vouch for it. Returns how many entries that were.

    `forgot`: what was vouched for is no longer all there, and that is vouched for too: an overtaken entry may be gone.
    """
    saved = save(work, catalog, source, seal)
    if saved or forgot:
        vouch(work, catalog, seal)
    return saved


def vouch(work: Work, catalog: Catalog, seal: seals.Seal) -> None:
    """Have what was saved in the ledger and in a copy off the machine: after that it may be changed."""
    backup.copy(work, catalog)
    seals.turn(catalog, seal.id, "sealing", work.actor, work.now())


async def arrive(work: Work, catalog: Catalog, source: Source, tenant: Tenant, *, changed: bool) -> None:
    """Send what people did until the last moment, as far as they signed for it, and see that it arrived whole.

    Raises NotVerified, TenantError, SourceError.
    """
    if changed:
        # What nobody signed for is held.
        classify.judge(work, catalog, allow_many=True)
        propose.compute(work, catalog)
    if upload.plan(work).files:
        await upload.send(work, catalog, source, tenant)
    refuse_unless_whole(work, await verify.compare(work, catalog, source, tenant))


def refuse_unless_whole(work: Work, verified: verify.Verified) -> None:
    """Raises NotVerified when something is not whole in the new place: that must not be closed in the old one."""
    if verified.findings:
        raise NotVerified(
            _("Not everything in {area} was whole once it was read-only, so the former permissions are back.").format(
                area=work.area
            ),
            next=f"filrydd verify {work.area}",
            details=tuple(f"{finding.path}: {said(finding.kind)}" for finding in verified.details[:20]),
        )
