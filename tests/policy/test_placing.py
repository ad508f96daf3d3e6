"""Answers about folders, put into a policy that is there: asked first, once of each kind, and never over somebody's own rule."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.model.rule import Fate
from filrydd.policy import Facts, results, rule_for
from filrydd.policy.drafting_places import Placed, What
from filrydd.policy.files import content
from filrydd.policy.loading import load_bytes
from filrydd.policy.placing import placed, taken

SHIPPED = Path(__file__).parents[2] / "policies"
DAY = datetime.date(2026, 11, 29)
SAID = (
    Placed("Skanner/Inn", What.PROGRAM),
    Placed("Hjem [gammel]", What.PRIVATE),
    Placed("Prosjekter: ferdige", What.FINISHED),
    Placed("Økonomi", What.USE),
)


@pytest.mark.parametrize("department", ["liten-etat", "plan-og-bygg", "regnskap"])
def test_answers_go_with_every_shipped_policy_and_are_asked_before_its_own_rules(department: str) -> None:
    before = load_bytes(SHIPPED, department, content(SHIPPED, department))
    after = load_bytes(SHIPPED, department, placed(content(SHIPPED, department), SAID, "Ada", DAY))
    own = len(after.dated_rules) - len(before.dated_rules)
    common = next(n for n, rule in enumerate(after.dated_rules) if rule.written.name == "ansattes egne mapper")
    names = [rule.written.name for rule in after.dated_rules[common : common + own]]
    assert names == [
        "ansattes egne mapper", "mapper som programmer skriver i", "ferdig arbeid", "mapper i daglig bruk",
    ]  # fmt: skip
    assert len(after.dated_private) == len(before.dated_private) + 1
    facts = Facts(folder="Skanner/Inn/2026", name="side.pdf", size=1, modified=0, created=0)
    assert rule_for(after, facts, DAY).name == "mapper som programmer skriver i"
    assert all(one.agrees for one in results(after) if one.example.path.endswith("eksempel.docx"))
    assert Fate.DESTROY not in {rule.written.fate for rule in after.dated_rules[common : common + own]}


def test_a_rule_that_is_there_is_named_and_not_written_twice(policies: Callable[..., Path], valid: str) -> None:
    folder = policies(regnskap=placed(valid.encode(), SAID[:1], "Ada", DAY).decode())
    assert taken(folder, "regnskap", SAID) == ("mapper som programmer skriver i",)
    assert taken(folder, "regnskap", SAID[1:]) == ()
