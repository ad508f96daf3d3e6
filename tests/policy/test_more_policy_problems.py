"""Mistakes in the keys for owners, ages, expressions, drives and limits; and files that are far too much."""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.policy import problems

Policies = Callable[..., Path]

WRONG_CONDITIONS = [
    ("{modified_after: 2026-02-30}", "no such day"),
    ("{modified_after: yesterday}", "is not a day"),
    ("{modified_after: [today]}", "A day belongs here"),
    ("{older_than: five years}", "is not a length of time"),
    ("{older_than: 5y after created}", "is not a length of time"),
    ("{older_than: {changed: 5y}}", "is not a word here"),
    ("{older_than: {modified: x}}", "is not a length of time"),
    ("{older_than: {}}", "A length of time is missing"),
    ("{older_than: 5y, younger_than: 3y}", "that old and that new"),
    ("{older_than: {created: 5y}, younger_than: {created: 5y}}", "that old and that new"),
    ("{modified_after: 2020-01-01, modified_before: 2020-01-02}", "that old and that new"),
    ("{created_after: today, created_before: today}", "that old and that new"),
    ("{expression: '(a'}", "never closed"),
    ("{expression: 'a{1000}{1000}'}", "repeats too much"),
    ("{path_expression: '.*'}", "found in every name"),
    ("{owner_is: dissabled}", 'Did you mean "disabled"'),
    ("{owner_is: active}", "These are: disabled, vanished"),
    ("{finding: databse}", 'Did you mean "database"'),
    ("{finding: [database, not for sharpoint]}", 'Did you mean "not for sharepoint"'),
    ("{copy_of: 'C:\\Arkiv'}", "server or drive"),
    ("{owner: []}", "At least one"),
    ("{open_to: {name: x}}", "A list belongs here"),
]
WRONG_PLACES = [
    ("    folder: Regnskap\n", "    folder: Regnskap\n    drives: {FG: ''}\n", "is not a drive"),
    ("    folder: Regnskap\n", "    folder: Regnskap\n    drives: {'F:': '', f: A}\n", "is here already"),
    ("    folder: Regnskap\n", "    folder: Regnskap\n    drives: {F: '../x'}\n", '"." or ".."'),
    ("    folder: Regnskap\n", "    folder: Regnskap\n    addresses: ['\\old\\share']\n", "is not a share"),
    ("    folder: Regnskap\n", "    folder: Regnskap\n    addresses: ['\\\\old']\n", "is not a share"),
    ("    folder: Regnskap\n", "    folder: Regnskap\n    addresses: ['\\\\?\\UNC\\old\\share']\n", "is not a share"),
    ("  stop_above: 5%\n", "  override: [keep]\n", "These are: move, hold, destroy"),
    ("  stop_above: 5%\n", "  override: hold\n", "A list belongs here"),
    ("grace: 90d\n", "grace: 90d\ndeputies: [Ola]\n", "Keys and values"),
    ("grace: 90d\n", "grace: 90d\nprivate: [vochers]\n", 'Did you mean "vouchers"'),
    ("    expect: destroy\n", "    expect: destroy\n    finding: not for sharepoint\n", "is not a word here"),
    ("    expect: destroy\n", "    expect: destroy\n    owner_is: gone\n", "These are: active, disabled, vanished"),
    ("  - rule: the rest", "  - rule: frozen", "used already"),
]
CASES = [("when: everything", f"when: {condition}", words) for condition, words in WRONG_CONDITIONS] + WRONG_PLACES


@pytest.mark.parametrize(("there", "instead", "words"), CASES)
def test_one_mistake_gives_one_problem_in_plain_words(
    policies: Policies, valid: str, there: str, instead: str, words: str
) -> None:
    assert there in valid
    text = valid.replace(there, instead, 1)
    listed = problems(policies(regnskap=text))
    assert len(listed) == 1, listed
    lines = instead.rstrip("\n").split("\n")
    last = text[: text.index(instead)].count("\n") + len(lines)
    assert (listed[0].line, words in listed[0].message) == (last, True), listed
    assert listed[0].message.endswith((".", "?"))
    sentences = [one for one in listed[0].message.split(". ") if not one.startswith("These are")]
    assert all(len(sentence.split()) <= 15 for sentence in sentences)


def test_an_expression_as_large_as_the_file_allows_is_refused_at_once(policies: Policies, valid: str) -> None:
    text = valid.replace("when: everything", f"when: {{expression: '{'a?' * 100_000}'}}")
    began = time.perf_counter()
    (one,) = problems(policies(regnskap=text))
    assert "too long" in one.message and len(one.message) < 200
    assert time.perf_counter() - began < 5


def test_more_expressions_than_memory_is_kept_for_are_refused(policies: Policies, valid: str) -> None:
    many = ", ".join(f"'a{number}'" for number in range(101))
    (one,) = problems(policies(regnskap=valid.replace("when: everything", f"when: {{expression: [{many}]}}")))
    assert "at most 100" in one.message
    same = ", ".join(["'a'"] * 101)
    assert problems(policies(regnskap=valid.replace("when: everything", f"when: {{expression: [{same}]}}"))) == ()


def test_long_lists_of_owners_count_toward_what_a_condition_unfolds_to(policies: Policies, valid: str) -> None:
    owners = ", ".join(f"o{number}" for number in range(1000))
    text = valid.replace("classes:\n", f"classes:\n  o: {{owner: [{owners}]}}\n").replace(
        "when: everything", "class: [o, o, o, o, o, o]"
    )
    (one,) = problems(policies(regnskap=text))
    assert "unfolds to" in one.message


def test_a_policy_of_50_megabytes_is_refused_before_it_is_parsed(policies: Policies) -> None:
    folder = policies()
    with (folder / "huge.yaml").open("wb") as file:
        for _turn in range(50):
            file.write(b"- [a, b, c]\n" * (1024 * 1024 // 12))
    tracemalloc.start()
    began = time.perf_counter()
    (one,) = problems(folder)
    took = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (one.file, "over 1 MiB" in one.message) == ("huge.yaml", True)
    assert took < 3
    assert peak < 16 * 1024 * 1024


def test_a_bomb_of_anchors_is_told_and_not_unfolded(policies: Policies) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    began = time.perf_counter()
    listed = problems(policies(regnskap="\n".join(lines)))
    assert any("Anchors" in one.message for one in listed)
    assert time.perf_counter() - began < 2
