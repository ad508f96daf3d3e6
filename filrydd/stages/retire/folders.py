"""Folders of the area that are empty now. A signpost of ours that is alone in one goes with it."""

from filrydd.catalog import freezes, retirements, signposts
from filrydd.catalog.connection import Catalog
from filrydd.catalog.signposts import Signpost
from filrydd.model import names
from filrydd.model.entry import Reason
from filrydd.sources import Source
from filrydd.sources.source import ChangedSince, EntryTrouble
from filrydd.stages.work import Work


def delete_empty(work: Work, catalog: Catalog, source: Source) -> int:
    """Delete the area's empty folders, the deepest first and never its top; how many went."""
    standing: dict[str, list[Signpost]] = {}
    for signpost in signposts.in_force(catalog):
        standing.setdefault(names.split(signpost.path)[0], []).append(signpost)
    deleted = 0
    for folder, path in list(retirements.folders_without_files(catalog)):
        try:
            with retirements.deleting(catalog):
                # Also an empty folder tells something: nothing at or under a frozen path goes.
                if freezes.holding(catalog, path):
                    continue
                gone = source.retire_folder(path)
                if gone:
                    for signpost in standing.get(path, ()):
                        # A run that was interrupted had taken it away, and only not told.
                        signposts.taken(catalog, signpost.id, work.now())
                elif path in standing and _take_signposts(work, catalog, source, path, standing[path]):
                    gone = source.retire_folder(path)
        except EntryTrouble as trouble:
            if trouble.reason is Reason.VANISHED:
                retirements.folder_gone(catalog, folder)
            continue
        if gone:
            retirements.folder_gone(catalog, folder)
            deleted += 1
    return deleted


def _take_signposts(work: Work, catalog: Catalog, source: Source, path: str, ours: list[Signpost]) -> bool:
    """Take ours away when nothing else lies in the folder."""
    listing = source.list(path)
    known = {names.split(signpost.path)[1] for signpost in ours}
    if listing.troubles or {entry.name for entry in listing.entries} - known:
        return False
    for signpost in ours:
        try:
            source.retire(signpost.path, size=signpost.size, hash=signpost.hash, file_id=signpost.file_id or 0)
        except ChangedSince:
            # Somebody has written into it: it is theirs now.
            return False
        except EntryTrouble as trouble:
            if trouble.reason is not Reason.VANISHED:
                raise
        signposts.taken(catalog, signpost.id, work.now())
    return True
