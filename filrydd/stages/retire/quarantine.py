"""The quarantine: a folder of ours at the area's top, made so that only the operator can open it; emptied when what lies in
it has lain there its time; and what an interrupted run left.
"""

from collections.abc import Iterable, Sequence

from filrydd.catalog import freezes, quarantine, retirements, runs
from filrydd.catalog.connection import Catalog
from filrydd.catalog.quarantine import FOLDER, Aside
from filrydd.errors import Guard
from filrydd.lang import _
from filrydd.model import names
from filrydd.model.entry import Kind, Reason, Seen
from filrydd.sources import Source
from filrydd.sources.source import ChangedSince, EntryTrouble
from filrydd.stages.retire.lanes import Lanes, pieces
from filrydd.stages.retire.proving import may_be_purged
from filrydd.stages.work import Work
from filrydd.targets import Tenant

_BATCH = 500


def make(work: Work, catalog: Catalog, source: Source) -> None:
    """Have the folder, made by us and open to nobody else. Raises Guard when something else lies there, EntryTrouble."""
    is_ours, file_id = quarantine.ours(catalog)
    there = _look(source, FOLDER)
    if there is not None and is_ours and file_id is None and _is_empty_folder(source, there):
        # A crash came between the folder and its permissions, or before it was stored.
        source.retire_folder(FOLDER)
        there = None
    if there is None:
        quarantine.remember_folder(catalog, None)
        made = source.make_private(FOLDER)
        quarantine.remember_folder(catalog, made.file_id)
    elif not (is_ours and there.file_id == file_id and there.kind is Kind.FOLDER and source.is_private(FOLDER)):
        raise Guard(
            _("Something named {name} lies in {area} that filrydd did not make, or that others can open.").format(
                name=FOLDER, area=work.area
            ),
            next=_("Give it another name, or delete without a quarantine."),
        )


def make_folders(source: Source, places: Iterable[str], made: set[str]) -> None:
    """Have the folders in it that these places need; `made` are those that are known to be there. Raises EntryTrouble,
    ChangedSince."""
    for folder in sorted({names.split(place)[0] for place in places} - made):
        try:
            source.make_private(folder)
        except ChangedSince:
            if not source.is_private(folder):
                raise
        made.add(folder)


def settle(work: Work, catalog: Catalog, source: Source) -> int:
    """Bring what an interrupted run left to its end, by looking where each file is; how many it had brought back from the
    quarantine."""
    back = 0
    while intents := retirements.pending(catalog, _BATCH):
        gone, there = [], []
        for intent in intents:
            if source.still_there(intent.path, intent.file_id):
                there.append(intent.file)
            elif not intent.place or source.still_there(intent.place, intent.file_id):
                gone.append(intent.file)
            else:
                # Neither here nor there: not by us. The next scan tells that it vanished.
                there.append(intent.file)
        retirements.give_up(catalog, there)
        retirements.done(catalog, gone, work.now())
    while unfinished := quarantine.unfinished(catalog, _BATCH):
        purged: tuple[list[int], list[int]] = [], []
        restored: tuple[list[int], list[int]] = [], []
        for aside, comes_back in unfinished:
            if comes_back:
                restored[not source.still_there(aside.path, aside.file_id)].append(aside.id)
            else:
                purged[source.still_there(aside.place, aside.file_id)].append(aside.id)
        quarantine.purged(catalog, *purged, work.now())
        quarantine.restored(catalog, *restored, work.now())
        back += len(restored[0])
    return back


async def purge(work: Work, catalog: Catalog, lanes: Lanes, tenant: Tenant) -> tuple[int, list[tuple[int, str, str]]]:
    """Delete what has lain there its time, each proved once more on the handle that deletes it; how many went, and those
    that did not: file, old path, why. A case that holds the old path holds the file, as do a signature that was withdrawn
    and a new file that is not there any more."""
    files, _bytes = quarantine.due_totals(catalog, work.now())
    if not files:
        return 0, []
    run = runs.begin(catalog, "purge", work.actor, work.now())
    deleted, last = 0, 0
    refused: list[tuple[int, str, str]] = []
    with work.telling(_("Emptying the quarantine of {area}").format(area=work.area), files, _("files")) as progress:
        while batch := quarantine.due(catalog, work.now(), last, _BATCH):
            last = batch[-1].id
            gone, there = [], []
            free: list[Aside] = []
            for one, why in zip(batch, await may_be_purged(tenant, batch), strict=True):
                if why:
                    refused.append((one.file, one.path, why))
                else:
                    free.append(one)
            quarantine.intend_purge(catalog, run, [one.id for one in free])
            for some in pieces(free, lanes.most):
                for one, why in zip(some, _purge_some(catalog, lanes, some), strict=True):
                    if why:
                        there.append(one.id)
                        refused.append((one.file, one.path, why))
                    else:
                        gone.append(one.id)
            quarantine.purged(catalog, gone, there, work.now())
            deleted += len(gone)
            progress.advance(len(batch))
    runs.end(catalog, run, "purge", work.actor, {"deleted": deleted, "refused": len(refused)}, work.now())
    return deleted, refused


def sweep(catalog: Catalog, source: Source) -> None:
    """Delete the folders of the quarantine in which nothing lies any more, and the quarantine itself when it is empty."""
    for folder in quarantine.emptied(catalog):
        _delete_empty(source, folder)
    is_ours, file_id = quarantine.ours(catalog)
    if is_ours and not quarantine.held(catalog).files:
        there = _look(source, FOLDER)
        if there is None or (there.file_id == file_id and _delete_empty(source, FOLDER)):
            quarantine.forget_folder(catalog)


def _purge_some(catalog: Catalog, lanes: Lanes, some: Sequence[Aside]) -> list[str]:
    with retirements.deleting(catalog):
        held = [freezes.FROZEN if freezes.holding(catalog, one.path) else "" for one in some]
        free = [one for one, why in zip(some, held, strict=True) if not why]
        answers = iter(lanes.run([_Purging(one) for one in free]))
    return [why or next(answers) for why in held]


class _Purging:
    def __init__(self, aside: Aside) -> None:
        self._aside = aside

    def __call__(self, source: Source) -> str:
        one = self._aside
        try:
            source.retire(one.place, size=one.size, hash=one.hash, file_id=one.file_id)
        except ChangedSince as changed:
            return changed.what
        except EntryTrouble as trouble:
            # Its time there was over: somebody who is gone with it has done what was to be done.
            return "" if trouble.reason is Reason.VANISHED else str(trouble.reason)
        return ""


def _look(source: Source, path: str) -> Seen | None:
    try:
        return source.look(path)
    except EntryTrouble as trouble:
        if trouble.reason is not Reason.VANISHED:
            raise
        return None


def _is_empty_folder(source: Source, seen: Seen) -> bool:
    if seen.kind is not Kind.FOLDER:
        return False
    listing = source.list(FOLDER)
    return not listing.entries and not listing.troubles


def _delete_empty(source: Source, folder: str) -> bool:
    try:
        return source.retire_folder(folder)
    except EntryTrouble as trouble:
        return trouble.reason is Reason.VANISHED
