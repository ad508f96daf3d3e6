"""What is not known is neither yes nor no: predicates over facts that nobody asked for, and rules that hang on them."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.finding import BY_READING, NOT_FOR_SHAREPOINT, Found
from filrydd.model.rule import (
    All,
    Block,
    CopyOf,
    Either,
    Fate,
    Has,
    Like,
    Not,
    OpenTo,
    OwnedBy,
    OwnerIs,
    Predicate,
    Under,
)
from filrydd.model.times import from_day
from filrydd.policy import Facts, load, matches, results, rule_for

Policies = Callable[..., Path]
DAY = date(2026, 11, 23)
PLAIN = Facts("A/B", "fil.txt", 10, 5, 7)
YES, NO, UNKNOWN = All(()), Either(()), OwnedBy(("x",))


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (UNKNOWN, None),
        (Not(UNKNOWN), None),
        (All((YES, UNKNOWN)), None),
        (All((UNKNOWN, NO)), False),
        (All((NO, UNKNOWN)), False),
        (Either((NO, UNKNOWN)), None),
        (Either((UNKNOWN, YES)), True),
        (Not(All((UNKNOWN, NO))), True),
    ],
)
def test_unknown_is_reckoned_with_as_sql_does(predicate: Predicate, expected: bool | None) -> None:
    assert matches(predicate, PLAIN) is expected


@pytest.mark.parametrize(
    ("predicate", "known", "expected"),
    [
        (OwnedBy(("kommune\\KARI",)), {"owner": ("KOMMUNE\\kari", "S-1-5-21-1")}, True),
        (OwnedBy(("s-1-5-21-1",)), {"owner": ("KOMMUNE\\kari", "S-1-5-21-1")}, True),
        (OwnedBy(("kari",)), {"owner": ("KOMMUNE\\kari", "S-1-5-21-1")}, False),
        (OwnerIs(("disabled",)), {"owner_state": "disabled"}, True),
        (OwnerIs(("disabled", "vanished")), {"owner_state": "active"}, False),
        (OpenTo(("everyone",)), {"readers": frozenset({"Everyone"})}, True),
        (OpenTo(("everyone",)), {"readers": frozenset()}, False),
        (OpenTo(("everyone",)), {"writers": frozenset({"Everyone"})}, None),
        (OpenTo(("everyone",), "write"), {"writers": frozenset({"Everyone"})}, True),
        (CopyOf(("Arkiv",)), {"copies": ("Nytt", "Arkiv/2010")}, True),
        (CopyOf(("Arkiv",)), {"copies": ()}, False),
        (Has((Found.DATABASE,)), {"findings": frozenset({Found.DATABASE})}, True),
        (Has((Found.DATABASE,)), {"findings": None}, None),
        (Has((Found.DATABASE,)), {"unexamined": True}, False),
        (Has((Found.NUMBER,)), {"unexamined": True}, None),
        (Has((Found.NUMBER,)), {"unexamined": True, "findings": frozenset({Found.NUMBER})}, True),
        (Has((Found.NUMBER,)), {"unexamined": False}, False),
        (Has((Found.NUMBER, Found.DATABASE)), {"unexamined": True, "findings": frozenset({Found.DATABASE})}, True),
        (Has(()), {"findings": None}, False),
        (Has((Found.PROTECTED,), as_far_as_read=True), {"unexamined": True}, False),
        (Has((Found.PROTECTED,), True), {"unexamined": True, "findings": frozenset({Found.PROTECTED})}, True),
    ],
)
def test_what_others_tell_is_known_only_when_they_were_asked(
    predicate: Predicate, known: dict[str, object], expected: bool | None
) -> None:
    assert matches(predicate, replace(PLAIN, **known)) is expected  # type: ignore[arg-type]


def test_expressions_ask_the_name_or_the_folders_path() -> None:
    assert matches(Like(("^FIL",)), PLAIN) and matches(Like(("a/b$",), "path"), PLAIN)
    assert not matches(Like(("a/b",)), PLAIN) and not matches(Like(("fil",), "path"), PLAIN)
    assert matches(Like(("nothing", "txt")), PLAIN)
    decomposed = unicodedata.normalize("NFD", "År")
    assert matches(Like(("^år$",), "path"), replace(PLAIN, folder=decomposed))
    assert matches(Like(("^år$",)), replace(PLAIN, name=decomposed))


LEAF = st.sampled_from(
    [Under(("A",)), Under(("C",)), OwnedBy(("x",)), OwnerIs(("disabled",)), OpenTo(("x",)), OpenTo(("x",), "write"),
     CopyOf(("A",)), *(Has((kind,)) for kind in (*sorted(BY_READING), Found.DATABASE))]
)  # fmt: skip
PREDICATE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda of: All(tuple(of))),
        st.lists(inner, max_size=3).map(lambda of: Either(tuple(of))),
        inner.map(Not),
    ),
    max_leaves=8,
)
FACTS = st.builds(
    Facts,
    folder=st.sampled_from(["A", "B"]),
    name=st.just("x"),
    size=st.just(1),
    modified=st.just(1),
    created=st.just(1),
    owner=st.sampled_from([("x",), ("y",)]),
    owner_state=st.sampled_from(["active", "disabled"]),
    readers=st.sampled_from([frozenset(), frozenset({"x"})]),
    writers=st.sampled_from([frozenset(), frozenset({"x"})]),
    copies=st.sampled_from([(), ("A",)]),
    findings=st.frozensets(st.sampled_from(list(Found)), max_size=4),
)


@given(PREDICATE, FACTS, st.sets(st.sampled_from(["owner", "owner_state", "readers", "writers", "copies", "findings"])))
def test_an_answer_that_is_known_stays_when_more_becomes_known(
    predicate: Predicate, facts: Facts, hidden: set[str]
) -> None:
    with_all = matches(predicate, facts)
    assert with_all is not None
    with_less = matches(predicate, replace(facts, **dict.fromkeys(hidden)))  # type: ignore[arg-type]
    assert with_less in (None, with_all)


def test_a_rule_or_block_that_nobody_can_answer_holds_the_file(policies: Policies, valid: str) -> None:
    text = valid.replace("    class: vouchers\n", "    when: {class: vouchers, owner: KOMMUNE\\kari}\n")
    text = text.replace("    decided: {", "    confirmed: {by: Signe Solli, on: 2026-06-01}\n    decided: {")
    department = load(policies(regnskap=text), "regnskap")
    old = from_day(date(2010, 1, 1))
    facts = Facts("Bilag", "a.pdf", 1, old, old)
    decided = rule_for(department, facts, DAY)
    assert (decided.name, decided.basis) == ("old vouchers: unknown", "bokføringsloven § 13")
    assert not isinstance(decided, Block) and decided.fate is Fate.HOLD
    assert rule_for(department, replace(facts, owner=("KOMMUNE\\kari",)), DAY).name == "old vouchers"
    assert rule_for(department, replace(facts, owner=("KOMMUNE\\ola",)), DAY).name == "the rest"
    assert rule_for(department, replace(facts, folder="Brev"), DAY).name == "the rest"

    text = text.replace("forbids: [destroy]", "forbids: [move]").replace(
        "      modified_before: 1951-01-01", "      finding: protected"
    )
    department = load(policies(regnskap=text), "regnskap")
    facts = Facts("", "a.docx", 1, old, old, unexamined=True)
    assert rule_for(department, facts, DAY).name == "very old: unknown"
    assert rule_for(department, replace(facts, unexamined=False), DAY).name == "the rest"


def test_an_example_may_say_what_was_found_and_who_owns_it(policies: Policies, valid: str) -> None:
    rules = """\
rules:
  - rule: open
    when: {open_to: Everyone}
    fate: hold
    reason: r
  - rule: gone
    when: {any: [{owner_is: vanished}, {owner: [KOMMUNE\\kari]}, {writable_by: Alle}, {copy_of: Arkiv}]}
    fate: hold
    reason: r
  - rule: not there
    when: {finding: [not for sharepoint]}
    fate: hold
    reason: r
"""
    known = "owner: x, owner_is: active, open_to: [], writable_by: [], copy_of: [], path: a.txt, modified: 2026-01-01"
    more = "".join(
        f"  - {{{known.replace(old, new)}, day: 2026-11-23, expect: {expect}, rule: '{rule}'}}\n"
        for old, new, expect, rule in [
            ("", "", "move", "the rest"),
            ("open_to: [], ", "", "hold", "open: unknown"),
            ("open_to: []", "open_to: [everyone]", "hold", "open"),
            ("owner_is: active, ", "", "hold", "gone: unknown"),
            ("owner_is: active", "owner_is: vanished", "hold", "gone"),
            ("owner: x", "owner: [Kommune\\Kari]", "hold", "gone"),
            ("writable_by: []", "writable_by: [ALLE]", "hold", "gone"),
            ("copy_of: []", "copy_of: [Arkiv/2010]", "hold", "gone"),
            ("path:", "finding: protected, path:", "hold", "not there"),
            ("path:", "finding: [duplicate], path:", "move", "the rest"),
        ]
    )
    department = load(policies(regnskap=valid.replace("rules:\n", rules, 1) + more), "regnskap")
    assert [(one.name, one.agrees) for one in results(department)[1:]] == [
        (one.rule, True) for one in department.examples[1:]
    ]
    group = Has(tuple(kind for kind in Found if kind in NOT_FOR_SHAREPOINT), as_far_as_read=True)
    assert department.rules(DAY)[2].when == group
