"""Documents are destroyed when two people have signed for it, each known by a log-in, and one of them answers for the part."""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from filrydd.catalog import ledger, overview, signoffs, standings
from filrydd.catalog.signoffs import COMMAND_LINE, OPENID, Signature, State
from filrydd.errors import NotApproved, ProposalChanged
from filrydd.stages import classify, record, review, status
from tests.areas import POLICY, Area

HOW = f"{OPENID}, https://login.example"
KARI = Signature("Kari Nordmann", "contact", HOW, destroys=True, who="https://login.example|t1|kari")
BERIT = Signature("Berit Bakken", "manager", HOW, who="https://login.example|t1|berit", as_manager=True)
TWO = POLICY.replace("one person", "two people")
OLD, JUNK, MOVES = "Bilag/gammel.pdf", "Bilag/Thumbs.db", "Bilag/ny.pdf"


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area({"Bilag": {"gammel.pdf": "1", "ny.pdf": "1", "Thumbs.db": "1"}, "Notat": {"a.txt": "1"}})
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(made.top / "Bilag" / "gammel.pdf", (then, then))
    made.policy(TWO)
    made.until_proposed()
    return made


def states(area: Area) -> dict[str, str]:
    with area.catalog() as catalog:
        signoffs.list_approvals(catalog, area.work().now())
        return dict(signoffs.in_state(catalog, *State, most=100))


def sign(area: Area, signature: Signature = KARI) -> tuple[str, int]:
    """Sign the part; returns what the second person sees: its digest, and the sign-off's number."""
    (signed,) = review.sign(area.work(), signature, ["bilag"])
    with area.catalog() as catalog:
        stored = signoffs.in_force(catalog, "bilag")
    assert stored is not None
    return signed.digest, stored.id


def answer(area: Area) -> overview.Answer:
    with area.catalog() as catalog:
        found = overview.answer(catalog, "bilag")
    assert found is not None
    return found


def test_one_signature_holds_for_what_moves_and_for_junk_and_not_for_documents(area: Area) -> None:
    (signed,) = review.sign(area.work(), KARI, ["bilag"])
    assert (signed.left, signed.awaits) == (1, 1)
    found = states(area)
    assert (found[OLD], found[JUNK], found[MOVES]) == (State.AWAITS, State.APPROVED, State.APPROVED)


def test_the_second_persons_signature_approves_the_documents(area: Area) -> None:
    signed = review.cosign(area.work(), BERIT, "bilag", *sign(area))
    assert (signed.left, signed.awaits) == (0, 0)
    assert states(area)[OLD] == State.APPROVED
    assert record.verify(area.work()).wrong == ()


def test_the_manager_may_sign_first_and_the_contact_second(area: Area) -> None:
    review.cosign(area.work(), replace(KARI, destroys=False), "bilag", *sign(area, replace(BERIT, destroys=True)))
    assert states(area)[OLD] == State.APPROVED


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (replace(BERIT, who=KARI.who), "yourself"),
        (replace(BERIT, as_manager=False), "One of the two"),
        (replace(BERIT, how="one-time link on this computer"), "logged in"),
        (replace(BERIT, how=f"{OPENID}less"), "logged in"),
        (replace(BERIT, how=COMMAND_LINE), "logged in"),
        (replace(BERIT, who=""), "logged in"),
    ],
)
def test_who_cannot_be_the_second_person_is_told_why(area: Area, second: Signature, why: str) -> None:
    seen = sign(area)
    with pytest.raises(NotApproved, match=why) as refused:
        review.cosign(area.work(), second, "bilag", *seen)
    assert refused.value.next
    assert states(area)[OLD] == State.AWAITS


@pytest.mark.parametrize(
    "signature", [replace(KARI, how="one-time link on this computer"), replace(KARI, who=""), replace(KARI, how="test")]
)
def test_where_two_must_sign_nobody_signs_for_documents_without_a_log_in(area: Area, signature: Signature) -> None:
    with pytest.raises(NotApproved, match="two people"):
        review.sign(area.work(), signature, ["bilag"])
    review.sign(area.work(), replace(signature, destroys=False), ["bilag"])
    assert states(area)[MOVES] == State.APPROVED


def test_from_the_command_line_nobody_signs_for_documents_whatever_the_policy_says(area: Area) -> None:
    area.policy(POLICY)
    area.until_proposed()
    with pytest.raises(NotApproved, match="command line"):
        review.sign(area.work(), replace(KARI, how=COMMAND_LINE), ["bilag"])
    assert states(area)[OLD] == State.UNSIGNED


def test_where_one_person_is_enough_nobody_is_asked_for_a_second(area: Area) -> None:
    area.policy(POLICY)
    area.until_proposed()
    seen = sign(area, replace(KARI, how="one-time link on this computer", who="link"))
    assert states(area)[OLD] == State.APPROVED
    with pytest.raises(NotApproved, match="needs no second person"):
        review.cosign(area.work(), BERIT, "bilag", *seen)


def test_a_signature_that_destroys_no_document_needs_no_second_person(area: Area) -> None:
    seen = sign(area, replace(KARI, destroys=False))
    with pytest.raises(NotApproved, match="needs no second person"):
        review.cosign(area.work(), BERIT, "bilag", *seen)
    (area.top / "Bilag" / "gammel.pdf").unlink()
    area.until_proposed()
    seen = sign(area)
    assert answer(area).awaits == 0
    with pytest.raises(NotApproved, match="needs no second person"):
        review.cosign(area.work(), BERIT, "bilag", *seen)


def test_nothing_is_there_to_sign_second_before_the_first_or_after_a_withdrawal(area: Area) -> None:
    with area.catalog() as catalog:
        (digest,) = (row["digest"] for row in catalog.rows("SELECT digest FROM part WHERE name = 'bilag'"))
    with pytest.raises(NotApproved, match="Nobody has signed bilag"):
        review.cosign(area.work(), BERIT, "bilag", digest, 1)
    seen = sign(area)
    review.withdraw(area.work(), "bilag", "Kari Nordmann")
    with pytest.raises(NotApproved, match="Nobody has signed bilag"):
        review.cosign(area.work(), BERIT, "bilag", *seen)


def test_a_double_click_is_one_signature(area: Area) -> None:
    seen = sign(area)
    review.cosign(area.work(), BERIT, "bilag", *seen)
    with pytest.raises(NotApproved, match="Berit Bakken has already signed"):
        review.cosign(area.work(), BERIT, "bilag", *seen)
    assert record.verify(area.work()).entries == 2


def test_the_second_person_signs_what_the_first_one_signed_and_nothing_else(area: Area) -> None:
    digest, number = sign(area)
    for other in ("", "-", "0" * 64):
        with pytest.raises(ProposalChanged):
            review.cosign(area.work(), BERIT, "bilag", other, number)
    sign(area, replace(KARI, note="sett på en gang til"))
    with pytest.raises(ProposalChanged, match="given anew"):
        review.cosign(area.work(), BERIT, "bilag", digest, number)
    assert states(area)[OLD] == State.AWAITS


def test_a_proposal_that_changed_after_the_first_signature_is_not_signed_by_the_second(area: Area) -> None:
    digest, number = sign(area)
    (area.top / "Bilag" / "c.txt").write_text("ny")
    area.scan()
    classify.run(area.work())
    with pytest.raises(ProposalChanged):
        review.cosign(area.work(), BERIT, "bilag", digest, number)
    now = dict(area.until_proposed().parts)["bilag"]
    for seen in (digest, now):
        with pytest.raises(ProposalChanged):
            review.cosign(area.work(), BERIT, "bilag", seen, number)


def test_a_document_that_somebody_works_on_reopens_though_two_have_signed(area: Area) -> None:
    review.cosign(area.work(), BERIT, "bilag", *sign(area))
    (area.top / "Bilag" / "gammel.pdf").write_text("9")
    then = datetime(2011, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    area.until_proposed()
    assert states(area)[OLD] == State.CONTENT_CHANGED


def test_withdrawing_takes_both_signatures_back_and_signing_anew_needs_both_again(area: Area) -> None:
    review.cosign(area.work(), BERIT, "bilag", *sign(area))
    review.withdraw(area.work(), "bilag", "Berit Bakken", "vi tok feil", who=BERIT.who, how=BERIT.how)
    assert states(area)[OLD] == State.UNSIGNED
    seen = sign(area)
    assert states(area)[OLD] == State.AWAITS
    review.cosign(area.work(), BERIT, "bilag", *seen)
    assert states(area)[OLD] == State.APPROVED
    assert record.verify(area.work()).wrong == ()


def test_the_answer_tells_of_both_people_and_of_what_waits(area: Area) -> None:
    seen = sign(area)
    first = answer(area)
    assert (first.who, first.as_manager, first.signers, first.second, first.awaits) == (KARI.who, False, 2, None, 1)
    review.cosign(area.work(), replace(BERIT, note="sett på"), "bilag", *seen)
    both = answer(area)
    assert both.second is not None and both.awaits == 0
    told = both.second
    assert (told.role, told.who, told.how, told.as_manager) == ("manager", BERIT.who, HOW, True)
    assert (told.act.name, told.act.note) == ("Berit Bakken", "sett på")
    with area.catalog() as catalog:
        head = ledger.head(catalog)
        assert head is not None and (head.kind, head.hash) == ("co-sign", told.act.ledger)


def test_what_waits_for_the_second_person_is_counted_apart_from_what_changed(area: Area) -> None:
    sign(area)
    part = {state.name: state for state in review.state(area.work())}["bilag"]
    assert (part.awaits, part.waiting) == (1, 0)
    assert status.of(area.work()).signed == 2
    with area.catalog() as catalog:
        assert standings.lists(catalog, "bilag").to_look_at.count == 0


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE cosign SET name = 'Ola'", "What entry 2 (second signature)"),
        ("UPDATE cosign SET as_manager = 0", "What entry 2"),
        ("DELETE FROM cosign", "What entry 2"),
        ("UPDATE cosign SET id = 9", "9 is not in the ledger"),
        ("UPDATE signoff SET signers = 1", "What entry 1"),
        ("UPDATE signoff SET who = 'https://login.example|t1|berit'", "What entry 1"),
        ("UPDATE signoff SET who = '', as_manager = 0, signers = 1", "What entry 1"),
        ("UPDATE signed_total SET files = 0 WHERE kind = 'documents'", "What entry 1"),
        ("DELETE FROM signed_total", "What entry 1"),
    ],
)
def test_a_second_signature_that_was_altered_is_found(area: Area, statement: str, says: str) -> None:
    review.cosign(area.work(), BERIT, "bilag", *sign(area))
    with sqlite3.connect(area.workspace / "scans" / "felles.db") as intruder:
        intruder.execute(statement)
    intruder.close()
    wrong = record.verify(area.work()).wrong
    assert any(says in sentence for sentence in wrong), wrong


def test_a_second_signature_that_nobody_gave_is_found(area: Area) -> None:
    digest, number = sign(area)
    with sqlite3.connect(area.workspace / "scans" / "felles.db") as intruder:
        intruder.execute(
            "INSERT INTO cosign (signoff, digest, name, role, who, how, as_manager, note, at)"
            " VALUES (?, ?, 'Berit Bakken', 'manager', 'x', ?, 1, '', 5)",
            (number, digest, HOW),
        )
    intruder.close()
    assert any("1 is not in the ledger" in sentence for sentence in record.verify(area.work()).wrong)


def test_what_came_between_the_look_and_the_signature_is_not_signed(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scan may publish beside the review: what is signed must be what the digests were compared with."""
    from filrydd.catalog import bundles

    compared = bundles.as_it_is

    def then_scanned(*words: object) -> dict[int, str]:
        found = compared(*words)  # type: ignore[arg-type]
        (area.top / "Bilag" / "c.txt").write_text("ny")
        area.scan()
        return found

    monkeypatch.setattr(bundles, "as_it_is", then_scanned)
    with pytest.raises(ProposalChanged, match="has changed since it was proposed"):
        review.sign(area.work(), KARI, ["bilag"])
    assert record.verify(area.work()).entries == 0
