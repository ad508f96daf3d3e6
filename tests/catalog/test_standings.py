"""What was counted of the parts is what counting gives, and is known to be outdated as soon as it would not be."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog import overview, proposals, signoffs, standings
from filrydd.errors import NotApproved
from filrydd.model import times
from filrydd.model.rule import Fate
from filrydd.stages import classify, propose, review
from tests.areas import POLICY, Area, new_area

HOUR = 3600 * times.TICKS_A_SECOND


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(
        {"Bilag": {"gammel.pdf": "1", "ny.pdf": "12"}, "Notat": {"a?.txt": "1", "b.txt": "1"}, "Thumbs.db": "1"}
    )
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(made.top / "Bilag" / "gammel.pdf", (then, then))
    made.until_proposed()
    return made


def check(area: Area) -> None:
    """What is stored is what each question answers by itself."""
    now = area.work().now()
    with area.catalog() as catalog:
        assert standings.is_current(catalog, now)
        stored = standings.read(catalog)
        assert stored is not None
        parts = proposals.parts(catalog)
        assert set(stored.parts) == {part.name for part in parts}
        signoffs.list_approvals(catalog, now)
        standing, totals = signoffs.standing(catalog), overview.totals(catalog)
        assert stored.as_proposed == overview.is_as_proposed(catalog)
        for part in parts:
            figures, lists = stored.parts[part.name], standings.lists(catalog, part.name)
            assert figures.files == standing.get(part.name, {})
            assert figures.totals == totals[part.name]
            assert lists.mended == overview.mended(catalog, part.id)
            assert lists.unread == overview.unread(catalog, part.id)
            signoff = signoffs.in_force(catalog, part.name)
            if signoff:
                found = overview.to_look_at(catalog, part.id, now, destroys=signoff.destroys)
                assert lists.to_look_at == found
            assert (figures.mended, figures.unread, figures.to_look_at) == (
                lists.mended.count,
                lists.unread.count,
                lists.to_look_at.count,
            )


def is_current(area: Area) -> bool:
    with area.catalog() as catalog:
        return standings.is_current(catalog, area.work().now())


def test_a_proposal_leaves_its_figures_behind(area: Area) -> None:
    check(area)
    seen = review.seen(area.work())
    assert (seen.is_current, seen.is_as_proposed) == (True, True)
    parts = {part.state.name: part for part in seen.parts}
    assert parts["bilag"].totals.documents.files == 1
    assert parts["bilag"].totals.move.bytes == 2
    assert parts["felles"].mended == 1
    assert tuple(part.state for part in seen.parts) == review.state(area.work())


def test_signing_and_withdrawing_leave_their_figures_behind(area: Area) -> None:
    area.sign()
    check(area)
    assert {part.state.waiting for part in review.seen(area.work()).parts} == {0}
    review.withdraw(area.work(), "bilag", "Kari Nordmann")
    check(area)
    seen = {part.state.name: part for part in review.seen(area.work()).parts}
    assert (seen["bilag"].state.waiting, seen["bilag"].state.signed_by, seen["felles"].state.waiting) == (2, "", 0)
    answer = seen["bilag"].answer
    assert answer is not None and answer.withdrawn is not None


def test_a_scan_that_found_something_makes_them_outdated_and_a_page_never_counts(area: Area) -> None:
    area.sign()
    (area.top / "Bilag" / "c.txt").write_text("ny")
    area.scan()
    seen = review.seen(area.work())
    assert (seen.is_current, seen.is_as_proposed) == (False, False)
    assert seen.parts[0].state.count(Fate.MOVE) == 1
    classify.run(area.work())
    assert not is_current(area)
    (counted, _rest) = review.state(area.work())
    assert counted.count(Fate.MOVE) == 2
    check(area)
    assert not review.seen(area.work()).is_as_proposed
    propose.run(area.work())
    check(area)
    assert review.seen(area.work()).is_as_proposed


def test_what_changes_nothing_leaves_them_current(area: Area) -> None:
    classify.run(area.work())
    assert is_current(area)
    with area.catalog() as catalog, catalog.writing():
        catalog.run("INSERT INTO answer (file, fate, name, note, at) VALUES (1, 'hold', 'Ola', '', 5)")
    assert is_current(area)


def test_a_file_that_changed_in_place_makes_them_outdated(area: Area) -> None:
    area.sign()
    (area.top / "Bilag" / "gammel.pdf").write_text("another")
    area.scan()
    assert not is_current(area)


def test_another_ruling_alone_makes_them_outdated(area: Area) -> None:
    area.policy(POLICY.replace("after: 5y after end of year", "after: 90y after end of year"))
    classify.run(area.work())
    assert not is_current(area)


def test_the_day_until_which_new_files_follow_makes_them_outdated(area: Area) -> None:
    now = area.work().now()
    area.sign("felles", follow_until=now + HOUR)
    area.sign("bilag", follow_until=now + 3 * HOUR)
    (area.top / "Notat" / "c.txt").write_text("ny")
    (area.top / "Bilag" / "c.txt").write_text("ny")
    area.until_proposed()
    new: list[int] = []
    for hours in (0, 2, 4, 2, 0):
        at = now + hours * HOUR + HOUR // 2
        with area.catalog() as catalog:
            assert standings.is_current(catalog, at) == (hours == 0 and not new)
            found = standings.refresh(catalog, at)
            assert standings.is_current(catalog, at)
            assert standings.is_current(catalog, at + HOUR // 4)
        new.append(sum(part.files[Fate.MOVE].get("new", 0) for part in found.parts.values()))
    assert new == [0, 1, 2, 1, 0]


def test_the_last_tick_of_a_following_day_still_counts_as_it(area: Area) -> None:
    until = area.work().now() + HOUR
    area.sign(follow_until=until)
    with area.catalog() as catalog:
        assert standings.is_current(catalog, until)
        assert not standings.is_current(catalog, until + 1)


def test_a_signature_that_was_replaced_does_not_come_back_when_its_successor_is_withdrawn(area: Area) -> None:
    now = area.work().now()
    area.sign("felles", follow_until=now + HOUR)
    area.sign("felles")
    review.withdraw(area.work(), "felles", "Kari Nordmann")
    (area.top / "Notat" / "c.txt").write_text("ny")
    area.until_proposed()
    with area.catalog() as catalog:
        signoffs.list_approvals(catalog, area.work().now())
        found = dict(signoffs.in_state(catalog, *signoffs.State, most=100))
    assert found["Notat/c.txt"] == signoffs.State.UNSIGNED


def test_before_anything_is_proposed_nothing_is_shown(make_area: Callable[..., Area]) -> None:
    made = make_area({"a.txt": "1"})
    made.scan()
    for asked in (review.seen, review.state):
        with pytest.raises(NotApproved, match="Nothing is proposed"):
            asked(made.work())


def test_an_area_that_was_proposed_before_figures_were_kept_is_shown_as_not_counted(area: Area) -> None:
    with area.catalog() as catalog, catalog.writing():
        for table in ("standing", "standing_count", "standing_list"):
            catalog.run(f"DELETE FROM {table}")
    seen = review.seen(area.work())
    assert (seen.is_current, seen.is_as_proposed, seen.counted, len(seen.parts)) == (False, False, 0, 2)
    review.state(area.work())
    check(area)


def test_what_a_signature_covered_is_told_after_another_has_taken_its_place(area: Area) -> None:
    area.sign("bilag")
    (area.top / "Bilag" / "c.txt").write_text("ny")
    area.until_proposed()
    area.sign("bilag", destroys=False)
    with area.catalog() as catalog:
        first, second = overview.signed_totals(catalog, 1), overview.signed_totals(catalog, 2)
    assert (first.move.files, first.documents.files) == (1, 1)
    assert (second.move.files, second.documents.files) == (2, 0)


STEPS = ("new", "change", "remove", "scan", "classify", "propose", "sign", "sign all", "withdraw", "count")


@given(st.lists(st.sampled_from(STEPS), min_size=3, max_size=9))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_figures_that_are_called_current_are_those_that_counting_gives(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    area = new_area(tmp_path_factory.mktemp("area"))
    (area.top / "Bilag").mkdir(parents=True)
    for name in ("a.txt", "b.pdf"):
        (area.top / "Bilag" / name).write_text("1")
    area.until_proposed()
    for number, step in enumerate(steps):
        _step(area, step, number)
        if is_current(area):
            check(area)


def _step(area: Area, step: str, number: int) -> None:
    files = sorted((area.top / "Bilag").iterdir())
    match step:
        case "new":
            (area.top / "Bilag" / f"{number}.pdf").write_text("1")
        case "change":
            files[0].write_text("1" * (number + 2))
        case "remove" if len(files) > 1:
            files[-1].unlink()
        case "scan":
            area.scan()
        case "classify":
            classify.run(area.work())
        case "count":
            review.state(area.work())
        case "propose":
            area.scan()
            classify.run(area.work())
            propose.run(area.work())
        case "sign" | "sign all":
            area.until_proposed()
            area.sign("bilag", destroys=step == "sign all")
        case "withdraw":
            with area.catalog() as catalog:
                signed = signoffs.in_force(catalog, "bilag")
            if signed:
                review.withdraw(area.work(), "bilag", "Kari Nordmann")
        case _:
            pass
