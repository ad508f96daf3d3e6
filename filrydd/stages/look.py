"""tenant check: a look at the tenant before an upload."""

from dataclasses import dataclass

from filrydd.errors import TenantLacks
from filrydd.lang import _
from filrydd.stages import deposits
from filrydd.stages.work import Work
from filrydd.targets import Tenant


@dataclass(frozen=True, slots=True)
class Looked:
    """What the tenant has for an area: the site, and the library if it is there already."""

    area: str
    site: str
    library: str
    library_there: bool


async def check(work: Work, tenant: Tenant) -> Looked:
    """Look for the site and the library and compare the clocks.

    Raises TenantGone, TenantRefused (with the grant to ask for), TenantLacks for a missing site, ClockMoved.
    """
    where = work.department().destination(work.area)
    await deposits.check_clock(work, tenant)
    site = await tenant.site(where.site)
    try:
        await tenant.drive(site, where.library)
    except TenantLacks:
        # The upload makes the library; a missing site is the admin's to make.
        work.progress.say(
            _("The library {library} is not there yet; the upload makes it.").format(library=where.library)
        )
        return Looked(work.area, site.url, where.library, library_there=False)
    return Looked(work.area, site.url, where.library, library_there=True)
