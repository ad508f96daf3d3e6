"""What a person gets to see: few groups, divided where it helps, easy ones first, then the riskiest."""

from dataclasses import replace

from filrydd.model.rule import Fate
from filrydd.portions import Given, Saying, form, ordered, same_content, to_look_at
from filrydd.portions.sums import Sums, of_file
from tests.portions.made import NOW, given, sayings, tree


def part(counts: dict[tuple[int, int], int], fates: list[Fate], parents: list[int], **words: bool) -> Given:
    """`counts`: (folder, rule) -> files; `parents`: of folders 2, 3, ... by number."""
    files = [place for place, count in counts.items() for _file in range(count)]
    return given(tree([parent - 1 for parent in parents]), sayings(fates, **words), files)


def test_a_small_part_is_one_group_for_each_rule() -> None:
    made = part({(2, 1): 20, (3, 1): 10, (4, 2): 5, (2, 2): 1}, [Fate.MOVE, Fate.HOLD], [1, 1, 1])
    assert sorted((group.key, group.sums.files) for group in form(made)) == [("rule:1", 30), ("rule:2", 6)]


def test_a_large_folder_stands_alone_and_small_ones_stay_together() -> None:
    made = part({(2, 1): 3_000, (3, 1): 2_000, (4, 1): 30, (5, 1): 20}, [Fate.MOVE], [1, 1, 1, 1])
    found = {group.key: group.sums.files for group in form(made)}
    assert found == {"folder:2:1": 3_000, "folder:3:1": 2_000, "rule:1": 50}


def test_what_a_computer_made_is_never_divided() -> None:
    made = part({(folder, 1): 3_000 for folder in range(2, 12)}, [Fate.DESTROY], [1] * 10, junk=True)
    assert [group.key for group in form(made)] == ["rule:1"]


def test_a_folder_with_identity_numbers_is_told_apart_from_those_without() -> None:
    made = part({(folder, 1): 500 for folder in range(2, 12)}, [Fate.MOVE], [1] * 10)
    cells = [cell._replace(sums=replace(cell.sums, numbers=3)) if cell.folder == 5 else cell for cell in made.cells]
    groups = {group.key: group for group in form(replace(made, cells=cells))}
    assert groups["folder:5:1"].risks == ("numbers",)
    assert all(not group.risk for key, group in groups.items() if key != "folder:5:1")


def test_a_wide_part_that_cannot_be_told_apart_stays_together_and_says_so() -> None:
    made = part({(folder, 1): 50 for folder in range(2, 502)}, [Fate.DESTROY], [1] * 500)
    (group,) = form(made)
    assert (group.kind, group.coarse, group.sums.files) == ("rule", True, 25_000)
    assert group.risks == ("destroys", "young", "much")


def test_rules_beyond_the_bound_are_taken_together_by_fate() -> None:
    fates = [Fate.MOVE, Fate.DESTROY, Fate.HOLD] * 100
    made = part({(2, rule): rule for rule in range(1, 301)}, fates, [1])
    groups = form(made)
    assert len(groups) <= 83
    rest = {group.key: group for group in groups if group.key.startswith("rest:")}
    assert {group.fate for group in rest.values()} <= {"move", "hold", "destroy"}
    assert all(group.coarse for group in rest.values())
    assert sum(group.sums.files for group in groups) == sum(range(1, 301))


def test_easy_groups_come_first_and_then_the_riskiest() -> None:
    fates = [Fate.MOVE, Fate.DESTROY, Fate.HOLD]
    made = part({(2, 1): 10, (2, 2): 30, (2, 3): 7}, fates, [1])
    rules = {**made.sayings, 4: Saying(4, "rule 004", Fate.HOLD, unruled=True)}
    cells = [*made.cells, made.cells[0]._replace(rule=4)]
    placed = ordered(form(replace(made, sayings=rules, cells=cells)), {})
    assert [(one.group.key, one.portion, one.place) for one in placed] == [
        ("rule:1", 1, 1),
        ("rule:3", 1, 2),
        ("rule:2", 1, 3),
        ("rule:4", 1, 4),
    ]


def test_a_large_part_begins_with_a_small_portion_to_learn_by() -> None:
    fates = [Fate.MOVE] * 10 + [Fate.DESTROY] * 20
    made = part({(2, rule): 40 + rule for rule in range(1, 31)}, fates, [1])
    placed = ordered(form(made), {})
    first = [one.group for one in placed if one.portion == 1]
    assert len(first) == 3  # of three kinds at most
    assert {group.risk for group in first} == {0}
    second = [one.group.risk for one in placed if one.portion == 2]
    assert second == sorted(second, reverse=True)
    assert len(second) == 20


def test_the_riskiest_groups_files_are_looked_at_first() -> None:
    made = part({(2, 1): 100, (3, 2): 30, (2, 3): 7}, [Fate.MOVE, Fate.DESTROY, Fate.HOLD], [1, 1])
    looks = list(to_look_at(made, ordered(form(made), {})))
    assert [(look.group.key, look.folder) for look in looks] == [("rule:2", 3), ("rule:1", 2)]


def test_a_content_tells_files_apart_that_add_up_to_the_same() -> None:
    one, two = Sums(), Sums()
    for file in (1, 4):
        one.add(of_file(file, 10, NOW))
    for file in (2, 3):
        two.add(of_file(file, 10, NOW))
    assert (one.files, one.bytes, one.ids) == (two.files, two.bytes, two.ids)
    assert not same_content(one.content, two.content, strict=False)


def test_two_files_that_swapped_their_times_are_another_content_only_where_it_is_strict() -> None:
    one, two = Sums(), Sums()
    for file, modified in ((1, 5), (2, 9)):
        one.add(of_file(file, 10, modified))
    for file, modified in ((1, 9), (2, 5)):
        two.add(of_file(file, 10, modified))
    assert same_content(one.content, two.content, strict=False)
    assert not same_content(one.content, two.content, strict=True)
