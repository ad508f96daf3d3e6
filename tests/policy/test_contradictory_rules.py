"""Rules that can never decide anything, periods without a decider, private classes that ask too much: each with its line."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.policy import problems

Policies = Callable[..., Path]

HEAD = """\
department: regnskap
name: Regnskap
site: https://contoso.sharepoint.com/sites/regnskap
owner: {name: Berit}
contacts: [{name: Kari}]
areas: {felles: {}}
classes:
  a: {path: A}
  b: {path: B}
  c: {class: [a, b]}
rules:
"""
DECIDED = "decided: {by: Berit, on: 2026-01-02}"


def rule(name: str, rest: str) -> str:
    return f"  - {{rule: {name}, reason: r, {rest}}}\n"


def block(name: str, rest: str) -> str:
    return f"  - {{block: {name}, basis: b, reason: r, {rest}}}\n"


def found(policies: Policies, text: str, common: str = "") -> list[tuple[int, str]]:
    listed = problems(policies(regnskap=text, common=common))
    return [(one.line - HEAD.count("\n"), one.message) for one in listed if one.file == "regnskap.yaml"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("when: everything, fate: move", "class: a, fate: hold"),
        ("when: everything, fate: move", "when: everything, fate: hold"),
        ("class: a, fate: move", "class: a, fate: hold"),
        ("class: a, fate: move", f"class: a, fate: hold, after: 5y after created, {DECIDED}"),
        ("class: a, fate: move", "when: {class: [a]}, fate: hold"),
        ("class: [a, b], fate: move", "class: b, fate: hold"),
        ("class: [a, b], fate: move", "when: {class: [b, a]}, fate: hold"),
        ("when: {path: x, name: [y, z]}, fate: move", "when: {name: [z, y], path: [x]}, fate: hold"),
        ("when: {any: [{path: x}, {name: y}]}, fate: move", "when: {any: [{name: y}, {path: x}]}, fate: hold"),
        (
            f"class: a, fate: move, after: 5y after created, {DECIDED}",
            f"class: a, fate: hold, after: 5y after created, {DECIDED}",
        ),
    ],
)
def test_a_rule_that_is_never_reached_is_told_with_the_one_that_takes_its_files(
    policies: Policies, first: str, second: str
) -> None:
    ((line, message),) = found(policies, HEAD + rule("one", first) + rule("two", second))
    assert line == 2
    assert "never reached" in message and '"one"' in message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("class: a, fate: move", "class: b, fate: hold"),
        ("class: a, fate: move", "class: [a, b], fate: hold"),
        ("class: a, fate: move", "class: c, fate: hold"),
        ("class: a, fate: move", "when: {not: {class: a}}, fate: hold"),
        ("class: a, fate: move", "when: everything, fate: hold"),
        (f"class: a, fate: move, after: 5y after created, {DECIDED}", "class: a, fate: hold"),
        (f"when: everything, fate: move, after: 5y after created, {DECIDED}", "class: a, fate: hold"),
        ("when: {path: x}, fate: move", "when: {name: x}, fate: hold"),
        ("when: {all: [{path: x}]}, fate: move", "when: {any: [{path: x}]}, fate: hold"),
        ("when: {path: x}, fate: move", "when: {path: x, not: {path: y}}, fate: hold"),
    ],
)
def test_a_rule_that_can_be_reached_is_no_problem(policies: Policies, first: str, second: str) -> None:
    assert found(policies, HEAD + rule("one", first) + rule("two", second)) == []


def test_each_rule_below_everything_is_told_once(policies: Policies) -> None:
    rules = "".join(rule(f"r{number}", "class: a, fate: hold") for number in range(3))
    listed = found(policies, HEAD + rule("all", "when: everything, fate: move") + rules)
    assert [line for line, _message in listed] == [2, 3, 4]


def test_many_rules_with_deep_conditions_are_compared_in_no_time(policies: Policies) -> None:
    deep = "{not: " * 20 + "{any: [{path: x}, {name: y}]}" + "}" * 20
    rules = "".join(
        rule(f"r{number}", f"when: {{all: [{deep}, {{name: n{number}}}]}}, fate: hold") for number in range(300)
    )
    began = time.perf_counter()
    assert found(policies, HEAD + rules) == []
    assert time.perf_counter() - began < 10
    again = rule("again", f"when: {{all: [{{name: n7}}, {deep}]}}, fate: hold")
    assert [line for line, _message in found(policies, HEAD + rules + again)] == [301]


@pytest.mark.parametrize("in_common", [False, True])
@pytest.mark.parametrize(
    ("of_rule", "of_block", "contradicts"),
    [
        ("class: shared, fate: move", "class: shared, forbids: [move, destroy]", True),
        ("class: shared, fate: move", "when: {class: [shared]}, forbids: [move]", True),
        ("class: shared, fate: move", "class: shared, forbids: [destroy]", False),
        ("class: shared, fate: hold", "class: shared, forbids: [move, destroy]", False),
        ("when: {class: shared, name: x}, fate: move", "class: shared, forbids: [move]", False),
        ("when: everything, fate: move", "class: shared, forbids: [move]", False),
        ("when: everything, fate: move", "when: everything, forbids: [move]", True),
        ("class: shared, fate: move", "when: everything, forbids: [move]", False),
    ],
)
def test_a_rule_whose_fate_a_block_forbids_for_the_same_files_is_told_with_the_block(
    policies: Policies, of_rule: str, of_block: str, contradicts: bool, in_common: bool
) -> None:
    blocks = "blocks:\n" + block("law", of_block)
    classes = "classes: {shared: {path: Felles}}\n"
    own = HEAD + rule("one", of_rule) + ("" if in_common else blocks)
    if not in_common:
        own = own.replace("  a: {path: A}", "  a: {path: A}\n  shared: {path: Felles}")
    listed = found(policies, own, classes + blocks if in_common else "")
    assert len(listed) == contradicts, listed
    if contradicts:
        assert '"law" forbids move' in listed[0][1]


def test_a_period_without_a_decider_is_a_problem_whatever_the_fate(policies: Policies) -> None:
    for fate in ("hold", "move"):
        text = HEAD + rule("one", f"class: a, fate: {fate}, after: 5y after created")
        ((line, message),) = found(policies, text)
        assert (line, "`decided`" in message) == (1, True)
    text = HEAD + rule("one", f"class: a, fate: hold, after: 5y after created, {DECIDED}")
    assert found(policies, text) == []


PRIVATE = HEAD.replace("rules:\n", "private: [mine]\nrules:\n")


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ("{path: Privat}", None),
        ("{path_expression: '(^|/)privat'}", None),
        ("{owner: KOMMUNE\\kari, path: X}", None),
        ("{any: [{path: A}, {all: [{path: B}, {owner: x}]}]}", None),
        ("{class: [a, c]}", None),
        ("{name: x}", "name"),
        ("{path: X, not: {path: Y}}", "not"),
        ("{any: [{path: A}, {older_than: 5y}]}", "older_than"),
        ("{class: deep}", "finding"),
        ("{path: A, owner_is: vanished}", "owner_is"),
    ],
)
def test_a_private_class_asks_for_places_and_owners_only(policies: Policies, condition: str, word: str | None) -> None:
    classes = f"  deep: {{any: [{{class: a}}, {{finding: database}}]}}\n  mine: {condition}\nprivate:"
    text = PRIVATE.replace("private:", classes) + rule("one", "when: everything, fate: move")
    listed = problems(policies(regnskap=text))
    assert len(listed) == (word is not None), listed
    if word:
        assert (listed[0].line, f"asks for {word}." in listed[0].message) == (13, True)


def test_a_private_class_that_there_is_not_is_told(policies: Policies) -> None:
    listed = problems(policies(regnskap=PRIVATE.replace("  c:", "  mines:").replace("[a, b]", "a") + "  []\n"))
    assert ["There is no class" in one.message and 'Did you mean "mines"' in one.message for one in listed] == [True]


def test_the_private_classes_of_all_hold_in_every_department(policies: Policies, valid: str) -> None:
    common = "classes: {ours: {path: Privat}}\nprivate: ours\n"
    assert problems(policies(regnskap=valid, common=common)) == ()
    assert problems(policies(regnskap=valid + "private: [ours]\n", common=common)) == ()
    wrong = problems(policies(regnskap=valid, common="classes: {ours: {name: Privat}}\nprivate: ours\n"))
    assert [(one.file, one.line) for one in wrong] == [("common.yaml", 2)]
