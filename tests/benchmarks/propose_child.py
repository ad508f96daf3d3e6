"""A child process of the benchmark of proposals: it does one thing in a workspace and prints what it took as JSON.

`python -m tests.benchmarks.propose_child ...`

make KIND SEED FOLDERS FILES WORKSPACE   makes a generated area, scanned and classified: KIND is `aged`, one of the cruel trees,
                                         or a folder of this machine, whose access is made up
propose WORKSPACE                        proposes it
judge WORKSPACE                          lets the judge look at the proposal
area KIND SEED FOLDERS FILES WORKSPACE   all three
change WORKSPACE few|scattered           changes 1 % of the files, in few folders or in as many as possible
shuffled WORKSPACE OTHER                 makes the same area in another workspace in another order
detour WORKSPACE                         proposes something else first, which is taken back

The clocks start when everything is imported.
"""

import hashlib
import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filrydd.catalog import bundles
from filrydd.catalog import edits as kept
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.layout.programme.shape import Structure
from filrydd.model.structure import Edit, What
from filrydd.stages import edit, propose
from filrydd.stages.propose import computing
from filrydd.stages.work import Work
from tests.benchmarks import changed, judge, judge_people, mazes, measure, shuffled

Told = dict[str, Any]

_MOVING = (
    "FROM file f JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule WHERE f.gone IS NULL AND r.fate = 'move'"
)
_OLD_DEPTH = (
    "WITH RECURSIVE way (id, depth) AS (SELECT id, 0 FROM folder WHERE parent IS NULL UNION ALL SELECT d.id, depth + 1"
    " FROM folder d JOIN way w ON d.parent = w.id WHERE d.gone IS NULL) SELECT MAX(depth) FROM way"
)
_NEW_DEPTH = "SELECT MAX(length(path) - length(replace(path, '/', '')) + (path <> '')) FROM target WHERE present"


def work_in(workspace: str | Path) -> Work:
    """The area of a workspace of the benchmark."""
    return Work(Path(workspace), mazes.AREA, "tester")


def make(kind: str, seed: str, folders: str, files: str, workspace: str) -> Told:
    number, size = int(seed), int(folders)
    parts: tuple[str, ...] = ()
    if kind == "aged":
        maze = mazes.aged(number, size, int(files))
        # Every other department is divided, each part with a contact of its own.
        parts = tuple(maze.tree.names[top] for top in (1, 2)) if number % 2 else ()
    elif kind in mazes.CRUEL:
        maze = mazes.CRUEL[kind](number, size)
    else:
        maze = mazes.real(Path(kind), size, number)
    mazes.workspace(Path(workspace), maze, parts, number)
    return {}


def proposed(workspace: str) -> Told:
    spent = {"restage": 0.0, "publish": 0.0}
    added: list[tuple[float, float]] = []

    def timed(name: str) -> None:
        function = getattr(bundles, name)

        def inside(*words: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return function(*words, **named)
            finally:
                spent[name] += time.perf_counter() - begun

        setattr(bundles, name, inside)

    def noted(*words: Any, **named: Any) -> Structure:
        found = compute(*words, **named)
        added.append((found.additive, found.after.points(named["weights"])))
        return found

    for name in spent:
        timed(name)
    compute, computing.structure = computing.structure, noted
    work = work_in(workspace)
    begun, used = time.perf_counter(), _cpu()
    done = propose.run(work)
    seconds, used, peak = time.perf_counter() - begun, _cpu() - used, measure.peak_of(os.getpid())
    told = {name: getattr(done, name) for name in ("digest", "folders", "placements", "points")}
    return told | {
        "seconds": seconds,
        "cpu": used,
        "peak": peak,
        "digesting": sum(spent.values()),
        "problems": len(done.problems),
        "repaired": dict(done.repaired),
        "additive": sum(sums for sums, _points in added),
        "repairs": sum(points - sums for sums, points in added),
        "places": _places(work),
    }


def _places(work: Work) -> str:
    """A digest of every file's old and new place, and of who can open it: in no order, and without filrydd's own digests."""
    total = 0
    with work.catalog() as catalog:
        paths, access = folder_paths(catalog), bundles.access_of_targets(catalog)
        for folder, target, *facts in catalog.rows(
            "SELECT f.folder, t.id, f.name, l.site, l.name, t.path, COALESCE(p.name, f.name), p.role FROM placement p"
            " JOIN file f ON f.id = p.file JOIN target t ON t.id = p.target JOIN library l ON l.id = t.library"
        ):
            line = "\n".join((paths[folder], access[target], *facts)).encode()
            total += int.from_bytes(hashlib.blake2b(line, digest_size=16).digest(), "big")
    return f"{total % (1 << 128):032x}"


def judged(workspace: str) -> Told:
    with work_in(workspace).catalog() as catalog:
        verdict = asdict(judge.judge(catalog))
        access = verdict.pop("access")
        del access["faults"]
        return {
            **verdict,
            **access,
            "needed": _needed(catalog),
            "parts": int(catalog.value("SELECT COUNT(*) FROM part WHERE present")),
            "deepest": [int(catalog.value(sql)) for sql in (_OLD_DEPTH, _NEW_DEPTH)],
            "old_folders": int(catalog.value("SELECT COUNT(*) - 1 FROM folder WHERE gone IS NULL")),
            "files": int(catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL")),
            "moving": int(catalog.value(f"SELECT COUNT(*) {_MOVING}")),
        }


def _needed(catalog: Catalog) -> int:
    """Fewer places with permissions of their own has no structure: one for each audience that the moving files of a part have,
    but for one in each part that may be open to the same as the part around it."""
    who = judge_people.people(catalog, {})
    audiences: dict[int, set[tuple[int, ...]]] = {}
    for part, number in catalog.rows(
        "SELECT DISTINCT x.part, d.descriptor FROM folder d JOIN folder_part x ON x.folder = d.id"
        f" WHERE d.id IN (SELECT f.folder {_MOVING}) AND d.descriptor IS NOT NULL"
    ):
        if who.share_understood and who.lists.get(number) and who.says(number):
            audiences.setdefault(part, set()).add(tuple(who.needs(number, token) for token in who.everyone))
    return sum(map(len, audiences.values())) - max(0, len(audiences) - 1)


def area(kind: str, seed: str, folders: str, files: str, workspace: str) -> Told:
    make(kind, seed, folders, files, workspace)
    return proposed(workspace) | judged(workspace)


def change(workspace: str, how: str) -> Told:
    with work_in(workspace).catalog() as catalog:
        files, folders = changed.change(catalog, scattered=how == "scattered")
    return {"changed": files, "folders": folders}


def shuffle(workspace: str, other: str) -> Told:
    (Path(other) / "scans").mkdir(parents=True)
    shutil.copytree(Path(workspace) / "policies", Path(other) / "policies")
    with work_in(workspace).catalog() as catalog, work_in(other).catalog(create=True) as empty:
        shuffled.shuffle(catalog, empty, seed=11)
    return {}


def detour(workspace: str) -> Told:
    work = work_in(workspace)
    with work.catalog() as catalog:
        paths = [path for path in sorted(folder_paths(catalog).values()) if path]
    some = paths[:: max(1, len(paths) // 40)]
    edit.say(work, [Edit((What.KEEP, What.LIFT, What.RESTRICT)[place % 3], path) for place, path in enumerate(some)])
    edit.say(work, [Edit(What.RENAME, path, f"Annet {place}") for place, path in enumerate(some)])
    done = propose.run(work)
    with work.catalog() as catalog:
        numbers = [stored.id for stored in kept.said(catalog)]
    for number in numbers:
        edit.undo(work, number, "tester")
    return {"digest": done.digest}


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


_WHATS: dict[str, Callable[..., Told]] = {
    "make": make,
    "propose": proposed,
    "judge": judged,
    "area": area,
    "change": change,
    "shuffled": shuffle,
    "detour": detour,
}

if __name__ == "__main__":
    print(json.dumps(_WHATS[sys.argv[1]](*sys.argv[2:])))
