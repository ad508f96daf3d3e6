"""Retention labels in a policy: whose word comes first, and what is no label."""

from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.policy import load, problems

Policies = Callable[..., Path]


def test_the_areas_word_comes_before_the_departments_and_that_before_the_common_one(
    policies: Policies, valid: str
) -> None:
    common = "structure: {labels: {Bevares: Arkiv, Kasseres: ' Fem år ', Vurderes senere: Vent}}\n"
    own = valid.replace("areas:", 'structure: {labels: {Kasseres: Ti år, Vurderes senere: ""}}\nareas:')
    assert load(policies(regnskap=own, common=common), "regnskap").wishes("regnskap-felles").labels == {
        "Bevares": "Arkiv",
        "Kasseres": "Ti år",
    }
    assert load(policies(regnskap=valid, common=common), "regnskap").wishes("regnskap-felles").labels == {
        "Bevares": "Arkiv",
        "Kasseres": "Fem år",
        "Vurderes senere": "Vent",
    }


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("labels: {Bevare: A}", 'Did you mean "Bevares"?'),
        ("labels: [A]", "Keys and values"),
        ("labels: {Bevares: [A]}", "A text belongs here"),
        ('labels: {Bevares: "a\\tb"}', "characters that nobody can see"),
        ("labels: {Bevares: " + "x" * 121 + "}", "120"),
    ],
)
def test_what_is_no_label_is_one_problem_in_plain_words(
    policies: Policies, valid: str, written: str, words: str
) -> None:
    (problem,) = problems(policies(regnskap=valid.replace("areas:", f"structure:\n  {written}\nareas:")))
    assert words in problem.message
