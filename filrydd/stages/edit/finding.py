"""Folders of the area by what a file calls them: identity numbers in their paths are hidden there."""

from functools import cached_property

from filrydd.catalog import edits as kept
from filrydd.catalog import paths, proposals
from filrydd.catalog.connection import Catalog
from filrydd.lang import _
from filrydd.model import names
from filrydd.policy.nearest import nearest
from filrydd.stages.masking import shown

# As many of them as a folder has are compared with a mistyped name.
_MOST_COMPARED = 2_000


class NotFound(Exception):
    """No folder, or more than one, is called so; the message says what to do."""


class Folders:
    """The present folders of an area as the proposal divides it."""

    def __init__(self, catalog: Catalog) -> None:
        self.paths = paths.folder_paths(catalog)
        self.parents: dict[int, int | None] = {}
        self.parts: dict[int, str] = {}
        for folder, parent, part in kept.divided(catalog):
            self.parents[folder] = parent
            self.parts[folder] = part
        self.tops = {part.name: part.folder for part in proposals.parts(catalog)}
        self._depths = dict.fromkeys(self.tops.values(), 0)

    @cached_property
    def _exact(self) -> dict[str, int]:
        return {path: folder for folder, path in self.paths.items()}

    @cached_property
    def _folded(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for folder, path in self.paths.items():
            found.setdefault(names.fold(path), []).append(folder)
        return found

    @cached_property
    def _masked(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for folder, path in self.paths.items():
            if (masked := shown(path)) != path:
                found.setdefault(names.fold(masked), []).append(folder)
        return found

    def find(self, text: str, number: str = "") -> int:
        """The folder that a file calls so; `number` says which of several. Raises NotFound."""
        path = text.strip("/")
        for wanted in dict.fromkeys((path, names.tidy_path(path))):
            if (folder := self._exact.get(wanted)) is not None:
                return folder
            folded = names.fold(wanted)
            fitting: list[int] = [*self._folded.get(folded, ()), *self._masked.get(folded, ())]
            if number:
                fitting = [folder for folder in fitting if str(folder) == number]
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                raise NotFound(
                    _(
                        "{count} folders are called {path} here. Write `number:` from a newly written file, or use the pages."
                    ).format(count=len(fitting), path=shown(path))
                )
        raise NotFound(self._nowhere(names.tidy_path(path)))

    def is_ambiguous(self, folder: int) -> bool:
        """Whether the masked path of a folder fits another one too."""
        path = self.paths[folder]
        masked = shown(path)
        if masked == path:
            return False
        folded = names.fold(masked)
        return len(self._masked[folded]) + len(self._folded.get(folded, ())) > 1

    def depth(self, folder: int) -> int:
        """How many levels a folder lies below its part's top."""
        chain = []
        step: int | None = folder
        while step is not None and step not in self._depths:
            chain.append(step)
            step = self.parents[step]
        above = -1 if step is None else self._depths[step]
        for link in reversed(chain):
            above += 1
            self._depths[link] = above
        return self._depths[folder]

    def lies_in(self, folder: int, other: int) -> bool:
        """Whether a folder is the other one or lies below it."""
        step: int | None = folder
        while step is not None and step != other:
            step = self.parents[step]
        return step is not None

    def _nowhere(self, path: str) -> str:
        message = _("The area has no folder {path}.").format(path=shown(path))
        above, name = names.split(path)
        while above and names.fold(above) not in self._folded:
            above, name = names.split(above)
        inside = self._folded.get(names.fold(above))
        if inside:
            beside = [names.split(self.paths[one])[1] for one, parent in self.parents.items() if parent == inside[0]]
            if near := nearest(name, beside[:_MOST_COMPARED]):
                message += " " + _('Did you mean "{word}"?').format(word=shown(near))
        return message
