"""A department as another file would make it, and what a department says about people, drives and limits."""

from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.errors import NoSuchArea, PolicyInvalid
from filrydd.model.department import Person
from filrydd.model.rule import Fate
from filrydd.policy import load, load_as

Policies = Callable[..., Path]
COMMON = "classes: {shared: {path: Felles}}\nrules: [{rule: ours, class: shared, fate: hold, reason: r}]\n"


def test_another_file_makes_the_same_department_with_other_rules(
    policies: Policies, valid: str, tmp_path: Path
) -> None:
    folder = policies(regnskap=valid, common=COMMON)
    new = tmp_path / "NEW.yaml"
    new.write_text(valid.replace("rule: the rest", "rule: what remains"), encoding="utf-8")
    there, here = load(folder, "regnskap"), load_as(folder, "regnskap", new)
    assert [rule.written.name for rule in here.dated_rules] == ["ours", "old vouchers", "what remains"]
    assert (here.id, here.areas()) == (there.id, there.areas())
    assert here.digest != there.digest
    new.write_text(valid, encoding="utf-8")
    assert load_as(folder, "regnskap", new).digest == there.digest
    assert load_as(folder, "regnskap", new).examples[0].file == str(new)


def test_problems_of_the_file_are_told_with_its_name_and_lines(policies: Policies, valid: str, tmp_path: Path) -> None:
    new = tmp_path / "NEW.yaml"
    new.write_text(valid.replace("grace: 90d", "grase: 90d").replace("department: regnskap", "department: lonn"))
    with pytest.raises(PolicyInvalid) as refused:
        load_as(policies(), "regnskap", new)
    assert [detail.startswith(f"{new}:{line}: ") for detail, line in zip(refused.value.details, (1, 44), strict=True)] == [
        True, True
    ]  # fmt: skip


def test_a_file_that_is_not_there_or_a_folder_is_refused(policies: Policies, tmp_path: Path) -> None:
    for file in (tmp_path / "gone.yaml", tmp_path):
        with pytest.raises(PolicyInvalid, match="cannot be read"):
            load_as(policies(), "regnskap", file)


def test_deputies_are_the_parts_own_or_those_of_the_department(policies: Policies, valid: str) -> None:
    text = valid + "deputies: [{name: Per Dal}, {name: Eva Li, email: eva@example.no}]\n"
    text = text.replace("        path: Bilag\n", "        path: Bilag\n        deputies: [{name: Ida Mo}]\n")
    text = text.replace("        path: Personal/Lønn\n", "        path: Personal/Lønn\n        deputies: []\n")
    department = load(policies(regnskap=text), "regnskap")
    both = (Person("Per Dal"), Person("Eva Li", "eva@example.no"))
    assert department.deputies == both
    assert {part.name: part.deputies for part in department.parts("regnskap-felles")} == {
        "bilag": (Person("Ida Mo"),),
        "lønn": (),
        "regnskap-felles": both,
    }
    assert load(policies(regnskap=valid), "regnskap").parts("regnskap-felles")[0].deputies == ()


def test_drives_and_other_names_of_an_area(policies: Policies, valid: str) -> None:
    text = valid.replace(
        "    folder: Regnskap\n",
        "    folder: Regnskap\n    drives: {'f:': '', G: Bilag/2010, 'H:\\': 'A\\B'}\n"
        "    addresses: ['\\\\old\\share\\', '//older.example.no/felles$/Regn skap']\n",
    )
    department = load(policies(regnskap=text), "regnskap")
    assert department.drives("regnskap-felles") == {"F": "", "G": "Bilag/2010", "H": "A/B"}
    assert department.addresses("regnskap-felles") == ("\\\\old\\share", "\\\\older.example.no\\felles$\\Regn skap")
    assert load(policies(regnskap=valid), "regnskap").drives("regnskap-felles") == {}
    with pytest.raises(NoSuchArea):
        department.drives("elsewhere")


@pytest.mark.parametrize(
    ("own", "common", "expected"),
    [
        ("", "", set(Fate)),
        ("[move, hold]", "", {Fate.MOVE, Fate.HOLD}),
        ("", "[hold]", {Fate.HOLD}),
        ("[move]", "[hold]", {Fate.MOVE}),
        ("[]", "[hold]", set()),
    ],
)
def test_what_an_answer_may_give_is_the_departments_word_before_that_of_all(
    policies: Policies, valid: str, own: str, common: str, expected: set[Fate]
) -> None:
    text = valid.replace(
        "  stop_above: 5%\n", f"  stop_above: 5%\n  override: {own}\n" if own else "  stop_above: 5%\n"
    )
    shared = f"limits: {{override: {common}}}\n" if common else ""
    assert load(policies(regnskap=text, common=shared), "regnskap").override == expected
