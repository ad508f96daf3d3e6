"""What a change does to a sign-off: the design's table, line by line."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from filrydd.catalog import signoffs
from filrydd.catalog.signoffs import State
from filrydd.errors import NotApproved, ProposalChanged
from filrydd.model import times
from filrydd.model.rule import Fate
from filrydd.stages import classify, propose, review, upload
from tests.areas import POLICY, Area

TREE = {"Bilag": {"gammel.pdf": "1", "ny.pdf": "1"}, "Notat": {"a.txt": "1", "b.txt": "1"}, "Thumbs.db": "1"}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(made.top / "Bilag" / "gammel.pdf", (then, then))
    made.until_proposed()
    return made


def states(area: Area) -> dict[str, str]:
    with area.catalog() as catalog:
        signoffs.list_approvals(catalog, area.work().now())
        return dict(signoffs.in_state(catalog, *State, most=100))


def again(area: Area) -> dict[str, str]:
    area.until_proposed()
    return states(area)


def test_nothing_is_approved_before_somebody_signs(area: Area) -> None:
    assert set(states(area).values()) == {State.UNSIGNED}
    with pytest.raises(NotApproved) as refused:
        upload.plan(area.work())
    assert refused.value.next == "filrydd review felles"


def test_a_signature_covers_the_parts_it_names_and_no_others(area: Area) -> None:
    area.sign("bilag")
    found = states(area)
    assert found["Bilag/gammel.pdf"] == found["Bilag/ny.pdf"] == State.APPROVED
    assert found["Notat/a.txt"] == State.UNSIGNED


def test_from_the_command_line_nobody_signs_for_deleting_more_than_junk(area: Area) -> None:
    signed = {part.part: part for part in area.sign(destroys=False)}
    found = states(area)
    assert found["Bilag/gammel.pdf"] == State.UNSIGNED
    assert found["Thumbs.db"] == State.APPROVED
    assert signed["bilag"].left == 1


def test_new_content_of_a_file_that_moves_stays_approved(area: Area) -> None:
    area.sign()
    (area.top / "Notat" / "a.txt").write_text("ny tekst")
    assert again(area)["Notat/a.txt"] == State.APPROVED


def test_new_content_of_a_file_that_is_to_be_destroyed_reopens(area: Area) -> None:
    area.sign()
    (area.top / "Bilag" / "gammel.pdf").write_text("9")
    then = datetime(2011, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    assert again(area)["Bilag/gammel.pdf"] == State.CONTENT_CHANGED


def test_another_place_reopens_and_the_upload_is_refused_by_name(area: Area) -> None:
    area.sign()
    area.policy(POLICY.replace("folder: Felles", "folder: Nytt sted"))
    assert again(area)["Notat/a.txt"] == State.PLACE_CHANGED
    with pytest.raises(NotApproved) as refused:
        upload.plan(area.work())
    assert "Notat/a.txt" in refused.value.details
    assert "review" in refused.value.next


def test_another_fate_reopens(area: Area) -> None:
    area.sign()
    area.policy(POLICY.replace("{path: Hjem}", "{path: Bilag, extension: [pdf]}").replace("after: 5y", "after: 90y"))
    found = again(area)
    assert found["Bilag/ny.pdf"] == State.HELD
    assert found["Bilag/gammel.pdf"] == State.HELD
    area.policy(POLICY.replace("after: 5y after end of year", "after: 90y after end of year"))
    assert again(area)["Bilag/gammel.pdf"] == State.FATE_CHANGED


def test_a_new_file_in_a_signed_folder_waits_unless_it_may_follow(area: Area) -> None:
    area.sign()
    (area.top / "Notat" / "c.txt").write_text("ny")
    found = again(area)
    assert found["Notat/c.txt"] == State.NEW
    assert found["Notat/a.txt"] == State.APPROVED


def test_a_new_file_follows_until_the_day_that_was_signed(area: Area) -> None:
    now = area.work().now()
    area.sign(follow_until=now + 3600 * times.TICKS_A_SECOND)
    (area.top / "Notat" / "c.txt").write_text("ny")
    assert again(area)["Notat/c.txt"] == State.APPROVED
    with area.catalog() as catalog:
        signoffs.list_approvals(catalog, now + 7200 * times.TICKS_A_SECOND)
        late = dict(signoffs.in_state(catalog, *State, most=100))
    assert late["Notat/c.txt"] == State.NEW


def test_a_new_file_that_would_be_destroyed_never_follows(area: Area) -> None:
    area.sign(follow_until=area.work().now() + 3600 * times.TICKS_A_SECOND)
    (area.top / "Notat" / "Thumbs.db").write_text("ny")
    assert again(area)["Notat/Thumbs.db"] == State.NEW


def test_a_vanished_file_closes(area: Area) -> None:
    area.sign()
    (area.top / "Notat" / "a.txt").unlink()
    assert "Notat/a.txt" not in again(area)


def test_a_withdrawn_signature_approves_nothing(area: Area) -> None:
    area.sign()
    review.withdraw(area.work(), "felles", "Kari Nordmann", "jeg ombestemte meg")
    found = states(area)
    assert found["Notat/a.txt"] == State.UNSIGNED
    assert found["Bilag/ny.pdf"] == State.APPROVED
    with pytest.raises(NotApproved):
        review.withdraw(area.work(), "felles", "Kari Nordmann")


def test_an_edit_in_one_part_leaves_the_other_parts_digest_alone(area: Area) -> None:
    before = dict(propose.run(area.work()).parts)
    (area.top / "Notat" / "c.txt").write_text("ny")
    after = dict(area.until_proposed().parts)
    assert after["bilag"] == before["bilag"]
    assert after["felles"] != before["felles"]


def test_the_same_area_gives_the_same_digest(area: Area) -> None:
    assert propose.run(area.work()).digest == propose.run(area.work()).digest


def test_what_was_not_seen_cannot_be_signed(area: Area) -> None:
    digest = {part.name: part.digest for part in review.state(area.work())}["felles"]
    (area.top / "Notat" / "c.txt").write_text("ny")
    area.until_proposed()
    signature = signoffs.Signature("Kari", "contact", "test")
    with pytest.raises(ProposalChanged):
        review.sign(area.work(), signature, ["felles"], digest=digest)


def test_a_proposal_that_the_area_has_left_behind_cannot_be_signed(area: Area) -> None:
    (area.top / "Notat" / "c.txt").write_text("ny")
    area.scan()
    classify.run(area.work())
    with pytest.raises(ProposalChanged) as refused:
        area.sign()
    assert refused.value.next == "filrydd propose felles"


def test_where_the_policy_asks_for_two_people_one_cannot_sign_for_destruction(area: Area) -> None:
    area.policy(POLICY.replace("one person", "two people"))
    with pytest.raises(NotApproved, match="two people"):
        area.sign(destroys=True)
    area.sign(destroys=False)
    assert states(area)["Notat/a.txt"] == State.APPROVED


def test_an_unknown_part_is_refused_with_those_that_there_are(area: Area) -> None:
    with pytest.raises(NotApproved, match="bilag, felles"):
        area.sign("bilga")


def test_the_state_of_a_part_counts_what_the_signature_does_not_cover(area: Area) -> None:
    area.sign()
    (area.top / "Notat" / "c.txt").write_text("ny")
    area.until_proposed()
    part = {state.name: state for state in review.state(area.work())}["felles"]
    assert (part.waiting, part.count(Fate.MOVE), part.signed_by) == (1, 3, "Kari Nordmann")
