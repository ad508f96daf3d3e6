"""Looking at every folder of a scan for what rules can ask about: versions, copies, what SharePoint has no place for."""

from collections import Counter
from collections.abc import Iterator

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import duplicates, noticing
from filrydd.catalog.contents.noticing import FolderFacts, Noticed
from filrydd.findings import numbers, unsuitable, versions
from filrydd.lang import _
from filrydd.model import times
from filrydd.model.finding import Found
from filrydd.policy import Department
from filrydd.stages.scan.closed import closed_by
from filrydd.stages.work import Work

_BATCH = 20_000


def look(work: Work, catalog: Catalog, department: Department) -> None:
    """Find what the last scan shows, for a stage that holds the area: what names tell once for each scan, and which copies
    need not be kept each time, since owners, private places and blocks are the policy's."""
    if not noticing.is_noticed(catalog):
        _look_at_names(work, catalog)
    closed = closed_by(department, work.day())
    owners = [(part.path, part.owner.email or part.owner.name) for part in department.parts(work.area)]
    noticing.begin(catalog)
    duplicates.note(catalog, owners, (*closed.private, *closed.blocked))
    noticing.publish(catalog, {Found.DUPLICATE}, work.now())


def _look_at_names(work: Work, catalog: Catalog) -> None:
    noticing.begin(catalog)
    total = catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL")
    with work.telling(_("Looking at names in {area}").format(area=work.area), total, _("files")) as told:
        found: list[Noticed] = []
        for folder in noticing.folders(catalog):
            found += of_folder(folder, times.from_day(work.day()))
            told.advance(len(folder.files))
            if len(found) >= _BATCH:
                noticing.note(catalog, found)
                found = []
        noticing.note(catalog, found)
    noticing.publish(catalog, set(Found) - {Found.DUPLICATE}, work.now())
    noticing.done(catalog, work.now())


def of_folder(folder: FolderFacts, day: int) -> Iterator[Noticed]:
    """What the names and facts of one folder's files tell; `day` in ticks."""
    yield from _versions(folder)
    facts = [
        unsuitable.Candidate(one.id, one.name, one.size, one.attributes, one.modified, one.created)
        for one in folder.files
    ]
    for file, kind, detail in unsuitable.unsuitable(folder.path, facts, folder.folders):
        yield Noticed(file, kind, detail)
    owners = Counter(one.owner for one in folder.files if one.owner is not None)
    dropped = unsuitable.drop_folder(
        [one.created for one in folder.files], owners or None, day, [one.name for one in folder.files]
    )
    if dropped is not None:
        yield from (Noticed(one.id, Found.DROP, dropped) for one in folder.files)
    above = numbers.in_name(folder.path)
    yield from (Noticed(one.id, Found.NUMBER_IN_NAME) for one in folder.files if above or numbers.in_name(one.name))


def _versions(folder: FolderFacts) -> Iterator[Noticed]:
    candidates = [versions.Candidate(one.id, one.name, one.size, one.modified, one.likeness) for one in folder.files]
    for chain in versions.chains(candidates):
        *earlier, latest = chain.members
        yield from (Noticed(one, Found.OLDER_VERSION, chain.why, latest) for one in earlier)
        yield Noticed(latest, Found.LATEST_VERSION, chain.why)
