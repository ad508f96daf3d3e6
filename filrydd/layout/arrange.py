"""The new folders: one for each old folder that has something to move, with names and paths that SharePoint takes.

The old structure is kept where it fits. Where a folder's path with its longest file name exceeds the room, first the long
folder names on the way are shortened, then the folder is lifted, with all that is in it, just as far up as it must be.

The result depends on the folders alone, not on the order in which siblings come. Time grows with the number of folders.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from filrydd.layout import rules
from filrydd.layout.names import LEAST_ROOM, LONGEST_NAME, Mask, fit, length, mend
from filrydd.layout.tree import OldFolder, Tree
from filrydd.layout.unique import Taken

# Folder names up to this length are left alone, and longer ones are shortened to it, when a path is too long.
SHORT_NAME = 40
# Below this not even a folder at the top with a short name would leave its files LEAST_ROOM.
LEAST_PATH = 2 * SHORT_NAME + 20


@dataclass(frozen=True, slots=True)
class Target:
    """One new folder: for the old `folder`, in the new folder of old folder `parent`, with the words for what changed.

    The old top has parent None and the empty name: it is the arrangement's own top, not a folder to be made.
    """

    folder: int
    parent: int | None
    name: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """For people: the old path (stored form, relative to the old top), what was done (`layout.rules`), the new name."""

    folder: int
    path: str
    rule: str
    name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A folder for which nothing helped: its longest file names must be shortened too (`files.place` does)."""

    kind: str
    folder: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Targets with parents before children, the changes in the same order, and what could not be solved."""

    targets: tuple[Target, ...]
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


def arrange(
    folders: Iterable[OldFolder], *, room: int, reserved: Collection[str] = (), mask: Mask | None = None
) -> Arrangement:
    """Arrange old folders, given parents first and with one top, below one new top.

    `room`: code units (`names.length`) for a path below the new top, slashes included, the file's name too: 400 less
    what precedes it. Every folder with moves gets a target, and so does each folder above it that still holds something.
    Siblings differ folded, and from the `reserved` names at the top. `mask` as in `names.mend`. But for the folders in
    `problems`, each leaves its files as much room as the longest needs, and at least LEAST_ROOM. Raises ValueError when
    room is under LEAST_PATH or the folders are no tree.
    """
    if room < LEAST_PATH:
        raise ValueError(f"{room} characters are no room for paths; {LEAST_PATH} are the least")
    tree = Tree.of_moving(folders)
    if not tree.folders:
        return Arrangement((), (), ())
    return _Arranging(tree, room, reserved, mask).result()


class _Arranging:
    """One run. Folders are indices into `tree`: a parent's is less than its children's, in the new structure too."""

    def __init__(self, tree: Tree, room: int, reserved: Collection[str], mask: Mask | None) -> None:
        self.tree = tree
        self.room = room
        self.reserved = reserved
        self.mask = mask
        self.parent = list(tree.parent)  # in the new structure
        self.rules: list[tuple[str, ...]] = [()] * len(tree.folders)
        self.names = [""] * len(tree.folders)
        self.lengths = [0] * len(tree.folders)  # of the new path
        self.taken: dict[int, Taken] = {}
        self.problems: list[Problem] = []

    def result(self) -> Arrangement:
        self._name()
        self._measure()
        if long := self._long_on_the_way():
            self._shorten(long)
        self._lift()
        used = self._in_use()
        return Arrangement(
            tuple(self._target(i) for i in used),
            tuple(change for i in used if self.rules[i] for change in self._changes(i)),
            tuple(self.problems),
        )

    def _changes(self, i: int) -> list[Change]:
        path = self.tree.path(i)
        return [Change(self.tree.folders[i].id, path, rule, self.names[i]) for rule in self.rules[i]]

    def _target(self, i: int) -> Target:
        above = None if i == 0 else self.tree.folders[self.parent[i]].id
        return Target(self.tree.folders[i].id, above, self.names[i], self.rules[i])

    def _name(self) -> None:
        for i in range(1, len(self.tree.folders)):
            mended = mend(self.tree.folders[i].name, folder=True, top=self.parent[i] == 0, mask=self.mask)
            self.names[i], self.rules[i] = mended.name, mended.rules
        for parent, children in enumerate(self.tree.children):
            self._tell_apart(parent, children, LONGEST_NAME)

    def _tell_apart(self, parent: int, children: Sequence[int], most: int) -> None:
        """Give children the names they want, or a number with it; a name that is unchanged comes first."""
        taken = Taken(() if parent else self.reserved)
        for i in sorted(children, key=lambda i: (bool(self.rules[i]), i)):
            name = taken.take(self.names[i], most, folder=True, top=parent == 0)
            if name != self.names[i]:
                self.names[i] = name
                self.rules[i] = tuple(dict.fromkeys((*self.rules[i], rules.SAME_NAME)))

    def _measure(self) -> None:
        for i in range(1, len(self.parent)):
            self.lengths[i] = self._path_length(self.parent[i], self.names[i])

    def _path_length(self, parent: int, name: str) -> int:
        return self.lengths[parent] + (1 if parent else 0) + length(name)

    def _needs(self, i: int) -> int:
        """Room that the folder's own files need below it."""
        return max(self.tree.folders[i].longest, LEAST_ROOM) + (1 if i else 0)

    def _long_on_the_way(self) -> set[int]:
        """The folders with long names on the way to any folder that does not fit."""
        way: set[int] = set()
        for i, folder in enumerate(self.tree.folders):
            if folder.moves and self.lengths[i] + self._needs(i) > self.room:
                while i and i not in way:
                    way.add(i)
                    i = self.parent[i]
        return {i for i in way if length(self.names[i]) > SHORT_NAME}

    def _shorten(self, long: set[int]) -> None:
        for parent in {self.parent[i] for i in long}:
            children = self.tree.children[parent]
            taken = Taken(self.names[i] for i in children if i not in long)
            for name in () if parent else self.reserved:
                taken.claim(name)
            for i in children:
                if i in long:
                    short = fit(self.names[i], SHORT_NAME, folder=True, top=parent == 0)
                    self.names[i] = taken.take(short, SHORT_NAME, folder=True, top=parent == 0)
                    self.rules[i] = (*self.rules[i], rules.SHORTENED)
        self._measure()

    def _lift(self) -> None:
        """Lift, from the top down, each folder in which nothing fits where it is, if that helps."""
        segments = list(self.names)
        least = self._least_below()
        if self.tree.folders[0].moves and least[0] > self.room:
            self.problems.append(Problem(rules.PATH_TOO_LONG, self.tree.folders[0].id))
        for i in range(1, len(self.parent)):
            old = self.parent[i]
            self.lengths[i] = self._path_length(old, segments[i])
            if self.lengths[i] + least[i] <= self.room:
                continue
            both = mend(f"{segments[old]} - {segments[i]}", folder=True).name if old else segments[i]
            fits = length(segments[i]) + least[i] <= self.room
            if fits and old and not (self._move(i, both, least[i]) or self._move(i, segments[i], least[i])):
                fits = False
            if not fits and self.tree.folders[i].moves:
                self.problems.append(Problem(rules.PATH_TOO_LONG, self.tree.folders[i].id))
                if old:
                    short = fit(mend(segments[i], folder=True, top=True).name, SHORT_NAME, folder=True, top=True)
                    self._put(i, 0, self._siblings(0).take(short, SHORT_NAME, folder=True, top=True))

    def _least_below(self) -> list[int]:
        """For each folder the room that it must have below it: for its own files, else for what needs least in it."""
        least = [0] * len(self.parent)
        for i in range(len(self.parent) - 1, -1, -1):
            if self.tree.folders[i].moves:
                least[i] = self._needs(i)
            else:
                least[i] = (1 if i else 0) + min(length(self.names[c]) + least[c] for c in self.tree.children[i])
        return least

    def _move(self, i: int, name: str, least: int) -> bool:
        """Lift folder `i` to the lowest new folder above its own where it fits under that name; whether there is one."""
        above = self.parent[i]
        while above:
            above = self.parent[above]
            if self._path_length(above, name) + least > self.room:
                continue
            wish = mend(name, folder=True, top=above == 0).name
            free = self._siblings(above).take(wish, LONGEST_NAME, folder=True, top=above == 0)
            if self._path_length(above, free) + least <= self.room:
                self._put(i, above, free)
                return True
        return False

    def _siblings(self, parent: int) -> Taken:
        """The names in a new folder, those of folders that were lifted out of it included."""
        if parent not in self.taken:
            kept = () if parent else self.reserved
            self.taken[parent] = Taken((*kept, *(self.names[i] for i in self.tree.children[parent])))
        return self.taken[parent]

    def _put(self, i: int, parent: int, name: str) -> None:
        self.parent[i], self.names[i] = parent, name
        self.lengths[i] = self._path_length(parent, name)
        self.rules[i] = (*self.rules[i], rules.LIFTED)

    def _in_use(self) -> list[int]:
        """The folders that hold something in the new structure, parents first: one that all was lifted out of is gone."""
        used = [bool(folder.moves) for folder in self.tree.folders]
        for i in range(len(used) - 1, 0, -1):
            if used[i]:
                used[self.parent[i]] = True
        return [i for i, holds in enumerate(used) if holds]
