"""The order of the work: read what is there and what is wanted, compute each part, place folders and files, publish.

Everything that is per file happens in the catalog; what is per folder is held here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial

from filrydd.catalog import missing_sites, proposals, proposing, rulings, shaping, staging, structure_changes
from filrydd.catalog.connection import Catalog
from filrydd.catalog.people import audiences
from filrydd.catalog.remarks import Remarks
from filrydd.catalog.shaping import FolderRow
from filrydd.errors import BadUsage, ProposalChanged
from filrydd.findings.numbers import masked
from filrydd.lang import _
from filrydd.layout import problems as words
from filrydd.layout.arrange import LEAST_PATH
from filrydd.layout.files import place
from filrydd.layout.programme import structure
from filrydd.layout.programme.shape import Objective, Old, Problem
from filrydd.layout.synced import room_for_names
from filrydd.model import names
from filrydd.model.structure import Wishes
from filrydd.stages.propose import parts as dividing
from filrydd.stages.propose import reading, wanted
from filrydd.stages.propose.targets import Placing
from filrydd.stages.work import Work

# Beyond this SharePoint gives a folder no permissions of its own (facts on libraries).
_FULLEST = 100_000
# Targets with paths that are long on a PC that are kept for pages.
_MOST_LONG = 2_000


@dataclass(slots=True)
class Made:
    """What was computed and published; see `Proposed` for the meanings."""

    digest: str = ""
    libraries: int = 0
    folders: int = 0
    before: Objective = field(default_factory=Objective)
    after: Objective = field(default_factory=Objective)
    points: tuple[float, float] = (0, 0)
    repaired: dict[str, int] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    copies: int = 0
    versions: int = 0
    long_when_synced: int = 0
    access_told: bool = False
    shifted: int = 0
    asked: int = 0
    people_lacking: bool = False


def compute(work: Work, catalog: Catalog) -> Made:
    """Compute and publish. Raises ProposalChanged, BadUsage, NoSuchArea, PolicyInvalid."""
    unjudged = rulings.unjudged(catalog)
    if unjudged:
        raise ProposalChanged(
            _("Nothing is decided for {count} files of {area} yet.").format(count=unjudged, area=work.area),
            next=f"filrydd classify {work.area}",
        )
    department = work.department()
    wishes, goes_to = department.wishes(work.area), department.destination(work.area)
    where = proposals.Destination(department.id, goes_to.site, goes_to.library, names.tidy_path(goes_to.folder))
    shelves = _shelves(catalog, where, wishes)
    folders = list(shaping.folders(catalog))
    parts = department.parts(work.area)
    partition = dividing.partition(work, catalog, parts, folders)
    asked = wanted.resolve(catalog, partition, folders, wishes, shelves)
    readers = reading.readers(catalog, folders, wishes, asked)
    access = readers.access
    placing = Placing(
        shelves, staging.Addresses(catalog), dividing.new_tops(parts, masked), readers.scopes.__getitem__, masked
    )
    made = Made(access_told=readers.classes.told)
    made.people_lacking = readers.classes.told and not any(entra_id for _sid, entra_id in readers.objects.values())
    for part, olds in _olds(catalog, folders, partition, access, asked):
        computed = structure(
            olds,
            weights=wishes.weights,
            forced={old.id: asked.forced[old.id] for old in olds if old.id in asked.forced},
            home_name=lambda number: masked(audiences.home_name(readers.classes, number)),
            words=wishes.words,
            advised=wishes.advised,
            libraries=[library.name for library in shelves.libraries],
        )
        placing.place(part, computed)
        made.before, made.after = made.before + computed.before, made.after + computed.after
        for word, count in computed.repaired.items():
            made.repaired[word] = made.repaired.get(word, 0) + count
    made.points = made.before.points(wishes.weights), made.after.points(wishes.weights)
    made.libraries = len({target.library for target in placing.targets})
    made.folders = sum(bool(target.path) for target in placing.targets)
    long = _stage(catalog, placing, access, wishes, made)
    shifted, unaccepted = reading.changes(catalog, readers, {**wishes.stands_for, **asked.stands_for}, partition)
    questions = reading.questions(work, catalog, readers, asked)
    made.shifted, made.asked = sum(bool(one.accepted) for one in shifted), len(questions)
    problems = [
        *asked.problems,
        *placing.problems,
        *reading.problems(catalog, readers, folders, partition),
        *unaccepted,
        *(
            Problem(words.FOLDER_TOO_FULL, folder, str(files))
            for _target, files, folder in staging.fullest(catalog, _FULLEST)
        ),
        *wanted.claimed_twice(work, catalog, folders),
        *(
            Problem(words.NO_SUCH_SITE, top, site)
            for site in missing_sites.missing(catalog)
            for _p, top in partition.parts
        ),
    ]
    if proposals.destination(catalog) is not None:
        made.changes = tuple(structure_changes.words(structure_changes.difference(catalog)))
    made.digest = proposing.publish(
        catalog,
        where,
        partition,
        Remarks(
            [(problem.folder or folders[0].id, problem.kind, problem.detail) for problem in problems],
            shifted,
            questions,
            long,
        ),
        _figures(made),
        proposing.weigh(catalog, partition),
        work.now(),
    )
    return made


def _shelves(catalog: Catalog, where: proposals.Destination, wishes: Wishes) -> dividing.Shelves:
    shelves = dividing.shelves(catalog, where, wishes)
    for shelf, library in enumerate(shelves.libraries):
        if shelves.room(shelf, library.folder) < LEAST_PATH:
            raise BadUsage(
                _("The address of the library is so long that no path fits under it: {address}").format(
                    address=f"{library.site}/{library.name}/{library.folder}"
                ),
                next=_("Choose a shorter folder or library in the policy."),
            )
    return shelves


def _olds(
    catalog: Catalog,
    folders: Sequence[FolderRow],
    partition: proposing.Partition,
    access: Mapping[int, int],
    asked: wanted.Asked,
) -> Iterator[tuple[str, list[Old]]]:
    """What the programme is told of each part that has something to move, the outer parts first."""
    moving: set[int] = set()
    for row in reversed(folders):
        if row.moves:
            moving.add(row.id)
        # A part inside another is none of the outer one's business.
        if row.id in moving and row.parent is not None and partition.folders[row.parent] == partition.folders[row.id]:
            moving.add(row.parent)
    years, clashes, people = (
        shaping.years(catalog, asked.divided(folders)),
        shaping.clashes(catalog),
        shaping.peoples_names(catalog),
    )
    tops = {folder for _part, folder in partition.parts}
    olds: dict[str, list[Old]] = {}
    for row in folders:
        if row.id in moving:
            olds.setdefault(partition.folders[row.id], []).append(
                Old(
                    id=row.id,
                    parent=None if row.id in tops else row.parent,
                    name=row.name,
                    files=row.moves,
                    bytes=row.bytes,
                    longest=row.longest,
                    access=access[row.id],
                    clashes=clashes.get(row.id, 0),
                    years=years.get(row.id, ()),
                    person=names.fold(row.name) in people,
                )
            )
    for part, _folder in sorted(
        partition.parts, key=lambda one: (one[0].path.count("/") + bool(one[0].path), one[0].path)
    ):
        if part.name in olds:
            yield part.name, olds[part.name]


def _stage(
    catalog: Catalog, placing: Placing, access: Mapping[int, int], wishes: Wishes, made: Made
) -> list[tuple[int, int]]:
    """Place the files, and name them; returns targets with names too long for a synchronised copy, and how many."""
    staging.stage(catalog, placing.targets, placing.decisions, iter(access.items()))
    left = staging.unplaced(catalog)
    assert not left, f"{left} files that move have no place"
    made.copies = staging.join_copies(catalog) if wishes.one_copy else 0
    made.versions = staging.join_versions(catalog, wishes.versions) if wishes.history else 0
    below, rooms = placing.names_below(), placing.rooms()
    roots = {target.id for target in placing.targets if not target.path}
    staging.name(
        catalog,
        place(
            staging.to_name(catalog),
            taken=lambda target: below.get(target, ()),
            room=rooms.__getitem__,
            at_root=roots.__contains__,
            mask=masked,
            seniority=partial(staging.seniority, catalog),
        ),
    )
    long = staging.long_when_synced(
        catalog, ((target.id, room_for_names(target.path, wishes.synced_root)) for target in placing.targets)
    )
    made.long_when_synced = sum(files for _target, files in long)
    return long[:_MOST_LONG]


def _figures(made: Made) -> dict[str, object]:
    """What the status page and the pages show of it."""
    found: dict[str, object] = {
        f"{side}_{count.name}": getattr(objective, count.name)
        for side, objective in (("before", made.before), ("after", made.after))
        for count in fields(Objective)
    }
    found["before_points"], found["after_points"] = made.points
    return found | {"copies": made.copies, "versions": made.versions, "long_when_synced": made.long_when_synced}
