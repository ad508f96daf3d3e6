"""upload: send what is signed, and nothing else.

planning  what would be sent now, and why not; ahead and forecast say how long that takes
landed    are the libraries still there that files were sent to
making    libraries and columns, and folders (with folder_labels) with their permissions, before anything is sent
rounds    the files of a run; lanes (which are under way at the same time), running (how far it is)
sending   how one file is sent; content (its bytes), journal (what is on the disk before the next act)
joined    files that share an item: a history, and copies
filling   columns of what arrived; labelling (retention labels)
wishes    what whoever starts an upload wishes of it
"""

from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import findings, forecasts, freezes, landings, proposals, runs, uploads
from filrydd.catalog.connection import Catalog
from filrydd.documents import Examiner
from filrydd.lang import _
from filrydd.sources import Source, open_source
from filrydd.stages import deposits
from filrydd.stages.lease import lease
from filrydd.stages.readers import Readers
from filrydd.stages.upload import ahead, filling, joined, making
from filrydd.stages.upload.journal import Journal
from filrydd.stages.upload.landed import check_still_there
from filrydd.stages.upload.planning import Plan, plan, planned
from filrydd.stages.upload.rounds import Rounds
from filrydd.stages.upload.running import Pace, told
from filrydd.stages.upload.sending import Sender
from filrydd.stages.upload.wishes import Wishes
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

__all__ = ["Plan", "Uploaded", "Wishes", "apply", "plan", "send"]

_MOST_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What an upload did. `skipped` are moves without a signature that holds, and the `frozen` ones that were not begun;
    `failed` could not be sent, `unreadable` of them because the source would not let them be read: classify holds those.
    `failures` names the first thousand: path, reason, detail. `units` and `waited` as the tenant's
    meter has them; `unfilled` files have arrived and wait for their columns."""

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
    unfilled: int = 0


async def apply(work: Work, tenant: Tenant, address: str = "", wishes: Wishes = Wishes()) -> Uploaded:  # noqa: B008
    """Send what the plan says, and go on where an earlier run stopped.

    `address` is where the area is scanned from, its stored one when empty. Raises NotApproved, ProposalChanged,
    TooManyFailures, TenantError, SourceError, ClockMoved; Busy, also when another machine uploads the area.
    """
    from filrydd.catalog import figures

    with (
        work.holding("upload"),
        work.catalog() as catalog,
        closing(open_source(address or figures.source_of(catalog))) as source,
    ):
        return await send(work, catalog, source, tenant, wishes)


async def send(work: Work, catalog: Catalog, source: Source, tenant: Tenant, wishes: Wishes = Wishes()) -> Uploaded:  # noqa: B008
    """The upload itself, for a stage that holds the area already."""
    begun = work.clock()
    whole = planned(work, catalog, mend=wishes.mend)
    await deposits.check_clock(work, tenant)
    source.top()
    where = proposals.destination(catalog)
    assert where is not None, "a plan has a proposal"
    columns = work.department().wishes(work.area).columns
    expected = ahead.of(catalog, wishes, begun.astimezone(), columns=bool(columns))
    await check_still_there(work, catalog, tenant, mend=wishes.mend)
    drives = await making.open_libraries(work, catalog, tenant, where, columns)
    async with lease(work, tenant, landings.drive(catalog)) as held:
        run = runs.begin(catalog, "upload", work.actor, work.now())
        forecasts.keep_expected(catalog, run, expected.expected())
        uploads.forget_failures(catalog)
        parents = await making.make_folders(work, catalog, tenant, drives)
        pace = Pace(expected.to_send, expected.limits, wishes.hours, tenant.meter, clock=work.clock)
        with Readers(source) as readers, Examiner() as examiner:
            sender = Sender(
                work, catalog, readers, tenant, examiner, run, parents, freezes.Watch(catalog), Journal(catalog)
            )
            with work.telling(_("Uploading {area}").format(area=work.area), whole.bytes, "B") as progress:
                async with told(progress, pace):
                    rounds = Rounds(sender, wishes, held, progress, pace)
                    await rounds.send()
                    await joined.settle(sender)
                    unfilled = await filling.fill(sender, work.department())
                    await rounds.join()
        failed = uploads.count_failures(catalog)
        sent, size = uploads.count(catalog, run)
        forecasts.keep_actual(catalog, run, pace.actual(sent, size, failed))
        parts = {part.name: part.digest for part in proposals.parts(catalog)}
        detail = {"sent": sent, "bytes": size, "failed": failed, "parts": parts, "to": landings.told(catalog)}
        runs.end(catalog, run, "upload", work.actor, detail, work.now())
        uploads.store_figures(catalog)
        await _deposit(work, catalog, tenant)
    return Uploaded(
        area=work.area,
        uploaded=sent,
        skipped=whole.unsigned + whole.frozen,
        failed=failed,
        bytes=size,
        requests=tenant.meter.requests,
        throttled=tenant.meter.throttled,
        seconds=round((work.clock() - begun).total_seconds(), 3),
        failures=tuple(uploads.failures(catalog, _MOST_TOLD)),
        unreadable=findings.counted(catalog, "upload").get("unreadable", 0),
        frozen=whole.frozen,
        units=tenant.meter.units,
        waited=tenant.meter.waited,
        unfilled=unfilled,
    )


async def _deposit(work: Work, catalog: Catalog, tenant: Tenant) -> None:
    """Put the ledger's head into the tenant. What prevents it is told: `seal` and `retire` do not go on without it."""
    try:
        await deposits.deposit(work, catalog, tenant)
    except ItemTrouble as trouble:
        work.progress.say(
            _("The copy of the ledger's head could not be put into the library: {why}").format(why=trouble)
        )
