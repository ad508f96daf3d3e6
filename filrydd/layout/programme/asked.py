"""What was said about old folders, carried out on their tree: who lies below whom, and which of them are one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from filrydd.layout import problems
from filrydd.layout.programme.shape import Forced, Old, Problem


@dataclass(slots=True)
class Ways:
    """Old folders by number. `up`: the folder above (None: a library's top); `same`: the folder that it becomes one with.

    `tops`: folders that go to another library than the part (`base`). `children` and `below` (folders with files at and below)
    speak of folders that are not in `same`. `wanted`: folders to which something else was moved. `refused`: folders of which
    something said could not be obeyed.
    """

    olds: dict[int, Old]
    top: int
    base: int
    up: dict[int, int | None]
    same: dict[int, int] = field(default_factory=dict)
    tops: dict[int, list[int]] = field(default_factory=dict)
    children: dict[int, list[int]] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)
    wanted: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    _joined: dict[int, list[Old]] = field(default_factory=dict)

    def one(self, folder: int) -> int:
        """The folder that it becomes one with, itself if none. Raises ValueError when that goes in a circle."""
        for _step in range(len(self.same) + 1):
            if folder not in self.same:
                return folder
            folder = self.same[folder]
        raise ValueError(f"folder {folder} becomes one with itself")

    def members(self, folder: int) -> list[Old]:
        """The folder and those that become one with it."""
        return [self.olds[folder], *self._joined.get(folder, ())]


def ways(folders: Sequence[Old], forced: Mapping[int, Forced], libraries: int) -> Ways:
    """Carry out what was said. Raises ValueError when folders are no tree with one top and parents first, or in a circle."""
    way = _tree(folders, forced)
    for folder in sorted(forced):
        if folder not in way.olds or folder == way.top:
            continue
        said = forced[folder]
        _move(way, folder, said)
        if said.library is not None and said.library >= libraries:
            raise ValueError(f"there is no library {said.library}")
    _send(way, {folder: said.library for folder, said in forced.items() if said.library is not None})
    for folder in sorted(way.same):
        way._joined.setdefault(way.one(folder), []).append(way.olds[folder])
        way.up[folder] = way.one(folder)
    _count(way)
    return way


def _tree(folders: Sequence[Old], forced: Mapping[int, Forced]) -> Ways:
    olds: dict[int, Old] = {}
    top = None
    for old in folders:
        fits = top is None if old.parent is None else old.parent in olds
        if not fits or old.id in olds:
            raise ValueError(f"folder {old.id} does not fit into the tree")
        olds[old.id] = old
        top = old.id if old.parent is None else top
    if top is None:
        raise ValueError("a part needs a top")
    base = forced[top].library if top in forced else None
    return Ways(olds, top, base or 0, {old.id: old.parent for old in folders})


def _move(way: Ways, folder: int, said: Forced) -> None:
    target = said.into if said.into is not None else said.below
    if target is None:
        return
    if target not in way.olds:
        way.refused.add(folder)
        way.problems.append(Problem(problems.EDIT_GONE, folder, way.olds[folder].name))
    elif said.into is None:
        way.up[folder] = target
        way.wanted.add(target)
    elif way.olds[target].access != way.olds[folder].access:
        way.refused.add(folder)
        way.problems.append(Problem(problems.EDIT_OF_ACCESS, folder, way.olds[target].name))
    else:
        way.same[folder] = target
        way.wanted.add(target)


def _send(way: Ways, wanted: Mapping[int, int]) -> None:
    """Let folders lie at the tops of their libraries; one that is in its library anyway stays where it is."""
    going = {}
    for folder in sorted(wanted):
        movable = folder in way.olds and folder != way.top and folder not in way.same
        if movable and wanted[folder] != _library_above(way, folder, wanted):
            going[folder] = wanted[folder]
    for folder, library in going.items():
        if library == way.base:
            way.up[folder] = way.top
        else:
            way.up[folder] = None
            way.tops.setdefault(library, []).append(folder)


def _library_above(way: Ways, folder: int, wanted: Mapping[int, int]) -> int:
    for _step in range(len(way.olds)):
        above = way.up[folder]
        if above is None:
            return way.base
        folder = way.one(above)
        if folder == way.top:
            return way.base
        if folder in wanted:
            return wanted[folder]
    raise ValueError(f"folder {folder} lies in itself")


def _count(way: Ways) -> None:
    """Fill `children` and `below`."""
    for folder, above in way.up.items():
        if above is not None and folder not in way.same:
            way.children.setdefault(way.one(above), []).append(folder)
    order = [way.top, *(top for tops in way.tops.values() for top in tops)]
    for folder in order:
        order.extend(way.children.get(folder, ()))
    if len(order) != len(way.olds) - len(way.same):
        raise ValueError("folders lie in each other in a circle")
    for folder in reversed(order):
        own = any(old.files for old in way.members(folder))
        way.below[folder] = own + sum(way.below[child] for child in way.children.get(folder, ()))
