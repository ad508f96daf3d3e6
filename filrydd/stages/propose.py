"""propose: compute where everything that moves is to lie, and the digest that a sign-off names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from filrydd.catalog import paths, proposals, rulings
from filrydd.catalog.connection import Catalog
from filrydd.errors import BadUsage, NoSuchArea, ProposalChanged
from filrydd.lang import _
from filrydd.layout.arrange import LEAST_PATH, Arrangement, arrange
from filrydd.layout.files import name_files
from filrydd.layout.names import length
from filrydd.layout.tree import OldFolder
from filrydd.model import names
from filrydd.model.department import Part
from filrydd.stages.work import Work

# Decoded, server-relative, the site's and the library's own names included (facts on SharePoint, path length).
_LONGEST_ADDRESS = 400


@dataclass(frozen=True, slots=True)
class Proposed:
    """The outcome: `problems` hold up the sign-off of their part; `mended` names were changed to be legal."""

    area: str
    digest: str
    libraries: int
    folders: int
    placements: int
    problems: tuple[str, ...]
    mended: int
    parts: tuple[tuple[str, str], ...]


def run(work: Work) -> Proposed:
    """Compute the proposal. Raises ProposalChanged when files have no ruling yet, PolicyInvalid, NoSuchArea, Busy."""
    doing = _("Proposing for {area}").format(area=work.area)
    with work.holding("propose"), work.catalog() as catalog, work.telling(doing, None, _("files")):
        return compute(work, catalog)


def compute(work: Work, catalog: Catalog) -> Proposed:
    """The proposal itself, for a stage that holds the area already."""
    unjudged = rulings.unjudged(catalog)
    if unjudged:
        raise ProposalChanged(
            _("Nothing is decided for {count} files of {area} yet.").format(count=unjudged, area=work.area),
            next=f"filrydd classify {work.area}",
        )
    department = work.department()
    goes_to = department.destination(work.area)
    where = proposals.Destination(department.id, goes_to.site, goes_to.library, names.tidy_path(goes_to.folder))
    room = _LONGEST_ADDRESS - _length_before(where)
    if room < LEAST_PATH:
        raise BadUsage(
            _("The address of the library is so long that no path fits under it: {address}").format(
                address=f"{where.site}/{where.library}/{where.folder}"
            ),
            next=_("Choose a shorter folder or library in the policy."),
        )
    folders = list(proposals.folders_with_moves(catalog))
    arrangement = arrange(
        (OldFolder(row.id, row.parent, row.name, row.moves, row.longest) for row in folders), room=room
    )
    target_paths = _target_paths(arrangement, where.folder)
    proposals.stage(
        catalog,
        (
            (target.folder, target.parent, target.name, target_paths[target.folder], target.rules)
            for target in arrangement.targets
        ),
        _place_files(catalog, arrangement, target_paths, room, where.folder),
    )
    parts = department.parts(work.area)
    tops = _tops(work, catalog, parts)
    digest = proposals.publish(
        catalog,
        where,
        [(part, tops[part.name]) for part in parts],
        _folder_parts(folders, tops),
        [],
        work.now(),
    )
    return Proposed(
        area=work.area,
        digest=digest,
        libraries=1 if arrangement.targets else 0,
        folders=len(arrangement.targets),
        placements=proposals.count_placements(catalog),
        problems=tuple(f"{kind}: {detail}" for _folder, kind, detail in proposals.problems(catalog)),
        mended=sum(1 for _row in proposals.mended(catalog)),
        parts=tuple((part.name, part.digest) for part in proposals.parts(catalog)),
    )


def _length_before(where: proposals.Destination) -> int:
    """Code units of an address before the path below the proposal's folder, with the slashes."""
    site = unquote(urlsplit(where.site).path).strip("/")
    return length("/".join(part for part in (site, where.library, where.folder) if part)) + 1


def _target_paths(arrangement: Arrangement, top: str) -> dict[int, str]:
    # Parents come before their children.
    found: dict[int, str] = {}
    for target in arrangement.targets:
        found[target.folder] = names.join(top if target.parent is None else found[target.parent], target.name)
        if target.parent is None and not target.name:
            found[target.folder] = top
    return found


def _place_files(
    catalog: Catalog,
    arrangement: Arrangement,
    target_paths: dict[int, str],
    room: int,
    top: str,
) -> Iterator[tuple[int, int, str | None, Sequence[str]]]:
    taken: dict[int | None, list[str]] = {}
    for target in arrangement.targets:
        taken.setdefault(target.parent, []).append(target.name)
    for folder, files in proposals.moving_files(catalog):
        below = target_paths[folder][len(top) :].strip("/")
        left = room - (length(below) + 1 if below else 0)
        old_names = dict(files)
        at_root = not target_paths[folder]
        for named in name_files(files, taken=taken.get(folder, ()), room=left, top=at_root):
            changed = named.name != old_names[named.id]
            yield named.id, folder, named.name if changed else None, named.rules


def _tops(work: Work, catalog: Catalog, parts: Sequence[Part]) -> dict[str, int]:
    found = {}
    for part in parts:
        folder = paths.find_folder(catalog, names.tidy_path(part.path))
        if folder is None:
            raise NoSuchArea(
                _("The part {part} names the folder {path}, which {area} does not have.").format(
                    part=part.name, path=part.path, area=work.area
                ),
                next=_("Mend the part's path in the policy, or scan again."),
            )
        found[part.name] = folder
    return found


def _folder_parts(folders: Sequence[proposals.FolderRow], tops: dict[str, int]) -> list[tuple[int, str]]:
    """The part of every folder: that of the nearest top at or above it. Folders come in preorder."""
    named = {folder: name for name, folder in tops.items()}
    part_of: dict[int, str] = {}
    for row in folders:
        part_of[row.id] = named.get(row.id) or part_of[row.parent if row.parent is not None else row.id]
    return list(part_of.items())
