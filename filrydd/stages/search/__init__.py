"""search: what became of any old path or name, for those who may see it.

asked     what somebody wrote, understood
telling   what happened to a file, in sentences
"""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from filrydd.catalog import figures
from filrydd.catalog.connection import Catalog
from filrydd.catalog.searching import asking, facts, filling, history, walking
from filrydd.catalog.searching import index as indexes
from filrydd.catalog.searching.facts import File, Folder, Place
from filrydd.catalog.searching.history import Event, What
from filrydd.catalog.searching.index import Index
from filrydd.catalog.searching.sight import Sight, Viewer
from filrydd.model import names
from filrydd.policy import Department
from filrydd.stages.search.asked import Asked, below, guesses, understood
from filrydd.stages.where import State, state_of
from filrydd.stages.work import Work

__all__ = [
    "Asked", "Event", "Found", "FoundFile", "FoundFolder", "Place", "State", "Told", "Viewer", "What",
    "find", "names_area", "prepare", "told", "understood", "viewer_parts",
]  # fmt: skip

MOST_FILES, MOST_FOLDERS = 50, 10
"""What one answer shows of an area."""
AT_ONCE = 3_000
"""Rows that the side file may lack to be filled while somebody waits."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that was found. `part` is its part, `opens` whether the viewer may open that part's pages about it. `became` is
    where it lies now in the old area when it moved there, `joins` the path of the file that it goes with."""

    path: str
    part: str
    opens: bool
    of: File
    state: State
    became: str
    joins: str


@dataclass(frozen=True, slots=True)
class FoundFolder:
    """A folder that was found."""

    path: str
    part: str
    opens: bool
    of: Folder


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one area. `by_path`: it lies at just that path. `more`: there are others. `known` is how much of the area
    can be searched by name already, 0 to 1; `behind`: the side file lacks something. `sees`: whether the viewer sees anything."""

    area: str
    files: tuple[FoundFile, ...] = ()
    folders: tuple[FoundFolder, ...] = ()
    by_path: bool = False
    more: bool = False
    known: float = 1.0
    behind: bool = False
    sees: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A file and what happened to it, the newest first."""

    file: FoundFile
    events: tuple[Event, ...]


def viewer_parts(department: Department, area: str) -> tuple[tuple[str, str], ...]:
    """The policy's parts of an area with their paths, as `Viewer` takes them."""
    return tuple((part.name, names.tidy_path(part.path)) for part in department.parts(area))


def names_area(work: Work, department: Department, asked: Asked) -> bool:
    """Whether what was written begins with an address or drive of the area."""
    with work.catalog() as catalog:
        return bool(below(asked, _addresses(catalog, department, work.area), department.drives(work.area)))


def find(work: Work, department: Department, viewer: Viewer, asked: Asked, seconds: float) -> Found:
    """What was asked for, in one area, as far as the viewer may see it. After so many `seconds` of looking there may be `more`.

    Raises NoSuchArea.
    """
    with work.catalog() as catalog:
        sight = Sight(catalog, viewer)
        if sight.nothing or not indexes.scanned(catalog):
            return Found(work.area, sees=False)
        with _index(catalog) as index:
            late = index is None or bool(indexes.behind(catalog, index))
            known = Found(work.area, known=0.0 if index is None else indexes.share(catalog, index), behind=late)
            deadline = time.monotonic() + seconds
            search = _Search(catalog, index, sight, work.area, deadline)
            if asked.is_web:
                files = search.visible(facts.at_address(index, filling.digest(asked.text), MOST_FILES))
                return replace(known, files=search.files(files), by_path=True)
            for path in _paths(catalog, department, work.area, asked):
                folders, files = walking.at_path(catalog, index, path)
                folders = [folder for folder in folders if sight.sees(folder)]
                files = search.visible(files)
                if files or folders:
                    return replace(known, files=search.files(files), folders=search.folders(folders), by_path=True)
                if time.monotonic() > deadline:
                    break
            return search.by_words(known, asked)


def prepare(work: Work) -> bool:
    """Bring the area's side file up to date, so that names can be searched; False when somebody else does it already."""
    with work.catalog() as catalog, indexes.open_index(catalog) as index:
        return filling.fill(catalog, index)


def told(work: Work, viewer: Viewer, part: str, file: int) -> Told | None:
    """What happened to a file of a part; None when there is no such file in that part."""
    with work.catalog() as catalog, _index(catalog) as index:
        sight = Sight(catalog, viewer)
        found = _Search(catalog, index, sight, work.area, time.monotonic()).files([file])
        if not found or found[0].part != part or not sight.sees_part(part):
            return None
        return Told(found[0], tuple(history.of_file(catalog, index, file, found[0].path)))


@contextlib.contextmanager
def _index(catalog: Catalog) -> Iterator[Index | None]:
    """The side file, filled when little is missing; None when it cannot be had."""
    index = None
    with indexes.translated_quietly():
        index = indexes.open_index(catalog)
    try:
        if index is not None and 0 < indexes.behind(catalog, index) <= AT_ONCE:
            with indexes.translated_quietly():
                filling.fill(catalog, index)
        yield index
    finally:
        if index is not None:
            index.close()


def _addresses(catalog: Catalog, department: Department, area: str) -> list[str]:
    return [figures.source_of(catalog), figures.via_of_last_scan(catalog), *department.addresses(area)]


def _paths(catalog: Catalog, department: Department, area: str, asked: Asked) -> list[tuple[str, ...]]:
    """The paths below the area's top that it may be; none for a name alone, which may lie anywhere."""
    if not asked.is_path:
        return []
    named = below(asked, _addresses(catalog, department, area), department.drives(area))
    return named or guesses(asked)


class _Search:
    """One search in one area."""

    def __init__(self, catalog: Catalog, index: Index | None, sight: Sight, area: str, deadline: float) -> None:
        self._catalog, self._index, self._sight = catalog, index, sight
        self._area, self._deadline = area, deadline

    def visible(self, numbers: Sequence[int]) -> list[int]:
        """Those of these files that may be seen."""
        found = []
        for number in numbers:
            folder = self._catalog.value("SELECT folder FROM file WHERE id = ?", (number,))
            if folder is not None and self._sight.sees(folder):
                found.append(number)
        return found

    def by_words(self, known: Found, asked: Asked) -> Found:
        """By the name, or words of it and of the folders above."""
        if self._index is None:
            return known
        text = asked.name
        folders = asking.find(self._catalog, self._index, self._sight, "folder", text, self._deadline, MOST_FOLDERS)
        files = asking.find(self._catalog, self._index, self._sight, "file", text, self._deadline, MOST_FILES)
        return replace(
            known, files=self.files(files.ids), folders=self.folders(folders.ids), more=files.more or folders.more
        )

    def files(self, numbers: Sequence[int]) -> tuple[FoundFile, ...]:
        """What is known of these files."""
        return tuple(one for number in numbers if (one := self._file(number)) is not None)

    def _file(self, number: int) -> FoundFile | None:
        of = facts.file(self._catalog, number)
        if of is None:
            return None
        part = self._sight.part_of(of.folder)
        now = facts.became(self._catalog, self._index, number) if of.gone else []
        return FoundFile(
            path=names.join(self._sight.path(of.folder), of.name),
            part=part,
            opens=self._sight.sees_part(part),
            of=of,
            state=state_of(of.known),
            became=self._path(now[-1]) if now else "",
            joins="" if of.joins is None else self._path(of.joins),
        )

    def _path(self, number: int) -> str:
        """The path of another file, for those who may see it."""
        row = self._catalog.row("SELECT folder, name FROM file WHERE id = ?", (number,))
        if row is None or not self._sight.sees(row["folder"]):
            return ""
        return names.join(self._sight.path(row["folder"]), row["name"])

    def folders(self, numbers: Sequence[int]) -> tuple[FoundFolder, ...]:
        """What is known of these folders."""
        found = []
        for number in numbers:
            of = facts.folder(self._catalog, number)
            if of is not None:
                part = self._sight.part_of(number)
                found.append(FoundFolder(self._sight.path(number), part, self._sight.sees_part(part), of))
        return tuple(found)
