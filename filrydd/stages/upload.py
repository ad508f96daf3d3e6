"""upload: send what is signed, and nothing else."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import findings, freezes, landings, proposals, runs, signoffs, uploads
from filrydd.catalog.connection import Catalog
from filrydd.documents import Examiner
from filrydd.errors import NotApproved, ProposalChanged
from filrydd.lang import _
from filrydd.model.item import Drive
from filrydd.model.rule import Fate
from filrydd.sources import Source, open_source
from filrydd.stages import deposits
from filrydd.stages.sending import Sender
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

_BATCH = 64
_AT_ONCE = 8
# A session whose address was lost ends 15 minutes after its last fragment (facts on upload sessions); a little is added.
_SESSION_SECONDS = 16 * 60
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What an upload would do: files and bytes to send, files that are there already, moves that nobody signed for, and
    those that are signed and that a case has frozen."""

    area: str
    site: str
    library: str
    files: int
    bytes: int
    there: int
    unsigned: int
    frozen: int = 0


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What an upload did. `skipped` are moves without a signature that holds, and the `frozen` ones that were not begun;
    `failed` could not be sent, `unreadable` of them because the source would not let them be read: classify holds those."""

    area: str
    uploaded: int
    skipped: int
    failed: int
    bytes: int
    requests: int
    throttled: int
    seconds: float
    failures: tuple[tuple[str, str, str], ...]
    unreadable: int
    frozen: int = 0


def plan(work: Work) -> Plan:
    """What would be sent now.

    Raises NotApproved when nothing is signed, or what was signed has changed its place; ProposalChanged when something was
    sent to another place before.
    """
    with work.catalog() as catalog:
        return _plan(work, catalog)


def _plan(work: Work, catalog: Catalog) -> Plan:
    where = proposals.destination(catalog)
    if where is None:
        raise NotApproved(
            _("Nothing is proposed for {area} yet.").format(area=work.area), next=f"filrydd propose {work.area}"
        )
    signed = [signoff for part in proposals.parts(catalog) if (signoff := signoffs.in_force(catalog, part.name))]
    if not signed:
        raise NotApproved(
            _("Nobody has signed the proposal for {area}.").format(area=work.area), next=f"filrydd review {work.area}"
        )
    files, size = uploads.queue_up(catalog, work.now())
    frozen = uploads.count_frozen(catalog)
    standing = signoffs.standing(catalog, work.now())
    moved = sum(states.get(Fate.MOVE, {}).get(signoffs.State.PLACE_CHANGED, 0) for states in standing.values())
    if moved:
        signoffs.list_approvals(catalog, work.now())
        raise NotApproved(
            _("{count} files of {area} have another place than the one that was signed.").format(
                count=moved, area=work.area
            ),
            next=_("Let the contact look and sign again: filrydd review {area}").format(area=work.area),
            details=tuple(path for path, _state in signoffs.in_state(catalog, signoffs.State.PLACE_CHANGED)),
        )
    elsewhere = uploads.sent_elsewhere(catalog)
    if elsewhere:
        raise ProposalChanged(
            _("{count} files of {area} were sent to another place than the one that is signed now.").format(
                count=elsewhere, area=work.area
            ),
            next=_("Put the former place back into the policy, propose and sign again."),
        )
    unsigned = sum(
        count
        for states in standing.values()
        for word, count in states.get(Fate.MOVE, {}).items()
        if word != signoffs.State.APPROVED
    )
    there = uploads.already_there(catalog)
    return Plan(work.area, where.site, where.library, files, size, there, unsigned, frozen)


async def apply(work: Work, tenant: Tenant, address: str = "") -> Uploaded:
    """Send what the plan says, and go on where an earlier run stopped.

    `address` is where the area is scanned from, its stored one when empty. Raises NotApproved, TenantError, SourceError,
    ClockMoved, Busy.
    """
    from filrydd.catalog import figures

    with work.holding("upload"), work.catalog() as catalog:
        _plan(work, catalog)
        with closing(open_source(address or figures.source_of(catalog))) as source:
            return await send(work, catalog, source, tenant)


async def send(work: Work, catalog: Catalog, source: Source, tenant: Tenant) -> Uploaded:
    """The upload itself, for a stage that holds the area already."""
    begun = work.clock()
    planned = _plan(work, catalog)
    await deposits.check_clock(work, tenant)
    source.top()
    where = proposals.destination(catalog)
    assert where is not None, "a plan has a proposal"
    site = await tenant.site(where.site)
    drive = await tenant.make_library(site, where.library)
    landings.keep_destination(catalog, "rehearsal" if tenant.rehearsal else "graph", tenant.address, where.site, drive)
    run = runs.begin(catalog, "upload", work.actor, work.now())
    uploads.forget_failures(catalog)
    with Examiner() as examiner:
        parents = await _make_folders(work, catalog, tenant, drive, where.folder, run)
        sender = Sender(work, catalog, source, tenant, examiner, drive.id, run, parents, freezes.Watch(catalog))
        with work.telling(_("Uploading {area}").format(area=work.area), planned.bytes, "B") as progress:
            for batch in uploads.batches(catalog, _BATCH):
                uploads.intend(catalog, run, batch, work.now())
                await _side_by_side(sender, batch)
                progress.advance(sum(file.size for file in batch))
        await _wait_for_lost_sessions(work, catalog, sender, run)
    failed = uploads.count_failures(catalog)
    sent, size = uploads.count(catalog, run)
    runs.end(
        catalog,
        run,
        "upload",
        work.actor,
        {"sent": sent, "bytes": size, "failed": failed, "parts": {p.name: p.digest for p in proposals.parts(catalog)}},
        work.now(),
    )
    uploads.store_figures(catalog)
    await deposits.deposit(work, catalog, tenant)
    return Uploaded(
        area=work.area,
        uploaded=sent,
        skipped=planned.unsigned + planned.frozen,
        failed=failed,
        bytes=size,
        requests=tenant.meter.requests,
        throttled=tenant.meter.throttled,
        seconds=round((work.clock() - begun).total_seconds(), 3),
        failures=tuple(uploads.failures(catalog)),
        unreadable=findings.counted(catalog, "upload").get("unreadable", 0),
        frozen=planned.frozen,
    )


async def _wait_for_lost_sessions(work: Work, catalog: Catalog, sender: Sender, run: int) -> None:
    """Send what an interrupted run's own sessions hold up, as soon as the tenant has let go of them."""
    waited, pause = 0.0, 1.0
    while (held_up := uploads.still_open(catalog)) and waited < _SESSION_SECONDS:
        if not waited:
            work.progress.say(
                _("{count} files wait for uploads that were interrupted; that can take a quarter of an hour.").format(
                    count=len(held_up)
                )
            )
        await asyncio.sleep(pause)
        waited, pause = waited + pause, min(2 * pause, _LONGEST_PAUSE)
        uploads.queue_up(catalog, work.now())
        for batch in uploads.batches(catalog, _BATCH):
            again = [file for file in batch if file.file in held_up]
            uploads.intend(catalog, run, again, work.now())
            await _side_by_side(sender, again)


async def _side_by_side(sender: Sender, batch: Sequence[uploads.Destined]) -> None:
    """Send a batch, a few files at a time. The first error that stops the stage stops the others before it is raised."""
    waiting = list(reversed(batch))

    async def work_off() -> None:
        while waiting:
            await sender.send(waiting.pop())

    try:
        async with asyncio.TaskGroup() as group:
            for _lane in range(min(_AT_ONCE, len(batch))):
                group.create_task(work_off())
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from failed


async def _make_folders(
    work: Work, catalog: Catalog, tenant: Tenant, drive: Drive, top: str, run: int
) -> dict[int, str]:
    """Make the folders of the proposal that are not there; returns the item id of each target, and of the top as 0."""
    item, path = drive.root, ""
    for segment in top.split("/") if top else ():
        path = f"{path}/{segment}" if path else segment
        item = (await tenant.make_folder(drive.id, item, segment)).id
    if landings.made_folder(catalog, 0, top) != item:
        landings.keep_folder(catalog, 0, top, item)
    made = {0: item}
    folders = list(landings.target_folders(catalog))
    with work.telling(_("Making folders for {area}").format(area=work.area), len(folders), _("folders")) as progress:
        for folder in folders:
            above = made.get(folder.parent or 0)
            progress.advance(1)
            if not folder.name:
                if folder.item != item:
                    landings.keep_folder(catalog, folder.folder, folder.path, item)
                made[folder.folder] = item
            elif folder.item:
                made[folder.folder] = folder.item
            elif above is not None:
                try:
                    new = await tenant.make_folder(drive.id, above, folder.name)
                except ItemTrouble as trouble:
                    work.progress.say(
                        _("The folder {path} could not be made: {why}").format(path=folder.path, why=trouble)
                    )
                    continue
                landings.keep_folder(catalog, folder.folder, folder.path, new.id)
                made[folder.folder] = new.id
    return made
