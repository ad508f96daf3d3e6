"""verify: compare what the tenant itself lists and holds with what was signed and with the old area.

The tenant's own listing says what is there, and where; the old files are read again. Receipts only tell whose hand it was.
Without a seal it shows that everything arrived; under a seal, where nothing changes any more, its comparisons are what
`retire` accepts as proof. It can be stopped and goes on, and run every night: then it costs a listing and what has changed.

What it cannot see: other bytes under the hash that the tenant still lists, in a file that SharePoint does not rewrite, since
only the hash of such a file is asked for; and a sharing link that the tenant does not mark (microsoft-graph-docs#17418).

sampling    how many files a sample takes, and what it then says of all
comparing   contents, several at once
access      who can open what
wording     findings in sentences
outcomes    every file, for reports
"""

from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice

from filrydd.catalog import figures, landings, queue, runs, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.findings import (
    Finding,
    arrived,
    comparisons,
    counted,
    listing,
    noted,
    open_findings,
    places,
    samples,
    store_figures,
)
from filrydd.catalog.findings.samples import Sample
from filrydd.lang import _
from filrydd.model.finding import Verdict
from filrydd.model.item import Item
from filrydd.sources import Source, open_source
from filrydd.stages import deposits
from filrydd.stages.verify import sampling
from filrydd.stages.verify.access import check_access
from filrydd.stages.verify.comparing import compare_contents
from filrydd.stages.work import Progress, Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

DETAILS = 100
"""Findings that a run hands on in memory; `findings.open_findings` streams all of them."""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Verified:
    """`checked` files with a receipt, `ok` of them compared in full and found whole, `rewritten` of these by SharePoint; open
    findings by kind, the first `DETAILS` of them one by one. `access_told`: whether the tenant said where permissions begin;
    when not, only restricted folders were looked at. `sample`: what was drawn, when not all were to be compared. `found_folders`
    were there before us: what others have in them is not looked at; `unsent` files are signed and not there yet."""

    area: str
    checked: int
    ok: int
    findings: dict[str, int]
    details: tuple[Finding, ...]
    rewritten: int = 0
    access_told: bool = True
    sample: Sample | None = None
    found_folders: int = 0
    unsent: int = 0


async def run(
    work: Work,
    tenant: Tenant,
    address: str = "",
    sample: sampling.Wish | None = None,
    bytes_per_second: float | None = None,
) -> Verified:
    """Verify an area, reading the old one no faster than that. Raises TenantError, SourceError, Busy."""
    with (
        work.holding("verify"),
        work.catalog() as catalog,
        closing(open_source(address or figures.source_of(catalog))) as source,
    ):
        verified = await compare(work, catalog, source, tenant, sample, bytes_per_second)
        unsent, _bytes = queue.queue_up(catalog, work.now())
        return replace(verified, unsent=unsent)


async def compare(
    work: Work,
    catalog: Catalog,
    source: Source,
    tenant: Tenant,
    sample: sampling.Wish | None = None,
    bytes_per_second: float | None = None,
) -> Verified:
    """The verification itself, for a stage that holds the area already.

    With a `sample` only so many contents are compared, places and access as ever; findings about other contents stand.
    """
    with listing.in_little_memory(catalog):
        return await _compare(work, catalog, source, tenant, sample, bytes_per_second)


async def _compare(
    work: Work,
    catalog: Catalog,
    source: Source,
    tenant: Tenant,
    sample: sampling.Wish | None,
    bytes_per_second: float | None,
) -> Verified:
    deposits.drive_of(work, catalog)
    seal = seals.latest(catalog)
    under = seal.id if seal is not None and seal.state == "sealed" else None
    source.top()
    await _list(work, catalog, tenant)
    number = runs.begin(catalog, "verify", work.actor, work.now())
    noted.begin(catalog)
    places.resolve(catalog)
    places.note_places(catalog)
    told = await check_access(catalog, tenant)
    files, drawn, size = _line_up(catalog, under, sample)
    with work.telling(_("Comparing {area}").format(area=work.area), size, "B") as progress:
        await compare_contents(work, catalog, source, tenant, number, under, progress, bytes_per_second)
    comparisons.note_without_source(catalog)
    concluded = _conclude(catalog, sample, files, drawn) if sample else None
    if concluded:
        noted.leave_unlooked(catalog)
        samples.keep(catalog, number, concluded, work.now())
    noted.publish(catalog, "verify", work.now())
    whole = comparisons.count_whole(catalog, number, under)
    ok, checked = sum(whole.values()), arrived(catalog)
    body = {"checked": checked, "ok": ok, "seal": under}
    if concluded:
        body["sample"] = concluded.drawn
    runs.end(catalog, number, "verify", work.actor, body, work.now())
    store_figures(catalog, checked, ok)
    return Verified(
        area=work.area,
        checked=checked,
        ok=ok,
        findings=counted(catalog, "verify"),
        details=tuple(islice(open_findings(catalog, "verify"), DETAILS)),
        rewritten=whole[Verdict.REWRITTEN],
        access_told=told,
        sample=concluded,
        found_folders=places.count_found(catalog),
    )


def _line_up(catalog: Catalog, seal: int | None, sample: sampling.Wish | None) -> tuple[int, int, int]:
    """Line up what is to be compared: files of which it is drawn, how many of them, their bytes."""
    files = comparisons.count_present(catalog)
    if sample is None:
        return files, *comparisons.line_up(catalog, seal)
    drawn = sampling.size(files, sample)
    return files, *comparisons.line_up_sample(catalog, drawn, samples.key_by(catalog, sample.seed))


def _conclude(catalog: Catalog, asked: sampling.Wish, files: int, drawn: int) -> Sample:
    different = samples.count_different(catalog)
    at_most = sampling.bound(files, drawn, different, asked.confidence)
    return Sample(asked.seed, asked.confidence, asked.share, files, drawn, different, at_most)


async def _list(work: Work, catalog: Catalog, tenant: Tenant) -> None:
    listing.begin_listing(catalog)
    with work.telling(_("Listing the libraries of {area}").format(area=work.area), None, _("items")) as progress:
        for drive in landings.drives(catalog):
            try:
                await _list_one(catalog, tenant, drive, progress)
            except ItemTrouble as trouble:
                if trouble.status != 404:
                    raise
                # Nothing of it is listed then, so all that was sent there is missing.
                work.progress.say(_("A library to which {area} was sent is not there any more.").format(area=work.area))
        listing.end_listing(catalog)


async def _list_one(catalog: Catalog, tenant: Tenant, drive: str, progress: Progress) -> None:
    batch: list[Item] = []
    async for item in tenant.listing(drive):
        batch.append(item)
        if len(batch) >= _BATCH:
            listing.list_items(catalog, drive, batch)
            progress.advance(len(batch))
            batch.clear()
    listing.list_items(catalog, drive, batch)
    progress.advance(len(batch))
