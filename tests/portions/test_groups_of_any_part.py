"""What holds for the groups of any part: nothing is left out or asked twice, and there are never too many."""

from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import given as drawn
from hypothesis import strategies as st

from filrydd.model.rule import Fate
from filrydd.portions import (
    MOST_IN_PORTION,
    MOST_PORTIONS,
    Cell,
    Earlier,
    Given,
    Group,
    Sums,
    form,
    ordered,
    to_look_at,
)
from filrydd.portions.sums import of_file
from tests.portions.made import NOW, parts

Made = tuple[Given, list[tuple[int, int]]]


def files_of(groups: list[Group], files: list[tuple[int, int]]) -> dict[int, list[str]]:
    """The keys of the groups that each file is in."""
    by_place = {(cell.folder, cell.rule): group.key for group in groups for cell in group.cells}
    members = {member.file: group.key for group in groups for member in group.members}
    assert sum(len(group.cells) for group in groups) == len(by_place), "a folder under a rule is in two groups"
    assert sum(len(group.members) for group in groups) == len(members), "a file is in two sets"
    return {
        number: [members[number] if number in members else by_place[place]] for number, place in enumerate(files, 1)
    }


@drawn(parts())
def test_every_file_is_in_just_one_group_and_the_groups_add_up_to_their_files(made: Made) -> None:
    given, files = made
    groups = form(given)
    where = files_of(groups, files)
    assert len({group.key for group in groups}) == len(groups)
    for group in groups:
        expected = Sums()
        for number, keys in where.items():
            if keys == [group.key]:
                expected.add(of_file(number, 10, NOW - number))
        assert group.sums.content == expected.content
        assert group.sums.files == expected.files > 0


@drawn(parts())
def test_there_are_never_more_than_eight_portions_of_twenty_groups(made: Made) -> None:
    placed = ordered(form(made[0]), {})
    sizes = Counter(one.portion for one in placed)
    del sizes[0]
    assert all(size <= MOST_IN_PORTION for size in sizes.values())
    assert sorted(sizes) == list(range(1, len(sizes) + 1))
    assert len(sizes) <= MOST_PORTIONS


@drawn(parts())
def test_only_what_no_answer_can_change_is_outside_the_portions(made: Made) -> None:
    given, _files = made
    for one in ordered(form(given), {}):
        stays = {
            given.sayings[cell.rule].stays or (cell.private and given.sayings[cell.rule].fate is Fate.HOLD)
            for cell in one.group.cells
        }
        assert stays in ({one.portion == 0}, set())


@drawn(parts(), st.randoms(use_true_random=False))
def test_the_same_part_numbered_in_another_order_has_the_same_groups(made: Made, chance: Random) -> None:
    # Of sets that are alike in all but their numbers any may come first.
    given, files = replace(made[0], together=()), made[1]
    other, numbers, folders, rules = renumbered(given, chance)
    one, two = files_of(form(given), files), files_of(form(other), renamed(files, numbers, folders, rules))
    back = {new: old for old, new in numbers.items()}
    assert sets(one) == {frozenset(back[file] for file in inside) for inside in sets(two)}
    looks = [
        {(look.portion, look.folder, look.rule) for look in to_look_at(g, ordered(form(g), {}))} for g in (given, other)
    ]
    assert {(portion, folders[folder], rules[rule]) for portion, folder, rule in looks[0]} == looks[1]


def sets(where: dict[int, list[str]]) -> set[frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, (key,) in where.items():
        found.setdefault(key, set()).add(number)
    return {frozenset(inside) for inside in found.values()}


def renamed(
    files: list[tuple[int, int]], numbers: dict[int, int], folders: dict[int, int], rules: dict[int, int]
) -> list[tuple[int, int]]:
    found = {numbers[number]: (folders[folder], rules[rule]) for number, (folder, rule) in enumerate(files, 1)}
    return [found[number] for number in sorted(found)]


def renumbered(given: Given, chance: Random) -> tuple[Given, dict[int, int], dict[int, int], dict[int, int]]:
    """The same part with other numbers for folders, rules and files, in another order."""

    def shuffled(numbers: list[int]) -> dict[int, int]:
        order = list(numbers)
        chance.shuffle(order)
        return dict(zip(numbers, order, strict=True))

    count = sum(cell.sums.files for cell in given.cells)
    folders, rules = shuffled(sorted(given.folders)), shuffled(sorted(given.sayings))
    numbers = shuffled(list(range(1, count + 1)))
    cells = [
        cell._replace(folder=folders[cell.folder], rule=rules[cell.rule], first=numbers[cell.first])
        for cell in given.cells
    ]
    chance.shuffle(cells)
    other = replace(
        given,
        top=folders[given.top],
        folders={
            folders[number]: folder._replace(parent=None if folder.parent is None else folders[folder.parent])
            for number, folder in given.folders.items()
        },
        sayings={rules[number]: replace(one, number=rules[number]) for number, one in given.sayings.items()},
        cells=cells,
    )
    return other, numbers, folders, rules


@drawn(parts())
def test_groups_that_were_answered_stay_where_they_are(made: Made) -> None:
    given, _files = made
    before = ordered(form(given), {})
    again = replace(given, earlier={one.group.key: Earlier(one.portion, one.place) for one in before})
    after = ordered(form(again), again.earlier)
    assert {(one.group.key, one.portion, one.place, one.group.sums.content) for one in after} == {
        (one.group.key, one.portion, one.place, one.group.sums.content) for one in before
    }


@drawn(parts())
def test_what_vanishes_from_one_group_leaves_all_others_as_they_were(made: Made) -> None:
    given, _files = made
    before = ordered(form(replace(given, together=())), {})
    if not before:
        return
    gone = before[len(before) // 2].group.cells[0]
    again = replace(
        given,
        together=(),
        cells=[cell for cell in given.cells if (cell.folder, cell.rule) != (gone.folder, gone.rule)],
        earlier={one.group.key: Earlier(one.portion, one.place) for one in before},
    )
    after = {one.group.key: (one.portion, one.group.sums.content) for one in ordered(form(again), again.earlier)}
    for one in before:
        if gone not in one.group.cells:
            assert after[one.group.key] == (one.portion, one.group.sums.content)


@drawn(parts())
def test_each_portion_asks_for_one_to_three_files_and_never_for_what_is_somebodys_own(made: Made) -> None:
    given, _files = made
    placed = ordered(form(given), {})
    looks = list(to_look_at(given, placed))
    counts = Counter(look.portion for look in looks)
    assert 0 not in counts
    assert all(count <= 3 for count in counts.values())
    assert len({(look.portion, look.group.key) for look in looks}) == len(looks)
    private = {cell.folder for cell in given.cells if cell.private}
    assert not private & {look.folder for look in looks}
    for portion in {one.portion for one in placed} - {0}:
        inside = [one.group for one in placed if one.portion == portion]
        if any(group.members or any(not cell.private for cell in group.cells) for group in inside):
            assert counts[portion] >= 1


@drawn(parts(), st.integers(0, 1 << 20), st.integers(0, 1 << 20))
def test_what_comes_anew_opens_one_group_and_leaves_all_others_as_they_were(
    made: Made, some_folder: int, some_rule: int
) -> None:
    given = made[0]
    before = ordered(form(given), {})
    folder = sorted(given.folders)[some_folder % len(given.folders)]
    rule = sorted(given.sayings)[some_rule % len(given.sayings)]
    new = Cell(folder, rule, 90_000, of_file(90_000, 10, NOW))
    if not before or (folder, rule) in {(cell.folder, cell.rule) for cell in given.cells}:
        return
    earlier = {one.group.key: Earlier(one.portion, one.place) for one in before}
    again = replace(given, cells=[*given.cells, new], earlier=earlier)
    after = ordered(form(again), earlier)
    (receiving,) = [one.group.key for one in after if new in one.group.cells]
    found = {one.group.key: (one.portion, one.group.sums.content) for one in after}
    for one in before:
        if one.group.key != receiving:
            assert found[one.group.key] == (one.portion, one.group.sums.content)
    sizes = Counter(one.portion for one in after if one.portion)
    assert max(sizes.values(), default=0) <= MOST_IN_PORTION
    assert len(sizes) <= MOST_PORTIONS
