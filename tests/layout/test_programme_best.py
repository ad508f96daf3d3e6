"""The programme's sum against trying everything: an evaluation of whole assignments, written from the definition alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from filrydd.layout.programme import structure
from filrydd.layout.programme.branches import forest
from filrydd.layout.programme.homes import Homes
from filrydd.layout.programme.objective import Prices
from filrydd.layout.programme.shape import Old
from filrydd.model.structure import NOT_KNOWN, Weights

KEEP, LIFT, GATHER = "keep", "lift", "gather"
# What each name is: noise or not, and whether it says anything at all.
NAMES = {
    "Anlegg": False,
    "Bilder": False,
    "Bilder av Anlegg": False,
    "Ledelse": False,
    "Et ganske langt navn på en mappe som ingen leser": False,
    "2019": True,
    "Ny mappe": True,
    "Diverse (2)": True,
    "Kart": False,
    "Kart 2019": False,
}
EMPTY = {"Ny mappe", "Diverse (2)"}


@dataclass
class Folder:
    """What the evaluation knows of a folder."""

    old: Old
    parent: int | None
    children: list[int] = field(default_factory=list)
    n: int = 0

    @property
    def step(self) -> bool:
        return self.old.files == 0 and len(self.children) == 1


def tree(olds: Sequence[Old]) -> list[Folder]:
    folders = [Folder(old, old.parent) for old in olds]
    for number in range(len(folders) - 1, -1, -1):
        folder = folders[number]
        folder.n += folder.old.files > 0
        if folder.parent is not None:
            folders[folder.parent].n += folder.n
            folders[folder.parent].children.append(number)
    return folders


def together(before: str, name: str) -> str:
    if not before or f" {before.lower()} " in f" {name.lower()} ":
        return name
    return before + " - " + name


class Trying:
    """One tree, weighed: `points` of an assignment in hundredths, None when it is not allowed."""

    def __init__(self, olds: Sequence[Old], weights: Weights, homes: Mapping[int, str]) -> None:
        self.folders, self.w, self.homes = tree(olds), weights, homes
        self.scattered: set[int] = set()
        every = [[KEEP, LIFT]] * (len(olds) - 1)
        for ways in product(*every):
            self.points(("", *ways), {})
        self.called = self._called()

    def _called(self) -> dict[int, str]:
        names = {number: self.folders[number].old.name for number in self.scattered}

        def doubles(among: Sequence[int]) -> list[int]:
            return [
                one
                for one in among
                if any(
                    one != other
                    and names[one].lower() == names[other].lower()
                    and self.folders[one].old.access == self.folders[other].old.access
                    for other in among
                )
            ]

        up = {number: self.folders[number].parent for number in names}
        directly: dict[int, str] = {}
        left = doubles(sorted(names))
        while left:
            for one in left:
                if up[one]:
                    names[one] = together(self.folders[up[one]].old.name, self.folders[one].old.name)
                directly.setdefault(one, names[one])
                up[one] = self.folders[up[one]].parent if up[one] else None
            left = [one for one in doubles(left) if up[one] is not None]
        names |= {one: directly[one] for one in doubles(sorted(directly))}
        return names

    def points(self, ways: Sequence[str], called: Mapping[int, str]) -> int | None:
        w = self.w
        scopes = levels = length = steps = noise = full = known = clashes = 0
        depth, access, before = [0] * len(ways), [0] * len(ways), [""] * len(ways)
        top = self.folders[0]
        access[0] = top.old.access
        whole, divided = self._full(top, 0)
        if divided is not None and self._sum(*divided) < self._sum(*whole):
            whole = divided
        levels, length, full = whole
        for number, folder in enumerate(self.folders[1:], 1):
            old, above = folder.old, folder.parent
            around, ahead = access[above], before[above]
            if ways[number] == LIFT:
                depth[number], access[number] = depth[above], around
                if folder.step:
                    empty = old.name in EMPTY
                    name = ahead if empty else together(ahead, old.name)
                    if name and len(together(name, self.folders[folder.children[0]].old.name)) > 60:
                        return None
                    before[number] = name
                    known += 25 * folder.n if empty else 0
                    continue
                if ahead or old.files > 1000 or old.access not in (around, NOT_KNOWN):
                    return None
                known += (25 if NAMES[old.name] else 100) * folder.n
                clashes += old.clashes
                continue
            name = together(ahead, old.name)
            own = old.access not in (around, NOT_KNOWN)
            access[number] = old.access if own else around
            depth[number] = depth[above] + 1
            if own and around != NOT_KNOWN:
                self.scattered.add(number)
            if ways[number] == GATHER:
                if not own or around == NOT_KNOWN or old.access not in self.homes or number not in called:
                    return None
                depth[number] = 2
                known += 50 * folder.n
                name = name if ahead else called[number]
                length += (len(self.homes[old.access]) + 1) * folder.n
                own = False
            scopes += own
            length += (len(name) + 1) * folder.n
            steps += folder.step
            noise += NAMES.get(name, False)
            whole, divided = self._full(folder, depth[number])
            if divided is not None and self._sum(*divided) < self._sum(*whole):
                whole = divided
            levels, length, full = levels + whole[0], length + whole[1], full + whole[2]
        return (
            self._sum(levels, length, full)
            + 100 * (scopes * w.scope + steps * w.step + noise * w.noise + clashes * w.clash)
            + known * w.known
        )

    def _sum(self, levels: int, length: int, full: int) -> int:
        return 100 * levels * self.w.level + 10 * length * self.w.length + 100 * full * self.w.full

    def _full(self, folder: Folder, depth: int) -> tuple[tuple[int, int, int], tuple[int, int, int] | None]:
        """Levels, characters and overfull folders for the files of a folder: together, and a folder a year."""

        def deep(at: int) -> int:
            return sum(range(1, at - self.w.levels + 1))

        def over(files: int) -> int:
            return (files - 5000 + 4999) // 5000 if files > 5000 else 0

        files, years = folder.old.files, folder.old.years
        whole = (deep(depth) if files and folder.parent is not None else 0, 0, over(files))
        if files <= 5000 or len(years) < 2:
            return whole, None
        return whole, (len(years) * deep(depth + 1), 5 * len(years), sum(over(count) for _year, count in years))

    def best(self) -> int:
        every = [
            [KEEP, LIFT, GATHER] if number in self.called else [KEEP, LIFT] for number in range(1, len(self.folders))
        ]
        return min(points for ways in product(*every) if (points := self.points(("", *ways), self.called)) is not None)


@st.composite
def small_trees(draw: st.DrawFn) -> list[Old]:
    """Up to eight folders, every one with files in it or below, no two siblings with one name."""
    count = draw(st.integers(1, 8))
    deep = draw(st.booleans())
    parents = [None, *(draw(st.integers(max(0, i - 2) if deep else 0, i - 1)) for i in range(1, count))]
    leaves = set(range(count)) - set(parents)
    taken: set[tuple[int | None, str]] = set()
    olds = []
    for number, parent in enumerate(parents):
        free = sorted(name for name in NAMES if (parent, name) not in taken)
        name = draw(st.sampled_from(free)) if number else ""
        taken.add((parent, name))
        files = draw(st.sampled_from([1, 3, 1001, 7000] if number in leaves else [0, 0, 0, 1, 1001, 7000]))
        years = draw(st.sampled_from([(), ((2019, 3000), (2020, 4000)), ((2001, 1000), (2002, 6000))]))
        olds.append(
            Old(
                number,
                parent,
                name,
                files,
                files * 10,
                20,
                draw(st.sampled_from([0, 0, 1, 2, NOT_KNOWN])),
                draw(st.sampled_from([0, 0, 2])) if files else 0,
                years if files == 7000 else (),
            )
        )
    return olds


weights = st.builds(
    Weights,
    scope=st.sampled_from([0, 10, 200]),
    level=st.sampled_from([0, 12, 90]),
    length=st.sampled_from([0, 2, 11]),
    step=st.sampled_from([0, 30]),
    noise=st.sampled_from([0, 40]),
    full=st.sampled_from([0, 13, 300]),
    known=st.sampled_from([0, 3, 20]),
    clash=st.sampled_from([0, 25]),
    levels=st.integers(0, 4),
)


def subsets(of: Sequence[int]) -> Iterator[frozenset[int]]:
    for mask in product([False, True], repeat=len(of)):
        yield frozenset(one for one, inside in zip(of, mask, strict=True) if inside)


@settings(max_examples=120, deadline=None)
@given(small_trees(), weights, st.data())
def test_the_sum_is_the_best_of_all_assignments_whatever_homes_are_open(
    olds: list[Old], weights: Weights, data: st.DataObject
) -> None:
    homes = Homes(forest(olds, {}, {}, 1).branches, lambda access: f"Felles for {access}", Prices.of(weights))
    opened = data.draw(st.sampled_from(list(subsets(sorted(homes.called)))))
    trying = Trying(olds, weights, {access: f"Felles for {access}" for access in opened})

    assert homes.choose(opened).total == trying.best()


@settings(max_examples=60, deadline=None)
@given(small_trees(), weights)
def test_a_structure_without_homes_has_the_best_sum(olds: list[Old], weights: Weights) -> None:
    computed = structure(olds, weights=weights, forced={}, home_name="Felles for {}".format, words={}, advised=300_000)

    homes = [node for node in computed.nodes if node.parent is not None and not node.folder and not node.name.isdigit()]
    if not homes:
        assert round(computed.additive * 100) == Trying(olds, weights, {}).best()
