"""What must be there before anything is sent: libraries, and folders with the permissions that were signed."""

from collections.abc import Sequence
from dataclasses import replace

from filrydd.catalog import landings, proposals, scopes
from filrydd.catalog.connection import Catalog
from filrydd.catalog.shared_items import longest_history
from filrydd.errors import TenantLacks
from filrydd.lang import _, speaking
from filrydd.layout.columns import definitions
from filrydd.model.item import Drive, Site
from filrydd.model.structure import Column
from filrydd.stages.propose.parts import TEAM
from filrydd.stages.upload.sending import Parent
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import Grant, ItemTrouble


async def open_libraries(
    work: Work, catalog: Catalog, tenant: Tenant, where: proposals.Destination, columns: Sequence[Column]
) -> dict[int, Drive]:
    """Each library of the proposal, made where it is not there yet, with the columns that the policy wants. The area's own
    also holds copies of the ledger. Raises TenantLacks for a library that does not keep as many versions as it would get."""
    found = {}
    # What people read above the columns is in the customer's language, whoever uploads.
    with speaking("nb"):
        wanted = definitions(columns)
    for number, url, name in proposals.libraries(catalog):
        site, found[number] = await _open_library(tenant, url, name)
        await check_history(work, tenant, site, found[number], name, versions_needed(catalog, number, columns))
        landings.keep_landing(catalog, number, found[number])
        if columns:
            await tenant.make_columns(site, found[number].id, wanted)
    own = await tenant.make_library(await tenant.site(where.site), where.library)
    landings.keep_destination(catalog, "rehearsal" if tenant.rehearsal else "graph", tenant.address, where.site, own)
    return found


def versions_needed(catalog: Catalog, library: int, columns: Sequence[Column]) -> int:
    """How many versions of one file the library must keep; 0 when nothing goes there with a history."""
    earlier = longest_history(catalog, library)
    # The latest one is a version too, and filling columns makes another.
    return earlier + 1 + bool(columns) if earlier else 0


async def check_history(work: Work, tenant: Tenant, site: Site, drive: Drive, name: str, needed: int) -> None:
    """Raises TenantLacks unless the library keeps that many versions of a file: what it drops would be lost with the old
    area, and the proof of a deletion counts on it."""
    if not needed:
        return
    kept = await tenant.versions_kept(site, drive.id)
    if kept is None:
        raise TenantLacks(
            _("The tenant does not say how many versions the library {library} keeps, and {count} are needed.").format(
                library=name, count=needed
            ),
            next=_(
                "Sign in with a certificate, or set `as history: no` in the policy; then: filrydd propose {area}"
            ).format(area=work.area),
        )
    if kept < needed:
        raise TenantLacks(
            _("The library {library} surely keeps only {kept} versions of a file, and {count} are needed.").format(
                library=name, kept=kept, count=needed
            ),
            next=_(
                "Let the library keep more, by number and not by age, or set `as history: no` in the policy;"
                " then: filrydd propose {area}"
            ).format(area=work.area),
        )


async def _open_library(tenant: Tenant, url: str, name: str) -> tuple[Site, Drive]:
    """A library of a site, made where it is not there; or a channel's, whose folder then stands for its root."""
    if not url.startswith(TEAM):
        site = await tenant.site(url)
        return site, await tenant.make_library(site, name)
    channel = await tenant.channel(url.removeprefix(TEAM), name)
    return channel.site, replace(channel.drive, root=channel.folder.id)


async def make_folders(work: Work, catalog: Catalog, tenant: Tenant, drives: dict[int, Drive]) -> dict[int, Parent]:
    """Make the folders of the proposal that are not there, with their permissions, before anything is put into them.

    A folder that cannot be made, or not be restricted, is left out with all below it: nothing is sent there.
    """
    made: dict[int, Parent] = {}
    folders = list(landings.target_folders(catalog))
    with work.telling(_("Making folders for {area}").format(area=work.area), len(folders), _("folders")) as progress:
        for folder in folders:
            progress.advance(1)
            drive = drives[folder.library]
            if folder.parent is None:
                made[folder.id] = Parent(drive.id, drive.root)
                if folder.item != drive.root:
                    landings.keep_folder(catalog, folder, drive.root, "")
            elif folder.parent in made:
                try:
                    item = await _make_folder(catalog, tenant, made[folder.parent], folder)
                except ItemTrouble as trouble:
                    if "/" not in folder.path:
                        # All that goes to this library lies below it.
                        raise
                    work.progress.say(
                        _("The folder {path} could not be made: {why}").format(path=folder.path, why=trouble)
                    )
                    continue
                made[folder.id] = Parent(drive.id, item)
    return made


async def _make_folder(catalog: Catalog, tenant: Tenant, above: Parent, folder: landings.TargetFolder) -> str:
    item = folder.item or (await tenant.make_folder(above.drive, above.item, folder.name)).id
    # What once had permissions of its own keeps having some: nothing in Graph puts inheritance back.
    wanted = folder.access if folder.scope is not None or folder.given else ""
    if wanted != folder.given:
        grants = [Grant(entra_id, role) for entra_id, role in scopes.granted(catalog, wanted)]
        await tenant.restrict(above.drive, item, grants)
    if (item, wanted) != (folder.item, folder.given):
        landings.keep_folder(catalog, folder, item, wanted)
    return item
