"""The tree that the programme looks at: old folders with what persons and the policy said, same-named siblings as one."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from filrydd.layout import problems, reasons
from filrydd.layout.names import mend
from filrydd.layout.programme.asked import Ways, ways
from filrydd.layout.programme.noise import Noise, noise_of
from filrydd.layout.programme.shape import Forced, Old, Problem
from filrydd.model import names
from filrydd.model.structure import NOT_KNOWN, Choice

# More siblings than this that differ only in case are nobody's intention.
MOST_ALIKE = 100


@dataclass(slots=True)
class Branch:
    """One old folder, or several that become one; the first of `olds` gives the name. None of them: a library's own top.

    `parent` is a branch's number, None for the top of a library. `key` is the name as names are compared; `below` counts
    branches with files in this one, itself included. `stays`: somebody's word keeps it where it is; `goes`: somebody wants it
    lifted; `bound`: a person's word holds a folder above it, with all that is in it; `apart`: it is not to become one with a
    sibling; `said`: the reason's word for that. `renamed`: the name is a person's; `worded`: the policy changed a word in it.
    """

    olds: list[Old]
    name: str
    key: str
    parent: int | None
    library: int
    access: int
    files: int = 0
    longest: int = 0
    clashes: int = 0
    years: tuple[tuple[int, int], ...] = ()
    person: bool = False
    noise: Noise = Noise.NONE
    below: int = 0
    children: range = range(0)
    choice: Choice | None = None
    said: str = ""
    stays: bool = False
    bound: bool = False
    goes: bool = False
    apart: bool = False
    renamed: bool = False
    worded: bool = False

    @property
    def is_step(self) -> bool:
        """Whether it is nothing but the way to one other folder."""
        return not self.files and len(self.children) == 1


@dataclass(frozen=True, slots=True)
class Forest:
    """Branches, parents before children, number 0 the part's top. `joined`: the reason's word of old folders whose branch a
    person chose. `empty`: old folders in which nothing is left, with the branch above. `problems`: what could not be obeyed."""

    branches: list[Branch]
    joined: Mapping[int, str]
    empty: list[tuple[int, int]]
    problems: list[Problem]


def said_by(forced: Forced) -> str:
    """The reason's word for what was forced."""
    return reasons.POLICY_SAID if forced.by_policy else reasons.PERSON_SAID


def forest(
    folders: Sequence[Old],
    forced: Mapping[int, Forced],
    words: Mapping[str, str],
    libraries: int,
    *,
    merge: bool = True,
) -> Forest:
    """The branches of one part. Without `merge` siblings stay as they are, whatever their names.

    Raises ValueError when the folders are no tree with one top and parents first, or edits go in a circle.
    """
    way = ways(folders, forced, libraries)
    planting = _Planting(way, forced, _rewriter(words), merge)
    planting.grow()
    place = {old.id: number for number, branch in enumerate(planting.branches) for old in branch.olds}
    empty = []
    for old in folders:
        if old.id not in place:
            above = way.up[old.id]
            while above is not None and above not in place:
                above = way.up[above]
            # Of what was to be the top of a library nothing is left but the part.
            empty.append((old.id, 0 if above is None else place[above]))
    joined = {each: said_by(forced[each]) for each in way.same}
    return Forest(planting.branches, joined, empty, [*way.problems, *planting.problems])


class _Planting:
    """One run: branches in order of their depth, siblings as in `layout.tree`."""

    def __init__(self, way: Ways, forced: Mapping[int, Forced], rewrite: Callable[[str], str], merge: bool) -> None:
        self.way, self.forced, self.rewrite, self.merge = way, forced, rewrite, merge
        self.branches: list[Branch] = []
        self.problems: list[Problem] = []

    def grow(self) -> None:
        way = self.way
        self._add([self._branch(way.top, None, way.base)], None)
        for library, tops in sorted(way.tops.items()):
            below = [top for top in tops if way.below[top]]
            if len(below) == 1:
                self._add([self._branch(below[0], None, library)], None)
            elif below:
                # Several folders share the library: its top is nobody's.
                self.branches.append(Branch([], "", "", None, library, NOT_KNOWN))
                self._add_below(len(self.branches) - 1, below)
        number = 0
        while number < len(self.branches):
            branch = self.branches[number]
            if branch.olds:
                found = [child for old in branch.olds for child in way.children.get(old.id, ()) if way.below[child]]
                self._add_below(number, found)
            number += 1
        for branch in self.branches:
            if branch.parent is not None:
                above = self.branches[branch.parent]
                held = above.parent is not None and above.stays and above.said == reasons.PERSON_SAID
                branch.bound = above.bound or held
        for branch in reversed(self.branches):
            branch.below = bool(branch.files) + sum(self.branches[child].below for child in branch.children)

    def _add_below(self, above: int, folders: list[int]) -> None:
        if not folders:
            return
        library = self.branches[above].library
        made = sorted((self._branch(folder, above, library) for folder in folders), key=_order)
        if self.merge and len(made) > 1:
            made = list(self._merged(made, above))
        self._add(made, above)

    def _add(self, made: list[Branch], above: int | None) -> None:
        if above is not None:
            self.branches[above].children = range(len(self.branches), len(self.branches) + len(made))
        self.branches.extend(made)

    def _branch(self, folder: int, parent: int | None, library: int) -> Branch:
        members = self.way.members(folder)
        first = members[0]
        forced = self.forced.get(folder)
        name = self.rewrite(first.name) if parent is not None else first.name
        worded = name != first.name
        if forced is not None and forced.name:
            name, worded = names.stored(forced.name), False
        branch = Branch(
            members,
            name,
            names.fold(mend(name, folder=True).name) if parent is not None else "",
            parent,
            library,
            first.access,
            first.files,
            first.longest,
            first.clashes,
            first.years if sum(files for _year, files in first.years) == first.files else (),
            person=first.person,
            noise=noise_of(name, person=first.person) if parent is not None else Noise.NONE,
            worded=worded,
        )
        if len(members) > 1:
            _fill(branch)
        if forced is not None:
            branch.choice = forced.choice
            branch.goes = forced.choice is Choice.LIFT and parent is not None
            branch.apart = forced.choice is not None or forced.library is not None
            branch.renamed = bool(forced.name)
            branch.said = "" if folder in self.way.refused else said_by(forced)
            branch.stays = not branch.goes
        if folder in self.way.wanted and not branch.goes:
            branch.stays = True
        return branch

    def _merged(self, made: list[Branch], above: int) -> Iterator[Branch]:
        """The siblings, those with the same name and the same access as one."""
        first: dict[tuple[str, int], Branch] = {}
        for branch in made:
            one = branch if branch.apart else first.setdefault((branch.key, branch.access), branch)
            if one is branch:
                yield branch
                continue
            one.olds += branch.olds
            one.stays |= branch.stays
            one.person |= branch.person
            one.noise = noise_of(one.name, person=one.person)
        alike: dict[str, int] = {}
        for branch in made:
            alike[branch.key] = alike.get(branch.key, 0) + 1
        for branch in first.values():
            if len(branch.olds) > 1:
                _fill(branch)
            if alike[branch.key] > MOST_ALIKE and not self.branches[above].choice:
                top = self.branches[above].olds or branch.olds
                self.problems.append(Problem(problems.ALIKE_BUT_FOR_CASE, top[0].id, branch.name))
                alike[branch.key] = 0


def _fill(branch: Branch) -> None:
    members = branch.olds
    branch.files = sum(old.files for old in members)
    branch.longest = max(old.longest for old in members)
    branch.clashes = sum(old.clashes for old in members)
    years: dict[int, int] = {}
    for old in members:
        for year, files in old.years:
            years[year] = years.get(year, 0) + files
    # Files whose year nobody told would have no place in a folder a year.
    branch.years = tuple(sorted(years.items())) if sum(years.values()) == branch.files else ()


def _order(branch: Branch) -> tuple[bool, str, str, int]:
    return not branch.renamed, names.fold(branch.name), branch.name, branch.olds[0].id


def _rewriter(words: Mapping[str, str]) -> Callable[[str], str]:
    """What writes the policy's words instead of others in a stored name; a name of which nothing would be left stays."""
    instead = {names.fold(word): names.stored(better) for word, better in words.items() if word.strip()}
    if not instead:
        return lambda name: name
    alternatives = "|".join(re.escape(word) for word in sorted(instead, key=lambda word: (-len(word), word)))
    whole = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")

    def rewrite(name: str) -> str:
        folded = names.fold(name)
        if len(folded) != len(name) or not whole.search(folded):
            return name
        pieces, last = [], 0
        for found in whole.finditer(folded):
            pieces += [name[last : found.start()], instead[found[0]]]
            last = found.end()
        return "".join([*pieces, name[last:]]).strip() or name

    return rewrite
