"""The folders of the proposal: made, restricted and labelled while they are empty, before anything is put into them.

A folder is known by its item: one that somebody has renamed or moved in the tenant is the same one, and one that somebody has
deleted is made again, with its access. What lay in that is missing now; verification says so.

A folder of that name that is there already is used as it is. Where something lies in it, it was there before us, and what
others have in it is theirs; an empty one may be what an interruption has left of our own, and counts as made by us.
"""

from filrydd.catalog import landings, scopes
from filrydd.catalog.connection import Catalog
from filrydd.catalog.landings import MadeFolder, TargetFolder
from filrydd.errors import TenantRefused
from filrydd.lang import _
from filrydd.model.item import Drive
from filrydd.stages.together import together
from filrydd.stages.upload.folder_labels import FolderLabels
from filrydd.stages.upload.sending import Parent
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import Grant, ItemTrouble, Permissions

HOLDS_OTHERS = "folderHoldsOthers"
"""The code of the trouble with a folder that is to be restricted, was not made by us, and is not empty."""


class Folders:
    """Makes the folders of an area. `made` says where each target is that was made or was there already."""

    def __init__(self, work: Work, catalog: Catalog, tenant: Tenant, drives: dict[int, Drive]) -> None:
        self.made: dict[int, Parent] = {}
        self._work, self._catalog, self._tenant, self._drives = work, catalog, tenant, drives
        self._labels = FolderLabels(work, catalog, tenant)
        self._troubles: list[tuple[str, ItemTrouble]] = []

    async def make(self) -> None:
        """Make what is not there, level by level and several at a time.

        A folder that cannot be made, or not be restricted, is left out with all below it, and is a finding: nothing is sent
        there. Raises TenantRefused when for that reason nothing at all can be sent.
        """
        total = landings.count_folders(self._catalog)
        work, meter = self._work, self._tenant.meter
        with work.telling(_("Making folders for {area}").format(area=work.area), total, _("folders")) as progress:
            await together(landings.needed_now(self._catalog), self._see_it_is_there, lambda: meter.at_once)
            for batch in landings.target_folders(self._catalog):
                await together(batch, self._settle, lambda: meter.at_once)
                progress.advance(len(batch))
        found = [f"{path}: {trouble}" for path, trouble in self._troubles]
        landings.replace_not_made(self._catalog, found, work.now())
        if found and not any(target in self.made for target in landings.have_files(self._catalog)):
            raise TenantRefused(
                _("None of the folders that files of {area} go to could be made.").format(area=work.area),
                next=_("See to what is said of each, then run the same command again."),
                details=tuple(found[:20]),
            )

    async def _see_it_is_there(self, folder: MadeFolder) -> None:
        """Forget a folder that somebody has deleted, and those above it that went with it."""
        above: MadeFolder | None = folder
        while above is not None and not await self._is_there(above):
            landings.forget_folder(self._catalog, above)
            above = landings.made_above(self._catalog, above.target)

    async def _is_there(self, folder: MadeFolder) -> bool:
        try:
            return (await self._tenant.item(folder.drive, folder.item)).folder
        except ItemTrouble as trouble:
            if trouble.status == 404:
                return False
            raise

    async def _settle(self, folder: TargetFolder) -> None:
        drive = self._drives[folder.library]
        if folder.parent is None:
            if folder.item != drive.root:
                landings.keep_folder(self._catalog, folder, drive.root, "", found=True)
            self.made[folder.id] = Parent(drive.id, drive.root)
        elif folder.parent in self.made:
            try:
                item = await self._make(self.made[folder.parent], folder)
            except ItemTrouble as trouble:
                self._troubles.append((folder.path, trouble))
                self._work.progress.say(
                    _("The folder {path} could not be made: {why}").format(path=folder.path, why=trouble)
                )
                return
            self.made[folder.id] = Parent(drive.id, item)

    async def _make(self, above: Parent, folder: TargetFolder) -> str:
        """The item of a folder that is there, with its access and its label."""
        item, found = folder.item, False
        if not item:
            there = await self._tenant.make_folder(above.drive, above.item, folder.name)
            item, found = there.id, bool(there.children)
        # What once had permissions of its own keeps having some: nothing in Graph puts inheritance back.
        wanted = folder.access if folder.scope is not None or folder.given else ""
        if wanted != folder.given:
            await self._restrict(above.drive, folder, item, wanted)
        if (item, wanted) != (folder.item, folder.given):
            landings.keep_folder(self._catalog, folder, item, wanted, found=found)
        await self._labels.settle(above.drive, folder, item)
        return item

    async def _restrict(self, drive: str, folder: TargetFolder, item: str, wanted: str) -> None:
        grants = [Grant(entra_id, role) for entra_id, role in scopes.granted(self._catalog, wanted)]
        if not folder.item and (await self._tenant.labelled(drive, item)).children:
            # It was there before us, and something lies in it: who can open that is not ours to change.
            if not _are_exactly(await self._tenant.permissions(drive, item), grants):
                raise ItemTrouble(HOLDS_OTHERS, 409, folder.name)
            return
        await self._tenant.restrict(drive, item, grants)


def _are_exactly(there: Permissions, grants: list[Grant]) -> bool:
    wanted = {(grant.entra_id.lower(), grant.role) for grant in grants}
    found = {(grant.entra_id.lower(), grant.role) for grant in there.grants}
    return found == wanted and not there.inherited and not there.others
