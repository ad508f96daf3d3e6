"""tenant check: a look at the tenant before an upload.

Everything is told in one go, and nothing remains in the tenant. What is proved, and what only inferred, `targets/looking.py`
says.

lines    what was found
places   where to look, and what is needed there
asking   what is asked there
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog import missing_sites
from filrydd.catalog.connection import Catalog
from filrydd.errors import ClockMoved, TenantError, TenantGone, TenantRefused
from filrydd.lang import _
from filrydd.stages import deposits
from filrydd.stages.look.asking import Asking
from filrydd.stages.look.lines import Line, Lines
from filrydd.stages.look.places import places
from filrydd.stages.work import Work
from filrydd.targets import Tenant

__all__ = ["Line", "Looked", "check", "problems"]


@dataclass(frozen=True, slots=True)
class Looked:
    """What the tenant has for an area: the site (its address in the policy where it is not there), the library, and whether that
    is there already; and a line for everything that was looked at."""

    area: str
    site: str
    library: str
    library_there: bool
    checks: tuple[Line, ...]

    @property
    def problems(self) -> tuple[Line, ...]:
        """What is not in order."""
        return tuple(line for line in self.checks if line.state == "not ok")


async def check(work: Work, tenant: Tenant) -> Looked:
    """Look at the sites, libraries and channels that the area goes to: are they there, may we write, make and restrict what is
    needed, is there room, are enough versions kept, which labels come by themselves, do the clocks agree.

    A site that is missing becomes a problem of the proposal, if the area was scanned. Raises TenantGone and TenantRefused when
    nothing can be asked at all; what goes wrong later is a line.
    """
    department = work.department()
    where, wishes = department.destination(work.area), department.wishes(work.area)
    lines = Lines()
    try:
        await deposits.check_clock(work, tenant)
    except (TenantGone, TenantRefused):
        raise
    except (ClockMoved, TenantError) as moved:
        lines.failed("clock", moved)
    else:
        lines.fine("clock", _("The clocks of this machine and of the tenant agree."))
    asking = Asking(work, tenant, wishes.columns, lines)
    site, there = where.site, False
    with _scanned(work) as catalog:
        to_ask = places(where, wishes, catalog)
        try:
            for place in to_ask:
                found = await asking.place(place)
                if place.own and found:
                    site, there = found[0].url, found[1] is not None
            await asking.rooms()
        except TenantGone as gone:
            lines.failed("answers", gone)
        else:
            if catalog is not None:
                missing_sites.keep(catalog, asking.missing)
    return Looked(work.area, site, where.library, there, tuple(lines.found))


async def problems(work: Work, tenant: Tenant) -> tuple[Line, ...]:
    """What a look finds not in order, to be told before something begins. Raises as `check` does."""
    return (await check(work, tenant)).problems


@contextlib.contextmanager
def _scanned(work: Work) -> Iterator[Catalog | None]:
    """The area's catalog; None before its first scan."""
    if not (work.scans / f"{work.area}.db").exists():
        yield None
        return
    with work.catalog() as catalog:
        yield catalog
