"""verify: compare what the tenant itself lists and holds with what was sent and with the old area.

Without a seal it shows that everything arrived; under a seal, where nothing changes any more, its comparisons are what
`retire` accepts as proof. It can be stopped and goes on.
"""

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import figures, findings, landings, runs, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.findings import Finding
from filrydd.catalog.shared_items import UNSETTLED
from filrydd.documents import Examiner
from filrydd.lang import _
from filrydd.model.item import Item
from filrydd.quickxor import QuickXor
from filrydd.sources import Source, open_source
from filrydd.sources.source import EntryTrouble
from filrydd.stages import deposits
from filrydd.stages.in_full import compare_in_full
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

_BATCH = 200
_PIECE = 1 << 20

Found = tuple[int | None, str, str, str]


@dataclass(frozen=True, slots=True)
class Verified:
    """`checked` files with a receipt, `ok` of them compared in full and found whole; open findings by kind."""

    area: str
    checked: int
    ok: int
    findings: dict[str, int]
    details: tuple[Finding, ...]


async def run(work: Work, tenant: Tenant, address: str = "") -> Verified:
    """Verify an area. Raises TenantError, SourceError, Busy."""
    with (
        work.holding("verify"),
        work.catalog() as catalog,
        closing(open_source(address or figures.source_of(catalog))) as source,
    ):
        return await compare(work, catalog, source, tenant)


async def compare(work: Work, catalog: Catalog, source: Source, tenant: Tenant) -> Verified:
    """The verification itself, for a stage that holds the area already."""
    deposits.drive_of(work, catalog)
    seal = seals.latest(catalog)
    under = seal.id if seal is not None and seal.state == "sealed" else None
    source.top()
    await _list(work, catalog, tenant)
    number = runs.begin(catalog, "verify", work.actor, work.now())
    wrong: list[Found] = findings.placed_wrong(catalog)
    with Examiner() as examiner:
        comparer = _Comparer(source, tenant, examiner)
        kept: list[tuple[findings.Arrived, str, str]] = []
        to_compare = list(findings.to_compare(catalog, under))
        with work.telling(
            _("Comparing {area}").format(area=work.area), sum(file.size for file in to_compare), "B"
        ) as progress:
            for file in to_compare:
                outcome, detail = await comparer.compare(file)
                if outcome in ("equal", "rewritten"):
                    kept.append((file, outcome, detail))
                else:
                    wrong.append((file.file, file.item, outcome, detail))
                if len(kept) >= _BATCH:
                    findings.keep_comparisons(catalog, number, kept, under, work.now())
                    kept.clear()
                progress.advance(file.size)
        findings.keep_comparisons(catalog, number, kept, under, work.now())
    findings.replace_findings(catalog, "verify", wrong, work.now())
    ok = findings.compared(catalog, under)
    checked = findings.arrived(catalog)
    runs.end(catalog, number, "verify", work.actor, {"checked": checked, "ok": ok, "seal": under}, work.now())
    findings.store_figures(catalog, checked, ok)
    return Verified(
        area=work.area,
        checked=checked,
        ok=ok,
        findings=findings.counted(catalog, "verify"),
        details=tuple(findings.open_findings(catalog, "verify")),
    )


async def _list(work: Work, catalog: Catalog, tenant: Tenant) -> None:
    findings.begin_listing(catalog)
    batch: list[Item] = []
    with work.telling(_("Listing the libraries of {area}").format(area=work.area), None, _("items")) as progress:
        for drive in landings.drives(catalog):
            async for item in tenant.listing(drive):
                batch.append(item)
                if len(batch) >= _BATCH:
                    findings.list_items(catalog, batch)
                    progress.advance(len(batch))
                    batch.clear()
    findings.list_items(catalog, batch)
    for drive_of_item, id in findings.touched(catalog):
        try:
            there = await tenant.item(drive_of_item, id)
        except ItemTrouble:
            # It went between the listing and now; its eTag alone says that it is not what it was.
            continue
        findings.note_content_tag(catalog, id, there.ctag)


@dataclass(frozen=True, slots=True)
class _Comparer:
    source: Source
    tenant: Tenant
    examiner: Examiner

    async def compare(self, file: findings.Arrived) -> tuple[str, str]:
        """`equal` or `rewritten` with the source's hash as read now, or the kind of a finding with its detail."""
        try:
            with self.source.open(file.path) as reader:
                if (reader.seen.size, reader.seen.modified) != (file.size, file.modified):
                    return "source changed", file.path
                hasher = QuickXor()
                while piece := reader.read(_PIECE):
                    hasher.update(piece)
                hashed = hasher.base64() if file.size else ""
                if file.version == UNSETTLED:
                    return "missing", _("Nobody knows which version of {name} it is.").format(name=file.name)
                if not file.version and hashed == file.hash and file.size == file.found_size:
                    return "equal", hashed
                item = await self.tenant.item(file.drive, file.item)
                if item.etag != file.etag:
                    return "changed since", file.name
                with tempfile.TemporaryDirectory(prefix="filrydd-") as folder:
                    outcome = await compare_in_full(
                        self.tenant, self.examiner, file.drive, item, reader, Path(folder), file.version
                    )
        except EntryTrouble as trouble:
            return "unreadable", trouble.reason
        except ItemTrouble as trouble:
            return "missing" if trouble.status == 404 else "mismatch", str(trouble)
        match outcome.outcome:
            case "equal" | "rewritten":
                return outcome.outcome, hashed
            case "not examined":
                return "not examined", outcome.why
            case _:
                return "mismatch", outcome.why
