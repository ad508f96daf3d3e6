"""What was found in one area, and the look that finds it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from filrydd.catalog.connection import Catalog
from filrydd.catalog.searching import asking, facts
from filrydd.catalog.searching.facts import File, Folder
from filrydd.catalog.searching.index import Index
from filrydd.catalog.searching.sight import Sight
from filrydd.catalog.whereabouts import Below, State
from filrydd.catalog.whereabouts import below as below_folder
from filrydd.model import names
from filrydd.stages.search.asked import Asked

MOST_FILES, MOST_FOLDERS = 50, 10
"""What one answer shows of an area."""
SOME_FOLDERS, SOME_FILES = 500, 10_000
"""What is looked at to say what became of a folder, while somebody waits for a page."""


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
    """A folder that was found. `below` is what became of the files in and under it, as far as the viewer may see them; None
    where it was found by its name only."""

    path: str
    part: str
    opens: bool
    of: Folder
    below: Below | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one area. `by_path`: it lies at just that path, `guessed`: if the area is the one that was meant, of
    which the address said nothing. `more`: there are others. `known` is how much of the area
    can be searched by name already, 0 to 1; `behind`: the side file lacks something. `sees`: whether the viewer sees anything."""

    area: str
    files: tuple[FoundFile, ...] = ()
    folders: tuple[FoundFolder, ...] = ()
    by_path: bool = False
    guessed: bool = False
    more: bool = False
    known: float = 1.0
    behind: bool = False
    sees: bool = True


class Search:
    """One search in one area, as far as the viewer may see it."""

    def __init__(
        self,
        catalog: Catalog,
        index: Index | None,
        sight: Sight,
        area: str,
        deadline: float,
        some: tuple[int, int] = (SOME_FOLDERS, SOME_FILES),
    ) -> None:
        self._catalog, self._index, self._sight = catalog, index, sight
        self._area, self._deadline, self._some = area, deadline, some

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
        # What became of a folder takes longer than finding it.
        some = self._some if len(folders.ids) == 1 else None
        found = self.folders(folders.ids, some)
        return replace(known, files=self.files(files.ids), folders=found, more=files.more or folders.more)

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
            state=of.known.state,
            became=self._path(now[-1]) if now else "",
            joins="" if of.joins is None else self._path(of.joins),
        )

    def _path(self, number: int) -> str:
        """The path of another file, for those who may see it."""
        row = self._catalog.row("SELECT folder, name FROM file WHERE id = ?", (number,))
        if row is None or not self._sight.sees(row["folder"]):
            return ""
        return names.join(self._sight.path(row["folder"]), row["name"])

    def folders(self, numbers: Sequence[int], some: tuple[int, int] | None = None) -> tuple[FoundFolder, ...]:
        """What is known of these folders; with `some`, also of what lies below, of so many folders and files."""
        found = []
        for number in numbers:
            of = facts.folder(self._catalog, number)
            if of is not None:
                part = self._sight.part_of(number)
                inside = None if some is None else below_folder(self._catalog, number, self._sight.sees, *some)
                found.append(FoundFolder(self._sight.path(number), part, self._sight.sees_part(part), of, inside))
        return tuple(found)
