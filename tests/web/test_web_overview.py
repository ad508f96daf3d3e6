"""What the pages ask of the catalog."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog import overview, proposals, rulings
from filrydd.catalog.rulings import Total
from filrydd.model.rule import Fate
from tests.areas import Area


def _part(area: Area, name: str) -> proposals.PartRow:
    with area.catalog() as catalog:
        return next(part for part in proposals.parts(catalog) if part.name == name)


def test_groups_are_by_folder_below_the_parts_top_and_rule_and_leave_other_parts_out(
    overview_area: Area,
) -> None:
    with overview_area.catalog() as catalog:
        groups = overview.groups(catalog, _part(overview_area, "felles"))
        inner = overview.groups(catalog, _part(overview_area, "bilag"))
    assert [(group.folder, group.rule.name, group.total) for group in groups.shown] == [
        ("A", "junk", Total(1, 4)),
        ("B", "the rest", Total(5, 25)),
        ("A", "the rest", Total(2, 5)),
        ("", "the rest", Total(1, 1)),
        ("Hjem", "homes", Total(1, 6)),
    ]
    assert {(group.folder, group.total) for group in inner.shown} == {("", Total(1, 7)), ("2010", Total(1, 8))}
    assert groups.left_out == 0 and groups.rest == {}


def test_examples_are_files_of_the_group_with_their_old_and_new_paths(overview_area: Area) -> None:
    with overview_area.catalog() as catalog:
        groups = overview.groups(catalog, _part(overview_area, "felles"), examples=2)
    shown = {(group.folder, group.rule.name): [(one.old, one.new) for one in group.examples] for group in groups.shown}
    assert shown["A", "junk"] == [("A/under/Thumbs.db", "")]
    assert set(shown["A", "the rest"]) == {("A/a.txt", "Felles/A/a.txt"), ("A/under/b.txt", "Felles/A/under/b.txt")}
    assert len(shown["B", "the rest"]) == 2
    assert shown["Hjem", "homes"] == [("Hjem/c.txt", "")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(most=st.integers(0, 7))
def test_what_is_shown_and_the_rest_are_always_all_of_the_part(overview_area: Area, most: int) -> None:
    with overview_area.catalog() as catalog:
        fates = rulings.fates(catalog)
        added = dict.fromkeys(Fate, Total())
        for part in proposals.parts(catalog):
            groups = overview.groups(catalog, part, most=most)
            assert len(groups.shown) <= most
            totals = [(group.rule.fate, group.total) for group in groups.shown] + list(groups.rest.items())
            for fate, total in totals:
                added[fate] = Total(added[fate].files + total.files, added[fate].bytes + total.bytes)
        assert added == fates


def test_the_totals_of_the_parts_are_all_of_the_area(overview_area: Area) -> None:
    with overview_area.catalog() as catalog:
        found = overview.totals(catalog)
        assert set(found) == {"bilag", "felles"}
        assert found["felles"].junk == Total(1, 4) and found["felles"].documents == Total()
        counted = [total for part in found.values() for total in (part.move, part.junk, part.documents, part.hold)]
        assert sum(total.files for total in counted) == sum(t.files for t in rulings.fates(catalog).values())
        assert sum(total.bytes for total in counted) == sum(t.bytes for t in rulings.fates(catalog).values())


def test_an_area_is_as_proposed_until_something_of_it_changes(overview_area: Area) -> None:
    with overview_area.catalog() as catalog:
        assert overview.is_as_proposed(catalog)
    (overview_area.top / "A" / "a.txt").rename(overview_area.top / "A" / "aa.txt")
    overview_area.scan()
    with overview_area.catalog() as catalog:
        assert not overview.is_as_proposed(catalog)


def test_nobody_has_answered_before_somebody_has(overview_area: Area) -> None:
    with overview_area.catalog() as catalog:
        assert overview.answer(catalog, "felles") is None
    overview_area.sign("felles")
    with overview_area.catalog() as catalog:
        answer = overview.answer(catalog, "felles")
        assert answer is not None and answer.withdrawn is None
        assert overview.signed_totals(catalog, answer.id) == overview.Totals(move=Total(8, 31), junk=Total(1, 4))
