"""Whatever an area looks like and whatever people say of it: no rule is broken and nobody gains or loses unasked."""

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from filrydd.catalog.paths import folder_paths
from filrydd.errors import BadUsage
from filrydd.model.structure import Edit, What
from filrydd.stages import edit, propose
from tests.benchmarks import mazes
from tests.benchmarks.judge import judge
from tests.benchmarks.maze_people import UNKNOWN, people
from tests.benchmarks.maze_tree import Tree
from tests.benchmarks.mazes import Maze

# So many that no two groups have the same people by chance: a group is not another one for that.
WHO = {share: people(60, 5, random.Random(7), share=share) for share in ("", "everyone", "limited")}
ANY = WHO[""]
LISTS = [*(number for one in ANY.of_class for number in one), *ANY.odd, *ANY.unsayable, UNKNOWN, None]
NAMES = (
    "Saker", "SAKER", "2019", "2020", "Ny mappe", "Kart", "Kart - 2019", "a:b", "a/b".replace("/", "?"), "Forms", "CON", "~x",
    "straße", "strasse", "A\u030a", "å", "n" * 200, "Bilder_files", "prosjekt 💾", "\\udcff", "Kari Nordmann 0", "01019712345",
)  # fmt: skip
OF_FOLDERS = (
    What.KEEP, What.LIFT, What.SPLIT, What.LIBRARY, What.RESTRICT, What.RENAME, What.MOVE, What.MERGE, What.OPEN,
)  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    tree = Tree()
    tree.add(None, "", draw(st.sampled_from(LISTS[:-1])), files=draw(st.integers(0, 3)))
    for number in range(draw(st.integers(1, 12))):
        above = draw(st.integers(0, number))
        files = draw(st.sampled_from([0, 0, 1, 3, 12]))
        tree.add(
            above, draw(st.sampled_from(NAMES)), draw(st.sampled_from(LISTS)), files, draw(st.integers(2018, 2021))
        )
    tree.odd = set(draw(st.lists(st.integers(0, len(tree) - 1), max_size=1)))
    return tree


@settings(max_examples=40, deadline=None)
@given(
    trees(),
    st.sampled_from(sorted(WHO)),
    st.sampled_from([(), ("Saker",), ("Saker", "Kart"), ("2019",)]),
    st.lists(st.tuples(st.sampled_from(OF_FOLDERS), st.integers(), st.integers()), max_size=5),
)
def test_no_rule_is_broken_whatever_is_there_and_said(
    tree: Tree, share: str, divided: tuple[str, ...], said: list[tuple[What, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        parts = tuple(name for name in divided if tree.has(0, name))
        work = mazes.workspace(Path(place) / "w", Maze(tree, WHO[share]), parts)
        with work.catalog() as catalog:
            paths = sorted(folder_paths(catalog).values())
        for what, about, other in said:
            path, value = paths[about % len(paths)], ""
            if what in (What.MOVE, What.MERGE, What.OPEN):
                value = paths[other % len(paths)]
            elif what is What.RENAME:
                value = NAMES[other % len(NAMES)]
            try:
                edit.say(work, [Edit(what, path, value, "Berit", "avtalt")])
            except BadUsage:
                assert what is What.LIBRARY and not path
        first = propose.run(work)
        with work.catalog() as catalog:
            verdict = judge(catalog)
        assert verdict.faults == {}
        assert (verdict.access.gained, verdict.access.lost) == (0, 0)
        assert first.placements == verdict.placed
        if not said:
            # Two lists may say the same of everybody by other groups, behind a share that limits all; they stay two.
            # Two parts may each need what one would have needed.
            assert verdict.access.scopes <= verdict.access.copied or share == "limited" or parts
            assert first.points[1] <= first.points[0]
        again = propose.run(work)
        assert (again.digest, again.changes) == (first.digest, ("Nothing differs from the proposal before.",))
