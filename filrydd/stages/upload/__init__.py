"""upload: send what is signed, and nothing else.

making    libraries, columns, and folders with their permissions, before anything is sent
lanes     which files are under way at the same time
sending   how one file is sent; content (its bytes), journal (what is on the disk before the next act)
joined    files that share an item: a history, and copies
filling   columns of what arrived
wishes    what whoever starts an upload wishes of it
"""

import asyncio
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from filrydd.catalog import findings, freezes, proposals, queue, runs, signoffs, uploads
from filrydd.catalog.connection import Catalog
from filrydd.catalog.queue import Destined
from filrydd.documents import Examiner
from filrydd.errors import NotApproved, ProposalChanged, TooManyFailures
from filrydd.lang import _
from filrydd.lang.words import said
from filrydd.model.rule import Fate
from filrydd.sources import Source, open_source
from filrydd.stages import deposits
from filrydd.stages.readers import Readers
from filrydd.stages.upload import filling, joined, lanes, making
from filrydd.stages.upload.journal import Journal
from filrydd.stages.upload.sending import Sender
from filrydd.stages.upload.wishes import Wishes
from filrydd.stages.work import Progress, Work
from filrydd.targets import Tenant

__all__ = ["Plan", "Uploaded", "Wishes", "apply", "plan", "send"]

_BATCH = 64
# A session whose address was lost ends 15 minutes after its last fragment (facts on upload sessions); a little is added.
_SESSION_SECONDS = 16 * 60
_LONGEST_PAUSE = 30.0
_MOST_TOLD = 1_000


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
    `failed` could not be sent, `unreadable` of them because the source would not let them be read: classify holds those.
    `failures` names the first thousand: path, reason, detail. `units` and `waited` as the tenant's meter has them."""

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
    units: float = 0.0
    waited: float = 0.0


def plan(work: Work, *, mend: bool = False) -> Plan:
    """What would be sent now; with `mend` also what verification missed or found different.

    Raises NotApproved when nothing is signed, or what was signed has changed its place; ProposalChanged when something was
    sent to another place before.
    """
    with work.catalog() as catalog:
        return _plan(work, catalog, mend=mend)


def _plan(work: Work, catalog: Catalog, *, mend: bool = False) -> Plan:
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
    files, size = queue.queue_up(catalog, work.now(), mend=mend)
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


async def apply(work: Work, tenant: Tenant, address: str = "", wishes: Wishes = Wishes()) -> Uploaded:  # noqa: B008
    """Send what the plan says, and go on where an earlier run stopped.

    `address` is where the area is scanned from, its stored one when empty. Raises NotApproved, TooManyFailures, TenantError,
    SourceError, ClockMoved, Busy.
    """
    from filrydd.catalog import figures

    with work.holding("upload"), work.catalog() as catalog:
        _plan(work, catalog, mend=wishes.mend)
        with closing(open_source(address or figures.source_of(catalog))) as source:
            return await send(work, catalog, source, tenant, wishes)


async def send(work: Work, catalog: Catalog, source: Source, tenant: Tenant, wishes: Wishes = Wishes()) -> Uploaded:  # noqa: B008
    """The upload itself, for a stage that holds the area already."""
    begun = work.clock()
    planned = _plan(work, catalog, mend=wishes.mend)
    await deposits.check_clock(work, tenant)
    source.top()
    where = proposals.destination(catalog)
    assert where is not None, "a plan has a proposal"
    drives = await making.open_libraries(work, catalog, tenant, where, work.department().wishes(work.area).columns)
    run = runs.begin(catalog, "upload", work.actor, work.now())
    uploads.forget_failures(catalog)
    parents = await making.make_folders(work, catalog, tenant, drives)
    with Readers(source) as readers, Examiner() as examiner:
        sender = Sender(
            work, catalog, readers, tenant, examiner, run, parents, freezes.Watch(catalog), Journal(catalog)
        )
        with work.telling(_("Uploading {area}").format(area=work.area), planned.bytes, "B") as progress:
            await _Sending(sender, wishes, progress).all()
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
        failures=tuple(uploads.failures(catalog, _MOST_TOLD)),
        unreadable=findings.counted(catalog, "upload").get("unreadable", 0),
        frozen=planned.frozen,
        units=tenant.meter.units,
        waited=tenant.meter.waited,
    )


class _Sending:
    """The files that get an item of their own, with what stops a run: too many failures in a row."""

    def __init__(self, sender: Sender, wishes: Wishes, progress: Progress) -> None:
        self._sender, self._wishes, self._progress = sender, wishes, progress
        self._in_a_row = 0

    async def all(self) -> None:
        """Send what is in the queue, and then what an interrupted run's own sessions held up."""
        catalog, meter = self._sender.catalog, self._sender.tenant.meter
        await lanes.side_by_side(lanes.Supply(catalog), self._send, lambda: meter.at_once, self._may_begin)
        waited, pause = 0.0, 1.0
        while (held_up := uploads.still_open(catalog)) and waited < _SESSION_SECONDS:
            if not waited:
                self._sender.work.progress.say(
                    _(
                        "{count} files wait for uploads that were interrupted; that can take a quarter of an hour."
                    ).format(count=len(held_up))
                )
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(2 * pause, _LONGEST_PAUSE)
            again = lanes.Again(queue.chosen(catalog, held_up))
            await lanes.side_by_side(again, self._send, lambda: meter.at_once, self._may_begin)

    async def _send(self, file: Destined) -> None:
        arrived = await joined.send_with_history(self._sender, file)
        self._progress.advance(file.size)
        self._in_a_row = 0 if arrived else self._in_a_row + 1
        if self._in_a_row > self._wishes.stop_above:
            work, (path, reason, detail) = self._sender.work, uploads.latest_failure(self._sender.catalog)
            raise TooManyFailures(
                _("{count} files in a row could not be sent, the last one {path}: {reason} {detail}")
                .format(count=self._in_a_row, path=path, reason=said(reason), detail=detail)
                .rstrip(),
                next=_("Find out why, then run the same command again. What is sent stays sent: {step}").format(
                    step=f"filrydd upload {work.area} --execute"
                ),
            )

    async def _may_begin(self) -> None:
        hours, work = self._wishes.hours, self._sender.work
        if hours is None or not (wait := hours.wait(work.clock().astimezone())):
            return
        work.progress.say(_("The upload waits for {hours}. What is sent stays sent.").format(hours=hours))
        while wait > timedelta():
            # The clock may be moved meanwhile, and the machine may sleep.
            await asyncio.sleep(min(wait.total_seconds(), 60))
            wait = hours.wait(work.clock().astimezone())


async def _join(sender: Sender, progress: Progress) -> None:
    """What shares an item with a file that went: which version it became, and copies."""
    await joined.settle(sender)
    await filling.fill(sender, sender.work.department())
    for batch in queue.batches(sender.catalog, _BATCH, "copy"):
        await asyncio.gather(*(joined.join_copy(sender, file) for file in batch))
        progress.advance(sum(file.size for file in batch))
    for batch in queue.batches(sender.catalog, _BATCH, "version"):
        await asyncio.gather(*(joined.fail_left_out(sender, file) for file in batch))
