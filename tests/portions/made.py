"""Parts of areas for tests of the pure groups: a tree, rules, and the files of each folder under each rule."""

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from filrydd.model.rule import Fate
from filrydd.portions import Cell, Folder, Given, Member, Saying, Together
from filrydd.portions.sums import Sums, of_file

NOW = 17_000_000_000_000_000


def tree(parents: Sequence[int]) -> dict[int, Folder]:
    """Folders 1, 2, ...: each folder but the first lies in the one that `parents` names by its place before it."""
    children: dict[int, list[int]] = {}
    for number, parent in enumerate(parents, 2):
        children.setdefault(parent % (number - 1) + 1, []).append(number)
    found: dict[int, Folder] = {}
    count = 0

    def walk(folder: int, parent: int | None) -> None:
        nonlocal count
        lo = count
        count += 1
        for child in children.get(folder, []):
            walk(child, folder)
        found[folder] = Folder(parent, "" if parent is None else f"folder {folder}", lo, count - 1)

    walk(1, None)
    return found


def sayings(fates: Sequence[Fate], **words: bool) -> dict[int, Saying]:
    """Rules 1, 2, ... with those fates."""
    return {number: Saying(number, f"rule {number:03}", fate, **words) for number, fate in enumerate(fates, 1)}


def given(folders: dict[int, Folder], rules: dict[int, Saying], files: Sequence[tuple[int, int]]) -> Given:
    """Files 1, 2, ... of 10 bytes, each in a folder under a rule."""
    sums: dict[tuple[int, int], Sums] = {}
    first: dict[tuple[int, int], int] = {}
    for number, place in enumerate(files, 1):
        sums.setdefault(place, Sums()).add(of_file(number, 10, NOW - number))
        first.setdefault(place, number)
    cells = [Cell(*place, first[place], sums[place]) for place in sums]
    return Given(1, folders, rules, cells, now=NOW)


@st.composite
def parts(draw: st.DrawFn) -> tuple[Given, list[tuple[int, int]]]:
    """Any part with its files by number, (folder, rule) each: deep and wide, with risky, blocked, private and joined files."""
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    parents = draw(st.lists(st.integers(0, 1 << 20), max_size=60))
    folders = tree(parents)
    rules = {
        number: Saying(
            number,
            f"rule {number:03}",
            draw(st.sampled_from(list(Fate))),
            junk=draw(st.booleans()),
            stays=draw(st.integers(0, 5)) == 0,
            awaits=draw(st.integers(0, 5)) == 0,
        )
        for number in range(1, 1 + draw(st.sampled_from([1, 3, 8, 200])))
    }
    count = draw(st.sampled_from([0, 1, 30, 300, 300, 2_000]))
    some = sorted(rules)[: draw(st.sampled_from([1, 4, 200]))]
    files = [(chance.choice(sorted(folders)), chance.choice(some)) for _file in range(count)]
    made = given(folders, rules, files)
    flagged = [
        cell._replace(
            sums=replace(cell.sums, numbers=int(chance.random() < 0.05), used=int(chance.random() < 0.05)),
            private=cell.folder % 7 == 6,
        )
        for cell in made.cells
    ]
    open_files = [number for number, (folder, rule) in enumerate(files, 1) if not rules[rule].stays and folder % 7 != 6]
    sets = []
    for number in range(draw(st.integers(0, 30))):
        inside = chance.sample(open_files, min(len(open_files), 3))
        members = tuple(Member(file, *files[file - 1], 10, NOW - file) for file in inside)
        sets.append(Together(chance.choice(["chain", "copies"]), f"chain:{number}", members))
    return replace(made, cells=flagged, together=sets), files
