"""Drafted policies: valid beside the shipped common file, whatever was answered, and destroying nothing on their own."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.lang import speaking
from filrydd.model.department import Person
from filrydd.model.rule import Fate
from filrydd.policy import Department, PathGlobs, load, problems, results
from filrydd.policy.drafting import Answers, draft, scalar, tasks
from filrydd.policy.drafting_places import Placed, What, glob
from filrydd.policy.template import TEMPLATE_OF, template

SHIPPED = Path(__file__).parents[2] / "policies"
DAY = date(2026, 11, 24)
KARI = Person("Kari Nordmann", "kari@example.no")
ANSWERS = Answers(
    department="kultur",
    answered_by="Berit Bakken",
    day=DAY,
    name_nb="Kulturetaten",
    name_en="Culture",
    site="https://contoso.sharepoint.com/sites/kultur",
    library="Dokumenter",
    owner=Person("Berit Bakken", "berit@example.no"),
    contacts=(KARI,),
    deputies=(),
    areas=("kultur-felles",),
    tasks=(),
    case_system="Public 360",
    personnel_system="Visma",
    archive="Depotet",
    others_see="",
    doubt_years=5,
    read_text=False,
)
EVERYTHING = replace(
    ANSWERS,
    tasks=tasks(),
    read_text=True,
    deputies=(KARI,),
    others_see="Årsplanen",
    places=tuple(Placed(f"Mapper/{what}", what) for what in What),
)
LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" :#'\"{}[],&*!|>%@`\\$-?~"),
    min_size=1,
    max_size=40,
).map(str.strip).filter(bool)  # fmt: skip


def loaded(folder: Path, answers: Answers) -> Department:
    """The draft, saved beside the shipped common file and loaded; it has no problems."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SHIPPED / "common.yaml", folder / "common.yaml")
    (folder / f"{answers.department}.yaml").write_text(draft(answers), encoding="utf-8")
    assert problems(folder, answers.department) == ()
    return load(folder, answers.department)


def astray(department: Department) -> list[tuple[str, str]]:
    return [(one.example.path, one.name) for one in results(department) if not one.agrees]


@pytest.mark.parametrize("chosen", [(), *[(word,) for word in tasks()], tasks()], ids=" ".join)
@pytest.mark.parametrize("numbers", [False, True])
def test_each_kind_of_work_gives_a_valid_policy_whose_examples_come_out(
    tmp_path: Path, chosen: tuple[str, ...], numbers: bool
) -> None:
    department = loaded(tmp_path, replace(ANSWERS, tasks=chosen, read_text=numbers))
    assert department.examples
    assert astray(department) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(LINE, min_size=8, max_size=8),
    chosen=st.sets(st.sampled_from(tasks())),
    years=st.integers(1, 30),
    numbers=st.booleans(),
    paths=st.lists(st.tuples(LINE.map(lambda one: one.replace("/", "-")), st.sampled_from(What)), max_size=4),
)
def test_whatever_was_answered_reads_back_as_it_was(
    tmp_path: Path, text: Sequence[str], chosen: set[str], years: int, numbers: bool, paths: list[tuple[str, What]]
) -> None:
    answers = replace(
        ANSWERS,
        answered_by=text[0],
        name_nb=text[1],
        name_en=text[2],
        library=text[3],
        owner=Person(text[4], KARI.email),
        case_system=text[5],
        others_see=text[6],
        archive=text[7],
        tasks=tuple(chosen),
        doubt_years=years,
        read_text=numbers,
        places=tuple(Placed(f"Topp/{path}", what) for path, what in paths if path not in (".", "..")),
    )
    department = loaded(tmp_path, answers)
    assert (department.name.nb, department.name.en) == (text[1], text[2])
    assert department.owner.name == text[4]
    assert department.destination("kultur-felles").library == text[3]
    decided = [
        dated.written.decided_by for dated in department.dated_rules if dated.written.name == "ikke rørt på lenge"
    ]
    assert decided == [text[0]]
    instead = {block.instead for block in department.blocks(DAY)}
    assert "clients" not in chosen or text[5] in instead


def test_every_text_that_is_quoted_reads_back() -> None:
    for text in (
        "ja",
        "no",
        "Null",
        "a: b",
        "#x",
        "- x",
        "x\\y",
        '"',
        "'",
        "åse",
        "1e3",
        "@a",
        "a\u2028b",
        "💾",
        "a,b",
        "C#",
    ):
        assert yaml.safe_load(f"{{k: {scalar(text)}, l: [{scalar(text)}]}}") == {"k": text, "l": [text]}


def test_nothing_is_confirmed_so_nothing_is_destroyed(tmp_path: Path) -> None:
    rules = loaded(tmp_path, EVERYTHING).rules(date(2100, 1, 1))
    assert any(rule.awaits_confirmation for rule in rules)
    assert all(rule.fate is not Fate.DESTROY and not rule.confirmed_by for rule in rules)


def test_every_period_and_every_destruction_has_basis_decider_day_and_a_source_above_it(tmp_path: Path) -> None:
    own = {dated.written.name: dated for dated in loaded(tmp_path, EVERYTHING).dated_rules}
    text = draft(EVERYTHING)
    checked = 0
    for rule in yaml.safe_load(text)["rules"]:
        if "after" not in rule and rule["fate"] != "destroy":
            continue
        written = own[rule["rule"]].written
        assert written.basis, rule
        assert (written.decided_by, written.decided_on) == ("Berit Bakken", DAY)
        before = text[: text.index(f"  - rule: {rule['rule']}\n")].rstrip().splitlines()
        comment = "".join(line for line in before[-3:] if line.lstrip().startswith("#"))
        assert re.search(r"§|arkivforskrifta", comment), rule["rule"]
        checked += 1
    assert checked >= 8


def test_reasons_are_in_both_languages_and_short() -> None:
    tree = yaml.safe_load(draft(EVERYTHING))
    for one in (*tree["rules"], *tree["blocks"]):
        for sentences in (one["reason"]["nb"], one["reason"]["en"]):
            assert all(len(sentence.split()) <= 15 for sentence in sentences.split(". ")), sentences


def test_the_day_the_systems_and_the_people_stand_where_they_belong(tmp_path: Path) -> None:
    department = loaded(tmp_path, EVERYTHING)
    assert department.deputies == (KARI,)
    instead = {block.name: block.instead for block in department.blocks(DAY)}
    assert instead["byggesaker til sakssystemet"] == "Public 360"
    assert instead["ansatte og søkere til personalsystemet"] == "Visma"
    assert instead["årsregnskap og budsjett bevares"] == "Depotet"
    assert "# Andre enn avdelingen må se: Årsplanen" in draft(EVERYTHING)


def test_what_was_said_of_a_folder_decides_before_the_kinds_of_work(tmp_path: Path) -> None:
    answers = replace(ANSWERS, tasks=("economy",), places=(Placed("Økonomi", What.PROGRAM),))
    department = loaded(tmp_path, answers)
    assert astray(department) == []
    assert [one.name for one in results(department) if one.example.path.startswith("Økonomi/")] == [
        "mapper som programmer skriver i"
    ]


def test_private_folders_are_never_read(tmp_path: Path) -> None:
    assert "private:" not in draft(ANSWERS)
    # beside the one class of common.yaml
    assert (
        len(loaded(tmp_path / "with", EVERYTHING).private(DAY))
        == len(loaded(tmp_path / "without", ANSWERS).private(DAY)) + 1
    )


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=30))
def test_a_folders_glob_matches_that_folder_and_is_one_that_policies_take(name: str) -> None:
    path = f"Topp/{name.strip() or 'x'}"
    if path.split("/")[1] not in (".", ".."):
        assert PathGlobs((glob(path),)).match(path)


def test_a_part_of_a_folders_name_is_another_folder() -> None:
    assert not PathGlobs((glob("Inn/Fil"),)).match("Inn/Filer")
    assert not PathGlobs((glob("Inn/*"),)).match("Inn/Filer")


def test_the_template_is_valid_under_the_name_that_it_says(tmp_path: Path) -> None:
    shutil.copyfile(SHIPPED / "common.yaml", tmp_path / "common.yaml")
    (tmp_path / f"{TEMPLATE_OF}.yaml").write_text(template(), encoding="utf-8")
    assert problems(tmp_path) == ()
    department = load(tmp_path, TEMPLATE_OF)
    assert len(department.examples) >= 5
    assert astray(department) == []


def test_the_template_shows_every_key_that_a_departments_file_can_have() -> None:
    from filrydd.policy import file_forms, form, structure_form

    forms = [
        file_forms.DepartmentForm, file_forms.AreaForm, file_forms.PartForm, form.RuleForm, form.BlockForm, form.ConditionForm,
        form.LimitsForm, structure_form.StructureForm, structure_form.LibraryForm, structure_form.WeightsForm,
        structure_form.VersionsForm, structure_form.AccessForm,
    ]  # fmt: skip
    keys = {field.alias or name for one in forms for name, field in one.model_fields.items()} - {"junk"}
    assert {key for key in keys if not re.search(rf"\b{key}\b", template())} == {"created_after"}


def test_what_is_drafted_is_the_same_in_every_language() -> None:
    with speaking("nb"):
        bokmal = draft(EVERYTHING)
    assert bokmal == draft(EVERYTHING)
