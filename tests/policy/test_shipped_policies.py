"""The policies that come with filrydd: valid, agreeing with their own examples, and destroying nothing on their own."""

from datetime import date
from pathlib import Path

import pytest

from filrydd.model.rule import Block, Fate
from filrydd.model.times import from_day
from filrydd.policy import departments, load, problems, results, rule_for

FOLDER = Path(__file__).parents[2] / "policies"
DAY = date(2026, 11, 23)


def test_they_have_no_problems() -> None:
    assert problems(FOLDER) == ()
    assert departments(FOLDER) == ("plan-og-bygg", "regnskap")


@pytest.mark.parametrize("name", ["plan-og-bygg", "regnskap"])
def test_their_examples_come_out_as_written(name: str) -> None:
    wrong = [(one.example.path, one.fate, one.name) for one in results(load(FOLDER, name)) if not one.agrees]
    assert wrong == []


@pytest.mark.parametrize("name", ["plan-og-bygg", "regnskap"])
def test_they_destroy_nothing_before_an_archivist_confirms(name: str) -> None:
    rules = load(FOLDER, name).rules(date(2100, 1, 1))
    assert any(rule.awaits_confirmation for rule in rules)
    assert all(rule.fate is not Fate.DESTROY for rule in rules)


@pytest.mark.parametrize("name", ["plan-og-bygg", "regnskap"])
def test_every_rule_that_destroys_has_an_example(name: str) -> None:
    department = load(FOLDER, name)
    written = {dated.written.name for dated in department.dated_rules if dated.written.fate is Fate.DESTROY}
    tried = {one.rule for one in department.examples}
    shared = {"systemfiler", "midlertidige filer"}  # of common.yaml, which regnskap tries for all
    assert written - tried <= (set() if name == "regnskap" else shared)


@pytest.mark.parametrize("name", ["plan-og-bygg", "regnskap"])
def test_every_text_is_in_both_languages_and_has_its_source(name: str) -> None:
    department = load(FOLDER, name)
    for one in (*department.rules(DAY), *department.blocks(DAY)):
        assert one.reason.nb and one.reason.en, one.name
        for sentence in (*one.reason.nb.split(". "), *one.reason.en.split(". ")):
            assert len(sentence.split()) <= 15, sentence
        if isinstance(one, Block) or one.awaits_confirmation:
            assert one.basis, one.name
    assert "kap. 7" not in (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Elevmapper/Per/notat.docx", "navngitte personers saker"),
        ("A/B/Barnevern/x.pdf", "navngitte personers saker"),
        ("A/Personalmapper/x.pdf", "personalsaker"),
        ("Liste kode 6.xlsx", "beskyttet eller gradert"),
        ("Felles/Privat/sommer.jpg", "private områder"),
        ("Felles/Privat/Thumbs.db", "private områder"),
        ("Felles/~$rapport.docx", "nye midlertidige filer"),
    ],
)
def test_what_the_law_protects_is_held_in_every_department(path: str, expected: str) -> None:
    for name in departments(FOLDER):
        decided = rule_for(load(FOLDER, name), path, day=DAY, modified=from_day(date(2026, 5, 1)))
        assert decided.name == expected
        assert isinstance(decided, Block) or decided.fate is Fate.HOLD
