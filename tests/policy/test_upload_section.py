"""The key `upload`: when the upload may run, for which tenant, and when it gives up."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from filrydd.lang import speaking
from filrydd.model.department import Uploading
from filrydd.model.hours import Hours
from filrydd.policy import load, problems
from filrydd.policy.json_schema import schema

Policies = Callable[..., Path]

WRONG = [
    ("hours: at night", 1, "is no timetable"),
    ("hours: 17:00-07:00, weekend days", 1, "is no timetable"),
    ("hours: 17:00-17:00", 1, "is no timetable"),
    ("hours: 25-07", 1, "is no timetable"),
    ("hours: []", 1, "does not belong here"),
    ("hour: 17-07", 1, 'Did you mean "hours"?'),
    ("tier: 1000", 1, 'Did you mean "0-1000"?'),
    ("tier: large", 1, "These are: 0-1000, 1001-5000"),
    ("stop_above: 0", 1, "from 1 to"),
    ("stop_above: 5%", 1, "from 1 to"),
    ("stop_above: ٣", 1, "from 1 to"),
    ("hours: 17-07\nstop_abowe: 5", 2, 'Did you mean "stop_above"?'),
    ("hours:", 1, "no value"),
]


def indented(text: str, by: str) -> str:
    return "".join(f"{by}{line}\n" for line in text.splitlines())


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_one_mistake_gives_one_problem_wherever_it_is_written(
    policies: Policies, valid: str, text: str, line: int, words: str
) -> None:
    before, after = valid.split("    parts:\n")
    in_area = before + "    upload:\n" + indented(text, "      ") + "    parts:\n" + after
    for written, above in ((valid + "upload:\n" + indented(text, "  "), valid), (in_area, before)):
        found = problems(policies(regnskap=written))
        assert [one.line for one in found] == [above.count("\n") + 1 + line], found
        assert words in found[0].message
    found = problems(policies(regnskap=valid, common="upload:\n" + indented(text, "  ")))
    assert [(one.file, one.line) for one in found] == [("common.yaml", 1 + line)]


def test_the_area_speaks_before_the_department_and_that_before_the_common_file(policies: Policies, valid: str) -> None:
    before, after = valid.split("    parts:\n")
    written = (
        before + "    upload: {stop_above: 3}\n    parts:\n" + after + "upload: {stop_above: 7, tier: 1001-5000}\n"
    )
    folder = policies(regnskap=written, common='upload: {hours: "17-07, helger", tier: 0-1000, stop_above: 9}\n')
    department = load(folder, "regnskap")
    first, *others = department.areas()
    assert department.uploading(first) == Uploading(Hours.parse("17:00-07:00, weekends"), "1001-5000", 3)
    for other in others:
        assert department.uploading(other).stop_above == 7


def test_nothing_said_is_any_time_and_no_tier(policies: Policies, valid: str) -> None:
    department = load(policies(regnskap=valid), "regnskap")
    assert department.uploading(department.areas()[0]) == Uploading(None, "", 50)


def test_hours_may_be_a_list_in_brackets(policies: Policies, valid: str) -> None:
    department = load(policies(regnskap=valid + "upload: {hours: [17:00-07:00, weekends]}\n"), "regnskap")
    hours = department.uploading(department.areas()[0]).hours
    assert hours is not None
    assert datetime(2026, 11, 28, 12) in hours
    assert datetime(2026, 11, 30, 12) not in hours


def test_the_mistake_is_told_with_the_text_that_was_written(policies: Policies, valid: str) -> None:
    with speaking("en"):
        (found,) = problems(policies(regnskap=valid + "upload: {hours: nights}\n"))
    assert '"nights"' in found.message
    assert "17:00-07:00, weekends" in found.message


def test_the_schema_describes_every_key_of_it() -> None:
    for file in ("department", "common"):
        whole = schema(file)  # type: ignore[arg-type]
        keys = whole["$defs"]["UploadForm"]["properties"]
        assert all(keys[key]["description"] for key in ("hours", "tier", "stop_above"))
        assert "1001-5000" in keys["tier"]["enum"]
        # The share of a policy's limits is another thing than the number of failures.
        assert (
            keys["stop_above"]["description"] != whole["$defs"]["LimitsForm"]["properties"]["stop_above"]["description"]
        )
