"""Who is who, how the review is to go, and a department's own words, as a policy file says them."""

from datetime import date
from pathlib import Path

import pytest

from filrydd.lang import _, n_, speaking, texts, worded
from filrydd.model.department import Absence, Person, Reviewing, Role
from filrydd.policy import load, problems

BASE = """
department: regnskap
name: {nb: Regnskap}
site: https://contoso.sharepoint.com/sites/regnskap
owner: {name: Berit, id: o-1}
contacts: [{name: Kari, id: k-1, away: [{from: 2026-12-21, to: 2027-01-03}]}]
areas: {felles: {}}
"""


def _policy(folder: Path, text: str, common: str = "") -> Path:
    (folder / "regnskap.yaml").write_text(BASE + text, encoding="utf-8")
    if common:
        (folder / "common.yaml").write_text(common, encoding="utf-8")
    return folder


def _said(folder: Path) -> list[str]:
    return [f"{one.line}: {one.message}" for one in problems(folder)]


def test_people_are_known_by_what_the_log_in_gives_and_say_when_they_are_away(tmp_path: Path) -> None:
    department = load(
        _policy(tmp_path, "deputies: [{name: Ola, group: g-1}, {name: Drift, app_role: Vikar}]"), "regnskap"
    )
    (kari,) = department.contacts
    assert kari == Person("Kari", id="k-1", away=(Absence(date(2026, 12, 21), date(2027, 1, 3)),))
    assert kari.is_away(date(2026, 12, 21)) and kari.is_away(date(2027, 1, 3)) and not kari.is_away(date(2027, 1, 4))
    assert department.deputies == (Person("Ola", group="g-1"), Person("Drift", app_role="Vikar"))


def test_roles_of_the_common_file_hold_in_every_department(tmp_path: Path) -> None:
    text = "archivists: {name: Ada, id: a-1}\nsuperusers: [{name: Siri, id: s-1}]"
    department = load(
        _policy(
            tmp_path, text, "admins: [{name: Drift, app_role: Admin}]\narchivists: [{name: Byarkivet, group: b-1}]"
        ),
        "regnskap",
    )
    assert [one.name for one in department.roles[Role.ARCHIVIST]] == ["Byarkivet", "Ada"]
    assert [one.name for one in department.roles[Role.ADMIN]] == ["Drift"]
    assert [one.name for one in department.roles[Role.SUPERUSER]] == ["Siri"]
    assert department.roles[Role.PRIVACY_OFFICER] == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("deputies: [{name: Ola, id: a, group: b}]", "Write one of `id`, `group` and `app_role`, not several."),
        ("deputies: [{name: Ola, away: [{from: 2026-12-24, to: 2026-12-20}]}]", "The last day is before the first."),
        ("limits: {sign_destroy: one person}", "Say in `decided` who decided that, and on which day."),
        ("wording: {nb: {Nobody is shown this: x}}", "No page shows this text."),
        (
            'wording: {en: {"The deadline is {day}.": "Be quick"}}',
            "The text must have the same words in braces: {day}.",
        ),
        ('wording: {en: {"My parts": "{me}"}}', "The text must have the same words in braces: none."),
    ],
)
def test_what_does_not_hold_together_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (said,) = _said(_policy(tmp_path, text))
    assert said.startswith("8: ") and message in said


def test_that_one_person_signs_alone_is_decided_by_name(tmp_path: Path) -> None:
    text = "limits: {sign_destroy: one person, decided: {by: Berit, on: 2026-01-02}, command_line: signs}"
    department = load(_policy(tmp_path, text), "regnskap")
    assert (department.sign_destroy, department.command_line_signs) == (1, True)
    assert not load(_policy(tmp_path, ""), "regnskap").command_line_signs, "the command line signs only where it may"


def test_how_the_review_goes_is_said_by_the_area_before_the_department_before_all(tmp_path: Path) -> None:
    common = "review: {deadline: 2026-10-01, before: 5d, managers: always}"
    folder = _policy(tmp_path, "review: {deadline: 2026-11-01, weekly: false}", common)
    text = (
        (folder / "regnskap.yaml")
        .read_text()
        .replace("{felles: {}}", "{felles: {review: {deadline: 2026-12-18}}, annet: {}}")
    )
    (folder / "regnskap.yaml").write_text(text)
    department = load(folder, "regnskap")
    assert department.reviewing("felles") == Reviewing(date(2026, 12, 18), weekly=False, before=5, managers="always")
    assert department.reviewing("annet").deadline == date(2026, 11, 1)
    assert Reviewing() == load(_policy(tmp_path, "", "limits: {}"), "regnskap").reviewing("felles")


def test_a_departments_words_stand_in_for_what_its_people_read(tmp_path: Path) -> None:
    text = 'wording:\n  nb: {Mine deler: Mine mapper}\n  en: {"{count} file, {size}": "{count} thing, {size}"}'
    department = load(_policy(tmp_path, text), "regnskap")
    with speaking("nb"), worded(department.wording):
        assert _("My parts") == "Mine mapper"
    with speaking("en"), worded(department.wording):
        assert _("My parts") == "My parts"
        assert n_("{count} file, {size}", "{count} files, {size}", 1) == "{count} thing, {size}"
        assert n_("{count} file, {size}", "{count} files, {size}", 2) == "{count} files, {size}"
    with speaking("nb"):
        assert _("My parts") == "Mine deler", "the words of one department are nobody else's"


def test_every_text_that_can_be_worded_is_one_that_can_be_shown() -> None:
    assert "Mine deler" in texts("nb") and "My parts" in texts("en") and "{count} files, {size}" in texts("en")
