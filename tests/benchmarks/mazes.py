"""Generated legacy areas, written straight into a catalog: the same one for the same words and seed.

`aged` is a sensible department that became a maze (its `Truth` says what went into it), the others are cruel ones, and `real`
is a folder tree of this machine with made access. All have rulings: about 70 % of the files move, 20 % are destroyed, 10 %
are on hold, some folders as a whole.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filrydd.catalog import preorder
from filrydd.catalog.connection import Catalog
from filrydd.catalog.descriptors import descriptor_id, keep_share_descriptor
from filrydd.stages.work import Work
from tests.benchmarks import maze_cruel
from tests.benchmarks.maze_aged import Ageing, Truth
from tests.benchmarks.maze_people import UNKNOWN, People, people
from tests.benchmarks.maze_tree import Tree, rows, spread
from tests.catalogs import judge, tell

AREA = "maze"
FATES = ("move", "destroy", "hold")
_BIGGEST = 8_000
_POLICY = """
department: oppvekst
name: {nb: Oppvekst, en: Childhood}
site: https://contoso.sharepoint.com/sites/oppvekst
library: Dokumenter
owner: {name: Berit Bakken}
contacts: [{name: Kari Nordmann}]
areas:
  maze:
    folder: Felles
PARTS
rules:
  - rule: move
    when: everything
    fate: move
    reason: {nb: I bruk., en: In use.}
"""


@dataclass(frozen=True)
class Maze:
    """A generated area: what it was made from. `truth` is None for those without any."""

    tree: Tree
    people: People
    truth: Truth | None = None


def aged(seed: int, folders: int, files: int, share: str | None = None) -> Maze:
    """A department of about that size; `share` as in `maze_people.people`, else drawn."""
    chance = random.Random(f"aged {seed}")
    staff = max(30, min(1500, folders // 10))
    limits = ("", "everyone", "everyone", "limited")[seed % 4] if share is None else share
    who = people(staff, chance.randint(5, 12), chance, limits)
    ageing = Ageing(who, folders, chance)
    truth = ageing.grow()
    spread(ageing.tree, files, min(_BIGGEST, files // 3), chance)
    return Maze(ageing.tree, who, truth)


def cruel(make: Callable[[People, int, random.Random], Tree], seed: int, size: int) -> Maze:
    """One of `CRUEL` with so many folders (files, for `one full folder`)."""
    chance = random.Random(f"{make.__name__} {seed}")
    who = people(40, 5, chance)
    return Maze(make(who, size, chance), who)


CRUEL: Mapping[str, Callable[[int, int], Maze]] = {
    "each folder its own class": partial(cruel, maze_cruel.each_its_own),
    "classes alternate down a chain": partial(cruel, maze_cruel.alternating),
    "folders that differ only in case": partial(cruel, maze_cruel.only_case),
    "one full folder": partial(cruel, maze_cruel.one_full),
    "deep": partial(cruel, maze_cruel.deep),
}
"""By name: (seed, size) -> a maze."""


def real(top: Path | None = None, most: int = 50_000, seed: int = 1) -> Maze:
    """A folder tree of this machine, of at most about `most` folders, with made access."""
    who = people(120, 8, random.Random(f"real {seed}"))
    return Maze(maze_cruel.real(who, top or maze_cruel.share_folder(), most), who)


def empty(folder: Path, parts: tuple[str, ...] = ()) -> Work:
    """A workspace with a policy by which everything moves, before anything is scanned."""
    for name in ("policies", "scans"):
        (folder / name).mkdir(parents=True)
    lines = [f"      - {{name: del {number}, path: '{path}'}}" for number, path in enumerate(parts, 1)]
    divided = "\n".join(["    parts:", *lines]) if parts else ""
    (folder / "policies" / "oppvekst.yaml").write_text(_POLICY.replace("PARTS", divided), encoding="utf-8")
    return Work(folder, AREA, "tester")


def workspace(folder: Path, maze: Maze, parts: tuple[str, ...] = (), seed: int = 1) -> Work:
    """A workspace whose only area is the maze, scanned and classified; `parts` are folders of it with contacts of their own."""
    work = empty(folder, parts)
    with work.catalog(create=True) as catalog:
        fill(catalog, maze, seed)
    return work


def fill(catalog: Catalog, maze: Maze, seed: int = 1) -> None:
    """Write the maze into an empty catalog, as a scan with owners and groups and a classification would have."""
    order = maze.tree.walk()
    with catalog.writing():
        catalog.run("INSERT INTO area (one, name, source) VALUES (1, ?, 'smb://server/maze')", (AREA,))
        catalog.run("INSERT INTO scan (id, source, state, begun, ended) VALUES (1, 'smb://server/maze', 'done', 1, 2)")
        _fill_folders(catalog, maze, order)
        catalog.run_many(
            "INSERT INTO file (id, folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 32, ?, 1)",
            rows(maze.tree, order, random.Random(f"files {seed}")),
        )
        preorder.number(catalog)
        _rule(catalog, seed)
    if maze.people.share is not None:
        keep_share_descriptor(catalog, maze.people.share)
    # Lists name those who are then told, and what is told of groups changes what lists mean.
    judge(catalog)
    tell(catalog, maze.people.told, maze.people.members)
    judge(catalog)


def _fill_folders(catalog: Catalog, maze: Maze, order: list[int]) -> None:
    numbers = {folder: place for place, folder in enumerate(order, 1)}
    stored = {number: descriptor_id(catalog, content) for number, content in enumerate(maze.people.lists)}
    stored[UNKNOWN] = None
    tree = maze.tree
    catalog.run_many(
        "INSERT INTO folder (id, parent, name, modified, created, attributes, file_id, descriptor)"
        " VALUES (?, ?, ?, 0, 0, 16, ?, ?)",
        (
            (place, numbers.get(tree.parents[folder]), tree.names[folder], place, stored[tree.lists[folder]])
            for place, folder in enumerate(order, 1)
        ),
    )


def _rule(catalog: Catalog, seed: int) -> None:
    """A fate for every file: by its number, but for one folder in ten of which nothing moves."""
    for number, fate in enumerate(FATES, 1):
        catalog.run(
            "INSERT INTO rule (id, digest, name, fate, reason_nb, reason_en, basis, noark, decided_by, confirmed_by, junk,"
            " awaits_confirmation, block) VALUES (?1, ?2, ?2, ?2, 'grunn', 'reason', '', 'Vurderes senere', '', '', 0, 0, 0)",
            (number, fate),
        )
    code, whole = (f"abs(({column} + {seed}) * 2654435761 % 1000003) % 100" for column in ("id", "folder"))
    catalog.run(
        f"INSERT INTO ruling (file, rule) SELECT id, CASE WHEN {whole} < 6 THEN 2 WHEN {whole} < 10 THEN 3"
        f" WHEN {code} < 78 THEN 1 WHEN {code} < 93 THEN 2 ELSE 3 END FROM file"
    )
