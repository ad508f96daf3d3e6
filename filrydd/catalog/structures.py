"""Old and new tree of one part, side by side: what lies below each folder, where it goes, and where it comes from.

Both trees are held in preorder, so that what lies below a folder is a range of places, and the files of the part as pairs
(old folder, new folder) with their sums: some 100 bytes a folder and none a file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from filrydd.catalog.connection import Catalog
from filrydd.catalog.proposals import PartRow
from filrydd.catalog.rulings import Total
from filrydd.model import names

Numbers = npt.NDArray[np.int64]
_PAIRS = np.dtype([(name, np.int64) for name in ("folder", "target", "files", "bytes", "items", "item_bytes")])


class Tree:
    """Folders in preorder: `ids` by place, `ends` the place after each one's subtree, `depths` of the tops 0.

    Sums are of files: all that move out of an old folder; of a new one the items that it gets, so copies count once.
    """

    def __init__(self, ids: Numbers, ends: Numbers) -> None:
        self.ids, self.ends = ids, ends
        rises = np.bincount(np.arange(len(ids)) + 1, minlength=len(ids) + 1)
        falls = np.bincount(ends, minlength=len(ids) + 1)
        self.depths: Numbers = np.cumsum((rises - falls)[: len(ids)]).astype(np.int64)
        self._order = np.argsort(ids)
        self._sorted = ids[self._order]
        self._pairs = self._others = self._files = self._bytes = self._filled = self._starts = np.zeros(1, np.int64)

    def __len__(self) -> int:
        return len(self.ids)

    def fill(self, places: Numbers, others: Numbers, files: Numbers, size: Numbers) -> None:
        """The pairs: place here, place in the other tree, files, bytes."""
        order = np.argsort(places, kind="stable")
        self._pairs, self._others = places[order], others[order]
        self._files = np.concatenate(([0], np.cumsum(files[order])))
        self._bytes = np.concatenate(([0], np.cumsum(size[order])))
        # Where each place's pairs begin: looked up once here, and not at every question.
        self._starts = np.searchsorted(self._pairs, np.arange(len(self) + 1))
        pairs = self._starts[self.ends] > self._starts[:-1]
        self._filled = np.concatenate(([0], np.cumsum(pairs)))

    def places(self, ids: Numbers) -> Numbers:
        """The place of each folder; -1 for one that is not here."""
        if not len(self):
            return np.full(len(ids), -1, np.int64)
        found = np.minimum(np.searchsorted(self._sorted, ids), len(self) - 1)
        return np.where(self._sorted[found] == ids, self._order[found], -1)

    def place(self, folder: int) -> int | None:
        """The place of a folder; None for one that is not here."""
        found = int(self.places(np.array([folder], np.int64))[0])
        return None if found < 0 else found

    def tops(self) -> list[int]:
        """The places of the folders that lie in no other."""
        return list(self._steps(0, len(self)))

    def children(self, place: int) -> list[int]:
        """The places of the folders right in this one that have anything to do with what moves."""
        return [child for child in self._steps(place + 1, int(self.ends[place])) if self.below(child, itself=True)]

    def quiet(self, place: int) -> int:
        """How many folders right in this one nothing moves out of."""
        return sum(1 for child in self._steps(place + 1, int(self.ends[place])) if not self.below(child, itself=True))

    def _steps(self, first: int, end: int) -> Iterator[int]:
        while first < end:
            yield first
            first = int(self.ends[first])

    def way(self, place: int) -> list[int]:
        """The places from a top down to this one, itself included."""
        return [int(above) for above in np.flatnonzero(self.ends[: place + 1] > place)]

    def below(self, place: int, *, itself: bool = False) -> int:
        """How many folders with something in them or below lie below this one."""
        return int(self._filled[self.ends[place]] - self._filled[place if itself else place + 1])

    def total(self, place: int) -> Total:
        """The files in this folder and below."""
        first, end = self._range(place, int(self.ends[place]))
        return Total(int(self._files[end] - self._files[first]), int(self._bytes[end] - self._bytes[first]))

    def own(self, place: int) -> Total:
        """The files right in this folder."""
        first, end = self._range(place, place + 1)
        return Total(int(self._files[end] - self._files[first]), int(self._bytes[end] - self._bytes[first]))

    def elsewhere(self, place: int, other: "Tree", also: Iterable[int] = ()) -> Numbers:
        """The topmost places in the other tree that this subtree's files lie in; `also` are places to count among them."""
        first, end = self._range(place, int(self.ends[place]))
        found = np.unique(np.concatenate((self._others[first:end], np.array(list(also), np.int64))))
        if not len(found):
            return found
        # In preorder a place is below an earlier one unless all subtrees so far have ended.
        ended = np.maximum.accumulate(other.ends[found])
        return found[np.concatenate(([True], found[1:] >= ended[:-1]))]

    def most_from(self, place: int, other: "Tree", among: Sequence[int]) -> int | None:
        """Which of these subtrees of the other tree (disjoint, in order) has most bytes of this subtree's."""
        first, end = self._range(place, int(self.ends[place]))
        if first == end or not among:
            return None
        starts = np.array(among, np.int64)
        found = np.searchsorted(starts, self._others[first:end], "right") - 1
        inside = (found >= 0) & (self._others[first:end] < other.ends[starts][np.maximum(found, 0)])
        size = np.diff(self._bytes[first : end + 1])[inside]
        weights = np.bincount(found[inside], weights=size, minlength=len(among))
        return int(np.argmax(weights)) if weights.sum() else None

    def deepest(self) -> int:
        """How many levels below the tops files lie."""
        return int(self.depths[self._pairs].max()) if len(self._pairs) and len(self) else 0

    def _range(self, place: int, end: int) -> tuple[int, int]:
        return int(self._starts[place]), int(self._starts[end])


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Both trees of a part. `version` tells one proposal's from another's. Never changed, so threads may share it."""

    part: PartRow
    version: tuple[int, str]
    old: Tree
    new: Tree


def version(catalog: Catalog) -> tuple[int, str]:
    """What changes with every proposal."""
    row = catalog.row("SELECT run, digest FROM proposal")
    return (0, "") if row is None else (row["run"], row["digest"])


def trees(catalog: Catalog, part: PartRow) -> Trees:
    """Both trees of a part of the present proposal, worked out from all of its files: seconds in a large part. Pages read
    them from `kept_trees`."""
    known = version(catalog)
    return put_together(part, known, *numbers(catalog, part.id))


def numbers(catalog: Catalog, part: int) -> tuple[Tree, Tree, Numbers]:
    """What the trees of a part are made from: both, still empty, and rows of the pairs: old place, new place, files, bytes,
    items, their bytes."""
    old = _old(catalog, part)
    rows = catalog.rows(
        "SELECT f.folder, c.target, COUNT(*), SUM(f.size), SUM(c.role = ''), SUM(CASE c.role WHEN '' THEN f.size ELSE 0 END)"
        " FROM folder_part p CROSS JOIN file f ON f.folder = p.folder AND f.gone IS NULL"
        " CROSS JOIN placement c ON c.file = f.id WHERE p.part = ? GROUP BY f.folder, c.target",
        (part,),
    )
    pairs = np.fromiter((tuple(row) for row in rows), dtype=_PAIRS)
    new = _new(catalog, part, pairs["target"])
    here, there = old.places(pairs["folder"]), new.places(pairs["target"])
    kept = (here >= 0) & (there >= 0)
    sums = [pairs[name][kept] for name in ("files", "bytes", "items", "item_bytes")]
    return old, new, np.stack([here[kept], there[kept], *sums])


def put_together(part: PartRow, known: tuple[int, str], old: Tree, new: Tree, pairs: Numbers) -> Trees:
    """The trees of a part of the proposal `known`, from what `numbers` gave."""
    here, there, files, size, items, item_size = pairs
    old.fill(here, there, files, size)
    new.fill(there, here, items, item_size)
    return Trees(part, known, old, new)


def _old(catalog: Catalog, part: int) -> Tree:
    rows = catalog.rows(
        "SELECT d.id, d.lo, d.hi FROM folder d JOIN folder_part p ON p.folder = d.id WHERE p.part = ? AND d.gone IS NULL"
        " ORDER BY d.lo",
        (part,),
    )
    found = np.fromiter((tuple(row) for row in rows), dtype=[("id", np.int64), ("lo", np.int64), ("hi", np.int64)])
    return Tree(found["id"], np.searchsorted(found["lo"], found["hi"], "right"))


def _new(catalog: Catalog, part: int, used: Numbers) -> Tree:
    """The targets that the part's files and folders go to, with those between them and the part's top in each library."""
    known = {
        row["id"]: (row["parent"], row["library"], 1 + row["path"].count("/") if row["path"] else 0, row["name"])
        for row in catalog.rows("SELECT id, parent, library, path, name FROM target WHERE present = 1")
    }
    decided = catalog.rows(
        "SELECT DISTINCT x.target FROM decision x JOIN folder_part p ON p.folder = x.folder"
        " WHERE p.part = ? AND x.target IS NOT NULL",
        (part,),
    )
    wanted = {int(target) for target in np.unique(used)} | {row["target"] for row in decided}
    wanted &= known.keys()
    tops: dict[int, int] = {}
    for target in wanted:
        _parent, library, depth, _name = known[target]
        tops[library] = min(depth, tops.get(library, depth))
    below: dict[int | None, list[int]] = {}
    seen = set[int]()
    for target in wanted:
        step: int | None = target
        while step is not None and step not in seen:
            seen.add(step)
            parent, library, depth, _name = known[step]
            above = parent if parent in known and depth > tops[library] else None
            below.setdefault(above, []).append(step)
            step = above
    for children in below.values():
        children.sort(key=lambda target: (names.fold(known[target][3]), known[target][3], target))
    ids, ends = list[int](), dict[int, int]()
    way: list[tuple[int, Iterator[int]]] = [(0, iter(below.get(None, ())))]
    while way:
        folder, children_left = way[-1]
        child = next(children_left, None)
        if child is None:
            ends[folder] = len(ids)
            way.pop()
        else:
            ids.append(child)
            way.append((child, iter(below.get(child, ()))))
    return Tree(np.array(ids, np.int64), np.array([ends[folder] for folder in ids], np.int64))
