"""Where an area goes: the libraries and channels to look at, and what an upload needs of each."""

from dataclasses import dataclass

from filrydd.catalog import outstanding
from filrydd.catalog.connection import Catalog
from filrydd.model.structure import TEAM, Library, Wishes
from filrydd.policy import Destination
from filrydd.stages.propose.parts import addressed
from filrydd.stages.upload import making


@dataclass(frozen=True, slots=True)
class Place:
    """A library of a site, or a team's channel (`team`, then `library` is the channel's name).

    `bytes` that are still to be sent there, `versions` of one file that it must keep (0: no matter), `restricted`: folders in
    it get permissions of their own. `own`: it is the area's own library, which also holds copies of the ledger.
    """

    site: str
    library: str
    team: str
    own: bool
    bytes: int = 0
    versions: int = 0
    restricted: bool = False


def places(where: Destination, wishes: Wishes, catalog: Catalog | None) -> list[Place]:
    """The area's own library first, then those of the policy and of the proposal; without a catalog nobody knows the needs."""
    own = (where.site, where.library)
    policy = [addressed(one) for one in (Library(where.site, where.library), *wishes.libraries)]
    needs = {(one.site, one.name): one for one in outstanding.outstanding(catalog)} if catalog else {}
    found = []
    for site, name in dict.fromkeys([own, *((one.site, one.name) for one in policy), *needs]):
        need = needs.get((site, name))
        found.append(
            Place(
                site="" if site.startswith(TEAM) else site,
                library=name,
                team=site.removeprefix(TEAM) if site.startswith(TEAM) else "",
                own=(site, name) == own,
                bytes=need.bytes if need else 0,
                versions=making.versions_needed(catalog, need.library, wishes.columns) if catalog and need else 0,
                restricted=need.restricted if need else False,
            )
        )
    return found
