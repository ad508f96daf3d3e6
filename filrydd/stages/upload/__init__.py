"""upload: send what is signed, and nothing else."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import findings, freezes, proposals, queue, runs, signoffs, uploads
from filrydd.catalog.connection import Catalog
from filrydd.documents import Examiner
from filrydd.errors import NotApproved, ProposalChanged
from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.sources import Source, open_source
from filrydd.stages import deposits
from filrydd.stages.upload import filling, joined, making
from filrydd.stages.upload.sending import Sender
from filrydd.stages.work import Progress, Work
from filrydd.targets import Tenant

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
    files, size = queue.queue_up(catalog, work.now())
    frozen = queue.count_frozen(catalog)
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
    elsewhere = queue.sent_elsewhere(catalog)
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
    there = queue.already_there(catalog)
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
    drives = await making.open_libraries(work, catalog, tenant, where, work.department().wishes(work.area).columns)
    run = runs.begin(catalog, "upload", work.actor, work.now())
    uploads.forget_failures(catalog)
    with Examiner() as examiner:
        parents = await making.make_folders(work, catalog, tenant, drives)
        sender = Sender(work, catalog, source, tenant, examiner, run, parents, freezes.Watch(catalog))
        with work.telling(_("Uploading {area}").format(area=work.area), planned.bytes, "B") as progress:
            for batch in queue.batches(catalog, _BATCH):
                uploads.intend(catalog, run, batch, work.now())
                await _side_by_side(sender, batch)
                progress.advance(sum(file.size for file in batch))
            await _wait_for_lost_sessions(work, catalog, sender, run)
            await _join(sender, progress)
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


async def _join(sender: Sender, progress: Progress) -> None:
    """What shares an item with a file that went: which version it became, and copies."""
    await joined.settle(sender)
    await filling.fill(sender, sender.work.department())
    for batch in queue.batches(sender.catalog, _BATCH, "copy"):
        for file in batch:
            joined.join_copy(sender, file)
        progress.advance(sum(file.size for file in batch))
    for batch in queue.batches(sender.catalog, _BATCH, "version"):
        for file in batch:
            joined.fail_left_out(sender, file)


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
        queue.queue_up(catalog, work.now())
        for batch in queue.batches(catalog, _BATCH):
            again = [file for file in batch if file.file in held_up]
            uploads.intend(catalog, run, again, work.now())
            await _side_by_side(sender, again)


async def _side_by_side(sender: Sender, batch: Sequence[queue.Destined]) -> None:
    """Send a batch, a few files at a time. The first error that stops the stage stops the others before it is raised."""
    waiting = list(reversed(batch))

    async def work_off() -> None:
        while waiting:
            await joined.send_with_history(sender, waiting.pop())

    try:
        async with asyncio.TaskGroup() as group:
            for _lane in range(min(_AT_ONCE, len(batch))):
                group.create_task(work_off())
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from failed
