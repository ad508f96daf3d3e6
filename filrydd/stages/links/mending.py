"""links mend: documents in the tenant are given the new addresses of what they point to.

Only in Office packages, and in these only in the relationships that lead outside; never what the archive keeps, what is signed,
labelled or protected, and never over what somebody has changed. It holds the area as an upload does, since it sends contents.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from filrydd.catalog import figures, freezes, landings, runs, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import mendable, mended
from filrydd.catalog.contents.mendable import Document
from filrydd.documents import RELINKED_EXTENSIONS
from filrydd.errors import NotVerified, TenantLacks
from filrydd.lang import _
from filrydd.model import names
from filrydd.sources import open_source
from filrydd.stages import deposits
from filrydd.stages.in_full import Examiners
from filrydd.stages.lease import lease
from filrydd.stages.links import reasons
from filrydd.stages.links.addresses import Addresses
from filrydd.stages.links.listing import known
from filrydd.stages.links.neighbours import Neighbours, department_of
from filrydd.stages.links.resolving import Resolver
from filrydd.stages.links.rewriting import Rewriter
from filrydd.stages.readers import Readers
from filrydd.stages.together import together
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

MOST_TOLD = 1_000
"""Documents that a plan or a run names; all of them are counted."""
_AT_ONCE = 4
_EXAMINERS = 2


@dataclass(slots=True)
class Left:
    """Documents that stay as they are: how many for each reason, and the first of them, path and reason."""

    counts: Counter[str] = field(default_factory=Counter)
    details: list[tuple[str, str]] = field(default_factory=list)

    def add(self, document: Document, why: str) -> None:
        if why == reasons.MENDED:
            return
        self.counts[why] += 1
        if len(self.details) < MOST_TOLD:
            self.details.append((names.join(document.folder, document.name), why))


@dataclass(frozen=True, slots=True)
class Plan:
    """What mending would do: `files` documents with `links` that lead to what has arrived, as far as the catalog tells. What only
    the document itself or the tenant shows (signatures, labels, somebody's edit) is looked at when it is done. `unread` areas
    could not be looked into."""

    area: str
    files: int
    links: int
    left: Left
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mended:
    """What mending did: `files` that got a new version with `links` in all."""

    area: str
    files: int
    links: int
    left: Left
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ready:
    """What is known before a document is looked at."""

    seal: int | None
    labels: frozenset[str]
    address: str
    neighbours: Neighbours
    resolver: Resolver


def plan(work: Work) -> Plan:
    """What would be mended. Raises TenantLacks, NotVerified, NoSuchArea."""
    files = links = 0
    left = Left()
    with work.catalog() as catalog, _ready(work, catalog) as ready:
        frozen = freezes.Watch(catalog)
        for document in _documents(catalog, ready.seal):
            why = _barred(document, ready) or (reasons.FROZEN if frozen.holds(document.file) else "")
            before, leading = (frozenset(), ()) if why else ready.resolver.leading(document)
            to_mend = len(set(leading) - before)
            if why or not (to_mend or before):
                left.add(document, why or reasons.NOTHING)
            elif to_mend:
                files, links = files + 1, links + to_mend
        return Plan(work.area, files, links, left, tuple(sorted(set(ready.neighbours.unread))))


async def apply(work: Work, tenant: Tenant, address: str = "") -> Mended:
    """Mend what the plan says, as far as each document allows it, and prove it; goes on where an earlier run stopped.

    Raises TenantLacks, NotVerified, TenantError, SourceError, ClockMoved, Busy.
    """
    with (
        work.holding("upload"),
        work.catalog() as catalog,
        _ready(work, catalog) as ready,
        closing(open_source(address or figures.source_of(catalog))) as source,
    ):
        if ready.address != tenant.address:
            raise TenantLacks(
                _("{area} was uploaded to another tenant than this one.").format(area=work.area),
                next=_("Name the tenant that holds its files."),
            )
        await deposits.check_clock(work, tenant)
        source.top()
        async with lease(work, tenant, landings.drive(catalog)) as held:
            run = runs.begin(catalog, "mend links", work.actor, work.now())
            # Its comparisons are a verification's, and entered as that.
            proof = runs.begin(catalog, "verify", work.actor, work.now())
            left = Left()
            with Readers(source) as readers, Examiners(_EXAMINERS) as examiners:
                rewriter = Rewriter(
                    work=work,
                    catalog=catalog,
                    readers=readers,
                    tenant=tenant,
                    examiners=examiners,
                    resolver=ready.resolver,
                    addresses=Addresses(tenant),
                    frozen=freezes.Watch(catalog),
                    run=run,
                    proof=proof,
                    seal=ready.seal,
                )
                total = mendable.line_up(catalog)
                with work.telling(_("Mending links in {area}").format(area=work.area), total, _("files")) as progress:

                    async def mend(document: Document) -> None:
                        await held.sure()
                        why = await rewriter.mend(document, _barred(document, ready))
                        if why:
                            left.add(document, why)
                        progress.advance(1)

                    waiting = (one for batch in mendable.documents(catalog, ready.seal) for one in batch)
                    await together(waiting, mend, lambda: min(_AT_ONCE, tenant.meter.at_once))
            files, links = mended.count(catalog, run)
            runs.end(catalog, run, "mend links", work.actor, {"files": files, "links": links}, work.now())
            body = {"checked": files, "ok": files, "seal": ready.seal, "mended": run}
            runs.end(catalog, proof, "verify", work.actor, body, work.now())
            await _deposit(work, catalog, tenant)
        return Mended(work.area, files, links, left, tuple(sorted(set(ready.neighbours.unread))))


@contextmanager
def _ready(work: Work, catalog: Catalog) -> Iterator[_Ready]:
    deposits.drive_of(work, catalog)
    landed = landings.landed(catalog)
    assert landed is not None, "it has a library"
    seal = seals.latest(catalog)
    if seal is not None and seal.state != "sealed":
        raise NotVerified(
            _("The sealing of {area} has not come to its end.").format(area=work.area),
            next=f"filrydd seal {work.area} --execute",
        )
    department = department_of(work)
    labels = department.wishes(work.area).labels if department is not None else {}
    own = known(work, catalog, department)
    with Neighbours(work) as neighbours:
        resolver = Resolver(catalog, own, neighbours, landed.address)
        yield _Ready(seal.id if seal else None, frozenset(labels), landed.address, neighbours, resolver)


def _documents(catalog: Catalog, seal: int | None) -> Iterator[Document]:
    mendable.line_up(catalog)
    for batch in mendable.documents(catalog, seal):
        yield from batch


def _barred(document: Document, ready: _Ready) -> str:
    """Why a document must not be mended, as far as the catalog knows; empty for nothing."""
    checks = (
        (document.extension not in RELINKED_EXTENSIONS, reasons.KIND),
        (document.receipt is None, reasons.NOT_SENT),
        (document.bevares, reasons.BEVARES),
        (bool(document.label) or document.noark in ready.labels, reasons.LABEL),
        (document.gone, reasons.GONE),
        (document.fate != "move", reasons.NOT_MOVING),
        (document.open, reasons.OPEN_FINDING),
        (document.unsettled, reasons.UNSETTLED),
        (not document.etag, reasons.NOT_VERIFIED),
    )
    return next((why for is_so, why in checks if is_so), "")


async def _deposit(work: Work, catalog: Catalog, tenant: Tenant) -> None:
    """Put the ledger's head into the tenant. What prevents it is told: `seal` and `retire` do not go on without it."""
    try:
        await deposits.deposit(work, catalog, tenant)
    except ItemTrouble as trouble:
        work.progress.say(
            _("The copy of the ledger's head could not be put into the library: {why}").format(why=trouble)
        )
