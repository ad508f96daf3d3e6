"""Whether the libraries that files were sent to are still there: a new one of the same name would be empty."""

from filrydd.catalog import landings
from filrydd.catalog.connection import Catalog
from filrydd.errors import TenantLacks
from filrydd.lang import _
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble


async def check_still_there(work: Work, catalog: Catalog, tenant: Tenant, *, mend: bool) -> None:
    """Raises TenantLacks for a library that is gone with what was sent to it; with `mend` only while verification has not
    found all of that missing, since it is then sent anew."""
    for landed in landings.with_receipts(catalog):
        try:
            await tenant.item(landed.drive, landed.root)
        except ItemTrouble as trouble:
            if trouble.status != 404:
                raise
            if mend and not landed.unmissed:
                continue
            step = f"filrydd verify {work.area}" if landed.unmissed else f"filrydd upload {work.area} --mend --execute"
            raise TenantLacks(
                _("The library {library}, to which {count} files of {area} were sent, is not there any more.").format(
                    library=landed.name, count=landed.files, area=work.area
                ),
                next=_(
                    "Put it back from the site's recycle bin, or send all of it anew, beginning with: {step}"
                ).format(step=step),
            ) from trouble
