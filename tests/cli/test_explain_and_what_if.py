"""explain says every rule in its order; what-if says what another policy would change, and changes nothing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.areas import POLICY, Area, days_ago
from tests.commands import filrydd

TREE = {"Bilag": {"2010": {"faktura.pdf": "12345"}, "ny.pdf": "1"}, "Hjem": {"a.txt": "1"}, "notat.txt": "22"}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    os.utime(made.top / "Bilag" / "2010" / "faktura.pdf", (days_ago(6000), days_ago(6000)))
    made.scan()
    return made


def test_explain_says_each_rule_with_its_questions_and_the_law(area: Area) -> None:
    filrydd("classify", "felles", workspace=area.workspace)
    said = filrydd("explain", "felles", "Bilag/2010/faktura.pdf", workspace=area.workspace)
    assert said.code == 0
    lines = [line.strip() for line in said.out.splitlines()]
    assert lines[0] == "Bilag/2010/faktura.pdf: to delete"
    assert "Legal basis: bokføringsloven § 13" in lines
    junk, vouchers, rest = (
        lines.index(next(x for x in lines if x.startswith(n))) for n in ("junk", "old vouchers", "the rest")
    )
    assert junk < vouchers < rest
    assert lines[junk].endswith("does not match") and lines[vouchers].endswith("matches")
    assert "not asked any more" in lines[rest]
    assert any("Bilag" in line and line.endswith("yes") for line in lines[vouchers:rest])


def test_explain_before_classify_says_what_the_policy_says_today(area: Area) -> None:
    said = filrydd("explain", "felles", "notat.txt", workspace=area.workspace)
    assert said.code == 0 or said.code == 3
    assert "Nothing is decided for notat.txt yet" in said.out and "to move" in said.out


def test_explain_tells_when_the_policy_changed_since(area: Area) -> None:
    filrydd("classify", "felles", workspace=area.workspace)
    area.policy(POLICY.replace("{path: Hjem}", "{path: Annet}"))
    said = filrydd("explain", "felles", "Hjem/a.txt", workspace=area.workspace)
    assert "to keep for now" in said.out.splitlines()[0]
    assert "Today's policy says something else: to move, by the rest." in said.out


def test_explain_a_folder_says_which_rules_decide_below_it(area: Area) -> None:
    filrydd("classify", "felles", workspace=area.workspace)
    said = filrydd("explain", "felles", "Bilag", "--json", workspace=area.workspace)
    assert {(one["rule"], one["files"]) for one in said.json["below"]} == {("old vouchers", 1), ("the rest", 1)}


def test_rules_that_no_policy_writes_have_names_in_words(area: Area) -> None:
    filrydd("freeze", "felles", "Hjem", "--case", "26/1", "--as", "Kari", workspace=area.workspace)
    filrydd("classify", "felles", workspace=area.workspace)
    said = filrydd("explain", "felles", "Hjem/a.txt", workspace=area.workspace)
    assert "Rule: held fast by a case" in said.out
    assert filrydd("explain", "felles", "Hjem/a.txt", "--json", workspace=area.workspace).json["rule"] == "frozen"


def test_explain_what_no_scan_saw_names_the_next_step(area: Area) -> None:
    said = filrydd("explain", "felles", "Bilag/nei.pdf", workspace=area.workspace)
    assert said.code == 1 and "Next: filrydd scan felles" in said.err


def test_what_if_says_what_changes_with_samples_and_touches_nothing(area: Area, tmp_path: Path) -> None:
    filrydd("classify", "felles", workspace=area.workspace)
    new = tmp_path / "ny.yaml"
    new.write_text(
        POLICY.replace("    fate: hold", "    fate: move").replace("5y after", "90y after"), encoding="utf-8"
    )
    before = stored(area)
    said = filrydd("policy", "what-if", str(new), "felles", "--json", workspace=area.workspace)
    assert said.code == 0, said.err
    changes = {(one["old"], one["new"]): one for one in said.json["changes"]}
    assert changes.keys() == {("destroy", "move"), ("hold", "move")}
    assert changes["destroy", "move"]["files"] == 1 and changes["destroy", "move"]["bytes"] == 5
    assert changes["hold", "move"]["samples"] == [{"path": "Hjem/a.txt", "old": "homes", "new": "homes"}]
    assert said.json["fates"]["move"]["files"] == 4
    assert stored(area) == before


def test_what_if_with_mistakes_in_the_new_file_tells_their_lines(area: Area, tmp_path: Path) -> None:
    new = tmp_path / "ny.yaml"
    new.write_text(POLICY.replace("fate: hold", "fate: keep"), encoding="utf-8")
    said = filrydd("policy", "what-if", str(new), "felles", workspace=area.workspace)
    assert said.code == 1 and "ny.yaml:" in said.err and "Traceback" not in said.err


def stored(area: Area) -> list[tuple[object, ...]]:
    with area.catalog() as catalog:
        return [
            tuple(row)
            for table in ("ruling", "rule", "ruling_change", "run", "figure")
            for row in catalog.rows(f"SELECT * FROM {table}")
        ]
