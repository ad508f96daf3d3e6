"""The old folders that have something to move, as a tree in an order that depends on nothing but the folders."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from filrydd.model import names


@dataclass(frozen=True, slots=True)
class OldFolder:
    """One folder of the area. `name` in stored form; the top has parent None.

    `moves`: files directly in it whose fate is move; `longest`: the code units of the longest mended name among them.
    """

    id: int
    parent: int | None
    name: str
    moves: int
    longest: int


class Tree:
    """Folders by index: parents before children, siblings by folded name, then name, then id; 0 is the top."""

    def __init__(self, folders: list[OldFolder], parent: list[int]) -> None:
        self.folders = folders
        self.parent = parent
        self.children: list[list[int]] = [[] for _ in folders]
        for i in range(1, len(folders)):
            self.children[parent[i]].append(i)

    @classmethod
    def of_moving(cls, folders: Iterable[OldFolder]) -> Self:
        """The folders that have moves in them or below, given parents first; none when there are no moves.

        Raises ValueError when a parent does not come before its child, an id comes twice or there is not just one top.
        """
        given: dict[int, OldFolder] = {}
        for folder in folders:
            fits = not given if folder.parent is None else folder.parent in given
            if not fits or folder.id in given:
                raise ValueError(f"folder {folder.id} does not fit into the tree")
            given[folder.id] = folder
        moving = {folder.id for folder in given.values() if folder.moves}
        below: dict[int, list[OldFolder]] = {}
        for folder in reversed(given.values()):
            if folder.id in moving and folder.parent is not None:
                moving.add(folder.parent)
                below.setdefault(folder.parent, []).append(folder)
        order: list[OldFolder] = []
        parent: list[int] = []
        index: dict[int, int] = {}
        left = [folder for folder in given.values() if folder.parent is None and folder.id in moving]
        while left:
            folder = left.pop()
            index[folder.id] = len(order)
            order.append(folder)
            parent.append(0 if folder.parent is None else index[folder.parent])
            left.extend(sorted(below.get(folder.id, ()), key=_key, reverse=True))
        return cls(order, parent)

    def path(self, i: int) -> str:
        """The old path of a folder, relative to the top, in stored form."""
        segments = []
        while i:
            segments.append(self.folders[i].name)
            i = self.parent[i]
        return "/".join(reversed(segments))


def _key(folder: OldFolder) -> tuple[str, str, int]:
    return names.fold(folder.name), folder.name, folder.id
