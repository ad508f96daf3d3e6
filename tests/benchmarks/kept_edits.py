"""A child process of the benchmark that sees whether people's edits outlive a rescan: `python -m tests.benchmarks.kept_edits
PLACE SEED FOLDERS FILES`.

It makes a department on disk, scans, classifies and proposes it, says about a hundred edits of all kinds, changes 5 % of the
tree, does all that again, and prints as JSON what became of each edit. Then it does the same from the beginning in another
workspace, with the same edits: the proposal must be the same one.
"""

import itertools
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from filrydd.layout import problems
from filrydd.model import names, times
from filrydd.model.structure import Edit, What
from filrydd.stages import classify, edit, propose, scan
from filrydd.stages.work import Work
from tests.benchmarks import mazes
from tests.benchmarks.kept_checks import Proposal, why_not
from tests.benchmarks.maze_tree import rows
from tests.benchmarks.mazes import Maze

_CHANGED = 0.05
# Access by class: all, the group, the owner alone.
_MODES = (0o755, 0o750, 0o700)
_FULL, _MOST_LIFTED = 5_000, 1_000


def main(place: Path, seed: int, folders: int, files: int) -> dict[str, Any]:
    top = place / "tree"
    entries = lay_out(top, mazes.aged(seed, folders, files), random.Random(seed))
    work = mazes.empty(place / "first")
    _propose(work, top)
    said = choose(Proposal.read(work), random.Random(seed))
    edit.say(work, said)
    propose.run(work)
    before = _kept(work, said)
    changes = change(top, said, round(entries * _CHANGED), random.Random(seed))
    digest = _propose(work, top)
    after = _kept(work, said)
    other = mazes.empty(place / "second")
    # Edits are about an area that was scanned.
    scan.run(other, str(top))
    edit.say(other, said)
    afresh = _propose(other, top)
    with work.catalog() as catalog:
        gone = int(catalog.value("SELECT COUNT(*) FROM problem WHERE kind = ?", (problems.EDIT_GONE,)))
    return {
        "entries": entries,
        "changes": changes,
        "said": len(said),
        "before": before,
        "after": after,
        "told_gone": gone,
        "same": digest == afresh,
    }


def lay_out(top: Path, maze: Maze, chance: random.Random) -> int:
    """Write the maze to disk, its access as permission bits; returns how many entries it has."""
    tree, paths = maze.tree, dict[int, str]()
    order = tree.walk()
    for folder in order:
        parent = tree.parents[folder]
        paths[folder] = str(top) if parent is None else os.path.join(paths[parent], names.raw(tree.names[folder]))
        os.makedirs(paths[folder])
    count = len(order) - 1
    for _number, at, name, _extension, size, modified, *_rest in rows(tree, order, chance):
        path = os.path.join(paths[order[at - 1]], names.raw(name))
        with open(path, "wb") as file:
            file.truncate(size % 1_000_000)
        seconds = times.to_datetime(modified).timestamp()
        os.utime(path, (seconds, seconds))
        count += 1
    of_class = {number: place for place, lists in enumerate(maze.people.of_class) for number in lists}
    for folder in order:
        place = of_class.get(tree.lists[folder], 0)
        os.chmod(paths[folder], _MODES[place and 1 + place % 2])
    return count


def _propose(work: Work, top: Path) -> str:
    scan.run(work, str(top))
    classify.run(work)
    return propose.run(work).digest


def choose(now: Proposal, chance: random.Random) -> list[Edit]:
    """About a hundred edits, each of which changes what was proposed where its kind can, and no two of which contradict each
    other."""
    paths = sorted(path for path, folder in now.folders.items() if path and now.decided(folder) and _plain(path))
    chance.shuffle(paths)
    taken: set[str] = set()
    said: list[Edit] = []

    def some(count: int, fits: Callable[[str], bool]) -> list[str]:
        found: list[str] = []
        for path in paths:
            # What is edited lies in nothing else that is, nor is moved into itself.
            near = path in taken or any(path.startswith(f"{one}/") or one.startswith(f"{path}/") for one in taken)
            if len(found) < count and not near and fits(path):
                found.append(path)
                taken.add(path)
        return found

    def say(what: What, of: Iterable[str], values: Iterable[str] = itertools.repeat("")) -> None:
        said.extend(
            Edit(what, path, value, "Kari Nordmann", "benchmark") for path, value in zip(of, values, strict=False)
        )

    def kept(path: str) -> bool:
        return same(path) and now.choice(path) == "keep" and now.inner(path)

    def one_as_open_as(path: str) -> str:
        return some(1, lambda other: kept(other) and now.access(other) == now.access(path))[0]

    same = now.as_open_as_above
    say(What.SPLIT, some(1, lambda path: now.files[path] > _FULL))
    closed = some(18, lambda path: not same(path) and same(names.split(path)[0]))
    say(What.RESTRICT, closed[:10])
    say(What.OPEN, closed[10:], (names.split(path)[0] for path in closed[10:]))
    say(What.KEEP, some(14, lambda path: same(path) and now.choice(path) == "lift"))
    say(What.LIFT, some(14, lambda path: kept(path) and now.files[path] < _MOST_LIFTED))
    say(What.SPLIT, some(3, lambda path: 5 < now.files[path] < _FULL))
    say(What.LIBRARY, some(5, lambda path: now.files[path] > 3), map("Bibliotek {}".format, itertools.count(1)))
    renamed = some(16, same)
    say(What.RENAME, renamed, map("Valgt navn {}".format, itertools.count(1)))
    say(What.MOVE, [*some(14, same), *renamed[:4]], some(18, kept))
    merged = some(10, kept)
    say(What.MERGE, merged, map(one_as_open_as, merged))
    say(What.STANDS_FOR, now.principals("S-1-1-")[:1], ["6b1e9f2c-0000-0000-0000-000000000001"])
    say(What.LEAVE_OUT, now.principals("S-1-22-2-")[:1])
    return said


def _plain(path: str) -> bool:
    return all(name.replace(" ", "").isalnum() for name in path.split("/"))


def change(top: Path, said: Sequence[Edit], wanted: int, chance: random.Random) -> dict[str, int]:
    """Change so many entries: rename files, remove and add some, remove folders with all that is in them (a few edited ones
    among them), add folders, rename folders."""
    done: Counter[str] = Counter()
    edited = [top / one.path for one in said if one.what not in (What.STANDS_FOR, What.LEAVE_OUT)]
    for path in chance.sample(edited, len(edited) // 20):
        if path.is_dir():
            done["removed"] += _remove(path)
    for path in chance.sample(edited, len(edited) // 20):
        if path.is_dir():
            done["folders renamed"] += 1
            path.rename(path.with_name(f"{path.name} (nytt navn)"))
    files = [Path(folder, name) for folder, _folders, inside in os.walk(top) for name in inside]
    folders = [Path(folder) for folder, _folders, _inside in os.walk(top) if folder != str(top)]
    chance.shuffle(files)
    leaves = [folder for folder in folders if not any(entry.is_dir() for entry in os.scandir(folder))]
    for folder in chance.sample(leaves, len(leaves) // 60):
        done["removed"] += _remove(folder)
    for folder in chance.sample([one for one in folders if one.is_dir()], wanted // 20):
        done["added"] += 2
        new = folder / f"Ny sak {done['added']}"
        new.mkdir()
        (new / "notat.docx").touch()
    while sum(done.values()) < wanted:
        file = files.pop()
        if not file.exists():
            continue
        what = ("renamed", "renamed", "removed", "added")[len(files) % 4]
        if what == "renamed":
            file.rename(file.with_name(f"ny {file.name[:120]}"))
        elif what == "removed":
            file.unlink()
        else:
            (file.parent / f"Nytt notat {len(files)}.docx").touch()
        done[what] += 1
    return dict(done)


def _remove(folder: Path) -> int:
    removed = 0
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(place, name))
        for name in folders:
            os.rmdir(os.path.join(place, name))
        removed += len(files) + len(folders)
    folder.rmdir()
    return removed + 1


def _kept(work: Work, said: Sequence[Edit]) -> dict[str, Any]:
    """Of the edits whose folders are there, how many are in force; and of the others why not."""
    now = Proposal.read(work)
    gone = [one for one in said if not now.knows(one)]
    there = [one for one in said if now.has(one)]
    lost = [(one.what, one.path, why) for one in there if (why := why_not(now, one))]
    return {"gone": len(gone), "there": len(there), "kept": len(there) - len(lost), "lost": lost}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))))
