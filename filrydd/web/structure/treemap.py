"""A tree of folders as a map whose areas are their bytes: where each rectangle lies, and what stands in it.

The layout is Bruls, Huizing and van Wijk's (Squarified Treemaps, 2000), by the package squarify.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import squarify

from filrydd.catalog.connection import Catalog
from filrydd.catalog.rulings import Total
from filrydd.catalog.structure_lines import called
from filrydd.catalog.structures import Tree
from filrydd.lang import _
from filrydd.stages.masking import shown
from filrydd.web.wording import plain

WIDTH, HEIGHT = 1000, 560
COLOURS = 6
_Shown = list[tuple[int | None, Total, str]]
_Rectangle = tuple[float, float, float, float]
Table = Literal["folder", "target"]
_FOLDERS, _INSIDE = 12, 4
_STRIP = 36.0
_EDGE = 6.0
# A letter is about this part of its height wide in the fonts that systems have.
_LETTER = 0.6
_SIZES = (24, 19)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. `colour` 0-5 is that of the folder on the first level; `label` is what of the name fits in, often
    nothing; `folder` None for what is not shown one by one."""

    x: float
    y: float
    width: float
    height: float
    colour: int
    inner: bool
    label: str
    name: str
    folder: int | None
    total: Total
    share: int

    @property
    def height_of_letters(self) -> int:
        return _SIZES[self.inner]


@dataclass(frozen=True, slots=True)
class Treemap:
    """The map of a tree below the folder `top`: rectangles, and what the largest is."""

    boxes: tuple[Box, ...]
    total: Total
    folders: int
    """How many folders lie on the first level."""

    @property
    def largest(self) -> Box | None:
        """The largest folder on the first level."""
        return max((box for box in self.boxes if not box.inner and box.folder is not None), key=_bytes, default=None)


def treemap(catalog: Catalog, tree: Tree, table: Table, colour_of: Callable[[int, int], int]) -> Treemap:
    """The map of a tree: its first level where it branches, and the largest folders in each of these.

    `table` is where the tree's names are (`folder` or `target`). `colour_of` gives the colour of the folder at a place of the
    first level, which is the so-manyth there.
    """
    level = first_level(tree)
    names = called(catalog, table, [int(tree.ids[place]) for place in level])
    total = sum(tree.total(place).bytes for place in level)
    top = _above(tree, level)
    own = tree.own(top) if top is not None else Total()
    parts = [(place, tree.total(place)) for place in level if tree.total(place).bytes]
    whole = own.bytes + total
    boxes: list[Box] = []
    if not whole:
        return Treemap((), Total(), len(level))
    shown_level, rest = _largest(parts, _FOLDERS)
    if own.bytes:
        shown_level.append((None, own, _("Directly in the folder")))
    if rest.files:
        shown_level.append((None, rest, _("The other folders")))
    shown_level.sort(key=lambda one: -one[1].bytes)
    rectangles = _rectangles([one[1].bytes for one in shown_level], 0, 0, WIDTH, HEIGHT)
    for (place, sums, word), where in zip(shown_level, rectangles, strict=True):
        folder = None if place is None else int(tree.ids[place])
        colour = COLOURS if place is None else colour_of(place, level.index(place)) % COLOURS
        name = word if folder is None else names[folder]
        boxes.append(_box(where, colour, False, name, folder, sums, whole))
        if place is not None:
            boxes.extend(_inside(catalog, tree, table, place, where, colour, whole))
    files = own.files + sum(tree.total(place).files for place in level)
    return Treemap(tuple(boxes), Total(files, whole), len(level))


def first_level(tree: Tree) -> list[int]:
    """The places of the first level where the tree branches, or where files lie."""
    level = tree.tops()
    while len(level) == 1 and not tree.own(level[0]).bytes and (below := tree.children(level[0])):
        level = below
    if len(level) == 1 and (below := tree.children(level[0])):
        level = below
    return level


def _above(tree: Tree, level: Sequence[int]) -> int | None:
    """The folder that a level is in; None for the tops."""
    way = tree.way(level[0]) if level else []
    return way[-2] if len(way) > 1 else None


def _largest(parts: Sequence[tuple[int, Total]], most: int) -> tuple[_Shown, Total]:
    ordered = sorted(parts, key=lambda one: -one[1].bytes)
    rest = ordered[most:]
    return [(place, total, "") for place, total in ordered[:most]], Total(
        sum(total.files for _place, total in rest), sum(total.bytes for _place, total in rest)
    )


def _inside(
    catalog: Catalog, tree: Tree, table: Table, place: int, where: _Rectangle, colour: int, whole: int
) -> list[Box]:
    x, y, width, height = where
    x, y, width, height = x + _EDGE, y + _STRIP, width - 2 * _EDGE, height - _STRIP - _EDGE
    parts = [(child, tree.total(child)) for child in tree.children(place) if tree.total(child).bytes]
    largest, _rest = _largest(parts, _INSIDE)
    all_bytes = tree.total(place).bytes
    left = all_bytes - sum(total.bytes for _place, total, _word in largest)
    if width < 40 or height < 20 or not largest:
        return []
    names = called(catalog, table, [int(tree.ids[child]) for child, _total, _word in largest if child is not None])
    # What is left is ground without a rectangle of its own, so that areas compare.
    sizes = sorted([total.bytes for _place, total, _word in largest] + ([left] if left else []), reverse=True)
    rectangles = _rectangles(sizes, x, y, width, height)
    if left:
        del rectangles[sizes.index(left)]
    found = []
    for (child, total, _word), rectangle in zip(largest, rectangles, strict=True):
        folder = None if child is None else int(tree.ids[child])
        found.append(_box(rectangle, colour, True, "" if folder is None else names[folder], folder, total, whole))
    return found


def _rectangles(sizes: Sequence[int], x: float, y: float, width: float, height: float) -> list[_Rectangle]:
    """Rectangles for sizes in falling order."""
    normed = squarify.normalize_sizes(sizes, width, height)
    return [(one["x"], one["y"], one["dx"], one["dy"]) for one in squarify.squarify(normed, x, y, width, height)]


def _box(where: _Rectangle, colour: int, inner: bool, name: str, folder: int | None, total: Total, whole: int) -> Box:
    x, y, width, height = (round(number, 1) for number in where)
    label = _fitting(plain(shown(name)), width - 2 * _EDGE, height, _SIZES[inner])
    return Box(x, y, width, height, colour, inner, label, name, folder, total, round(100 * total.bytes / whole))


def _fitting(name: str, width: float, height: float, size: int) -> str:
    letters = int(width / (size * _LETTER))
    if height < size * 1.3 or letters < 3:
        return ""
    return name if len(name) <= letters else f"{name[: letters - 1]}…" if letters >= 4 else ""


def _bytes(box: Box) -> int:
    return box.total.bytes
