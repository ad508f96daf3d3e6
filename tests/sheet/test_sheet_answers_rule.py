"""What an answer is worth: it beats a rule, never a block; and nobody destroys by answer what the rules keep."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.catalog import judging
from filrydd.catalog.answers import Known, Verdict, verdict
from filrydd.errors import SheetRefused
from filrydd.model.rule import NO_RULE, UNREADABLE, All, Fate, Noark, Rule, Texts
from filrydd.stages import classify, explain, propose
from filrydd.stages.sheet import answers
from filrydd.stages.sheet.answers import Change
from tests.areas import Area
from tests.sheet.lists import DELETE, FULL_POLICY, KEEP, MOVE, answered, write

DAY = date(2026, 11, 23)
rules = st.builds(
    Rule,
    name=st.just("r"),
    fate=st.sampled_from(Fate),
    when=st.just(All()),
    reason=st.just(Texts("x")),
    basis=st.sampled_from(["", "arkivlova § 13"]),
    noark=st.sampled_from(Noark),
    confirmed_on=st.sampled_from([None, DAY, date(2026, 11, 24)]),
    awaits_confirmation=st.booleans(),
)


@given(rules, st.booleans(), st.sampled_from(Fate))
def test_to_destroy_is_open_only_where_the_rule_destroys_or_an_archivist_confirmed_that_it_may(
    rule: Rule, block: bool, fate: Fate
) -> None:
    found = verdict(Known(rule, rule, block), fate, DAY)
    if fate is Fate.HOLD:
        assert found is Verdict.RULES
    elif block:
        assert found is Verdict.BLOCKED
    elif fate is Fate.DESTROY and found is Verdict.RULES and rule.fate is not Fate.DESTROY:
        assert (rule.fate, rule.noark, rule.confirmed_on) == (Fate.HOLD, Noark.DESTROY, DAY)
        assert rule.basis
        assert not rule.awaits_confirmation
    elif rule.fate is Fate.MOVE and fate is Fate.DESTROY:
        assert found is Verdict.NOT_TO_DESTROY


@given(rules, st.booleans(), st.sampled_from(Fate), st.frozensets(st.sampled_from(Fate)))
def test_the_policys_limits_keep_answers_from_changing_a_rule_but_not_from_keeping_or_agreeing(
    rule: Rule, block: bool, fate: Fate, allowed: frozenset[Fate]
) -> None:
    found = verdict(Known(rule, rule, block), fate, DAY, allowed)
    barred = fate is not Fate.HOLD and fate not in allowed and fate is not rule.fate
    assert (found is Verdict.NOT_ALLOWED) is barred
    if not barred:
        assert found is verdict(Known(rule, rule, block), fate, DAY)


def test_what_no_rule_judged_may_be_moved_and_what_was_not_read_may_not() -> None:
    assert verdict(Known(NO_RULE, NO_RULE, False), Fate.MOVE, DAY) is Verdict.RULES
    assert verdict(Known(UNREADABLE, UNREADABLE, False), Fate.MOVE, DAY) is Verdict.UNREADABLE


def overruled(area: Area, day: date = DAY) -> dict[str, Rule]:
    """Every file's rule once the answers are put in, beginning from what the policy says alone."""
    with area.catalog() as catalog:
        department = area.work().department()
        outcome = judging.judge(catalog, department.rules(day), department.blocks(day), day)
        rows = list(catalog.rows("SELECT f.name, j.code FROM temp.judged_all j JOIN file f ON f.id = j.file"))
        for row in rows:
            base = outcome.verdict(row["code"]).base
            assert base is None or outcome.verdict(base).rule.decided_by in ("", "Arkivar")
        return {row["name"]: outcome.verdict(row["code"]).rule for row in rows}


def answer(area: Area, said: dict[str, str]) -> answers.Plan:
    return answers.apply(area.work(), answered(write(area), said), "Kari Nordmann").plan


def test_answers_in_force_beat_the_rules_and_say_who_decided(area: Area) -> None:
    answer(area, {"Notat/a.txt": KEEP, "Hjem/mitt.txt": MOVE, "Bilag/gammel.pdf": KEEP, "Avklart/k.txt": DELETE})
    found = overruled(area)
    fates = {name: rule.fate for name, rule in found.items()}
    assert (fates["a.txt"], fates["mitt.txt"], fates["gammel.pdf"]) == (Fate.HOLD, Fate.MOVE, Fate.HOLD)
    assert (fates["k.txt"], fates["b.txt"], fates["Thumbs.db"]) == (Fate.DESTROY, Fate.MOVE, Fate.DESTROY)
    rule = found["k.txt"]
    assert (rule.name, rule.decided_by, rule.decided_on) == ("confirmed", "Kari Nordmann", area.work().day())
    assert (rule.basis, rule.confirmed_by, rule.junk) == ("arkivlova § 13", "Arkivar", False)
    assert rule.reason.en == "Kari Nordmann answered this on the move list. The rule said: The archivist agrees."


def test_to_destroy_waits_for_the_archivist_and_is_said_so(area: Area) -> None:
    plan = answer(area, {"Tvil/t.txt": DELETE})
    assert plan.changes == (Change(Fate.HOLD, Fate.DESTROY, 1, True),)
    assert plan.waiting == 1
    assert overruled(area)["t.txt"].fate is Fate.HOLD
    confirmed = FULL_POLICY.replace("{nb: Noen må avgjøre.,", "{nb: Avklart.,").replace(
        "en: Somebody must decide.}",
        "en: Settled.}\n    decided: {by: Arkivar, on: 2026-01-02}\n    confirmed: {by: Arkivar, on: 2026-02-02}",
    )
    area.policy(confirmed)
    classify.run(area.work())
    assert overruled(area)["t.txt"].fate is Fate.DESTROY
    assert overruled(area, date(2026, 2, 1))["t.txt"].fate is Fate.HOLD


def test_an_answer_to_destroy_has_no_force_once_the_rule_keeps_the_file(area: Area) -> None:
    answer(area, {"Avklart/k.txt": DELETE})
    area.policy(FULL_POLICY.replace("when: {path: Hjem}", "when: {path: [Hjem, Avklart]}"))
    classify.run(area.work())
    assert overruled(area)["k.txt"].fate is Fate.HOLD


def test_every_file_keeps_one_rule(area: Area) -> None:
    before = overruled(area)
    answer(area, dict.fromkeys(["Notat/a.txt", "Notat/b.txt", "Barn/sak.txt", "Thumbs.db"], KEEP))
    after = overruled(area)
    assert set(before) == set(after)
    assert {name for name in after if after[name] != before[name]} == {"a.txt", "b.txt", "Thumbs.db"}


@pytest.mark.parametrize("said", [MOVE, DELETE])
def test_a_rule_made_by_an_answer_does_not_open_the_way_to_another(said: str) -> None:
    """Kept by an answer, a file may be answered for anew, and is measured by what the policy says of it."""
    kept = Known(
        rule=Rule("the rest", Fate.HOLD, All(), Texts("x"), basis="§", noark=Noark.DESTROY, confirmed_on=DAY),
        base=Rule("the rest", Fate.MOVE, All(), Texts("x")),
        block=False,
    )
    expected = {MOVE: (Fate.MOVE, Verdict.RULES), DELETE: (Fate.DESTROY, Verdict.NOT_TO_DESTROY)}[said]
    assert verdict(kept, expected[0], DAY) is expected[1]


def classified(area: Area, path: str) -> Rule:
    classify.run(area.work())
    rule = explain.run(area.work(), path).stored
    assert rule is not None
    return rule


def test_classify_lets_answers_rule_and_a_new_list_shows_them(area: Area) -> None:
    answer(area, {"Notat/a.txt": KEEP, "Avklart/k.txt": DELETE})
    assert classified(area, "Notat/a.txt").decided_by == "Kari Nordmann"
    assert classified(area, "Avklart/k.txt").fate is Fate.DESTROY
    propose.run(area.work())
    assert answers.plan(area.work(), answered(write(area), {"Notat/a.txt": MOVE})).changes == (
        Change(Fate.HOLD, Fate.MOVE, 1, False),
    )
    with pytest.raises(SheetRefused):
        answers.plan(area.work(), answered(write(area), {"Notat/a.txt": DELETE}))


def test_a_block_that_comes_later_beats_an_answer(area: Area) -> None:
    answer(area, {"Avklart/k.txt": DELETE, "Hjem/mitt.txt": MOVE})
    area.policy(FULL_POLICY.replace("when: {path: Barn}", "when: {path: [Barn, Avklart, Hjem]}"))
    assert (classified(area, "Avklart/k.txt").name, classified(area, "Avklart/k.txt").fate) == (
        "child welfare",
        Fate.HOLD,
    )
    assert classified(area, "Hjem/mitt.txt").fate is Fate.HOLD


def test_what_cannot_be_read_any_more_is_held_whatever_was_answered(area: Area) -> None:
    answer(area, {"Avklart/k.txt": DELETE})
    with area.catalog() as catalog, catalog.writing():
        catalog.run(
            "INSERT INTO finding (stage, file, kind, detail, found)"
            " SELECT 'upload', id, 'unreadable', '', 0 FROM file WHERE name = 'k.txt'"
        )
    assert classified(area, "Avklart/k.txt") == UNREADABLE
