"""From computed structures to new folders with addresses: names that fit, numbers that last, and who can open what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from filrydd.catalog.staging import Addresses, NewDecision, NewTarget
from filrydd.layout import problems
from filrydd.layout.arrange import LEAST_PATH, arrange
from filrydd.layout.programme.shape import Decision, Node, Problem, Structure
from filrydd.layout.tree import OldFolder
from filrydd.model import names
from filrydd.model.structure import NOT_KNOWN
from filrydd.stages.propose.parts import Shelves


class Placing:
    """Gives the structures of one area's parts their addresses, the outer parts first.

    `tops` are `parts.new_tops`, `scope_of` makes the number of the scope for an access class, `mask` takes identity numbers out
    of names. Afterwards `targets` has parents before children.
    """

    def __init__(
        self,
        shelves: Shelves,
        addresses: Addresses,
        tops: Mapping[str, str],
        scope_of: Callable[[int], int],
        mask: Callable[[str], str],
    ) -> None:
        self._shelves, self._addresses, self._tops = shelves, addresses, tops
        self._scope_of, self._mask = scope_of, mask
        self._made: dict[int, NewTarget] = {}
        self._access: dict[int, int] = {}  # target -> the access class that holds there
        self._shelf: dict[int, int] = {}  # target -> its library's place on the shelves
        self.decisions: list[NewDecision] = []
        self.problems: list[Problem] = []

    @property
    def targets(self) -> list[NewTarget]:
        return list(self._made.values())

    def names_below(self) -> dict[int, list[str]]:
        """The names of the folders in each target."""
        found: dict[int, list[str]] = {}
        for target in self._made.values():
            if target.parent is not None:
                found.setdefault(target.parent, []).append(target.name)
        return found

    def rooms(self) -> dict[int, int]:
        """Code units that each target's address leaves for the names of files."""
        return {number: self._shelves.room(self._shelf[number], target.path) for number, target in self._made.items()}

    def place(self, part: str, structure: Structure) -> None:
        """Place one part's structure."""
        target_of: dict[int, int] = {}
        for shelf in sorted({node.library for node in structure.nodes}):
            self._place_in(shelf, part, structure.nodes, target_of)
        self.decisions.extend(_decided(decision, target_of) for decision in structure.decisions)
        self.problems.extend(structure.problems)

    def _place_in(self, shelf: int, part: str, nodes: Sequence[Node], target_of: dict[int, int]) -> None:
        here = {number: node for number, node in enumerate(nodes) if node.library == shelf}
        prefix = "/".join(x for x in (names.tidy_path(self._shelves.libraries[shelf].folder), self._tops[part]) if x)
        arranged = arrange(
            (OldFolder(number, node.parent, node.name, node.files, node.longest) for number, node in here.items()),
            room=max(self._shelves.room(shelf, prefix), LEAST_PATH),
            # The tops of other parts lie beside what is in the outermost one's.
            reserved=() if self._tops[part] else [top for top in self._tops.values() if top],
            mask=self._mask,
        )
        self.problems.extend(
            Problem(problem.kind, nodes[problem.folder].folder, names.join(prefix, nodes[problem.folder].name))
            for problem in arranged.problems
        )
        for target in arranged.targets:
            node = nodes[target.folder]
            if target.parent is None:
                target_of[target.folder] = self._open_top(shelf, prefix, node)
            else:
                above = target_of[target.parent]
                target_of[target.folder] = self._make(shelf, above, target.name, node.access, target.rules)

    def _open_top(self, shelf: int, prefix: str, node: Node) -> int:
        """The part's top in a library, with the folders down to it, which other parts may need too."""
        number = self._addresses.number(self._shelves.numbers[shelf], "")
        if number not in self._made:
            self._add(shelf, NewTarget(number, self._shelves.numbers[shelf], None, "", "", None, ()), NOT_KNOWN)
        for segment in prefix.split("/") if prefix else ():
            number = self._make(shelf, number, segment, NOT_KNOWN, ())
        if node.access in (NOT_KNOWN, self._access[number]):
            return number
        if not prefix:
            self.problems.append(Problem(problems.AT_THE_ROOT, node.folder, self._shelves.libraries[shelf].name))
        self._made[number] = replace(self._made[number], scope=self._scope_of(node.access))
        self._access[number] = node.access
        return number

    def _make(self, shelf: int, above: int, name: str, access: int, rules: Sequence[str]) -> int:
        library = self._shelves.numbers[shelf]
        path = names.join(self._made[above].path, name)
        number = self._addresses.number(library, path)
        if number not in self._made:
            inherited = self._access[above]
            own = access not in (NOT_KNOWN, inherited)
            scope = self._scope_of(access) if own else None
            target = NewTarget(number, library, above, name, path, scope, rules)
            self._add(shelf, target, access if own else inherited)
        return number

    def _add(self, shelf: int, target: NewTarget, access: int) -> None:
        self._made[target.id] = target
        self._access[target.id] = access
        self._shelf[target.id] = shelf


def _decided(decision: Decision, target_of: Mapping[int, int]) -> NewDecision:
    years = [(year, target_of[node]) for year, node in sorted(decision.years.items())]
    target = None if decision.node is None else target_of.get(decision.node)
    return NewDecision(decision.folder, decision.choice, decision.why, target, years)
