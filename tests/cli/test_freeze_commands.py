"""freeze, unfreeze, hand-over, private and coverage as a person types them."""

from collections.abc import Callable

import pytest

from filrydd.stages import classify
from tests.areas import POLICY, Area
from tests.commands import Said, filrydd

TREE = {"Bilag": {"a.pdf": "a"}, "Hjem": {"b.txt": "bb"}, "Notat": {"c.txt": "ccc"}}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    made.scan()
    classify.run(made.work())
    return made


@pytest.fixture
def say(area: Area) -> Callable[..., Said]:
    return lambda *words: filrydd(*words, workspace=area.workspace)


def test_freezing_listing_and_lifting(say: Callable[..., Said]) -> None:
    said = say("freeze", "felles", "Notat", "--case", "2026/1", "--as", "Kari", "--json")
    assert said.code == 0
    assert said.json == {
        "area": "felles",
        "path": "Notat",
        "case": "2026/1",
        "by": "Kari",
        "files": 1,
        "bytes": 3,
        "known": True,
        "new": True,
        "quiet": True,
    }
    assert "Next: filrydd classify felles" in said.err
    listed = say("freeze", "felles")
    assert listed.code == 0
    assert "Notat: 2026/1, by Kari on 20" in listed.out
    lifted = say("unfreeze", "felles", "Notat", "--case", "2026/1", "--as", "Berit", "--json")
    assert (lifted.code, lifted.json["still"]) == (0, [])
    after = say("freeze", "felles", "--json").json["freezes"]
    assert [(one["case"], one["lifted_by"]) for one in after] == [("2026/1", "Berit")]
    assert "Nothing in felles is frozen." in say("freeze", "felles").err


def test_a_path_that_no_scan_saw_is_frozen_with_a_warning(say: Callable[..., Said]) -> None:
    said = say("freeze", "felles", "Notta", "--case", "2026/1")
    assert said.code == 3
    assert "No scan has seen Notta. Check the spelling." in said.err
    assert len(say("freeze", "felles", "--json").json["freezes"]) == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["freeze", "felles", "Notat"], 2, "Name the case"),
        (["freeze", "felles", "--case", "1"], 2, "Name the path"),
        (["freeze", "felles", "Notat", "--case", " "], 2, "--case is empty"),
        (["freeze", "felles", "../x", "--case", "1"], 2, "leads upwards"),
        (["freeze", "ukjent", "Notat", "--case", "1"], 1, "has not been scanned"),
        (["unfreeze", "felles", "Notat", "--case", "1"], 2, "--as"),
        (["unfreeze", "felles", "Notat", "--case", "1", "--as", "K"], 1, "has not frozen Notat"),
        (["hand-over", "felles", "Hjem", "--to", "HR", "--receipt", " ", "--as", "K"], 2, "--receipt is empty"),
        (["hand-over", "felles", "Borte", "--to", "HR", "--receipt", "1", "--as", "K"], 1, "has seen Borte"),
        (["hand-over", "felles", "Notat", "--to", "HR", "--receipt", "1", "--as", "K"], 1, "Nothing at Notat"),
        (["private", "felles", "--told"], 2, "Name the folder"),
        (["private", "felles", "Hjem", "--told", "--as", "K"], 2, "--told with --deadline"),
        (["private", "felles", "Hjem", "--told", "--deadline", "i morgen", "--as", "K"], 2, "i morgen"),
        (["private", "felles", "Hjem", "--open", "Per", "--as", "K", "--reason", "x"], 1, "has not been told"),
        (["private", "felles", "Hjem", "--told", "--deadline", "2020-01-01", "--as", "K"], 2, "no time to answer"),
        (["coverage", "ukjent"], 1, "ukjent"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(say: Callable[..., Said], words: list[str], code: int, told: str) -> None:
    said = say(*words)
    assert said.code == code
    assert told in said.err
    assert "Traceback" not in said.err


def test_handing_over_is_listed_first_and_counted_in_the_status(say: Callable[..., Said]) -> None:
    words = ["hand-over", "felles", ".", "--to", "HR", "--receipt", "H-1", "--as", "Kari", "--json"]
    plan = say(*words)
    assert (plan.code, plan.json["files"], plan.json["others"], plan.json["done"]) == (3, 1, 2, False)
    assert "  Hjem/b.txt" in plan.err
    assert "Notat/c.txt: " in plan.err
    assert say("status", "felles", "--json").json["areas"][0]["handed_over"] == 0
    assert say(*words, "--execute").json["done"] is True
    status = say("status", "felles")
    assert "1 of those that are kept were handed over elsewhere" in status.out
    assert say("status", "--json").json["areas"][0]["handed_over"] == 1


def test_private_folders_are_listed_until_their_owners_were_told(say: Callable[..., Said]) -> None:
    listed = say("private", "felles")
    assert listed.code == 3
    assert "Hjem: " in listed.out
    assert say("private", "felles", "Hjem", "--told", "--deadline", "2999-01-01", "--as", "Berit").code == 0
    again = say("private", "felles", "--json")
    assert (again.code, again.json["folders"][0]["told"]) == (0, True)
    early = say("private", "felles", "Hjem", "--open", "Per", "--as", "Berit", "--reason", "needed")
    assert early.code == 1
    assert "has until 2999-01-01 to answer" in early.err


def test_coverage_tells_what_nobody_can_be_asked_about(area: Area, say: Callable[..., Said]) -> None:
    said = say("coverage", "felles", "--json")
    assert said.code == 3
    parts = {one["part"]: one for one in said.json["parts"]}
    assert parts["bilag"]["without_email"] == ["owner", "contact"]
    assert parts["bilag"]["files"] == 1
    assert "The part bilag: nobody stands in for its contact." in say("coverage", "felles").out
    area.policy(POLICY.replace("name: Ola Lunde", "name: Ola Lunde, email: ola@example.org"))
    parts = {one["part"]: one for one in say("coverage", "felles", "--json").json["parts"]}
    assert parts["bilag"]["without_email"] == ["owner"]
