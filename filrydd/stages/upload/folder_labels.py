"""Retention labels of folders, for all that lies in them: put there while the folder is empty.

A folder gets a label when all that this area sends below it wants the same one; of such folders the uppermost. One that held
something before it was ours to label is never labelled, since the label would come to what others have put there: its files
get theirs one by one (`labelling`). A label that somebody else has put there is never replaced: that is a finding.

Labels are no part of what is signed: they change neither place nor fate nor access, and follow from the codes of decision of
rules that the archivist confirms.
"""

from filrydd.catalog import labels
from filrydd.catalog.connection import Catalog
from filrydd.catalog.landings import TargetFolder
from filrydd.lang import _
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble


class FolderLabels:
    """What each folder of a proposal is to be labelled with, and was. Folders come parents first."""

    def __init__(self, work: Work, catalog: Catalog, tenant: Tenant) -> None:
        self._work, self._catalog, self._tenant = work, catalog, tenant
        wished = work.department().wishes(work.area).labels
        labels.want(catalog, wished)
        # A policy that wishes no label at all leaves those that are there.
        self._wanted = labels.of_folders(catalog) if wished else {}
        self._given = labels.folder_labels(catalog) if wished else {}
        self._covered: dict[int, str] = {}

    async def settle(self, drive: str, folder: TargetFolder, item: str) -> None:
        """Let a folder have its label. What the tenant refuses is said and asked again by the next upload: its files get
        theirs all the same."""
        wanted, above = self._wanted.get(folder.id, ""), self._covered.get(folder.parent or 0, "")
        given = self._given.get(folder.id)
        if given is not None and given.item != item:
            given = None
        carries = False
        if given is not None and given.sure and given.label in ("", wanted):
            carries = bool(given.label)
        elif given is not None or wanted not in ("", above):
            try:
                carries = await self._put(drive, folder, item, wanted, given)
            except ItemTrouble as trouble:
                self._work.progress.say(
                    _("The folder {path} did not get its retention label: {why}").format(path=folder.path, why=trouble)
                )
        if now := wanted if carries else above:
            self._covered[folder.id] = now

    async def _put(
        self, drive: str, folder: TargetFolder, item: str, wanted: str, given: labels.FolderLabel | None
    ) -> bool:
        """Put the label on the folder, as far as it is ours to label; whether it carries a label from us then."""
        there = await self._tenant.labelled(drive, item)
        now = there.label if there.explicit else ""
        ours = tuple(dict.fromkeys((given.label, *given.before))) if given else ()
        if now and now != wanted and now not in ours:
            labels.keep_conflict(self._catalog, None, item, f"{folder.path}: {now}", self._work.now())
            return False
        if given is None and there.children and now != wanted:
            wanted = ""
        before = tuple(label for label in ours if label not in ("", wanted))
        if now != wanted:
            self._keep(folder, labels.FolderLabel(item, wanted, before, sure=False))
            await self._tenant.set_label(drive, item, wanted)
        self._keep(folder, labels.FolderLabel(item, wanted, before, sure=True))
        return bool(wanted)

    def _keep(self, folder: TargetFolder, given: labels.FolderLabel) -> None:
        labels.keep_folder_label(self._catalog, folder.id, given, self._work.now())
