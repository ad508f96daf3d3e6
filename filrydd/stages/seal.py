"""seal: make the old area read-only.

The order is the safety: every former permission is stored, vouched for in the ledger and copied off before the first is
changed; what changes is read again afterwards; and when the cut-over does not end well, people get their rights back.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import figures, findings, seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import FilryddError, NotVerified, SourceError, StillInUse
from filrydd.lang import _
from filrydd.lang.words import said
from filrydd.model.entry import Reason
from filrydd.sources import Source, open_source
from filrydd.sources.source import EntryTrouble
from filrydd.stages import backup, classify, deposits, propose, scan, upload, verify
from filrydd.stages.unseal import restore
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

_BATCH = 500
# New entries can appear until the folders they appear in are read-only; more rounds than this means that they are not.
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What a seal would do. `state` is that of a seal that was begun before, else empty."""

    area: str
    source: str
    folders: int
    files: int
    state: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal that stands: entries made read-only, changes that the scan under it saw, files proved under it."""

    area: str
    entries: int
    changed: int
    verified: int


def plan(work: Work) -> Plan:
    """What sealing would do. Raises NotVerified while something has not arrived or a finding is open."""
    with work.catalog() as catalog:
        return _plan(work, catalog)


def _plan(work: Work, catalog: Catalog) -> Plan:
    deposits.drive_of(work, catalog)
    open_now = findings.counted(catalog, "verify")
    if open_now:
        raise NotVerified(
            _("{area} has open findings: {findings}.").format(
                area=work.area, findings=", ".join(f"{said(kind)} {count}" for kind, count in open_now.items())
            ),
            next=f"filrydd verify {work.area}",
        )
    planned = upload.plan(work)
    if planned.files:
        raise NotVerified(
            _("{count} files that are signed for have not been uploaded.").format(count=planned.files),
            next=f"filrydd upload {work.area} --execute",
        )
    if findings.compared(catalog, None) < findings.arrived(catalog):
        raise NotVerified(_("Not everything that arrived has been verified."), next=f"filrydd verify {work.area}")
    state = seals.latest(catalog)
    shown = figures.figures(catalog)["scan"]
    return Plan(
        work.area,
        figures.source_of(catalog),
        int(shown["folders"]),
        int(shown["files"]),
        state.state if state else "",
    )


async def apply(work: Work, tenant: Tenant, address: str = "") -> Sealed:
    """Seal the area, or go on with a seal that was interrupted.

    Raises NotVerified, NoBackup, StillInUse (with the former permissions put back), TenantError, SourceError, Busy.
    """
    with (
        work.holding("seal"),
        work.catalog() as catalog,
        closing(open_source(address or figures.source_of(catalog))) as source,
    ):
        standing = seals.latest(catalog)
        if standing is not None and standing.state == "unsealing":
            restore(work, catalog, source, standing)
            standing = None
        if standing is None or standing.state == "saving":
            _plan(work, catalog)
            # Where the backup goes is asked for before anything is begun.
            backup.copy(work, catalog)
        source.top()
        await deposits.check_clock(work, tenant)
        seal = seals.begin(catalog, work.now())
        if seal.state == "saving":
            _refuse_if_in_use(work, catalog, source, seal)
            _save(work, catalog, source, seal)
            backup.copy(work, catalog)
            seals.turn(catalog, seal.id, "sealing", work.actor, work.now())
        try:
            return await _cut_over(work, catalog, source, tenant, seal)
        except (FilryddError, EntryTrouble, ItemTrouble):
            # Until the seal stands, a failure gives people their rights back. One that stands is gone on with next time.
            latest = seals.latest(catalog)
            if latest is not None and latest.state != "sealed":
                restore(work, catalog, source, latest)
            raise


async def _cut_over(work: Work, catalog: Catalog, source: Source, tenant: Tenant, seal: seals.Seal) -> Sealed:
    _close_all(work, catalog, source, seal)
    changed = 0
    for _round in range(_ROUNDS):
        scanned = scan.walk(work, catalog, source, scan.Wishes(allow_many=True))
        changed += scanned.appeared + scanned.changed + scanned.vanished + scanned.moved
        if not _save(work, catalog, source, seal):
            break
        backup.copy(work, catalog)
        seals.turn(catalog, seal.id, "sealing", work.actor, work.now())
        _close_all(work, catalog, source, seal)
    else:
        raise StillInUse(
            _("New files keep appearing in {area} although it is read-only.").format(area=work.area),
            next=_("Find out which program writes there; the former permissions are back."),
        )
    scan.add_up(work, catalog, scanned)
    _refuse_if_in_use(work, catalog, source, seal)
    if changed:
        # What people did until the last moment goes by what was signed; what nobody signed for is held.
        classify.judge(work, catalog, allow_many=True)
        propose.compute(work, catalog)
    if upload.plan(work).files:
        await upload.send(work, catalog, source, tenant)
    standing = seals.latest(catalog)
    if standing is not None and standing.state != "sealed":
        seals.turn(catalog, seal.id, "sealed", work.actor, work.now())
    verified = await _verify_and_deposit(work, catalog, source, tenant)
    if verified.findings:
        # What is not whole in the new place must not be closed in the old one: people go on working where they were.
        restore(work, catalog, source, seal)
        raise NotVerified(
            _("Not everything in {area} was whole once it was read-only, so the former permissions are back.").format(
                area=work.area
            ),
            next=f"filrydd verify {work.area}",
            details=tuple(f"{finding.path}: {said(finding.kind)}" for finding in verified.details[:20]),
        )
    return Sealed(work.area, seals.saved(catalog, seal.id), changed, verified.ok)


async def _verify_and_deposit(work: Work, catalog: Catalog, source: Source, tenant: Tenant) -> verify.Verified:
    verified = await verify.compare(work, catalog, source, tenant)
    await deposits.deposit(work, catalog, tenant)
    return verified


def _save(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> int:
    """Store the permissions of everything that has none stored; returns how many that were."""
    saved = 0
    batch: list[seals.Permission] = []
    to_save = list(seals.entries(catalog, seal.id))
    with work.telling(
        _("Reading permissions of {area}").format(area=work.area), len(to_save), _("entries")
    ) as progress:
        for path, kind in to_save:
            progress.advance(1)
            try:
                former = source.permission(path, kind)
            except EntryTrouble as trouble:
                if trouble.reason is Reason.VANISHED:
                    continue
                raise SourceError(
                    _("The permissions of {path} cannot be read: {why}").format(path=path or "/", why=trouble.detail),
                    next=_("Seal with an account that may change permissions on all of the area."),
                ) from trouble
            batch.append(seals.Permission(path, kind, former, source.sealed(former, kind)))
            saved += 1
            if len(batch) >= _BATCH:
                seals.save(catalog, seal.id, batch)
                batch.clear()
        seals.save(catalog, seal.id, batch)
    return saved


def _close_all(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> None:
    # From the top down, so that nothing new can appear in a folder whose content is being sealed.
    count = seals.saved(catalog, seal.id)
    with work.telling(_("Making {area} read-only").format(area=work.area), count, _("entries")) as progress:
        for entry in list(seals.permissions(catalog, seal.id)):
            progress.advance(1)
            try:
                if source.permission(entry.path, entry.kind) != entry.sealed:
                    source.permit(entry.path, entry.kind, entry.sealed)
            except EntryTrouble as trouble:
                if trouble.reason is not Reason.VANISHED:
                    raise SourceError(
                        _("{path} cannot be made read-only: {why}").format(path=entry.path or "/", why=trouble.detail),
                        next=_("Seal with an account that may change permissions; the former ones are back."),
                    ) from trouble


def _refuse_if_in_use(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> None:
    written = list(_in_use(catalog, source))
    if written:
        raise StillInUse(
            _("{count} files in {area} are open for writing.").format(count=len(written), area=work.area),
            next=_("Ask those who have them open to close them, then run the same command again."),
            details=tuple(written[:20]),
        )


def _in_use(catalog: Catalog, source: Source) -> Iterator[str]:
    from filrydd.catalog import paths

    for file in paths.files_by_folder(catalog):
        try:
            if source.in_use(file.path):
                yield file.path
        except EntryTrouble as trouble:
            # What vanished or cannot be read has no writer that matters; the scan under the seal names it.
            if trouble.reason is Reason.IN_USE:
                yield file.path
