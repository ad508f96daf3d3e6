"""filrydd upload as an admin types it: the plan with its forecast, options before the policy, the report, JSON."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from filrydd.lang import speaking
from tests.areas import POLICY, Area
from tests.commands import Said, filrydd
from tests.tenants import tenant_process

MakeArea = Callable[..., Area]
UPLOAD = 'upload: {hours: "17:00-07:00, weekends", tier: 1001-5000, stop_above: 3}\n'
RESULT = {"uploaded", "skipped", "failed", "bytes", "requests", "throttled", "seconds"}
MORE = {"forecast_seconds", "units", "waited", "report"}


@pytest.fixture
def area(make_area: MakeArea) -> Iterator[Area]:
    area = make_area({"Bilag": {"a.txt": "one"}, **{f"{n}.txt": "x" * n for n in range(1, 9)}})
    area.policy(POLICY + UPLOAD)
    area.until_proposed()
    area.sign()
    with speaking("en"):
        yield area


def run(area: Area, *words: str) -> Said:
    return filrydd("upload", "felles", *words, workspace=area.workspace)


def test_the_plan_says_how_long_it_takes_and_sends_nothing(area: Area) -> None:
    said = run(area, "--plan")
    assert said.code == 0 and said.out == ""
    for words in (
        "9 files to send",
        "1,001-5,000 licences: 2,500 units a minute",
        "within the hours 17:00-07:00 and weekends",
    ):
        assert words in said.err
    assert "What decides: what SharePoint allows in a minute." in said.err
    assert "Nothing was sent" in said.err


def test_the_plan_for_machines_has_the_forecast_and_what_would_help(area: Area) -> None:
    found = run(area, "--plan", "--json", "--hours", "weekends", "--tier", "0-1000").json
    # Nine files and their folders; each file a session and a fragment.
    assert (found["files"], found["bytes"]) == (9, 39)
    assert found["units"] == 9 * 4 + 2 * (found["requests"] - 18)
    assert (found["tier"], found["hours"], found["binding"]) == ("0-1000", "weekends", "units a minute")
    assert found["forecast_seconds"] > 0 and found["ends"]
    assert found["instead"] and all(one["seconds"] < found["forecast_seconds"] for one in found["instead"])


def test_without_a_tier_the_fewest_licences_are_assumed_and_it_is_said(area: Area) -> None:
    area.policy(POLICY)
    said = run(area, "--plan", "--json")
    assert said.json["tier"] == "0-1000"
    assert "the fewest are assumed (0-1,000): --tier says it" in said.err
    # That a short upload goes on at night is no news.
    assert "It takes about" in said.err and "around the clock" not in said.err.partition("What decides")[0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--plan", "--execute"], "--plan sends nothing"),
        (["--hours", "25"], "does not say from when to when"),
        (["--tier", "5"], "0-1000"),
        (["--stop-above", "0"], "1<=x"),
        (["--report", "r.txt"], "ends neither with"),
        (["--report", "no/such/folder/r.csv"], "There is no folder"),
    ],
)
def test_words_that_are_off_are_refused_with_what_to_write(area: Area, words: list[str], told: str) -> None:
    said = run(area, *words)
    assert said.code == 2
    assert told in said.err


def test_a_report_that_is_there_is_written_over_only_when_that_is_said(area: Area, tmp_path: Path) -> None:
    place = tmp_path / "r.csv"
    assert run(area, "--report", str(place)).code == 0
    before = place.read_bytes()
    assert run(area, "--report", str(place)).code == 2
    assert run(area, "--report", str(place), "--force").code == 0
    assert place.read_bytes() == before


def test_each_of_several_areas_has_a_report_of_its_own(area: Area, tmp_path: Path) -> None:
    said = filrydd("upload", "felles", "felles", "--report", str(tmp_path / "r.csv"), workspace=area.workspace)
    assert said.code == 0
    assert [path.name for path in tmp_path.glob("r*.csv")] == ["r.felles.csv"]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with tenant_process(tmp_path_factory.mktemp("tenant")) as graph:
        yield graph


@pytest.mark.xdist_group("upload command")
def test_an_upload_ends_with_one_result_and_a_report_of_every_file(area: Area, graph: str, tmp_path: Path) -> None:
    to = ("--tenant", "rehearsal", "--address", graph, "--execute", "--hours", "00:00-23:59")
    (area.top / "3.txt").unlink()
    said = run(area, *to, "--json", "--report", str(tmp_path / "r.xlsx"))
    assert said.code == 3, said.err
    result = said.json
    assert set(result) >= RESULT | MORE
    assert (result["uploaded"], result["failed"], result["skipped"]) == (8, 1, 0)
    progress = [json.loads(line)["progress"] for line in said.err.splitlines() if line.startswith("{")]
    assert [one["files"] for one in progress if "files" in one][-1] == progress[-1]["files_total"] == 9
    assert "  not sent: 3.txt: it is gone" in said.err
    assert "    Scan again." in said.err
    rows = list(load_workbook(tmp_path / "r.xlsx").worksheets[0].values)
    assert len(rows) == 10
    assert [row[2] for row in rows[1:]].count("sent") == 8
    # What was done before is told without sending anything.
    later = run(area, "--report", str(tmp_path / "r.csv"))
    assert later.code == 0 and "Nothing was sent" in later.err
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = {line["Old path"]: line for line in csv.DictReader(file, delimiter=";")}
    assert lines["3.txt"]["Why"].startswith("it is gone")
    assert lines["8.txt"]["New address"].startswith("http")


@pytest.mark.xdist_group("upload command")
def test_an_upload_that_is_stopped_leaves_its_report_and_says_why(area: Area, graph: str, tmp_path: Path) -> None:
    area.policy((POLICY + UPLOAD).replace("/sites/regnskap", "/sites/stopped"))
    area.until_proposed()
    area.sign()
    to = ("--tenant", "rehearsal", "--address", graph, "--execute", "--hours", "00:00-23:59")
    for number in range(1, 9):
        (area.top / f"{number}.txt").unlink()
    said = run(area, *to, "--json", "--report", str(tmp_path / "r.csv"))
    assert said.code == 1
    error = json.loads(said.out)
    assert error["error"] == "TooManyFailures"
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        outcomes = [line["Outcome"] for line in csv.DictReader(file, delimiter=";")]
    # The policy's number, and the files under way when it was reached.
    assert 4 <= outcomes.count("not sent") <= 8
    assert len(outcomes) == 9
