"""policy new and policy template, as a superuser meets them: questions, wrong answers, a scan to look at, nothing half done."""

import io
import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from filrydd.policy import load, problems
from filrydd.policy.questions_asked import KEYS
from filrydd.stages import policy_new as stage
from tests.commands import Said, filrydd

SHIPPED = Path(__file__).parents[2] / "policies"
DAY = date(2026, 11, 24)
ANSWERS = """
answered_by: Berit Bakken
owner: {name: Berit Bakken, email: berit@example.no}
contacts: [Kari Nordmann kari@example.no, {name: Ola Lunde, email: ola@example.no}]
site: https://contoso.sharepoint.com/sites/kultur
tasks: [economy, it]
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    place = tmp_path / "arbeid"
    shutil.copytree(SHIPPED, place / "policies")
    (place / "scans").mkdir()
    return place


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`typed(TEXT)`: what somebody types, line by line."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def answered(workspace: Path, text: str = ANSWERS, *words: str, department: str = "kultur") -> Said:
    (workspace / "svar.yaml").write_text(text, encoding="utf-8")
    return filrydd("policy", "new", department, "--answers", str(workspace / "svar.yaml"), *words, workspace=workspace)


def files(workspace: Path) -> set[str]:
    return set(os.listdir(workspace / "policies"))


def test_answers_from_a_file_become_a_valid_policy(workspace: Path) -> None:
    said = answered(workspace, ANSWERS, "--json")
    assert said.code == 0, said.err
    assert said.json["file"] == str(workspace / "policies" / "kultur.yaml")
    assert problems(workspace / "policies") == ()
    department = load(workspace / "policies", "kultur")
    assert [person.name for person in department.contacts] == ["Kari Nordmann", "Ola Lunde"]
    assert department.areas() == ("kultur-felles",)
    assert {"gamle bilag", "gamle programlogger"} <= {rule.written.name for rule in department.dated_rules}
    assert filrydd("policy", "test", "kultur", workspace=workspace).code == 0


def test_questions_are_asked_again_until_the_answer_can_be_read(workspace: Path, typed: Callable[[str], None]) -> None:
    typed(
        "Berit Bakken\nKultur\n\nhttp://x.no\n\n\nBerit berit.example.no\nBerit Bakken <berit@example.no>\n\n\n\n"
        "economi\n4, meetings\n\n\n\n\nfem\n7\nkanskje\nnei\n"
    )
    said = filrydd("policy", "new", "kultur", workspace=workspace)
    assert said.code == 0, said.err
    assert said.out == ""
    for words in (
        '"http://x.no" is not a site',
        '"Berit berit.example.no" has no e-mail address',
        'Did you mean "economy"?',
        '"fem" is not a number from 1 to 30',
        '"kanskje" is neither yes nor no',
    ):
        assert words in said.err
    tree = yaml.safe_load((workspace / "policies" / "kultur.yaml").read_text(encoding="utf-8"))
    assert tree["site"] == "https://contoso.sharepoint.com/sites/kultur"
    assert tree["contacts"] == [{"name": "Berit Bakken", "email": "berit@example.no"}]
    assert {"innkjøpssaker", "møter og referater"} <= set(tree["classes"])
    assert {rule.get("after") for rule in tree["rules"]} >= {"7y after last change"}


def test_the_text_of_documents_is_only_asked_for_when_that_was_allowed(workspace: Path) -> None:
    answered(workspace, ANSWERS + "read_text: no\n")
    answered(workspace, ANSWERS + "read_text: yes\nareas: b\n", department="b")
    of = {name: (workspace / "policies" / f"{name}.yaml").read_text(encoding="utf-8") for name in ("kultur", "b")}
    assert "finding: identity number" in of["b"]
    assert "finding" not in of["kultur"]


class Interrupting(io.StringIO):
    """Somebody who types two answers and then Ctrl-C."""

    def readline(self, size: int | None = -1, /) -> str:
        if line := super().readline(-1 if size is None else size):
            return line
        raise KeyboardInterrupt


@pytest.mark.parametrize("stdin", [io.StringIO, Interrupting], ids=["end of input", "ctrl-c"])
def test_stopping_in_the_middle_leaves_nothing(
    workspace: Path, stdin: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(workspace)
    monkeypatch.setattr("sys.stdin", stdin("Berit\nKultur\n"))
    said = filrydd("policy", "new", "kultur", workspace=workspace)
    assert said.code == 130
    assert "Nothing was written" in said.err and "Next: " in said.err
    assert files(workspace) == before


@pytest.mark.parametrize(
    ("name", "code"),
    [("a/b", 2), ("..", 2), ("", 2), ("plan og bygg", 2), ("NUL", 2), ("common", 2), ("waves", 2), ("Regnskap", 1)],
)
def test_a_department_that_cannot_be_or_is_there_already_is_refused_before_any_question(
    workspace: Path, name: str, code: int, typed: Callable[[str], None]
) -> None:
    typed("")
    before = files(workspace)
    said = filrydd("policy", "new", name, workspace=workspace)
    assert said.code == code, said.err
    assert "Next: " in said.err and "1. " not in said.err
    assert files(workspace) == before


def test_a_policy_that_somebody_made_in_the_meantime_is_not_overwritten(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = workspace / "policies" / "kultur.yaml"
    drafted = stage.draft

    def meanwhile(answers: stage.Answers) -> str:
        shutil.copyfile(workspace / "policies" / "regnskap.yaml", place)
        return drafted(answers)

    monkeypatch.setattr(stage, "draft", meanwhile)
    said = answered(workspace)
    assert said.code == 1
    assert "has a policy already" in said.err
    assert place.read_bytes() == (workspace / "policies" / "regnskap.yaml").read_bytes()
    assert not [name for name in files(workspace) if name.startswith(".")]


def test_every_mistake_in_the_answers_is_told_at_once_with_its_line(workspace: Path) -> None:
    said = answered(
        workspace,
        "owner: Berit\ncontacts: [Kari, Ola ola@x]\ntasks: [economi]\nsitee: x\nsite: http://x\ndoubt_years: 99\n"
        'read_text: maybe\nareas: a/b\nplaces:\n  Gammelt: finishd\n  "": use\n',
    )
    assert said.code == 1
    lines = [line.split(":")[1] for line in said.err.splitlines() if line.startswith("  svar.yaml:")]
    assert lines == ["1", "2", "3", "4", "5", "6", "7", "8", "10", "11"]
    assert 'Did you mean "site"?' in said.err and 'Did you mean "finished"?' in said.err
    assert not (workspace / "policies" / "kultur.yaml").exists()


@pytest.mark.parametrize("text", ["", "- a\n", "a: [\n", "a: &x 1\nb: *x\n", "owner: \x00\n", "\xff"])
def test_answers_that_are_no_answers_are_a_refusal_and_no_crash(workspace: Path, text: str) -> None:
    said = answered(workspace, text, "--json")
    assert said.code == 1
    assert json.loads(said.out)["error"] == "PolicyInvalid"
    assert "fault in filrydd" not in said.err


def test_the_help_names_every_key_and_a_strange_word_is_answered_with_all(workspace: Path) -> None:
    shown = " ".join(filrydd("policy", "new", "--help").out.split())
    assert ", ".join(KEYS) in shown
    said = answered(workspace, ANSWERS.replace("[economy, it]", "bananas") + "x1: 2\n")
    assert "These are: clients, buildings, personnel, procurement, economy" in said.err
    assert '"x1" is not a word here. These are: answered_by, name,' in said.err


def test_a_file_must_name_the_site_since_nobody_sees_a_guess(workspace: Path) -> None:
    said = answered(workspace, ANSWERS.replace("site: ", "# "))
    assert said.code == 1
    assert "`site`: This needs an answer." in said.err


def test_an_answers_file_that_is_not_there(workspace: Path) -> None:
    said = filrydd("policy", "new", "kultur", "--answers", "borte.yaml", workspace=workspace)
    assert said.code == 2
    assert "borte.yaml" in said.err and "Next: " in said.err


def test_an_area_of_another_department_is_refused(workspace: Path) -> None:
    assert (
        "belongs to regnskap"
        in filrydd("policy", "new", "kultur", "--area", "Regnskap-Felles", workspace=workspace).err
    )
    said = answered(workspace, ANSWERS + "areas: [regnskap-felles]\n")
    assert said.code == 1 and "belongs to regnskap" in said.err
    assert not (workspace / "policies" / "kultur.yaml").exists()


def test_a_common_file_that_the_draft_does_not_go_with_is_told_and_nothing_is_written(workspace: Path) -> None:
    common = workspace / "policies" / "common.yaml"
    common.write_text(
        common.read_text(encoding="utf-8").replace("  systemfiler:\n", "  økonomibilag:\n"), encoding="utf-8"
    )
    said = answered(workspace)
    assert said.code == 1
    assert "økonomibilag" in said.err and "Nothing was written" in said.err
    assert not (workspace / "policies" / "kultur.yaml").exists()


def test_an_area_that_was_not_scanned_is_told_and_the_rest_is_asked(workspace: Path) -> None:
    said = answered(workspace, ANSWERS, "--area", "kultur-felles", "--json")
    assert said.code == 0
    assert "has not been scanned to its end" in said.err
    assert said.json["fates"] == {}
    assert not list((workspace / "scans").glob("*.db"))


def test_the_template_is_printed_as_it_is_and_can_be_saved_and_checked(workspace: Path) -> None:
    said = filrydd("policy", "template")
    assert said.code == 0 and said.err == ""
    (workspace / "policies" / "eksempel.yaml").write_text(said.out, encoding="utf-8")
    assert filrydd("policy", "check", "eksempel", workspace=workspace).code == 0
    assert filrydd("policy", "test", "eksempel", workspace=workspace).code == 0
