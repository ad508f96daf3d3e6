"""What persons and the policy have said about the new structure, as the programme takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from filrydd.catalog import edits as kept
from filrydd.catalog import paths, shaping
from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.proposing import Partition
from filrydd.catalog.shaping import FolderRow
from filrydd.layout import problems as words
from filrydd.layout.edits import resolve as resolved
from filrydd.layout.programme.shape import Forced, Problem
from filrydd.model import names
from filrydd.model.structure import NOT_KNOWN, Choice, Library, Wishes
from filrydd.policy.matching import PathGlobs
from filrydd.stages.propose.parts import Shelves, addressed
from filrydd.stages.work import Work, areas_of


@dataclass(frozen=True, slots=True)
class Asked:
    """`forced` of old folders, `opened` (folder -> the one whose readers it gets), who `stands_for` whom (security identifier ->
    Entra id), who is `left_out`, and what of it cannot be done."""

    forced: Mapping[int, Forced]
    opened: Mapping[int, int]
    stands_for: Mapping[str, str]
    left_out: frozenset[str]
    problems: tuple[Problem, ...]

    def divided(self, folders: Sequence[FolderRow]) -> set[int]:
        """The folders that somebody wants split by year, and those that may become one with them."""
        found = {folder for folder, forced in self.forced.items() if forced.choice is Choice.SPLIT}
        if not found:
            return found
        called = {(row.parent, names.fold(row.name)) for row in folders if row.id in found}
        found |= {row.id for row in folders if (row.parent, names.fold(row.name)) in called}
        return found | {folder for folder, forced in self.forced.items() if forced.into in found}


def resolve(
    catalog: Catalog, partition: Partition, folders: Sequence[FolderRow], wishes: Wishes, shelves: Shelves
) -> Asked:
    """People's open edits and the policy's libraries; a person's word beats the policy's."""
    parents = {row.id: row.parent for row in folders}

    def find(path: str) -> int | None:
        folder = paths.find_folder(catalog, path)
        return folder if folder in parents else None

    said = resolved(
        [stored.edit for stored in kept.said(catalog)], find, partition.folders.__getitem__, parents.__getitem__
    )
    forced = dict(said.forced)
    home = shelves.libraries[0]
    for folder, name in sorted(said.libraries.items()):
        shelf = shelves.put_up(catalog, Library(home.site, name, home.folder))
        forced[folder] = replace(forced.get(folder, Forced()), library=shelf)
    for folder, library in _by_policy(folders, partition, wishes).items():
        # The top of a part is no folder that could go anywhere else.
        if folder not in forced:
            forced[folder] = Forced(library=shelves.put_up(catalog, addressed(library)), by_policy=True)
    return Asked(forced, said.opened, said.stands_for, frozenset(said.left_out), tuple(said.problems))


def _by_policy(folders: Sequence[FolderRow], partition: Partition, wishes: Wishes) -> dict[int, Library]:
    """The topmost folders that the policy sends to a library; a part's own top stays where the part goes."""
    wanted = [(PathGlobs(library.paths), library) for library in wishes.libraries if library.paths]
    if not wanted:
        return {}
    tops = {folder for _part, folder in partition.parts}
    found: dict[int, Library] = {}
    states = {}
    for row in folders:
        if row.parent is None:
            states[row.id] = [globs.top() for globs, _library in wanted]
            continue
        above = states[row.parent]
        states[row.id] = [globs.into(state, row.name) for (globs, _l), state in zip(wanted, above, strict=True)]
        if row.id in tops or any(globs.holds(state) for (globs, _l), state in zip(wanted, above, strict=True)):
            continue
        for (globs, library), state in zip(wanted, states[row.id], strict=True):
            if globs.holds(state):
                found.setdefault(row.id, library)
    return found


def with_opened(
    folders: Sequence[FolderRow], classes: Mapping[int, int], opened: Mapping[int, int]
) -> tuple[dict[int, int], frozenset[int]]:
    """The access class of every folder, with what somebody has accepted by name; and the folders that have theirs by that.

    A folder that is opened gets the other's class, and so do those below it that had the same as it, or that nobody knows. To
    one of which nobody knows who can read it nothing can be opened.
    """
    found = {row.id: classes.get(row.id, NOT_KNOWN) for row in folders}
    if not opened:
        return found, frozenset()
    changing: dict[int, tuple[int, int]] = {}  # folder -> the class that it loses, the class that it gets
    for row in folders:
        gets = found[opened[row.id]] if row.id in opened else NOT_KNOWN
        if gets != NOT_KNOWN:
            changing[row.id] = (found[row.id], gets)
        elif row.parent in changing:
            changing[row.id] = changing[row.parent]
    covered = [folder for folder, (loses, _gets) in changing.items() if found[folder] in (loses, NOT_KNOWN)]
    for folder in covered:
        found[folder] = changing[folder][1]
    return found, frozenset(covered)


def claimed_twice(work: Work, catalog: Catalog, folders: Sequence[FolderRow]) -> list[Problem]:
    """A problem for each other area of the workspace that holds the same folder as this one, or one inside the other."""
    source, identity = shaping.source_and_identity(catalog)
    found = []
    for area in areas_of(work.workspace):
        if area == work.area:
            continue
        with open_catalog(work.scans / f"{area}.db") as other:
            theirs, their_identity = shaping.source_and_identity(other)
        mine, them = (names.fold(names.tidy_path(text.split("://")[-1])) + "/" for text in (source, theirs))
        same = (identity and identity == their_identity) or mine.startswith(them) or them.startswith(mine)
        if source and theirs and same:
            found.append(Problem(words.CLAIMED_TWICE, folders[0].id, area))
    return found
