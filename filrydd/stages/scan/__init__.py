"""scan: walk a source into the catalog. Again is incremental, interrupted goes on.

walking    the walk itself, in the hours that it may run
owners     asking who owns each file
contents   reading files that may be copies of each other (rate, digests, closed: what it may read, and how fast)
examining  reading the text of documents (copying, private_folder: their way there, and where they lie meanwhile)
twins      areas that are the same folder under another name
people     who owns and reaches what (people_lists: as an administrator exports it)
"""

import asyncio
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from filrydd.catalog import descriptors, figures, former_access, publishing, scanning
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import known as known_contents
from filrydd.catalog.insight import stored
from filrydd.catalog.insight import totals as insight
from filrydd.errors import BadUsage, SourceLooksEmpty, TooManyAffected
from filrydd.lang import _
from filrydd.sources import Source, open_source
from filrydd.stages.scan import contents, examining, owners, people, twins
from filrydd.stages.scan.contents import ContentRead
from filrydd.stages.scan.examining import Examined
from filrydd.stages.scan.owners import Asked
from filrydd.stages.scan.people import Resolved
from filrydd.stages.scan.walking import Load, record, wait_for_the_hours
from filrydd.stages.work import Work
from filrydd.targets.directory import open_directory

__all__ = ["Load", "Scanned", "Wishes", "add_up", "run", "walk"]

# A share that lost more than half its files since last time is more often a wrong mount than a tidy department.
_VANISHED_SHARE = 0.5
_SMALL_AREA = 20


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a scan shall do beside walking, and how gently.

    `owners`: ask who owns each file. `copies`: read what may be copies, `examine`: read the text of documents, both at most
    so many `bytes_per_second`. `people` and `members`: lists of who is who. `tenant`: kind and address of the one whose
    directory tells it instead.
    """

    allow_many: bool = False
    load: Load = field(default_factory=Load)
    owners: bool = False
    copies: bool = False
    examine: bool = False
    bytes_per_second: float | None = None
    people: Path | None = None
    members: Path | None = None
    tenant: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found; `bytes` of all files, `seconds` spent walking. The last four when they were asked for."""

    area: str
    folders: int
    files: int
    bytes: int
    unreadable: int
    seconds: float
    appeared: int
    changed: int
    vanished: int
    moved: int
    owners: Asked | None = None
    copies: ContentRead | None = None
    examined: Examined | None = None
    people: Resolved | None = None


def run(work: Work, address: str = "", wishes: Wishes | None = None) -> Scanned:
    """Scan an area from an address, or from where it was scanned before.

    Raises SourceGone, SourceRefused, SourceLooksEmpty, TooManyAffected (unless `allow_many` is wished), Busy.
    """
    wishes = wishes or Wishes()
    if wishes.tenant is not None:
        # What is wrong with it is told before the walk and not after.
        asyncio.run(open_directory(*wishes.tenant).close())
    with work.holding("scan"):
        address = address or _stored_address(work)
        with closing(open_source(address)) as source:
            # The top answers before a catalog is made, so that a mistyped address leaves nothing behind.
            source.top()
            with work.catalog(create=True) as catalog:
                return _complete(work, catalog, source, wishes, walk(work, catalog, source, wishes))


def _complete(work: Work, catalog: Catalog, source: Source, wishes: Wishes, walked: Scanned) -> Scanned:
    """What follows the walk. Each step stores its own and can be run again; the totals for people come last."""
    twins.look_for(work, catalog, source.identity())
    descriptors.keep_share_descriptor(catalog, former_access.of_share(catalog, source.share_descriptor()))
    people.judge(catalog)
    asked = owners.ask(work, catalog, source, wishes.load) if wishes.owners else None
    named = _people(work, catalog, wishes)
    if not wishes.copies:
        known_contents.follow(catalog)
    read = _read(work, catalog, source, wishes) if wishes.copies else None
    examined = _examined(work, catalog, source, wishes)
    unreadable = figures.count_unreadable(catalog)
    done = replace(walked, owners=asked, people=named, copies=read, examined=examined, unreadable=unreadable)
    add_up(work, catalog, done)
    return done


def add_up(work: Work, catalog: Catalog, scanned: Scanned) -> None:
    """Work out and store the totals that `status` shows; those there are stay when nothing has changed on the same day."""
    same = not (scanned.appeared or scanned.changed or scanned.vanished or scanned.moved)
    told = scanned.owners is None and scanned.people is None and scanned.copies is None
    with catalog.writing():
        if same and told and stored.carry_over(catalog, work.day()):
            return
    # Looking takes seconds in a large area, so it holds up nobody.
    seen = insight.work_out(catalog, work.day())
    with catalog.writing():
        stored.keep(catalog, seen)


def walk(work: Work, catalog: Catalog, source: Source, wishes: Wishes | None = None) -> Scanned:
    """The walk itself, for a stage that holds the area already."""
    wishes = wishes or Wishes()
    before = figures.via_of_last_scan(catalog)
    recording = scanning.begin(catalog, source.address, source.top(), work.now())
    record(work, recording, source, wishes.load)
    _refuse_if_emptied(work, catalog, source, wishes.allow_many)
    published = publishing.publish(catalog, recording.scan, work.now(), via=source.via)
    former_access.keep(catalog, source.as_listed)
    if before and source.via != before:
        work.progress.say(
            _("{address} now leads to {place}, last time to {before}. All files may look changed.").format(
                address=source.address, place=source.via or source.address, before=before
            )
        )
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
        moved=published.moved,
    )


def _people(work: Work, catalog: Catalog, wishes: Wishes) -> Resolved | None:
    if wishes.people is not None:
        return people.from_csv(work, catalog, wishes.people, wishes.members)
    return None if wishes.tenant is None else asyncio.run(_ask(work, catalog, *wishes.tenant))


async def _ask(work: Work, catalog: Catalog, kind: str, address: str) -> Resolved:
    directory = open_directory(kind, address)
    try:
        return await people.resolve(work, catalog, directory)
    finally:
        await directory.close()


def _read(work: Work, catalog: Catalog, source: Source, wishes: Wishes) -> ContentRead:
    return contents.read(
        work,
        catalog,
        source,
        bytes_per_second=wishes.bytes_per_second,
        before_batch=lambda: wait_for_the_hours(work, source, wishes.load),
    )


def _examined(work: Work, catalog: Catalog, source: Source, wishes: Wishes) -> Examined | None:
    if not wishes.examine:
        examining.follow(work, catalog)
        return None
    return examining.examine(work, catalog, source, bytes_per_second=wishes.bytes_per_second, load=wishes.load)


def _stored_address(work: Work) -> str:
    with work.catalog() as catalog:
        address = figures.source_of(catalog)
    if not address:
        raise BadUsage(
            _("Nobody has said where the area {area} is.").format(area=work.area),
            next=f"filrydd scan {work.area} SOURCE",
        )
    return address


def _refuse_if_emptied(work: Work, catalog: Catalog, source: Source, allow_many: bool) -> None:
    seen, before = publishing.weigh(catalog)
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
