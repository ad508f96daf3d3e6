"""The groups of a part, each small enough or alike enough for one answer, and never more than a busy person can read.

It begins with one group for each rule, over the whole part. Then the group that helps most is divided: the fullest of the folders
in it become groups of their own, what destroys documents and what is risky in places before all else. It ends when every
group is small, or at sixty groups, or where much is at risk at `MOST`; what then is still too large to see through stays
together under its rule and is marked `coarse`. Versions of a document, and copies, are groups of their own.

Ties are decided by paths and wordings, so that the same area has the same groups in whatever order it was scanned. Groups of
the preparation before (`Given.earlier`) stay: only what is new, or was not a group yet, is divided anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from filrydd.model.rule import Fate
from filrydd.portions import risk as risks
from filrydd.portions.given import Cell, Given, Member, Together
from filrydd.portions.piles import MOST, Forming, Pile, by_rule, pile_of
from filrydd.portions.sums import Sums, of_file

_SETS_EACH = 15


@dataclass(slots=True)
class Group:
    """Files of a part that one answer is asked for. `folder` is the one that all of them lie in or under, `path` its path;
    `rules` the policy's own rules, that of most files first; `fate` what is suggested; `risks` words of `risk`."""

    key: str
    kind: Literal["folder", "chain", "copies", "rule"]
    folder: int
    path: str
    rules: tuple[int, ...]
    wording: str
    fate: Literal["move", "destroy", "hold", "mixed"]
    sums: Sums
    cells: list[Cell] = field(default_factory=list)
    members: tuple[Member, ...] = ()
    stays: bool = False
    coarse: bool = False
    risk: int = 0
    risks: tuple[str, ...] = ()


def form(given: Given) -> list[Group]:
    """The groups, in no order. Every file of every cell is in exactly one."""
    cells = sorted(given.cells, key=lambda cell: given.folders[cell.folder].lo)
    sets = _sets(given)
    cells = _taken_out(cells, sets)
    stays = [cell for cell in cells if _stays(given, cell)]
    asked = [cell for cell in cells if not _stays(given, cell)]
    files = sum(cell.sums.files for cell in asked) + sum(len(one.members) for one in sets)
    forming = Forming(given, files, MOST - len(sets))
    forming.begin(asked)
    forming.divide()
    groups = [_group(given, pile, files) for pile in forming.piles.values()]
    groups += [_set_group(given, one, files) for one in sets]
    for number, some in by_rule(stays).items():
        pile = pile_of(f"stays:{number}", given.top, (given.sayings[number],), some, whole=True)
        groups.append(_group(given, pile, files, stays=True))
    return groups


def _stays(given: Given, cell: Cell) -> bool:
    saying = given.sayings[cell.rule]
    # What is somebody's own, and is kept, is the owner's to decide.
    return saying.stays or (cell.private and saying.fate is Fate.HOLD)


def _sets(given: Given) -> list[Together]:
    """The chains and copies that are groups of their own: the largest, or those that were before. No file is in two."""
    found: list[Together] = []
    seen: set[int] = set()
    count = dict.fromkeys(("chain", "copies"), 0)
    for one in sorted(given.together, key=lambda together: together.kind):
        members = tuple(member for member in one.members if member.file not in seen)
        fits = one.key in given.earlier if given.earlier else count[one.kind] < _SETS_EACH
        if fits and len(members) > 1:
            count[one.kind] += 1
            seen.update(member.file for member in members)
            found.append(Together(one.kind, one.key, members))
    return found


def _taken_out(cells: Iterable[Cell], sets: Sequence[Together]) -> list[Cell]:
    """The cells without the files that are in sets."""
    taken: dict[tuple[int, int], Sums] = {}
    for member in (member for one in sets for member in one.members):
        taken.setdefault((member.folder, member.rule), Sums()).add(of_file(member.file, member.size, member.modified))
    found = []
    for cell in cells:
        gone = taken.get((cell.folder, cell.rule))
        if gone is None:
            found.append(cell)
        elif cell.sums.files > gone.files:
            found.append(cell._replace(sums=cell.sums.without(gone)))
    return found


def _group(given: Given, pile: Pile, files: int, *, stays: bool = False) -> Group:
    counts: dict[int, int] = {}
    for cell in pile.cells:
        counts[cell.rule] = counts.get(cell.rule, 0) + cell.sums.files
    rules = _most_first(given, counts)
    folder = _common(given, pile.folder, pile.cells)
    widened = any(cell.folder in given.widened for cell in pile.cells)
    kind: Literal["folder", "rule"] = "rule" if pile.whole else "folder"
    points, words = risks.weigh(pile.sums, pile.sayings, widened=widened, files=files, now=given.now)
    if stays:
        points, words = 0, ()
    return Group(
        key=pile.key,
        kind=kind,
        folder=folder,
        path=given.path(folder),
        rules=rules,
        wording=given.sayings[rules[0]].wording,
        fate=_fate(given, rules),
        sums=pile.sums,
        cells=pile.cells,
        stays=stays,
        coarse=pile.coarse,
        risk=points,
        risks=words,
    )


def _set_group(given: Given, one: Together, files: int) -> Group:
    sums, counts = Sums(), dict[int, int]()
    for member in one.members:
        sums.add(of_file(member.file, member.size, member.modified))
        counts[member.rule] = counts.get(member.rule, 0) + 1
    rules = _most_first(given, counts)
    places = [Cell(member.folder, member.rule, member.file, Sums()) for member in one.members]
    places.sort(key=lambda cell: given.folders[cell.folder].lo)
    folder = _common(given, given.top, places)
    widened = any(cell.folder in given.widened for cell in places)
    sayings = [given.sayings[rule] for rule in rules]
    points, words = risks.weigh(sums, sayings, widened=widened, files=files, now=given.now)
    return Group(
        key=one.key,
        kind=one.kind,
        folder=folder,
        path=given.path(folder),
        rules=rules,
        wording=given.sayings[rules[0]].wording,
        fate=_fate(given, rules),
        sums=sums,
        members=one.members,
        risk=points,
        risks=words,
    )


def _most_first(given: Given, counts: dict[int, int]) -> tuple[int, ...]:
    return tuple(sorted(counts, key=lambda rule: (-counts[rule], given.sayings[rule].wording)))


def _fate(given: Given, rules: Sequence[int]) -> Literal["move", "destroy", "hold", "mixed"]:
    fates = {given.sayings[rule].fate for rule in rules}
    if len(fates) > 1:
        return "mixed"
    return {Fate.MOVE: "move", Fate.DESTROY: "destroy", Fate.HOLD: "hold"}[fates.pop()]  # type: ignore[return-value]


def _common(given: Given, folder: int, cells: Sequence[Cell]) -> int:
    """The deepest folder at or below `folder` that all the cells lie in or under; they come in preorder."""
    first, last = cells[0].folder, given.folders[cells[-1].folder].lo
    step = first
    while step != folder and given.folders[step].hi < last:
        above = given.folders[step].parent
        if above is None:
            break
        step = above
    return step
