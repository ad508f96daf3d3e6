"""A department as the stages get it: the common rules, parts, destinations, and whose area it is."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from filrydd.errors import NoSuchArea, PolicyInvalid
from filrydd.model.department import Person
from filrydd.model.rule import (
    Not,
    Under,
)
from filrydd.policy import Destination, department_of, departments, load, schema

Policies = Callable[..., Path]
DAY = date(2026, 11, 23)


COMMON = """\
classes: {shared: {path: Felles}}
rules:
  - {rule: ours, class: shared, fate: hold, reason: r}
blocks:
  - {block: shared block, class: shared, forbids: [move], basis: b, reason: r, instead: arkivet}
limits: {stop_above: 2.5%, sign_destroy: one person, decided: {by: Berit, on: 2026-01-02}}
"""


def test_common_rules_come_first_unless_the_department_says_last(policies: Policies, valid: str) -> None:
    first = load(policies(regnskap=valid, common=COMMON), "regnskap")
    assert [rule.name for rule in first.rules(DAY)] == ["ours", "old vouchers", "the rest"]
    last = load(policies(regnskap=valid + "common: last\n", common=COMMON), "regnskap")
    assert [rule.name for rule in last.rules(DAY)] == ["old vouchers", "the rest", "ours"]
    assert [block.name for block in last.blocks(DAY)] == ["shared block", "very old"]


def test_limits_of_the_department_come_before_those_of_all(policies: Policies, valid: str) -> None:
    both = load(policies(regnskap=valid, common=COMMON), "regnskap")
    assert (both.stop_above, both.sign_destroy) == (0.05, 1)
    shared = load(policies(regnskap=valid.replace("limits:\n  stop_above: 5%\n", ""), common=COMMON), "regnskap")
    assert (shared.stop_above, shared.sign_destroy, shared.grace_days) == (0.025, 1, 90)
    assert load(policies(regnskap=valid, common=""), "regnskap").sign_destroy == 2


def test_a_department_may_use_the_classes_of_all_but_not_the_other_way(policies: Policies, valid: str) -> None:
    text = valid.replace("when: everything", "when: {not: {class: shared}}")
    rules = load(policies(regnskap=text, common=COMMON), "regnskap").rules(DAY)
    assert rules[-1].when == Not(Under(("Felles",)))
    with pytest.raises(PolicyInvalid):
        load(policies(regnskap=valid, common=COMMON.replace("class: shared", "class: vouchers", 1)), "regnskap")


def test_the_top_of_an_area_always_has_a_part(policies: Policies, valid: str) -> None:
    department = load(policies(), "regnskap")
    berit, kari, ola = (
        Person("Berit Bakken", "berit@example.no"),
        Person("Kari Nordmann", "kari@example.no"),
        Person("Ola Lunde"),
    )
    found = [(part.name, part.path, part.owner, part.contact) for part in department.parts("regnskap-felles")]
    assert found == [
        ("bilag", "Bilag", berit, ola),
        ("lønn", "Personal/Lønn", berit, kari),
        ("regnskap-felles", "", berit, kari),
    ]
    text = valid.replace("path: Personal/Lønn", 'path: ""')
    assert [part.name for part in load(policies(regnskap=text), "regnskap").parts("regnskap-felles")] == [
        "bilag",
        "lønn",
    ]


def test_an_area_goes_to_its_folder_and_library(policies: Policies, valid: str) -> None:
    areas = valid.replace("areas:\n", 'areas:\n  a: {}\n  b: {folder: "", library: Arkiv}\n  c: {folder: \\X\\Y\\}\n')
    department = load(policies(regnskap=areas), "regnskap")
    site = "https://contoso.sharepoint.com/sites/regnskap"
    assert department.areas() == ("a", "b", "c", "regnskap-felles")
    assert department.destination("a") == Destination(site, "Dokumenter", "a")
    assert department.destination("b") == Destination(site, "Arkiv", "")
    assert department.destination("c") == Destination(site, "Dokumenter", "X/Y")
    assert department.destination("regnskap-felles") == Destination(site, "Dokumenter", "Regnskap")
    with pytest.raises(NoSuchArea):
        department.destination("d")


def test_an_area_leads_to_its_department(policies: Policies, valid: str) -> None:
    other = valid.replace("department: regnskap", "department: arkiv").replace("  regnskap-felles:", "  arkiv-felles:")
    folder = policies(regnskap=valid, arkiv=other, common="", waves="- not ours\n")
    assert departments(folder) == ("arkiv", "regnskap")
    assert department_of(folder, "arkiv-felles").id == "arkiv"
    with pytest.raises(NoSuchArea) as refused:
        department_of(folder, "arkiv-feles")
    assert "arkiv-felles" in refused.value.message
    assert refused.value.details == ("Areas: arkiv-felles, regnskap-felles",)


def test_two_departments_naming_one_area_is_refused(policies: Policies, valid: str) -> None:
    other = valid.replace("department: regnskap", "department: arkiv")
    with pytest.raises(PolicyInvalid) as refused:
        department_of(policies(regnskap=valid, arkiv=other), "regnskap-felles")
    assert [detail.split(":")[:2] for detail in refused.value.details] == [["arkiv.yaml", "9"], ["regnskap.yaml", "9"]]


def test_an_unreadable_file_stops_only_those_areas_that_it_might_name(policies: Policies, valid: str) -> None:
    folder = policies(regnskap=valid, arkiv="areas: [")
    assert department_of(folder, "regnskap-felles").id == "regnskap"
    with pytest.raises(PolicyInvalid) as refused:
        department_of(folder, "somewhere")
    assert refused.value.details[0].startswith("arkiv.yaml:")


@pytest.mark.parametrize("name", ["regnskab", "../regnskap", "waves", ""])
def test_a_department_without_a_file_is_refused(policies: Policies, valid: str, name: str) -> None:
    with pytest.raises(PolicyInvalid, match="There is no policy file"):
        load(policies(regnskap=valid, waves=valid), name)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid, match="no folder for policies"):
        departments(tmp_path / "gone")


def test_the_digest_changes_with_either_file(policies: Policies, valid: str) -> None:
    digests = [
        load(policies(regnskap=own, common=common), "regnskap").digest
        for own in (valid, valid + "# x\n")
        for common in ("", "# y\n")
    ]
    assert len(set(digests)) == 4
    assert load(policies(regnskap=valid, common=""), "regnskap").digest == digests[0]


def test_the_schema_knows_every_key_and_describes_it() -> None:
    whole = schema()
    rule = whole["$defs"]["RuleForm"]
    assert {"rule", "class", "when", "fate", "noark", "basis", "reason", "decided", "confirmed", "junk"} < set(
        rule["properties"]
    )
    assert rule["required"] == ["rule", "fate", "reason"]
    assert rule["additionalProperties"] is False
    assert "null" not in str(whole)
    bare = [
        f"{form}.{key}"
        for form, one in [("", whole), *whole["$defs"].items()]
        for key, held in one["properties"].items()
        if "description" not in held
    ]
    assert set(bare) <= {"TextsForm.nb", "TextsForm.en", "PersonForm.name", "PersonForm.email", "DecisionForm.by",
                         "DecisionForm.on", "PartForm.name", "PartForm.owner", "PartForm.contact", "BlockForm.block",
                         "ExampleForm.modified", "ExampleForm.created", "ExampleForm.size"}  # fmt: skip
    assert "department" not in schema("common")["properties"]


def test_the_room_opens_without_its_heavy_furniture() -> None:
    code = "import sys, filrydd.policy; print({'pydantic', 'yaml', 're2'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
