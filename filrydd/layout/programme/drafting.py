"""New folders from choices: what each branch's way makes of it, same-named neighbours as one, nothing that would be empty."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from filrydd.layout.names import mend
from filrydd.layout.programme.branches import Branch
from filrydd.layout.programme.choosing import Choices, Way
from filrydd.layout.programme.homes import Homes
from filrydd.layout.programme.joining import joined
from filrydd.layout.programme.objective import Place, cost
from filrydd.layout.programme.shape import Node, Objective
from filrydd.layout.programme.standings import lifting, may_join, may_lift, says_little
from filrydd.model.names import fold
from filrydd.model.structure import NOT_KNOWN


@dataclass(slots=True)
class New:
    """A new folder under construction. `branch` is None for a home or a year; `weight`: branches whose files lie in it."""

    parent: int | None
    name: str
    library: int
    access: int
    branch: int | None
    year: bool = False
    files: int = 0
    longest: int = 0
    weight: int = 0


@dataclass(slots=True)
class Draft:
    """New folders, and for each branch where it came to lie.

    `lies`: the new folder that has the branch's files, or had them but for `years` (branch -> year -> new folder). `joined`:
    branches whose folder became one with a neighbour. `refused`: branches that somebody wanted lifted and that cannot be.
    """

    nodes: list[New] = field(default_factory=list)
    lies: list[int] = field(default_factory=list)
    years: dict[int, dict[int, int]] = field(default_factory=dict)
    joined: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)

    def places(self, branches: Sequence[Branch]) -> list[Place]:
        """The new folders, to be judged."""
        found = []
        for node in self.nodes:
            branch = None if node.branch is None else branches[node.branch]
            noise = branch is not None and says_little(branch, node.name)
            found.append(Place(node.parent, node.name, node.access, node.files, node.weight, noise, int(node.year)))
        return found

    def shape(self, branches: Sequence[Branch]) -> tuple[Node, ...]:
        """The new folders as the structure tells them."""
        return tuple(
            Node(
                node.parent,
                node.name,
                node.library,
                node.access,
                0 if node.branch is None or not branches[node.branch].olds else branches[node.branch].olds[0].id,
                node.files,
                node.longest,
            )
            for node in self.nodes
        )


def objective(draft: Draft, branches: Sequence[Branch], choices: Choices, levels: int) -> Objective:
    """What the draft costs, judged as it lies; only what was lost on the way comes from the choices."""
    known = clashes = 0
    for number, branch in enumerate(branches):
        if choices.ways[number] == Way.LIFT and number not in draft.refused:
            known += lifting(branch) * branch.below
            clashes += branch.clashes
        elif choices.ways[number] == Way.GATHER:
            known += 50 * branch.below
    return cost(draft.places(branches), levels, known=known, clashes=clashes)


def draft(branches: Sequence[Branch], choices: Choices, homes: Homes, *, merge: bool = True) -> Draft:
    """The new folders. Without `merge` neighbours with one name stay two."""
    return _Drafting(branches, choices, homes, merge).result()


class _Drafting:
    """One run. Numbers of nodes and of branches both have parents first."""

    def __init__(self, branches: Sequence[Branch], choices: Choices, homes: Homes, merge: bool) -> None:
        self.branches, self.choices, self.homes, self.merge = branches, choices, homes, merge
        self.made = Draft()
        self.inside: list[int] = []  # for each node the access class that holds in it
        self.same: dict[int, int] = {}  # node -> the one that it became one with
        self.named: dict[tuple[int, str, int], int] = {}

    def result(self) -> Draft:
        self._stand()
        if self.merge:
            self._merge()
        self._lay()
        self._drop_empty()
        return self.made

    def _stand(self) -> None:
        """A node for each branch that has one, where its way puts it."""
        lies, before, home = self.made.lies, dict[int, str](), dict[int, int]()
        for number, branch in enumerate(self.branches):
            if branch.parent is None:
                lies.append(self._add(None, "", branch.library, branch.access, number))
                continue
            above, ahead = lies[branch.parent], before.get(branch.parent, "")
            way = self.choices.ways[number]
            if branch.goes and not (way == Way.LIFT and may_lift(branch, self.inside[above])):
                self.made.refused.add(number)
                way = Way.KEEP
            if way == Way.LIFT:
                lies.append(above)
                if branch.is_step and not branch.goes:
                    before[number] = may_join(branch, self.branches[branch.children[0]], ahead) or ""
            elif way == Way.GATHER:
                if branch.access not in home:
                    home[branch.access] = self._add(
                        0, self.homes.called[branch.access], branch.library, branch.access, None
                    )
                name = self.homes.name(number, ahead)
                lies.append(self._add(home[branch.access], name, branch.library, branch.access, number))
            else:
                lies.append(self._add(above, joined(ahead, branch.name), branch.library, branch.access, number))

    def _add(self, parent: int | None, name: str, library: int, access: int, branch: int | None) -> int:
        known = access if access != NOT_KNOWN or parent is None else self.inside[parent]
        self.made.nodes.append(New(parent, name, library, access, branch))
        self.inside.append(known)
        return len(self.inside) - 1

    def _merge(self) -> None:
        """Make one of neighbours with the same name and access, from the top down."""
        for number, node in enumerate(self.made.nodes):
            if node.parent is None:
                continue
            node.parent = self.same.get(node.parent, node.parent)
            if node.branch is not None and self.branches[node.branch].apart:
                continue
            one = self.named.setdefault((node.parent, self._key(node), node.access), number)
            if one != number:
                self.same[number] = one
                if node.branch is not None:
                    self.made.joined.add(node.branch)
                    if self.branches[node.branch].renamed:
                        self.made.nodes[one].name = node.name
        self.made.lies = [self.same.get(node, node) for node in self.made.lies]

    def _key(self, node: New) -> str:
        if node.branch is not None and node.name == self.branches[node.branch].name:
            return self.branches[node.branch].key
        return fold(mend(node.name, folder=True).name)

    def _lay(self) -> None:
        """Lay the files: in the node, or in its folders a year as far as their years are known."""
        nodes, lies = self.made.nodes, self.made.lies
        divided = {lies[number] for number in self.choices.divided if self.choices.ways[number] != Way.LIFT}
        for number, branch in enumerate(self.branches):
            if not branch.files:
                continue
            node = lies[number]
            nodes[node].weight += 1
            if node in divided and branch.years:
                for year, files in branch.years:
                    at = self._year(node, year)
                    self.made.years.setdefault(number, {})[year] = at
                    _put(nodes[at], files, branch.longest)
            else:
                _put(nodes[node], branch.files, branch.longest)

    def _year(self, node: int, year: int) -> int:
        key = (node, str(year), self.made.nodes[node].access)
        if key not in self.named:
            above = self.made.nodes[node]
            self.named[key] = self._add(node, str(year), above.library, above.access, None)
            self.made.nodes[-1].year = True
        return self.named[key]

    def _drop_empty(self) -> None:
        """Leave out what holds nothing, and number the rest anew; the part's top stays."""
        nodes = self.made.nodes
        holds = [bool(node.files) for node in nodes]
        for number in range(len(nodes) - 1, 0, -1):
            above = nodes[number].parent
            if holds[number] and above is not None:
                holds[above] = True
        holds[0] = True
        place: list[int] = []
        kept: list[New] = []
        for number, node in enumerate(nodes):
            above = None if node.parent is None else place[node.parent]
            if holds[number]:
                place.append(len(kept))
                node.parent = above
                kept.append(node)
            else:
                place.append(0 if above is None else above)
        self.made.nodes = kept
        self.made.lies = [place[node] for node in self.made.lies]
        self.made.years = {
            number: {year: place[node] for year, node in of_branch.items()}
            for number, of_branch in self.made.years.items()
        }


def _put(node: New, files: int, longest: int) -> None:
    node.files += files
    node.longest = max(node.longest, longest)
