"""What people said is found again in the folders of the moment; what cannot be done is told, and all else is done."""

import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.layout.edits import CHOICES, Resolved, outweighs, resolve
from filrydd.layout.problems import EDIT_ACROSS, EDIT_CIRCLE, EDIT_CONTRADICTS, EDIT_GONE
from filrydd.layout.programme.shape import Forced, Problem
from filrydd.model import names
from filrydd.model.structure import Choice, Edit, What

AREA = {"": 1, "A": 2, "A/a": 3, "A/a/x": 4, "B": 5, "B/b": 6, "C": 7, "Part": 8, "Part/p": 9}
OLA = "S-1-5-21-1-2-3-1002"


def resolved(edits: Sequence[Edit], folders: Mapping[str, int] = AREA) -> Resolved:
    paths = {folder: path for path, folder in folders.items()}
    parents = {folder: None if not path else folders[names.split(path)[0]] for path, folder in folders.items()}
    parts = {folder: "part" if path.startswith("Part") else "all" for folder, path in paths.items()}
    return resolve(edits, folders.get, parts.__getitem__, parents.__getitem__)


def test_each_kind_of_edit_is_done() -> None:
    done = resolved(
        [
            Edit(What.LIFT, "A/a"),
            Edit(What.RENAME, "B", "Ny"),
            Edit(What.MOVE, "B/b", "A"),
            Edit(What.MERGE, "C", "B"),
            Edit(What.OPEN, "Part", "A/a"),
            Edit(What.LIBRARY, "Part/p"),
            Edit(What.LIBRARY, "A", "Arkiv"),
            Edit(What.STANDS_FOR, OLA, "11-22"),
            Edit(What.LEAVE_OUT, "S-1-5-32-544"),
        ]
    )
    assert done.problems == []
    assert done.forced == {
        3: Forced(Choice.LIFT),
        5: Forced(name="Ny"),
        6: Forced(below=2),
        7: Forced(into=5),
        9: Forced(Choice.LIBRARY),
        2: Forced(Choice.LIBRARY),
    }
    assert (done.opened, done.libraries) == ({8: 3}, {9: "p", 2: "Arkiv"})
    assert (done.stands_for, done.left_out) == ({OLA: "11-22"}, {"S-1-5-32-544"})


def test_several_edits_of_one_folder_go_together() -> None:
    done = resolved([Edit(What.RENAME, "B", "Ny"), Edit(What.RESTRICT, "B"), Edit(What.MOVE, "B", "A")])
    assert done.forced == {5: Forced(Choice.RESTRICT, "Ny", below=2)}


def test_a_later_edit_of_the_same_kind_takes_the_place_of_an_earlier_one() -> None:
    done = resolved(
        [Edit(What.LIBRARY, "B", "Arkiv"), Edit(What.MOVE, "C", "A"), Edit(What.LIFT, "B"), Edit(What.MOVE, "C", "B")]
    )
    assert done == Resolved(forced={5: Forced(Choice.LIFT), 7: Forced(below=5)})


def test_kept_and_merged_take_each_others_place() -> None:
    keep, merge = Edit(What.KEEP, "B"), Edit(What.MERGE, "B", "A")
    assert resolved([keep, merge]) == Resolved(forced={5: Forced(into=2)})
    assert resolved([merge, keep]) == Resolved(forced={5: Forced(Choice.KEEP)})


def test_what_is_said_last_may_take_back_what_was_said() -> None:
    done = resolved(
        [
            Edit(What.RENAME, "B", "Ny"),
            Edit(What.RENAME, "B"),
            Edit(What.MOVE, "A/a", "B"),
            Edit(What.MOVE, "A/a", "A"),
            Edit(What.OPEN, "A", "B"),
            Edit(What.OPEN, "A", "A"),
        ]
    )
    assert done == Resolved()


@pytest.mark.parametrize(
    ("edit", "folder"),
    [
        (Edit(What.LIFT, "A/gone/deep"), 2),
        (Edit(What.LIFT, "gone"), 1),
        (Edit(What.MOVE, "B", "gone"), 5),
        (Edit(What.OPEN, "B/b", "A/gone"), 6),
    ],
)
def test_an_edit_of_a_folder_that_is_gone_holds_up_what_is_left_of_its_place(edit: Edit, folder: int) -> None:
    done = resolved([edit, Edit(What.LIFT, "C")])
    assert [(one.kind, one.folder) for one in done.problems] == [(EDIT_GONE, folder)]
    assert edit.path in done.problems[0].detail
    assert edit.value in done.problems[0].detail
    assert (done.forced, done.opened) == ({7: Forced(Choice.LIFT)}, {})


def test_an_area_without_any_folder_is_no_trouble() -> None:
    assert resolve([Edit(What.LIFT, "A")], lambda _path: None, str, lambda _folder: None).problems == [
        Problem(EDIT_GONE, 0, "lift: A")
    ]


def test_no_edit_leads_into_another_part_but_one_of_access_may() -> None:
    done = resolved([Edit(What.MOVE, "A", "Part"), Edit(What.MERGE, "Part/p", "B"), Edit(What.OPEN, "A", "Part")])
    assert [(one.kind, one.folder) for one in done.problems] == [(EDIT_ACROSS, 2), (EDIT_ACROSS, 9)]
    assert (done.forced, done.opened) == ({}, {2: 8})


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(What.MOVE, "A", "A")],
        [Edit(What.MERGE, "A", "A")],
        [Edit(What.MOVE, "A", "A/a/x")],
        [Edit(What.MERGE, "A", "A/a")],
        [Edit(What.MOVE, "A", "B"), Edit(What.MOVE, "B", "A")],
        [Edit(What.MOVE, "A", "B/b"), Edit(What.MERGE, "B", "A/a/x")],
        [Edit(What.MOVE, "A", "B"), Edit(What.MERGE, "B", "C"), Edit(What.MOVE, "C", "A/a")],
        [Edit(What.MERGE, "", "C")],
    ],
)
def test_the_edit_that_closes_a_circle_is_not_done(edits: list[Edit]) -> None:
    done = resolved(edits)
    assert [one.kind for one in done.problems] == [EDIT_CIRCLE]
    assert edits[-1].value in done.problems[0].detail
    assert len(done.forced) == len(edits) - 1


def test_folders_may_change_places_as_long_as_each_has_a_way_up() -> None:
    done = resolved([Edit(What.MOVE, "A/a", "B/b"), Edit(What.MOVE, "B", "A"), Edit(What.MOVE, "A/a/x", "C")])
    assert done.problems == []
    assert done.forced == {3: Forced(below=6), 5: Forced(below=2), 4: Forced(below=7)}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Edit(What.MOVE, "B", "A"), Edit(What.MERGE, "B", "C")),
        (Edit(What.MERGE, "B", "C"), Edit(What.RENAME, "B", "Ny")),
        (Edit(What.RENAME, "B", "Ny"), Edit(What.LIFT, "B")),
        (Edit(What.LIBRARY, "B", "Arkiv"), Edit(What.MOVE, "B", "C")),
    ],
)
def test_of_two_that_contradict_each_other_the_later_is_done(earlier: Edit, later: Edit) -> None:
    done = resolved([earlier, later])
    assert [(one.kind, one.folder) for one in done.problems] == [(EDIT_CONTRADICTS, 5)]
    assert all(str(edit.what) in done.problems[0].detail for edit in (earlier, later))
    assert done.forced == resolved([later]).forced
    assert done.libraries == {}
    assert outweighs(later.what, earlier.what)


def test_nobody_is_both_left_out_and_stood_for() -> None:
    done = resolved([Edit(What.LEAVE_OUT, OLA), Edit(What.STANDS_FOR, OLA, "11-22")])
    assert [(one.kind, one.folder) for one in done.problems] == [(EDIT_CONTRADICTS, 1)]
    assert (done.left_out, done.stands_for) == (set(), {OLA: "11-22"})


def test_folders_that_differ_only_in_case_are_two() -> None:
    folders = {"": 1, "A": 2, "a": 3, "A/x": 4}
    done = resolved([Edit(What.LIFT, "A"), Edit(What.RENAME, "a", "Ny"), Edit(What.MERGE, "a", "A")], folders)
    assert done.forced == {2: Forced(Choice.LIFT), 3: Forced(into=2)}


def test_a_path_in_other_letters_is_the_same_folder() -> None:
    def find(path: str) -> int | None:
        return AREA.get(path) or {names.fold(known): folder for known, folder in AREA.items()}.get(names.fold(path))

    said = [Edit(What.LIFT, "a/A"), Edit(What.KEEP, "A/a"), Edit(What.MOVE, "A", "b"), Edit(What.MOVE, "B", "a")]
    parents = {2: 1, 3: 2, 4: 3, 5: 1, 6: 5}
    done = resolve(said, find, lambda _folder: "all", parents.get)
    assert done.forced == {3: Forced(Choice.KEEP), 2: Forced(below=5)}
    assert [(one.kind, one.folder) for one in done.problems] == [(EDIT_CIRCLE, 5)]


def a_tree(dice: random.Random, count: int) -> dict[str, int]:
    folders = {"": 1}
    while len(folders) < count:
        path = names.join(dice.choice(sorted(folders)), f"m{dice.randrange(10_000)}")
        folders.setdefault(path, len(folders) + 1)
    return folders


def some_edits(dice: random.Random, folders: Mapping[str, int], count: int) -> list[Edit]:
    paths = sorted(folders)
    kinds = [*CHOICES, What.RENAME, What.MOVE, What.MERGE, What.OPEN]
    made = []
    for what in dice.choices(kinds, k=count):
        value = ""
        if what in (What.MOVE, What.MERGE, What.OPEN):
            value = dice.choice(paths)
        elif what in (What.RENAME, What.LIBRARY):
            value = f"Ny {dice.randrange(9)}"
        made.append(Edit(what, dice.choice(paths), value))
    return made


@given(seed=st.integers(0, 2**32), size=st.integers(2, 80), count=st.integers(0, 60))
def test_every_edit_whose_folders_are_still_there_is_done_as_before(seed: int, size: int, count: int) -> None:
    dice = random.Random(seed)
    folders = a_tree(dice, size)
    before = resolved(edits := some_edits(dice, folders, count), folders)
    lost = set(dice.sample(sorted(path for path in folders if path), k=round(0.05 * (size - 1))))
    left = {
        path: folder
        for path, folder in folders.items()
        if not any(path == one or path.startswith(f"{one}/") for one in lost)
    }
    after = resolved(edits, left)
    for folder, forced in before.forced.items():
        others = {paths for paths in (forced.below, forced.into) if paths is not None}
        if {folder, *others} <= set(left.values()):
            assert after.forced[folder] == forced
    for folder, other in before.opened.items():
        if {folder, other} <= set(left.values()):
            assert after.opened[folder] == other
    for folder, library in before.libraries.items():
        if folder in left.values():
            assert after.libraries[folder] == library
    assert set(after.forced) <= set(before.forced)


@given(seed=st.integers(0, 2**32), size=st.integers(2, 40), count=st.integers(0, 60))
def test_whatever_is_said_every_folder_keeps_a_way_up(seed: int, size: int, count: int) -> None:
    dice = random.Random(seed)
    folders = a_tree(dice, size)
    done = resolved(some_edits(dice, folders, count), folders)
    parents = {folder: folders[names.split(path)[0]] for path, folder in folders.items() if path}
    for folder in folders.values():
        step, steps = folder, 0
        while (forced := done.forced.get(step, Forced())).below or forced.into or step in parents:
            step = forced.below or forced.into or parents[step]
            steps += 1
            assert steps <= len(folders), "a circle"


@given(seed=st.integers(0, 2**32), count=st.integers(0, 40))
def test_each_edit_is_done_taken_over_by_a_later_one_or_told_of(seed: int, count: int) -> None:
    dice = random.Random(seed)
    folders = a_tree(dice, 20)
    edits = some_edits(dice, folders, count)
    done = resolved(edits, folders)
    for number, edit in enumerate(edits):
        taken_over = any(later.path == edit.path and outweighs(later.what, edit.what) for later in edits[number + 1 :])
        folder = folders[edit.path]
        forced = done.forced.get(folder, Forced())
        is_done = {
            What.RENAME: forced.name == edit.value,
            What.MOVE: forced.below == folders.get(edit.value),
            What.MERGE: forced.into == folders.get(edit.value),
            What.OPEN: done.opened.get(folder) == folders.get(edit.value),
        }.get(edit.what, forced.choice == CHOICES.get(edit.what))
        told = any(edit.path in one.detail and str(edit.what) in one.detail for one in done.problems)
        # Into the folder above, or like itself: that takes back.
        nothing = edit.what in (What.MOVE, What.OPEN) and edit.value in (edit.path, names.split(edit.path)[0])
        assert is_done or taken_over or told or nothing
