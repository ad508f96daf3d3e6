"""What a policy wishes for the new structure: whose word comes first, and what is left when nobody says anything."""

from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.errors import NoSuchArea
from filrydd.model.structure import Column, Library, Weights, Wishes
from filrydd.policy import Destination, load, problems, schema

Policies = Callable[..., Path]
SITE = "https://contoso.sharepoint.com/sites/regnskap"
GROUP, OTHER = "0f3c1b52-7d4e-4a8b-9c61-2e5d8f7a9b10", "7a9b1052-7d4e-4a8b-9c61-2e5d8f0f3c1b"
EVERYTHING = f"""\
structure:
  libraries:
    - library: Møter
      site: https://contoso.sharepoint.com/sites/felles/
      folder: ""
      paths: ["**/Møter", "**\\\\Møtereferat*"]
    - {{library: Arkiv, paths: Arkiv}}
    - {{team: Regnskap, channel: Årsoppgjør, folder: Filer, paths: ["**/Årsoppgjør"]}}
  words: {{Regnsk: Regnskap, Div: Diverse}}
  weights: {{scope: 0, level: 1, length: 2, step: 3, noise: 4, full: 5, known: 6, clash: 100000, levels: 20}}
  columns: [department, original path, original owner, created, document class, retention label, case number, year]
  versions: {{as history: yes, kept: 50}}
  duplicates: one copy
  synced root: 71
  largest library: 200000
  access:
    stands for: {{s-1-1-0: {GROUP.upper()}}}
    decided: {{by: Berit Bakken, on: 2026-09-01}}
"""


def own(text: str) -> str:
    """A `structure` for the area of the valid policy."""
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    return f"    folder: Regnskap\n    structure:\n{indented}"


def wishes(folder: Path, area: str = "regnskap-felles") -> Wishes:
    return load(folder, "regnskap").wishes(area)


def test_without_a_word_about_it_the_structure_is_the_usual_one(policies: Policies) -> None:
    assert wishes(policies()) == Wishes()


def test_every_key_arrives_in_the_wishes(policies: Policies, valid: str) -> None:
    assert wishes(policies(regnskap=valid + EVERYTHING)) == Wishes(
        libraries=(
            Library("https://contoso.sharepoint.com/sites/felles", "Møter", "", ("**/Møter", "**/Møtereferat*")),
            Library(SITE, "Arkiv", "Regnskap", ("Arkiv",)),
            Library("", "", "Filer", ("**/Årsoppgjør",), "Regnskap", "Årsoppgjør"),
        ),
        words={"Regnsk": "Regnskap", "Div": "Diverse"},
        weights=Weights(0, 1, 2, 3, 4, 5, 6, 100_000, 20),
        columns=tuple(Column),
        stands_for={"S-1-1-0": GROUP},
        history=True,
        versions=50,
        one_copy=True,
        synced_root=71,
        advised=200_000,
    )


def test_an_area_that_nobody_names_has_no_wishes(policies: Policies) -> None:
    with pytest.raises(NoSuchArea):
        wishes(policies(), "regnskap-feles")


def test_the_wishes_leave_the_destination_as_it_is(policies: Policies, valid: str) -> None:
    department = load(policies(regnskap=valid + EVERYTHING), "regnskap")
    assert department.destination("regnskap-felles") == Destination(SITE, "Dokumenter", "Regnskap")


def test_the_areas_word_comes_before_the_departments_and_that_before_the_common_one(
    policies: Policies, valid: str
) -> None:
    common = """\
structure:
  words: {Div: Diverse, Adm: Administrasjon, Pers: Personal}
  weights: {scope: 1, level: 1, step: 1}
  columns: [department]
  versions: {as history: true, kept: 10}
"""
    department = f"""\
structure:
  words: {{adm: Stab, Pers: Folk}}
  weights: {{level: 2, step: 2}}
  columns: [year, created]
  versions: {{kept: 20}}
  duplicates: one copy
  libraries: [{{library: Møter, paths: Møter}}]
  synced root: 20
  access: {{stands for: {{S-1-1-0: {GROUP}, S-1-5-11: {GROUP}}}, decided: {{by: A, on: 2026-09-01}}}}
"""
    area = f"""\
  words: {{PERS: Ansatte}}
  weights: {{step: 3}}
  columns: []
  versions: {{as history: no}}
  duplicates: every copy
  libraries: []
  access: {{stands for: {{S-1-1-0: {OTHER}}}, decided: {{by: B, on: 2026-09-02}}}}
"""
    areas = valid.replace("    folder: Regnskap\n", own(area)).replace("areas:\n", "areas:\n  ellers: {}\n")
    folder = policies(regnskap=areas + department, common=common)
    assert problems(folder) == ()
    elsewhere = wishes(folder, "ellers")
    assert elsewhere == Wishes(
        libraries=(Library(SITE, "Møter", "ellers", ("Møter",)),),
        words={"Div": "Diverse", "adm": "Stab", "Pers": "Folk"},
        weights=Weights(scope=1, level=2, step=2),
        columns=(Column.YEAR, Column.CREATED),
        stands_for={"S-1-1-0": GROUP, "S-1-5-11": GROUP},
        history=True,
        versions=20,
        one_copy=True,
        synced_root=20,
    )
    assert wishes(folder) == Wishes(
        words={"Div": "Diverse", "adm": "Stab", "PERS": "Ansatte"},
        weights=Weights(scope=1, level=2, step=3),
        stands_for={"S-1-1-0": OTHER, "S-1-5-11": GROUP},
        versions=20,
        synced_root=20,
    )


def test_a_word_that_leads_to_another_leads_to_where_that_one_leads(policies: Policies, valid: str) -> None:
    text = valid + "structure:\n  words: {Rgn: regnsk, Regnsk: Regnskap, REGNSKAP: Regnskap, Pers: Pers, P: pers}\n"
    assert wishes(policies(regnskap=text)).words == {
        "Rgn": "Regnskap",
        "Regnsk": "Regnskap",
        "REGNSKAP": "Regnskap",
        "Pers": "Pers",
        "P": "Pers",
    }


def test_an_area_keeps_a_word_that_the_department_would_replace(policies: Policies, valid: str) -> None:
    text = valid.replace("    folder: Regnskap\n", own("  words: {Div: Div}")) + "structure: {words: {Div: Diverse}}\n"
    assert wishes(policies(regnskap=text)).words == {"Div": "Div"}


def test_the_schema_tells_an_editor_which_words_and_numbers_fit() -> None:
    for file in ("department", "common"):
        forms = schema("department" if file == "department" else "common")["$defs"]
        form = forms["StructureForm" if file == "department" else "SharedStructureForm"]["properties"]
        assert ("libraries" in form, "synced root" in form) == (file == "department",) * 2
        assert {column.value for column in Column} == set(form["columns"]["anyOf"][1]["items"]["enum"])
        assert forms["WeightsForm"]["properties"]["levels"]["maximum"] == 20
        assert "as history" in forms["VersionsForm"]["properties"]
        assert all("description" in held for held in (form | forms["WeightsForm"]["properties"]).values())
