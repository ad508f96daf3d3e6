"""The policies that come with filrydd: valid, agreeing with their own examples, and destroying nothing on their own."""

from datetime import date
from pathlib import Path

import pytest

from filrydd.model.finding import BY_READING, NOT_FOR_SHAREPOINT, Found
from filrydd.model.rule import Block, Fate, Rule
from filrydd.model.times import from_day
from filrydd.policy import Facts, departments, load, matches, problems, results, rule_for

FOLDER = Path(__file__).parents[2] / "policies"
DAY = date(2026, 11, 23)


def test_they_have_no_problems() -> None:
    assert problems(FOLDER) == ()
    assert departments(FOLDER) == ("liten-etat", "plan-og-bygg", "regnskap")


@pytest.mark.parametrize("name", ["liten-etat", "plan-og-bygg", "regnskap"])
def test_their_examples_come_out_as_written(name: str) -> None:
    wrong = [(one.example.path, one.fate, one.name) for one in results(load(FOLDER, name)) if not one.agrees]
    assert wrong == []


@pytest.mark.parametrize("name", ["liten-etat", "plan-og-bygg", "regnskap"])
def test_they_destroy_nothing_before_an_archivist_confirms(name: str) -> None:
    rules = load(FOLDER, name).rules(date(2100, 1, 1))
    assert any(rule.awaits_confirmation for rule in rules)
    assert all(rule.fate is not Fate.DESTROY for rule in rules)


@pytest.mark.parametrize("name", ["liten-etat", "plan-og-bygg", "regnskap"])
def test_every_rule_that_destroys_has_an_example(name: str) -> None:
    department = load(FOLDER, name)
    written = {dated.written.name for dated in department.dated_rules if dated.written.fate is Fate.DESTROY}
    tried = {one.rule for one in department.examples}
    shared = {"systemfiler", "midlertidige filer"}  # of common.yaml, which regnskap tries for all
    assert written - tried <= (set() if name == "regnskap" else shared)


@pytest.mark.parametrize("name", ["liten-etat", "plan-og-bygg", "regnskap"])
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
        ("Felles/plan (BEGRENSET).docx", "sikkerhetsgradert"),
        ("Felles/HEMMELIG/x.docx", "sikkerhetsgradert"),
        ("Felles/Strengt hemmelig plan.docx", "sikkerhetsgradert"),
    ],
)
def test_what_the_law_protects_is_held_in_every_department(path: str, expected: str) -> None:
    for name in departments(FOLDER):
        folder, _, own_name = path.rpartition("/")
        may = from_day(date(2026, 5, 1))
        decided = rule_for(load(FOLDER, name), Facts(folder, own_name, 1, may, may), DAY)
        assert decided.name == expected
        assert isinstance(decided, Block) or decided.fate is Fate.HOLD


@pytest.mark.parametrize(
    "path",
    ["Felles/rapport.docx", "Felles/Begrenset anbud.docx", "Felles/Konfidensialitet.pdf", "Felles/hemmeligheter/x.pdf",
     "Felles/database.accdb", "Felles/10987654321.docx", "Plan/x.dwg", "Bilag/2010/a.pdf", "x.tmp"],
)  # fmt: skip
def test_a_plain_scan_leaves_nothing_unknown(path: str) -> None:
    """Without --owners, --copies and --examine: only what the names, times and the notes of classify tell."""
    folder, _, name = path.rpartition("/")
    for department in departments(FOLDER):
        for modified in (date(2010, 1, 1), date(2026, 5, 1)):
            facts = Facts(folder, name, 1, from_day(modified), from_day(modified), unexamined=True)
            decided = rule_for(load(FOLDER, department), facts, DAY)
            assert "unknown" not in decided.name
            assert decided.name != "sikkerhetsgradert"


def test_a_file_whose_name_says_that_it_is_locked_waits_for_a_reading() -> None:
    may = from_day(date(2026, 5, 1))
    for department in departments(FOLDER):
        facts = Facts("A", "lønn kryptert.xlsx", 1, may, may, unexamined=True)
        assert rule_for(load(FOLDER, department), facts, DAY).name == "låste filer: unknown"


def test_private_folders_are_private_and_still_ruled() -> None:
    for department in departments(FOLDER):
        loaded = load(FOLDER, department)
        for path, expected in (("Felles/Privat", True), ("Hjemmeområder/kari", True), ("Felles/Privatisering", False)):
            facts = Facts(path, "x.docx", 1, 0, 0)
            assert any(matches(one, facts) for one in loaded.private(DAY)) is expected
            assert (rule_for(loaded, facts, DAY).name == "private områder") is expected


@pytest.mark.parametrize("found", sorted(NOT_FOR_SHAREPOINT - BY_READING))
def test_what_has_no_place_in_sharepoint_is_held(found: Found) -> None:
    may = from_day(date(2026, 5, 1))
    for department in departments(FOLDER):
        facts = Facts("A", "x.bin", 1, may, may, findings=frozenset({found}), unexamined=True)
        decided = rule_for(load(FOLDER, department), facts, DAY)
        assert (decided.name, isinstance(decided, Rule) and decided.fate) == ("passer ikke i SharePoint", Fate.HOLD)


def test_a_date_in_the_future_keeps_a_file_from_being_destroyed() -> None:
    for when, expected in ((date(2026, 11, 23), False), (date(2026, 11, 24), True), (date(2098, 1, 1), True)):
        facts = Facts("A", "Thumbs.db", 1, from_day(date(2020, 1, 1)), from_day(when))
        block = next(one for one in load(FOLDER, "regnskap").blocks(DAY) if one.name == "dato i framtiden")
        assert matches(block.when, facts) is expected
        assert block.forbids == {Fate.DESTROY}
