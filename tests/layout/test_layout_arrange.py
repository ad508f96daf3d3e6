"""New folders: legal, different, within room, none forgotten, and the same whatever order siblings come in."""

import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.layout import rules
from filrydd.layout.arrange import LEAST_PATH, Arrangement, Problem, Target, arrange
from filrydd.layout.names import LEAST_ROOM
from filrydd.layout.tree import OldFolder

ROOM = 300
folder_names = st.one_of(
    st.sampled_from(["A", "a", "a.", "forms", "Forms", "CON", "x_files", "møter", "MØTER", "a - b", "a (2)"]),
    st.text("abå: ", min_size=1, max_size=4),
    st.text("abc de", min_size=41, max_size=120),
)


@st.composite
def areas(draw: st.DrawFn) -> list[OldFolder]:
    """Folders in preorder, deep or wide; ids say nothing about the order."""
    count = draw(st.integers(1, 40))
    deep = draw(st.booleans())
    ids = draw(st.permutations(range(count)))
    parents: list[int | None] = [None]
    for i in range(1, count):
        parents.append(draw(st.integers(max(0, i - 2) if deep else 0, i - 1)))
    return in_preorder(
        [
            OldFolder(
                ids[i],
                None if above is None else ids[above],
                draw(folder_names),
                draw(st.sampled_from([0, 0, 1, 3])),
                draw(st.one_of(st.integers(1, 60), st.integers(200, 255))),
            )
            for i, above in enumerate(parents)
        ],
        None,
    )


def in_preorder(folders: list[OldFolder], chance: random.Random | None) -> list[OldFolder]:
    """The same folders in preorder, siblings as they come or shuffled."""
    folders = list(folders)
    if chance:
        chance.shuffle(folders)
    below: dict[int | None, list[OldFolder]] = {}
    for folder in folders:
        below.setdefault(folder.parent, []).append(folder)
    order, left = [], below[None]
    while left:
        order.append(left.pop())
        left = [*left, *below.get(order[-1].id, [])]
    return order


def chain(*names: str, moves: int = 1, longest: int = 20) -> list[OldFolder]:
    """The top and one folder in another; only the last has files to move."""
    top = OldFolder(0, None, "area", 0, 0)
    last = len(names)
    return [
        top,
        *(
            OldFolder(i, i - 1, name, moves if i == last else 0, longest if i == last else 0)
            for i, name in enumerate(names, 1)
        ),
    ]


def paths(arrangement: Arrangement) -> dict[int, str]:
    """The new path of each target; fails unless parents come first."""
    found: dict[int, str] = {}
    for target in arrangement.targets:
        above = "" if target.parent is None else found[target.parent]
        found[target.folder] = f"{above}/{target.name}" if above else target.name
    return found


@given(areas(), st.integers(LEAST_PATH, 400))
def test_every_folder_with_moves_has_a_legal_target_that_fits_or_is_a_problem(
    objections: Callable[..., list[str]],
    units: Callable[[str], int],
    same: Callable[[str], str],
    area: list[OldFolder],
    room: int,
) -> None:
    arrangement = arrange(area, room=room)
    by_id = {folder.id: folder for folder in area}
    new = paths(arrangement)
    assert {folder.id for folder in area if folder.moves} <= new.keys()
    tops = [target.folder for target in arrangement.targets if target.parent is None]
    assert tops == ([area[0].id] if new else [])
    for target in arrangement.targets:
        if target.parent is not None:
            assert objections(target.name, folder=True, top=target.parent == tops[0]) == []
            assert bool(target.rules) == (target.name != by_id[target.folder].name or rules.LIFTED in target.rules)
            assert (rules.LIFTED in target.rules) == (target.parent != by_id[target.folder].parent)
    siblings = [(target.parent, same(target.name)) for target in arrangement.targets]
    assert len(set(siblings)) == len(siblings)
    problems = {problem.folder for problem in arrangement.problems}
    for id, path in new.items():
        before = units(path) + (1 if path else 0)
        if by_id[id].moves:
            assert before + LEAST_ROOM <= room
            assert (before + by_id[id].longest <= room) == (id not in problems) or by_id[id].longest < LEAST_ROOM
    for problem in arrangement.problems:
        assert by_id[problem.folder].moves
        assert "/" not in new[problem.folder]
        assert by_id[problem.folder].longest > (room if problem.folder == tops[0] else room - 42)


@given(areas(), st.integers(LEAST_PATH, 400))
def test_a_target_without_moves_of_its_own_has_something_below_it(area: list[OldFolder], room: int) -> None:
    arrangement = arrange(area, room=room)
    moving = {folder.id for folder in area if folder.moves}
    parents = {target.parent for target in arrangement.targets}
    assert all(target.folder in moving or target.folder in parents for target in arrangement.targets)


@given(areas(), st.integers(LEAST_PATH, 400), st.randoms())
def test_the_order_of_siblings_changes_nothing(area: list[OldFolder], room: int, chance: random.Random) -> None:
    assert arrange(in_preorder(area, chance), room=room) == arrange(area, room=room)


@given(areas())
def test_where_all_fits_and_is_legal_the_structure_stays(area: list[OldFolder]) -> None:
    plain = [OldFolder(f.id, f.parent, f"m{f.id}", f.moves, min(f.longest, 60)) for f in area]
    arrangement = arrange(plain, room=10_000)
    assert all(target.rules == () for target in arrangement.targets)
    assert all(target.parent == f.parent for target in arrangement.targets for f in plain if f.id == target.folder)


@given(areas())
def test_each_rule_of_a_target_is_a_change_for_people(area: list[OldFolder]) -> None:
    arrangement = arrange(area, room=ROOM)
    assert [(change.folder, change.rule, change.name) for change in arrangement.changes] == [
        (target.folder, rule, target.name) for target in arrangement.targets for rule in target.rules
    ]


def test_folders_without_anything_to_move_get_no_target() -> None:
    area = [OldFolder(0, None, "area", 0, 0), OldFolder(1, 0, "empty", 0, 0), OldFolder(2, 0, "full", 2, 9)]
    assert arrange(area, room=ROOM).targets == (Target(0, None, ""), Target(2, 0, "full"))
    assert arrange(area[:2], room=ROOM).targets == ()


def test_names_that_differ_only_in_case_get_numbers_in_the_order_of_names() -> None:
    area = [OldFolder(0, None, "area", 0, 0), OldFolder(1, 0, "møter", 1, 9), OldFolder(2, 0, "MØTER", 1, 9)]
    assert arrange(area, room=ROOM).targets[1:] == (
        Target(2, 0, "MØTER"),
        Target(1, 0, "møter (2)", (rules.SAME_NAME,)),
    )


def test_long_folder_names_on_the_way_are_shortened_at_a_word_before_anything_is_lifted() -> None:
    name = "Referater fra avdelingsmøter i perioden før omorganiseringen"
    arrangement = arrange(chain("Arkiv", name, name, longest=60), room=150)
    assert (
        paths(arrangement)[3] == "Arkiv/Referater fra avdelingsmøter i perioden/Referater fra avdelingsmøter i perioden"
    )
    assert {target.rules for target in arrangement.targets} == {(), (rules.SHORTENED,)}
    assert arrangement.changes[0].path == f"Arkiv/{name}"


def test_shortened_names_that_become_equal_are_told_apart() -> None:
    name = "x" * 60
    area = [OldFolder(0, None, "area", 0, 0), *(OldFolder(i, 0, f"{name}{i}", 1, 60) for i in (1, 2, 3))]
    names = [target.name for target in arrange(area, room=100).targets[1:]]
    assert names == ["x" * 40, "x" * 36 + " (2)", "x" * 36 + " (3)"]


def test_a_shortened_name_leaves_a_short_one_its_name() -> None:
    area = [OldFolder(0, None, "area", 0, 0), OldFolder(1, 0, "x" * 60, 1, 60), OldFolder(2, 0, "x" * 40, 1, 20)]
    assert {target.folder: target.name for target in arrange(area, room=100).targets} == {
        0: "",
        1: "x" * 36 + " (2)",
        2: "x" * 40,
    }


def test_a_folder_too_deep_is_lifted_as_little_as_helps_and_named_after_its_parent_too() -> None:
    a, b, c, d, e = (letter * 30 for letter in "abcde")
    arrangement = arrange([*chain(a, b, c, d, e, longest=50), OldFolder(9, 2, "kort", 1, 10)], room=180)
    new = paths(arrangement)
    assert (new[9], new[3]) == (f"{a}/{b}/kort", f"{b} - {c}")
    assert new[5] == f"{b} - {c}/{d}/{e}"
    assert [change.rule for change in arrangement.changes] == [rules.LIFTED]
    assert arrangement.changes[0].path == f"{a}/{b}/{c}"
    assert not arrangement.problems


def test_a_folder_is_lifted_to_the_lowest_folder_where_it_fits() -> None:
    area = chain("aaaa", "b" * 30, "c" * 30, "dddd", longest=100)
    assert paths(arrange([*area, OldFolder(9, 1, "kort", 1, 9)], room=150))[4] == f"aaaa/{'c' * 30}/dddd"


def test_a_folder_whose_name_with_its_parents_fits_nowhere_is_lifted_under_its_own() -> None:
    area = [*chain("a" * 30, "Forms", longest=240), OldFolder(8, 0, "b", 1, 9), OldFolder(9, 1, "b", 1, 240)]
    assert paths(arrange(area, room=260)) == {0: "", 2: "Forms_", 8: "b", 9: "b (2)"}


def test_a_file_name_that_fits_nowhere_is_a_problem_at_the_top() -> None:
    arrangement = arrange(chain("a" * 30, "b" * 30, longest=255), room=260)
    assert arrangement.problems == (Problem(rules.PATH_TOO_LONG, 2),)
    assert arrangement.targets == (Target(0, None, ""), Target(2, 0, "b" * 30, (rules.LIFTED,)))


def test_a_folder_lifted_to_the_root_is_not_called_forms() -> None:
    arrangement = arrange(chain("a" * 30, "Forms", longest=255), room=260)
    assert arrangement.targets[-1].name == "Forms_"


@pytest.mark.parametrize(
    "area",
    [
        [OldFolder(0, 9, "x", 1, 1)],
        [OldFolder(0, None, "x", 1, 1), OldFolder(0, 0, "x", 1, 1)],
        [OldFolder(0, None, "x", 1, 1), OldFolder(1, None, "x", 1, 1)],
        [OldFolder(0, None, "x", 1, 1), OldFolder(1, 2, "x", 1, 1), OldFolder(2, 0, "x", 1, 1)],
    ],
)
def test_folders_that_are_no_tree_are_refused(area: list[OldFolder]) -> None:
    with pytest.raises(ValueError, match="tree"):
        arrange(area, room=ROOM)


def test_too_little_room_is_refused() -> None:
    with pytest.raises(ValueError, match="least"):
        arrange(chain("a"), room=LEAST_PATH - 1)


@pytest.mark.parametrize("shape", ["wide", "deep", "alike"])
def test_many_folders_take_a_moment_whatever_their_shape(shape: str) -> None:
    above = {"wide": lambda i: i // 20, "deep": lambda i: i - 1, "alike": lambda i: 0}[shape]
    name = {"wide": lambda i: f"Mappe {i} " + "z" * 40, "deep": lambda i: f"m{i}", "alike": lambda i: "?*"[i % 2]}[
        shape
    ]
    count, empty = (4_000, 3_500) if shape == "deep" else (20_000, 0)
    area = [OldFolder(i, above(i) if i else None, name(i), int(i >= empty), 60) for i in range(count)]
    began = time.process_time()
    arrangement = arrange(area, room=250)
    assert len(arrangement.targets) >= count - empty
    assert time.process_time() - began < 20
