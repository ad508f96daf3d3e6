"""Cells by the branches of the tree that they lie in. Cells come in preorder, so that a branch is a run of them."""

from collections.abc import Iterable, Sequence

from filrydd.portions.given import Cell, Given


def below(given: Given, folder: int, cells: Sequence[Cell]) -> tuple[int, dict[int, list[Cell]]]:
    """The cells by the folder right below in which they lie, `folder` itself for its own. Where all of them lie in one folder
    below, that one is looked into instead: returns the folder that was, and the cells."""
    while True:
        found = _by_child(given, folder, cells)
        if len(found) != 1 or folder in found:
            return folder, found
        (folder,) = found


def _by_child(given: Given, folder: int, cells: Sequence[Cell]) -> dict[int, list[Cell]]:
    found: dict[int, list[Cell]] = {}
    child, end = folder, -1
    for cell in cells:
        if cell.folder == folder:
            child = folder
        elif given.folders[cell.folder].lo > end or child == folder:
            child = _child_towards(given, folder, cell.folder)
            end = given.folders[child].hi
        found.setdefault(child, []).append(cell)
    return found


def _child_towards(given: Given, folder: int, deep: int) -> int:
    step = deep
    while (above := given.folders[step].parent) != folder:
        if above is None:
            raise ValueError(f"folder {deep} does not lie under folder {folder}")
        step = above
    return step


def divided(given: Given, cells: Sequence[Cell], folders: Iterable[int]) -> list[tuple[int | None, list[Cell]]]:
    """The cells by the nearest of `folders` that they lie in or under; None for those outside all of them. None is empty."""
    bounds = sorted((given.folders[folder].lo, -given.folders[folder].hi, folder) for folder in set(folders))
    found: dict[int | None, list[Cell]] = {}
    way: list[tuple[int, int]] = []
    at = 0
    for cell in cells:
        lo = given.folders[cell.folder].lo
        while at < len(bounds) and bounds[at][0] <= lo:
            way.append((-bounds[at][1], bounds[at][2]))
            at += 1
        while way and way[-1][0] < lo:
            way.pop()
        found.setdefault(way[-1][1] if way else None, []).append(cell)
    return list(found.items())
