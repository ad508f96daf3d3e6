"""Everybody's page: totals of every area, for whoever is logged in, and never a name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.areas import Area
from tests.web.offices import OFFICES, TREE, Offices, made, words
from tests.web.reader import Clock

MARKERS = (
    "Utkast",
    "barnevern",
    "privat",
    "kvittering",
    "møtereferat",
    "Bilag",
    "Hjem",
    "søknad",
    "bilag",
    "Ola",
    "Kari",
)


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    return made(make_area(TREE))


@pytest.fixture
def offices(area: Area) -> Offices:
    return Offices(area.workspace, Clock())


@pytest.mark.parametrize("who", ["", "ada", "pia", "siri", "adam", "ola", "nobody"])
def test_everybody_who_is_logged_in_sees_totals_and_nobody_a_name(offices: Offices, who: str) -> None:
    page = offices.visit(who, "Visitor").read("/totals")
    assert "1 area with 10 files" in words(page)
    body = page.partition("<main")[2]
    assert [marker for marker in MARKERS if marker in body] == []


def test_nobody_sees_them_without_a_log_in(offices: Offices) -> None:
    answer = offices.client().get("/totals")
    assert answer.status_code == 403 and "10 files" not in answer.text


def test_an_area_that_one_may_not_open_is_there_in_totals(offices: Offices, area: Area) -> None:
    area.sign("felles")
    text = words(offices.visit("nobody", "Visitor").read("/totals"))
    assert "felles Accounting signed" in text
    assert "This page is not for you" in offices.visit("nobody").read("/area/felles/archive", 403)


def test_a_deadline_is_shown_and_said_to_be_over_in_words(offices: Offices, area: Area) -> None:
    area.policy(OFFICES + "review: {deadline: 2026-01-31}\n")
    text = words(offices.visit("ada").read("/totals"))
    assert "The deadline of 1 area is over" in text and "31 January 2026 – over" in text
    area.policy(OFFICES + "review: {deadline: 2200-01-31}\n")
    text = words(offices.visit("ada").read("/totals"))
    assert "31 January 2200" in text and "over" not in text.partition("<main")[2]


def test_waves_are_summed(offices: Offices, area: Area) -> None:
    assert "Waves" not in words(offices.visit("ada").read("/totals"))
    (area.workspace / "policies" / "waves.yaml").write_text("waves: {pilot: [felles], høst: [plan]}\n", "utf-8")
    text = words(offices.visit("ada").read("/totals"))
    assert "pilot 1 2 0 0 %" in text and "høst 1 0 0 0 %" in text
    (area.workspace / "policies" / "waves.yaml").write_text("waves: [\n", "utf-8")
    assert "The file with the waves has mistakes" in words(offices.visit("ada").read("/totals"))


def test_a_broken_policy_or_catalog_is_a_line_and_no_fault(offices: Offices, area: Area) -> None:
    (area.workspace / "policies" / "plan.yaml").write_text("department: plan\nsecret/path: [\n", "utf-8")
    (area.workspace / "scans" / "broken.db").write_bytes(b"no catalog at all" * 100)
    page = offices.visit("ada").read("/totals")
    text = words(page)
    assert "The policy of plan has mistakes" in text and "The area broken cannot be read now" in text
    assert "1 area with 10 files" in text
    assert str(area.workspace) not in page and "secret" not in page


def test_the_department_of_a_broken_policy_is_not_known(offices: Offices, area: Area) -> None:
    visitor = offices.visit("ada")
    area.policy("department: [")
    assert "felles – " in words(visitor.read("/totals"))


def test_figures_are_read_again_when_the_catalog_was_written(offices: Offices, area: Area) -> None:
    visitor = offices.visit("ada")
    visitor.read("/totals")
    (area.top / "ny.txt").write_bytes(b"new")
    area.scan()
    assert "1 area with 11 files" in words(visitor.read("/totals"))


def test_a_workspace_without_areas_says_so(tmp_path: Path) -> None:
    for name in ("policies", "scans"):
        (tmp_path / name).mkdir()
    text = words(Offices(tmp_path, Clock()).visit("ada").read("/totals"))
    assert "No area has been scanned yet" in text
