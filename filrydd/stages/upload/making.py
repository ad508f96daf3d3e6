"""What must be there before anything is sent: libraries with their columns, labels that can be used, and folders (`folders`)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from filrydd.catalog import columns as kept_columns
from filrydd.catalog import labels, landings, proposals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.shared_items import longest_history
from filrydd.errors import FilryddError, TenantLacks, TenantRefused
from filrydd.findings.numbers import masked
from filrydd.lang import _, speaking
from filrydd.layout.columns import defaults, definitions
from filrydd.model.item import Drive, Site
from filrydd.model.structure import TEAM, Column
from filrydd.stages import deposits
from filrydd.stages.upload import labelling
from filrydd.stages.upload.folders import Folders
from filrydd.stages.upload.sending import Parent
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble


async def open_libraries(
    work: Work, catalog: Catalog, tenant: Tenant, where: proposals.Destination, columns: Sequence[Column]
) -> dict[int, Drive]:
    """Each library of the proposal, made where it is not there yet, with the columns that the policy wants. The area's own
    also holds copies of the ledger.

    Raises TenantLacks for a library that does not keep as many versions as it would get, and for a retention label that is
    wished and that the tenant does not know; TenantRefused for one that the application may not set.
    """
    found = {}
    department = work.department()
    # What people read above the columns is in the customer's language, whoever uploads.
    with speaking("nb"):
        wanted = definitions(columns, defaults(columns, department.name.nb, mask=masked))
    for number, url, name in proposals.libraries(catalog):
        site, found[number] = await _open_library(tenant, url, name)
        await check_history(work, tenant, site, found[number], name, versions_needed(catalog, number, columns))
        landings.keep_landing(catalog, number, found[number])
        if columns:
            there = await tenant.make_columns(site, found[number].id, wanted, ours=deposits.FOLDER)
            said = {column.name: column.default for column in wanted if column.name in there}
            kept_columns.keep_defaults(catalog, found[number].id, said, work.now())
    own = await tenant.make_library(await tenant.site(where.site), where.library)
    landings.keep_destination(catalog, "rehearsal" if tenant.rehearsal else "graph", tenant.address, where.site, own)
    await try_labels(catalog, tenant, own, department.wishes(work.area).labels)
    return found


async def try_labels(catalog: Catalog, tenant: Tenant, drive: Drive, wished: Mapping[str, str]) -> None:
    """See that the tenant lets us use the retention labels that files of the area want: each is put once on an empty folder of
    our own, since no call that an application may make lists them (Graph: "List retentionLabels" is delegated only).

    Raises TenantLacks for a label that is not there, TenantRefused for one that makes records and takes more than we have.
    """
    labels.want(catalog, wished)
    for label in sorted({label for label, _files in labels.in_use(catalog)} - set(labels.usable(catalog, drive.id))):
        ours = await tenant.make_folder(drive.id, drive.root, deposits.FOLDER)
        trial = await tenant.make_folder(drive.id, ours.id, f"label-{hashlib.sha256(label.encode()).hexdigest()[:12]}")
        try:
            if (await tenant.labelled(drive.id, trial.id)).label != label:
                await tenant.set_label(drive.id, trial.id, label)
        except ItemTrouble as trouble:
            raise _unusable(label, trouble) from trouble
        labels.keep_usable(catalog, drive.id, label)


def _unusable(label: str, trouble: ItemTrouble) -> FilryddError:
    if trouble.status == 403:
        return TenantRefused(
            _("The application may not set the retention label {label} (403 {code}).").format(
                label=label, code=trouble.code
            ),
            next=_(
                "A label of records takes the grant Sites.FullControl.All. Ask for it, or take another label in the policy."
            ),
            details=(trouble.detail,) if trouble.detail else (),
        )
    return TenantLacks(
        _("The tenant has no retention label {label}.").format(label=label),
        next=_("Have the label made in Microsoft Purview, or write the right name under `labels` in the policy."),
        details=(str(trouble),),
    )


def versions_needed(catalog: Catalog, library: int, columns: Sequence[Column]) -> int:
    """How many versions of one file the library must keep; 0 when nothing goes there with a history."""
    earlier = longest_history(catalog, library)
    # The latest one is a version too; filling columns makes another, and putting its times back one more.
    return earlier + 1 + 2 * bool(columns) if earlier else 0


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
    """Make the folders of the proposal that are not there, with their permissions, before anything is put into them; where
    each of them is. Raises TenantRefused when none can be made."""
    folders = Folders(work, catalog, tenant, drives)
    await folders.make()
    await labelling.label(work, catalog, tenant, work.department().wishes(work.area).labels)
    return folders.made
