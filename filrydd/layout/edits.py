"""What people said of the structure, found again in the folders of the moment.

An edit names paths, so it outlives scans and proposals; here each is looked up, and what cannot be done is told apart from
what is done. Pure: who knows the folders is asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from filrydd.layout.problems import EDIT_ACROSS, EDIT_CIRCLE, EDIT_CONTRADICTS, EDIT_GONE
from filrydd.layout.programme.shape import Forced, Problem
from filrydd.model import names
from filrydd.model.structure import Choice, Edit, What

CHOICES = {
    What.KEEP: Choice.KEEP,
    What.LIFT: Choice.LIFT,
    What.SPLIT: Choice.SPLIT,
    What.LIBRARY: Choice.LIBRARY,
    What.RESTRICT: Choice.RESTRICT,
}
"""The edits of one kind that say what becomes of a folder."""
OF_PRINCIPALS = frozenset({What.STANDS_FOR, What.LEAVE_OUT})
"""The edits whose path is a security identifier."""
BY_NAME = frozenset({What.OPEN, *OF_PRINCIPALS})
"""The edits that let somebody in or shut somebody out: they need a name and a note."""
OF_TWO_FOLDERS = frozenset({What.MOVE, What.MERGE, What.OPEN})
"""The edits whose value is the path of another folder."""

# A merged folder is none of its own, nor is a lifted one: there is nothing to name, to move or to divide. The top of a
# library lies below no other folder.
_CONTRADICT = frozenset(
    frozenset(pair)
    for pair in (
        (What.MERGE, What.MOVE),
        (What.MERGE, What.RENAME),
        (What.MERGE, What.LIFT),
        (What.MERGE, What.SPLIT),
        (What.MERGE, What.LIBRARY),
        (What.MERGE, What.RESTRICT),
        (What.LIFT, What.MOVE),
        (What.LIFT, What.RENAME),
        (What.LIBRARY, What.MOVE),
        (What.STANDS_FOR, What.LEAVE_OUT),
    )
)


@dataclass(slots=True)
class Resolved:
    """What is to be done. `forced`, `opened` (folder -> the folder whose access it gets) and `libraries` (folder -> the name of
    the library that it becomes) are by number of the old folder, `stands_for` and `left_out` by security identifier."""

    forced: dict[int, Forced] = field(default_factory=dict)
    opened: dict[int, int] = field(default_factory=dict)
    stands_for: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    libraries: dict[int, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


Key: TypeAlias = int | str
"""A folder that is there by its number, one that is gone by its path, a principal by its identifier."""


@dataclass(frozen=True, slots=True)
class _Found:
    """An edit in force: `order` among all, what it is `about`, and what its value names (for edits of two folders)."""

    order: int
    edit: Edit
    about: Key
    other: Key = ""


def kind(what: What) -> str:
    """What a later edit must be of the same of, to take an earlier one's place: choices are of one kind, others of their own."""
    return "choice" if what in CHOICES else what.value


def outweighs(later: What, earlier: What) -> bool:
    """Whether of two edits about one path only the later can be done."""
    return (
        kind(later) == kind(earlier) or {later, earlier} == {What.KEEP, What.MERGE} or {later, earlier} in _CONTRADICT
    )


def told(edit: Edit) -> str:
    """An edit in short, as it stands in a problem: stored words and paths, in no language."""
    return f"{edit.what}: {edit.path or '/'}" + (f" -> {edit.value}" if edit.value else "")


def resolve(
    edits: Sequence[Edit],
    find: Callable[[str], int | None],
    part_of: Callable[[int], str],
    parent_of: Callable[[int], int | None],
) -> Resolved:
    """Look up the edits, the oldest first: `find` knows the present folder at a path, `part_of` its part, `parent_of` the one
    above it (None: the area's top).

    A later edit of the same kind about the same path takes an earlier one's place, and so do KEEP and MERGE each other's. An
    empty new name and a move into the folder's own parent take back what was said before. What has a problem is not done: a
    folder that is gone, a move into another part, the earlier of two that contradict each other, and the last one that closes
    a circle. A circle counts also if another edit opens it again: so no folder that comes or goes changes what becomes of
    edits of others.
    """
    resolving = _Resolving(find, part_of, parent_of)
    for one in resolving.possible(resolving.without_circles(resolving.agreeing(resolving.latest(edits)))):
        _apply(resolving.resolved, one)
    resolving.resolved.problems = [problem for _order, problem in sorted(resolving.problems, key=lambda x: x[0])]
    return resolving.resolved


class _Resolving:
    def __init__(
        self,
        find: Callable[[str], int | None],
        part_of: Callable[[int], str],
        parent_of: Callable[[int], int | None],
    ) -> None:
        self._find, self._part_of, self._parent_of = find, part_of, parent_of
        self.resolved = Resolved()
        self.problems: list[tuple[int, Problem]] = []

    def latest(self, edits: Sequence[Edit]) -> list[_Found]:
        """The edits that no later one takes the place of, without those that only take back."""
        last: dict[tuple[str, Key], _Found] = {}
        for order, edit in enumerate(edits):
            about = edit.path if edit.what in OF_PRINCIPALS else self._key(edit.path)
            other = self._key(edit.value) if edit.what in OF_TWO_FOLDERS else ""
            last[kind(edit.what), about] = _Found(order, edit, about, other)
            if edit.what is What.KEEP:
                last.pop((kind(What.MERGE), about), None)
            elif edit.what is What.MERGE:
                chosen = last.get((kind(What.KEEP), about))
                if chosen and chosen.edit.what is What.KEEP:
                    del last[kind(What.KEEP), about]
        return sorted((one for one in last.values() if not self._takes_back(one)), key=lambda one: one.order)

    def agreeing(self, found: Sequence[_Found]) -> list[_Found]:
        """Those that no later one about the same folder or principal contradicts."""
        kept: dict[Key, list[_Found]] = {}
        for one in reversed(found):
            others = kept.setdefault(one.about, [])
            against = next((other for other in others if {one.edit.what, other.edit.what} in _CONTRADICT), None)
            if against is None:
                others.append(one)
            else:
                self._refuse(one, EDIT_CONTRADICTS, against.edit)
        return sorted((one for others in kept.values() for one in others), key=lambda one: one.order)

    def without_circles(self, found: Iterable[_Found]) -> list[_Found]:
        """Those by which no folder comes to lie in itself, the oldest tried first.

        Every folder has two ways up, by what is said and as it lies: if one edit cannot be done, the others still can.
        """
        kept: list[_Found] = []
        said: dict[Key, Key] = {}  # a folder that is merged is not moved: that contradicts
        for one in found:
            if one.edit.what in (What.MOVE, What.MERGE):
                if self._leads_to(one.other, one.about, said):
                    self._refuse(one, EDIT_CIRCLE)
                    continue
                said[one.about] = one.other
            kept.append(one)
        return kept

    def possible(self, found: Iterable[_Found]) -> Iterator[_Found]:
        """Those whose folders are there, in one part."""
        for one in found:
            if one.edit.what in OF_PRINCIPALS:
                yield one
            elif isinstance(one.about, str) or (one.edit.what in OF_TWO_FOLDERS and isinstance(one.other, str)):
                self._refuse(one, EDIT_GONE)
            elif one.edit.what in (What.MOVE, What.MERGE) and not self._in_one_part(one):
                self._refuse(one, EDIT_ACROSS)
            else:
                yield one

    def _key(self, path: str) -> Key:
        return self._find(path) or path

    def _above(self, key: Key) -> Key | None:
        if isinstance(key, int):
            return self._parent_of(key)
        return self._key(names.split(key)[0]) if key else None

    def _takes_back(self, one: _Found) -> bool:
        match one.edit.what:
            case What.RENAME | What.STANDS_FOR:
                return not one.edit.value
            case What.MOVE:
                return one.other == self._above(one.about)
            case What.OPEN:
                return one.other == one.about
            case _:
                return False

    def _leads_to(self, start: Key, end: Key, said: Mapping[Key, Key]) -> bool:
        """Whether a way up from `start`, by what is said or as folders lie, comes to `end`."""
        met, left = set[Key](), [start]
        while left:
            step = left.pop()
            if step == end:
                return True
            if step not in met:
                met.add(step)
                left += [above for above in (said.get(step), self._above(step)) if above is not None]
        return False

    def _in_one_part(self, one: _Found) -> bool:
        about, other = one.about, one.other
        return isinstance(about, int) and isinstance(other, int) and self._part_of(about) == self._part_of(other)

    def _refuse(self, one: _Found, problem: str, *against: Edit) -> None:
        """Say so, for the nearest folder that is there, at or above the edit's path."""
        step: Key | None = self._key("") if one.edit.what in OF_PRINCIPALS else one.about
        while isinstance(step, str):
            step = self._above(step)
        detail = "; ".join(told(edit) for edit in (one.edit, *against))
        self.problems.append((one.order, Problem(problem, step or 0, detail)))


def _apply(resolved: Resolved, one: _Found) -> None:
    what, path, value = one.edit.what, one.edit.path, one.edit.value
    if what is What.STANDS_FOR:
        resolved.stands_for[path] = value
    elif what is What.LEAVE_OUT:
        resolved.left_out.add(path)
    elif isinstance(one.about, int):
        folder, other = one.about, one.other if isinstance(one.other, int) else 0
        before = resolved.forced.get(folder, Forced())
        match what:
            case What.OPEN:
                resolved.opened[folder] = other
            case What.RENAME:
                resolved.forced[folder] = replace(before, name=value)
            case What.MOVE:
                resolved.forced[folder] = replace(before, below=other)
            case What.MERGE:
                resolved.forced[folder] = replace(before, into=other)
            case _:
                resolved.forced[folder] = replace(before, choice=CHOICES[what])
                if what is What.LIBRARY:
                    resolved.libraries[folder] = value or names.split(path)[1]
