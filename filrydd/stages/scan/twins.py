"""Areas that are the same folder under another name: what is done in one of them happens in the other too."""

from filrydd.catalog import figures
from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.stages.work import Work, areas_of


def look_for(work: Work, catalog: Catalog, identity: str) -> list[str]:
    """Store the word by which a source's top is recognised, and tell the person of other areas that have the same one;
    returns their names."""
    figures.keep_identity(catalog, identity)
    found = [area for area in areas_of(work.workspace) if identity and _identity(work, area) == identity]
    for area in found:
        work.progress.say(
            _("{area} and {other} are the same folder under two names. Work with one of them only.").format(
                area=work.area, other=area
            )
        )
    return found


def _identity(work: Work, area: str) -> str:
    if area == work.area:
        return ""
    try:
        with open_catalog(work.scans / f"{area}.db") as other:
            return figures.identity_of(other)
    except FilryddError:
        # Another area's catalog that cannot be opened is told where that area is worked on.
        return ""
