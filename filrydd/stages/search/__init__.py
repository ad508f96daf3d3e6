"""search: what became of any old path or name, for those who may see it.

asked     what somebody wrote, understood
looking   the look in one area, and what it found
telling   what happened to a file, in sentences
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from filrydd.catalog.connection import Catalog
from filrydd.catalog.searching import facts, filling, history, walking
from filrydd.catalog.searching import index as indexes
from filrydd.catalog.searching.facts import Place
from filrydd.catalog.searching.history import Event, What
from filrydd.catalog.searching.index import Index
from filrydd.catalog.searching.sight import Sight, Viewer
from filrydd.catalog.whereabouts import Below, State
from filrydd.findings import targets
from filrydd.model import names
from filrydd.policy import Department
from filrydd.stages import links
from filrydd.stages.search.asked import Asked, below, guesses, understood
from filrydd.stages.search.looking import (
    MOST_FILES,
    SOME_FILES,
    SOME_FOLDERS,
    Found,
    FoundFile,
    FoundFolder,
    Search,
)
from filrydd.stages.work import Work

__all__ = [
    "Asked", "Below", "Event", "Found", "FoundFile", "FoundFolder", "Place", "State", "Told", "Viewer", "What",
    "find", "names_area", "prepare", "told", "understood", "viewer_parts",
]  # fmt: skip

AT_ONCE = 3_000
"""Rows that the side file may lack to be filled while somebody waits."""


@dataclass(frozen=True, slots=True)
class Told:
    """A file and what happened to it, the newest first."""

    file: FoundFile
    events: tuple[Event, ...]


def viewer_parts(department: Department, area: str) -> tuple[tuple[str, str], ...]:
    """The policy's parts of an area with their paths, as `Viewer` takes them."""
    return tuple((part.name, names.tidy_path(part.path)) for part in department.parts(area))


def names_area(work: Work, department: Department | None, asked: Asked) -> bool:
    """Whether what was written begins with an address or drive of the area."""
    with work.catalog() as catalog:
        return bool(_named(work, catalog, department, asked))


def find(
    work: Work,
    department: Department | None,
    viewer: Viewer,
    asked: Asked,
    seconds: float,
    some: tuple[int, int] = (SOME_FOLDERS, SOME_FILES),
) -> Found:
    """What was asked for, in one area, as far as the viewer may see it. After so many `seconds` of looking there may be `more`;
    of a folder `some` folders and files are looked at.

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
            search = Search(catalog, index, sight, work.area, deadline, some)
            if asked.is_web:
                files = search.visible(facts.at_address(index, filling.digest(asked.text), MOST_FILES))
                return replace(known, files=search.files(files), by_path=True)
            for path, guessed in _paths(work, catalog, department, asked):
                folders, files = walking.at_path(catalog, index, path)
                folders = [folder for folder in folders if sight.sees(folder)]
                files = search.visible(files)
                if files or folders:
                    shown = search.folders(folders, some)
                    return replace(known, files=search.files(files), folders=shown, by_path=True, guessed=guessed)
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
        found = Search(catalog, index, sight, work.area, time.monotonic()).files([file])
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


def _named(work: Work, catalog: Catalog, department: Department | None, asked: Asked) -> list[tuple[str, ...]]:
    """The paths below the area's top that it may be, by an address or drive of the area with which it begins."""
    known = links.known(work, catalog, department)
    found = below(asked, known.addresses, known.drives)
    if asked.is_address:
        # The server in another of its spellings, or a link as a document has it.
        place = targets.resolve(asked.text, "", known)
        found += [tuple(names.raw_segments(place.path))] if place.kind == "inside" else []
    return list(dict.fromkeys(found))


def _paths(
    work: Work, catalog: Catalog, department: Department | None, asked: Asked
) -> list[tuple[tuple[str, ...], bool]]:
    """The paths below the area's top that it may be, each with whether it is a guess; none for a name alone, which may lie
    anywhere."""
    if not asked.is_path:
        return []
    if named := _named(work, catalog, department, asked):
        return [(path, False) for path in named]
    as_written = set() if asked.is_address else set(asked.paths)
    return [(path, path not in as_written) for path in guesses(asked)]
