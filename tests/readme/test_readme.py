"""The README does what it says: every command is run and every YAML block is loaded."""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from filrydd.policy import load, problems, results
from filrydd.policy.waves import wave
from filrydd.rehearsal.faults.file import read as read_faults
from tests.commands import filrydd
from tests.conftest import lay_out
from tests.tenants import tenant_process

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.removeprefix("$ ")
    for language, text in BLOCKS
    if language == "console"
    for line in text.splitlines()
    if line.startswith("$ ")
]
# What only a reader has, and what stands for it here.
THEIRS = {"smb://kari@filserver/felles/regnskap": "area", "/mnt/backup": "backup"}
THEIRS |= {"personer.csv": "personer.csv", "grupper.csv": "grupper.csv"}
PEOPLE = "sid,name,kind,disabled,entra_id\nS-1-22-1-0,Drift,user,false,\nS-1-5-21-1-2-3-1107,Regnskap,group,false,\n"
MEMBERS = "group,member\nS-1-5-21-1-2-3-1107,S-1-22-1-0\n"
# These are refused on the first day, and say until when.
REFUSED = ("filrydd retire",)
OLD, NEW = datetime(2010, 3, 4, tzinfo=UTC).timestamp(), datetime(2026, 3, 4, tzinfo=UTC).timestamp()


def test_every_line_of_a_console_block_is_a_command_that_is_run() -> None:
    lines = [line for language, text in BLOCKS if language == "console" for line in text.splitlines()]
    assert lines == [f"$ {command}" for command in COMMANDS]
    assert len(COMMANDS) > 20


def test_the_set_up_is_two_commands_and_ci_runs_them() -> None:
    lines = [line for language, text in BLOCKS if language == "sh" for line in text.splitlines()]
    assert len(lines) == 2
    assert lines[0].endswith("filrydd rehearse")
    assert lines[1].endswith("python -m pytest")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace as the checkout is, in the current folder, and the area that the README speaks of beside it."""
    place = tmp_path / "workspace"
    shutil.copytree(ROOT / "policies", place / "policies")
    (place / "scans").mkdir()
    (tmp_path / "backup").mkdir()
    (tmp_path / "personer.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "grupper.csv").write_text(MEMBERS, encoding="utf-8")
    lay_out(
        tmp_path / "area",
        {
            "Bilag": {"2010": {"faktura.pdf": "old"}, "2025": {"faktura.pdf": "new"}},
            "Årsoppgjør": {"2024": {"Balanse.xlsx": "not really"}},
            "Rutiner": {"Ny rutine.txt": "now"},
            "Thumbs.db": "junk",
        },
    )
    for path in (tmp_path / "area").rglob("*"):
        then = OLD if "2010" in path.parts else NEW
        os.utime(path, (then, then))
    monkeypatch.chdir(place)
    yield place


def test_the_first_real_area_goes_as_the_readme_tells_it(workspace: Path, tmp_path: Path) -> None:
    with tenant_process(tmp_path / "tenant") as graph:
        for command in COMMANDS:
            words = [str(tmp_path / THEIRS[word]) if word in THEIRS else word for word in shlex.split(command)[1:]]
            if words[:2] == ["tenant", "check"] or words[0] == "upload":
                words += ["--tenant", "rehearsal", "--address", graph]
            if words[0] == "review":
                # It serves until it is stopped; the tests of the pages start it for real.
                words = ["review", "--help"]
            if words[0] == "serve":
                words = ["serve", "--help"]
            if words[:2] == ["policy", "new"]:
                # It asks a person; tests/cli answers it.
                words = ["policy", "new", "--help"]
            said = filrydd(*words)
            if command.startswith(REFUSED):
                assert said.code == 1, (command, said)
                assert "nothing is deleted before" in said.err
            else:
                assert said.code in (0, 3), (command, said.err)
    assert (tmp_path / "area" / "Bilag" / "2010" / "faktura.pdf").exists()


YAML = [text for language, text in BLOCKS if language == "yaml"]


def test_every_yaml_block_loads_and_its_examples_hold(tmp_path: Path) -> None:
    assert len(YAML) == 3
    for text in YAML:
        content = yaml.safe_load(text)
        if "waves" in content:
            (tmp_path / "waves.yaml").write_text(text, encoding="utf-8")
            assert wave(tmp_path, "pilot") == ("regnskap-felles",)
        elif "faults" in content:
            file = tmp_path.with_name("faults.yaml")
            file.write_text(text, encoding="utf-8")
            assert len(read_faults(file).rules) == len(content["faults"])
        else:
            (tmp_path / f"{content['department']}.yaml").write_text(text, encoding="utf-8")
            assert problems(tmp_path) == ()
            tried = results(load(tmp_path, content["department"]))
            assert tried
            assert all(result.agrees for result in tried)


def test_every_command_that_there_is_stands_in_the_readme() -> None:
    from filrydd.cli.root import COMMANDS as known

    for name in known:
        assert f"filrydd {name}" in README, name
