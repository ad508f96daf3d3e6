"""Rules as the stages get them: ready for a day, their conditions as predicates, and which one decides."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from filrydd.model.rule import (
    NO_RULE,
    All,
    Before,
    Block,
    Either,
    Fate,
    HasExtension,
    Named,
    Noark,
    Not,
    Rule,
    SizeBetween,
    Under,
)
from filrydd.model.times import from_day
from filrydd.policy import Facts, load, results, rule_for

Policies = Callable[..., Path]
DAY = date(2026, 11, 23)


def test_a_destroying_rule_waits_until_an_archivist_confirmed_it(policies: Policies, valid: str) -> None:
    unconfirmed = load(policies(), "regnskap").rules(DAY)[0]
    assert (unconfirmed.fate, unconfirmed.awaits_confirmation, unconfirmed.noark) == (Fate.HOLD, True, Noark.DESTROY)
    text = valid.replace("    decided: {", "    confirmed: {by: Signe Solli, on: 2026-06-01}\n    decided: {")
    department = load(policies(regnskap=text), "regnskap")
    on_the_day = department.rules(date(2026, 6, 1))[0]
    assert (on_the_day.fate, on_the_day.awaits_confirmation) == (Fate.DESTROY, False)
    assert on_the_day.confirmed_by == "Signe Solli"
    assert department.rules(date(2026, 5, 31))[0].awaits_confirmation


def test_the_rule_of_a_department_reads_as_written(policies: Policies) -> None:
    rule, rest = load(policies(), "regnskap").rules(DAY)
    vouchers = All((Under(("Bilag", "*/Bilag")), HasExtension(("pdf", "jpg"))))
    assert rule.when == All((vouchers, Before("modified", from_day(date(2021, 1, 1)))))
    assert (rule.name, rule.basis, rule.reason.en) == ("old vouchers", "bokføringsloven § 13", "The period is over.")
    assert (rule.decided_by, rule.decided_on) == ("Berit Bakken", date(2026, 3, 1))
    assert (rest.when, rest.fate, rest.noark, rest.reason.read_in("en")) == (
        All(()), Fate.MOVE, Noark.LATER, "Filen er i bruk."
    )  # fmt: skip


def test_every_kind_of_condition_becomes_its_predicate(policies: Policies, valid: str) -> None:
    written = """\
classes:
  whole:
    path: 'Å\\B/'
    name: "*.x"
    extension: .PDF
    larger_than: 1.5kB
    smaller_than: 1MiB
    modified_before: 2020-01-01
    created_before: 2021-01-01
    any: [{name: a}, {class: [large, vouchers]}]
    all: [{name: b}, {not: {name: c}}]
    not: {class: large}
"""
    text = valid.replace("classes:\n", written).replace("when: everything", "class: whole")
    when = load(policies(regnskap=text), "regnskap").rules(DAY)[1].when
    large = SizeBetween(10_000_001, None)
    assert when == All(
        (
            Under(("Å/B",)),
            Named(("*.x",)),
            HasExtension(("pdf",)),
            SizeBetween(1501, 1024 * 1024 - 1),
            Before("modified", from_day(date(2020, 1, 1))),
            Before("created", from_day(date(2021, 1, 1))),
            Either(
                (
                    Named(("a",)),
                    Either((large, All((Under(("Bilag", "*/Bilag")), HasExtension(("pdf", "jpg")))))),
                )
            ),
            All((Named(("b",)), Not(Named(("c",))))),
            Not(large),
        )
    )


def test_text_that_yaml_elsewhere_takes_for_something_else_stays_text(policies: Policies, valid: str) -> None:
    text = valid.replace("path: [Bilag, ", "path: [2010, 007, no, on, 1.50, ").replace(
        "owner: {name: Berit", "owner: {name: No"
    )
    department = load(policies(regnskap=text), "regnskap")
    assert str(department.rules(DAY)[0].when).count("'2010', '007', 'no', 'on', '1.50'") == 1
    assert department.owner.name == "No Bakken"


def test_the_first_rule_that_matches_decides_and_a_block_beats_it(policies: Policies, valid: str) -> None:
    text = valid.replace("    decided: {", "    confirmed: {by: Signe Solli, on: 2026-06-01}\n    decided: {")
    department = load(policies(regnskap=text), "regnskap")

    def decides(path: str, modified: date) -> Rule | Block:
        folder, _, name = path.rpartition("/")
        return rule_for(department, Facts(folder, name, 0, from_day(modified), from_day(modified)), DAY)

    assert decides("Bilag/a.pdf", date(2020, 12, 31)).name == "old vouchers"
    assert decides("Bilag/a.pdf", date(2021, 1, 1)).name == "the rest"
    assert decides("Bilag/a.docx", date(2010, 1, 1)).name == "the rest"
    assert isinstance(decides("Bilag/a.pdf", date(1950, 12, 31)), Block)
    assert decides("b.pdf", date(1950, 12, 31)).name == "the rest"  # a block on destroying says nothing about moving


def test_without_a_rule_a_person_decides(policies: Policies, valid: str) -> None:
    department = load(policies(regnskap=valid.replace("when: everything", "class: large")), "regnskap")
    assert rule_for(department, Facts("", "x.txt", 10_000_000, 0, 0), DAY) is NO_RULE
    assert rule_for(department, Facts("", "x.txt", 10_000_001, 0, 0), DAY) is not NO_RULE


def test_an_example_counts_a_rule_that_waits_as_written_and_says_that_it_waits(policies: Policies, valid: str) -> None:
    more = "  - {path: b.txt, modified: 2010-03-04, day: 2026-11-23, expect: hold, rule: the rest}\n"
    first, second = results(load(policies(regnskap=valid + more), "regnskap"))
    assert (first.fate, first.name, first.agrees, first.awaits_confirmation) == (
        Fate.DESTROY,
        "old vouchers",
        True,
        True,
    )
    assert (second.fate, second.name, second.agrees, second.awaits_confirmation) == (
        Fate.MOVE,
        "the rest",
        False,
        False,
    )
    assert (first.example.line, second.example.line) == (46, 50)


def test_an_example_that_ends_rightly_by_another_rule_does_not_agree(policies: Policies, valid: str) -> None:
    for rule, agrees in (("the rest", True), ("old vouchers", False)):
        more = f"  - {{path: b.txt, modified: 2010-03-04, day: 2026-11-23, expect: move, rule: {rule}}}\n"
        assert results(load(policies(regnskap=valid + more), "regnskap"))[1].agrees is agrees
