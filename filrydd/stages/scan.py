"""scan: walk a source into the catalog. Again is incremental, interrupted goes on."""

import time
from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import figures, publishing, scanning
from filrydd.catalog.connection import Catalog
from filrydd.errors import BadUsage, SourceLooksEmpty, TooManyAffected
from filrydd.lang import _
from filrydd.model.entry import Listing
from filrydd.sources import Source, open_source
from filrydd.stages.work import Work

# A batch is stored when it holds this many entries or is this old, whichever comes first: what a crash can cost.
_BATCH_ENTRIES = 4_000
_BATCH_SECONDS = 1.0
# A share that lost more than half its files since last time is more often a wrong mount than a tidy department.
_VANISHED_SHARE = 0.5
_SMALL_AREA = 20


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found; `bytes` of all files, `seconds` spent walking."""

    area: str
    folders: int
    files: int
    bytes: int
    unreadable: int
    seconds: float
    appeared: int
    changed: int
    vanished: int


def run(work: Work, address: str = "", *, allow_many: bool = False) -> Scanned:
    """Scan an area from an address, or from where it was scanned before.

    Raises SourceGone, SourceRefused, SourceLooksEmpty, TooManyAffected (unless `allow_many`), Busy.
    """
    with work.holding("scan"):
        if not address:
            with work.catalog() as catalog:
                address = figures.source_of(catalog)
        if not address:
            raise BadUsage(
                _("Nobody has said where the area {area} is.").format(area=work.area),
                next=f"filrydd scan {work.area} SOURCE",
            )
        with closing(open_source(address)) as source:
            # The top answers before a catalog is made, so that a mistyped address leaves nothing behind.
            source.top()
            with work.catalog(create=True) as catalog:
                return walk(work, catalog, source, allow_many=allow_many)


def walk(work: Work, catalog: Catalog, source: Source, *, allow_many: bool = False) -> Scanned:
    """The scan itself, for a stage that holds the area already."""
    scan = scanning.begin(catalog, source.address, source.top(), work.now())
    to_list = scanning.still_open(catalog)
    with work.telling(_("Scanning {area}").format(area=work.area), None, _("entries")) as progress:
        while to_list:
            begun = time.monotonic()
            batch: list[tuple[scanning.OpenFolder, Listing]] = []
            entries = 0
            while to_list and entries < _BATCH_ENTRIES and time.monotonic() - begun < _BATCH_SECONDS:
                folder = to_list.pop()
                listing = source.list(folder.path)
                batch.append((folder, listing))
                entries += len(listing.entries)
            to_list += scanning.record(catalog, batch, time.monotonic() - begun)
            progress.advance(entries)
    _refuse_if_emptied(work, catalog, source, allow_many)
    published = publishing.publish(catalog, scan, work.now())
    return Scanned(
        area=work.area,
        folders=published.folders,
        files=published.files,
        bytes=published.bytes,
        unreadable=published.unreadable,
        seconds=round(published.seconds, 3),
        appeared=published.appeared,
        changed=published.changed,
        vanished=published.vanished,
    )


def _refuse_if_emptied(work: Work, catalog: Catalog, source: Source, allow_many: bool) -> None:
    seen, before = scanning.seen_so_far(catalog)
    if seen == 0 and not scanning.was_retired(catalog):
        scanning.forget(catalog)
        raise SourceLooksEmpty(
            _("{address} holds no files.").format(address=source.address),
            next=_("Check that this is the right folder and that it is connected; the catalog is unchanged."),
        )
    if before >= _SMALL_AREA and seen < before * _VANISHED_SHARE and not allow_many:
        scanning.forget(catalog)
        raise TooManyAffected(
            _("{address} holds {seen} files; last time it held {before}.").format(
                address=source.address, seen=seen, before=before
            ),
            next=_("If that is right: filrydd scan {area} --allow-many").format(area=work.area),
        )
