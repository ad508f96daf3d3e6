"""tenant check: a look at the tenant before an upload."""

from dataclasses import dataclass

from filrydd.catalog import missing_sites, proposals
from filrydd.errors import TenantLacks
from filrydd.lang import _
from filrydd.stages import deposits
from filrydd.stages.upload import making
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
    """Look for the sites and the area's own library and compare the clocks.

    A site that is missing becomes a problem of the proposal, if the area was scanned. Raises TenantGone, TenantRefused (with
    the grant to ask for), TenantLacks for a missing site or too few versions kept, ClockMoved.
    """
    department = work.department()
    where = department.destination(work.area)
    await deposits.check_clock(work, tenant)
    lacking: list[TenantLacks] = []
    libraries = department.wishes(work.area).libraries
    places = dict.fromkeys([(where.site, "", ""), *((one.site, one.team, one.channel) for one in libraries)])
    for address, team, channel in places:
        try:
            await (tenant.channel(team, channel) if team else tenant.site(address))
        except TenantLacks as lacks:
            lacking.append(lacks)
    _remember(work, lacking)
    if lacking:
        raise lacking[0]
    site = await tenant.site(where.site)
    try:
        drive = await tenant.drive(site, where.library)
    except TenantLacks:
        # The upload makes the library; a missing site is the admin's to make.
        work.progress.say(
            _("The library {library} is not there yet; the upload makes it.").format(library=where.library)
        )
        return Looked(work.area, site.url, where.library, library_there=False)
    if (work.scans / f"{work.area}.db").exists():
        with work.catalog() as catalog:
            for number, url, name in proposals.libraries(catalog):
                if (url, name) == (where.site, where.library):
                    needed = making.versions_needed(catalog, number, department.wishes(work.area).columns)
                    await making.check_history(work, tenant, site, drive, name, needed)
    return Looked(work.area, site.url, where.library, library_there=True)


def _remember(work: Work, lacking: list[TenantLacks]) -> None:
    if (work.scans / f"{work.area}.db").exists():
        with work.catalog() as catalog:
            missing_sites.keep(catalog, [lacks.message for lacks in lacking])
