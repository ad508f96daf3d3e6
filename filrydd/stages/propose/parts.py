"""The area divided: parts and the folders in each, libraries, and where each part's new top lies in each library."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from filrydd.catalog import paths, proposing
from filrydd.catalog.connection import Catalog
from filrydd.catalog.proposals import Destination
from filrydd.catalog.shaping import FolderRow
from filrydd.errors import NoSuchArea
from filrydd.lang import _
from filrydd.layout.names import length, mend
from filrydd.layout.unique import Taken
from filrydd.model import names
from filrydd.model.department import Part
from filrydd.model.structure import TEAM, Library, Wishes
from filrydd.stages.work import Work

# Decoded, server-relative, the site's and the library's own names included (facts on SharePoint, path length).
LONGEST_ADDRESS = 400
_LONGEST_TOP = 60
# The library of a team's site, by the longest name that Teams gives it.
_LIBRARY_OF_A_TEAM = "Delte dokumenter"


@dataclass(slots=True)
class Shelves:
    """The libraries that an area goes to, by their place in this list; the first is the area's own. More may be put up."""

    libraries: list[Library]
    numbers: list[int] = field(default_factory=list)  # in the catalog

    def put_up(self, catalog: Catalog, library: Library) -> int:
        """The place of a library of that site and name, put up if it is not there."""
        for place, known in enumerate(self.libraries):
            if (known.site, names.fold(known.name)) == (library.site, names.fold(library.name)):
                return place
        self.libraries.append(library)
        self.numbers.append(proposing.library(catalog, library.site, library.name))
        return len(self.libraries) - 1

    def room(self, place: int, prefix: str) -> int:
        """Code units that an address has left for the path below `prefix` in that library."""
        library = self.libraries[place]
        if library.team:
            # What the channel's address is, the tenant tells when it is asked; this is the longest that it can be.
            above = f"sites/{library.team}-{library.channel}/{_LIBRARY_OF_A_TEAM}/{library.channel}"
        else:
            above = names.join(unquote(urlsplit(library.site).path).strip("/"), library.name)
        return LONGEST_ADDRESS - length("/".join(part for part in (above, prefix) if part)) - 1


def shelves(catalog: Catalog, where: Destination, wishes: Wishes) -> Shelves:
    """The area's own library and those that the policy wants."""
    found = Shelves([], [])
    for library in (Library(where.site, where.library, where.folder), *wishes.libraries):
        found.put_up(catalog, addressed(library))
    return found


def addressed(library: Library) -> Library:
    """The library with an address: a channel's files are known by team and channel until an upload asks where they lie."""
    return replace(library, site=f"{TEAM}{library.team}", name=library.channel) if library.team else library


def partition(work: Work, catalog: Catalog, parts: Sequence[Part], folders: Sequence[FolderRow]) -> proposing.Partition:
    """The parts with their tops, and the part of every folder: that of the nearest top at or above it.

    `folders` come in preorder. Raises NoSuchArea for a part whose folder the area does not have.
    """
    present = {row.id for row in folders}
    tops: dict[str, int] = {}
    for part in parts:
        folder = paths.find_folder(catalog, names.tidy_path(part.path))
        if folder is None or folder not in present:
            raise NoSuchArea(
                _("The part {part} names the folder {path}, which {area} does not have.").format(
                    part=part.name, path=part.path, area=work.area
                ),
                next=_("Mend the part's path in the policy, or scan again."),
            )
        tops[part.name] = folder
    named = {folder: name for name, folder in tops.items()}
    part_of: dict[int, str] = {}
    for row in folders:
        part_of[row.id] = named.get(row.id) or part_of[row.parent if row.parent is not None else row.id]
    return proposing.Partition([(part, tops[part.name]) for part in parts], part_of)


def new_tops(parts: Sequence[Part], mask: Callable[[str], str]) -> Mapping[str, str]:
    """The new top of each part below its library's folder: the folder itself for the part that is the whole area, else one
    that is called as the part's old folder. The parts alone decide, so what is in one moves no other."""
    taken, found = Taken(), dict[str, str]()
    for part in sorted(parts, key=lambda part: (part.path.count("/"), names.fold(part.path), part.path)):
        if not part.path:
            found[part.name] = ""
            continue
        wish = mend(names.split(part.path)[1], folder=True, top=True, mask=mask).name
        found[part.name] = taken.take(wish, _LONGEST_TOP, folder=True, top=True)
    return found
