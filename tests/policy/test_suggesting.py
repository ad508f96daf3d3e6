"""Suggested rules: each goes with every shipped policy or says why not, deletes nothing by itself, and is told once."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.errors import PolicyInvalid
from filrydd.model.rule import Fate
from filrydd.policy import load, results
from filrydd.policy.files import content
from filrydd.policy.loading import load_bytes
from filrydd.policy.suggesting import Suggestion, lacking, suggestion, suggestions, taken_up

SHIPPED = Path(__file__).parents[2] / "policies"
DAY = datetime.date(2026, 11, 29)
NAME = "Kari 'Kaja' Nordmann: #1\n- rule: sly"


@pytest.mark.parametrize("one", suggestions(), ids=lambda one: one.key)
@pytest.mark.parametrize("department", ["liten-etat", "plan-og-bygg", "regnskap"])
def test_every_suggestion_goes_with_every_shipped_policy_that_lacks_it(department: str, one: Suggestion) -> None:
    if one not in lacking(SHIPPED, department):
        pytest.skip("it has that already")
    before = load(SHIPPED, department)
    after = load_bytes(SHIPPED, department, taken_up(SHIPPED, department, content(SHIPPED, department), one, NAME, DAY))
    new = [rule for rule in after.rules(DAY) if rule.name not in {old.name for old in before.rules(DAY)}]
    assert tuple(rule.name for rule in new) == one.rules
    assert all(rule.fate is not Fate.DESTROY for rule in new), "an archivist has confirmed none of it"
    assert {rule.name for rule in new if rule.awaits_confirmation} == set(one.destroys)
    assert all(rule.basis for rule in new if rule.name in one.destroys)
    assert all(rule.reason.nb and rule.reason.en for rule in new)
    own = [result for result in results(after) if result.example.rule in one.rules]
    assert all(result.agrees for result in own)


@pytest.mark.parametrize("one", suggestions(), ids=lambda one: one.key)
def test_every_suggestion_says_why_in_both_languages(one: Suggestion) -> None:
    assert all(reason.nb and reason.en and "$" not in reason.nb + reason.en for reason in one.reasons)
    assert one.names and ((one.about.nb and one.about.en) or one.text)


def test_all_taken_up_one_after_the_other_is_a_valid_policy(policies: Callable[..., Path], valid: str) -> None:
    folder = policies(regnskap=valid)
    for one in suggestions():
        if one in lacking(folder, "regnskap"):
            data = taken_up(folder, "regnskap", content(folder, "regnskap"), one, NAME, DAY)
            (folder / "regnskap.yaml").write_bytes(data)
            assert one not in lacking(folder, "regnskap")
    assert not lacking(folder, "regnskap") or all(one.but_not for one in lacking(folder, "regnskap"))
    load(folder, "regnskap")


def test_what_the_common_file_has_is_not_suggested(policies: Callable[..., Path], valid: str) -> None:
    alone = {one.key for one in lacking(policies(regnskap=valid), "regnskap")}
    common = (SHIPPED / "common.yaml").read_text(encoding="utf-8")
    beside = {one.key for one in lacking(policies(regnskap=valid, common=common), "regnskap")}
    assert {"system", "temporary", "own", "trash"} & alone
    assert not {"system", "temporary", "own", "trash"} & beside


def test_earlier_versions_are_not_suggested_where_they_become_a_history(
    policies: Callable[..., Path], valid: str
) -> None:
    assert "earlier" in {one.key for one in lacking(policies(regnskap=valid), "regnskap")}
    history = valid + "\nstructure:\n  versions: {as history: yes}\n"
    assert "earlier" not in {one.key for one in lacking(policies(regnskap=history), "regnskap")}


def test_who_took_a_rule_up_is_one_comment_line(policies: Callable[..., Path], valid: str) -> None:
    folder = policies(regnskap=valid)
    one = suggestion("empty")
    assert one is not None
    text = taken_up(folder, "regnskap", valid.encode(), one, NAME, DAY).decode()
    assert "# Lagt til av Kari 'Kaja' Nordmann: #1 - rule: sly, 2026-11-29." in text
    assert "sly" not in [rule.name for rule in load_bytes(folder, "regnskap", text.encode()).rules(DAY)]


def test_examples_that_another_rule_decides_are_left_out(policies: Callable[..., Path], valid: str) -> None:
    earlier = valid.replace(
        "rules:\n", "rules:\n  - {rule: first, when: {path: Notater}, fate: hold, reason: {nb: Fordi., en: Why.}}\n", 1
    )
    folder = policies(regnskap=earlier)
    one = suggestion("empty")
    assert one is not None
    data = taken_up(folder, "regnskap", earlier.encode(), one, "", DAY)
    assert b"Notater/tom.txt" not in data
    assert "filer uten innhold" in [rule.name for rule in load_bytes(folder, "regnskap", data).rules(DAY)]


def test_a_file_with_mistakes_takes_nothing_up(policies: Callable[..., Path]) -> None:
    folder = policies(regnskap="department: [regnskap\n")
    one = suggestion("empty")
    assert one is not None
    with pytest.raises(PolicyInvalid):
        taken_up(folder, "regnskap", content(folder, "regnskap"), one, "", DAY)
