"""What a monitoring system is told, for a token."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.areas import Area
from tests.web.offices import NUMBER, TREE, Offices, made
from tests.web.reader import Clock

TOKEN = "s3cret-tøken-of-32-characters-or-so"


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    return made(make_area(TREE))


def asked(offices: Offices, authorization: str = "") -> tuple[int, str]:
    headers = {"authorization": authorization.encode()} if authorization else {}
    answer = offices.client().get("/metrics", headers=headers)
    return answer.status_code, answer.text


def test_without_a_token_set_there_is_no_such_address(area: Area) -> None:
    offices = Offices(area.workspace, Clock())
    for authorization in ("", "Bearer ", "Bearer x"):
        status, text = asked(offices, authorization)
        assert status == 404 and "filrydd_area" not in text
        assert "There is no page at this address" in text


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer x", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \u00e5"]
)
def test_a_wrong_token_gets_nothing_and_does_not_learn_why(area: Area, said: str) -> None:
    assert asked(Offices(area.workspace, Clock(), TOKEN), said) == (401, "Not allowed.\n")


def test_a_log_in_does_not_stand_for_the_token(area: Area) -> None:
    offices = Offices(area.workspace, Clock(), TOKEN)
    for who in ("", "adam", "siri"):
        assert offices.visit(who).client.get("/metrics").status_code == 401


def metrics(offices: Offices) -> dict[str, float]:
    status, text = asked(offices, f"Bearer {TOKEN}")
    assert status == 200
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _blank, value = line.rpartition(" ")
            assert re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})?', name), line
            found[name] = float(value)
    return found


def test_totals_of_areas_are_told_and_no_name(area: Area) -> None:
    area.sign("felles")
    offices = Offices(area.workspace, Clock(), TOKEN)
    found = metrics(offices)
    here = 'area="felles",department="regnskap"'
    assert found[f"filrydd_area_files{{{here}}}"] == 10
    assert found[f'filrydd_area_fate_files{{{here},fate="destroy"}}'] == 2
    assert sum(found[f'filrydd_area_fate_files{{{here},fate="{fate}"}}'] for fate in ("move", "destroy", "hold")) == 10
    assert found[f'filrydd_area_stage{{{here},stage="review"}}'] == 1
    assert found[f"filrydd_area_signed_files{{{here}}}"] == 1
    text = asked(offices, f"Bearer {TOKEN}")[1]
    for name in (NUMBER, "Utkast", "møtereferat", "Kari", "bilag", "Ada", TOKEN):
        assert name not in text


def test_requests_are_counted_by_how_they_ended_and_sessions_while_they_last(area: Area) -> None:
    clock = Clock()
    offices = Offices(area.workspace, clock, TOKEN)
    visitor = offices.visit("ada")
    offices.visit("pia")
    before = metrics(offices)
    visitor.read("/totals")
    visitor.read("/nowhere", 404)
    visitor.read("/area/felles/privacy", 403)
    after = metrics(offices)
    assert after['filrydd_requests_total{status="404"}'] == before.get('filrydd_requests_total{status="404"}', 0) + 1
    assert after['filrydd_requests_total{status="403"}'] == before.get('filrydd_requests_total{status="403"}', 0) + 1
    # The three, and the question for the metrics before.
    assert after["filrydd_request_seconds_count"] == before["filrydd_request_seconds_count"] + 4
    classes = [value for name, value in after.items() if name.startswith("filrydd_request_seconds_bucket")]
    assert classes == sorted(classes) and classes[-1] == after["filrydd_request_seconds_count"]
    assert before["filrydd_sessions"] == 2 and before["filrydd_jobs_running"] == 0
    clock.ahead += timedelta(minutes=31)
    assert metrics(offices)["filrydd_sessions"] == 0


def test_an_area_that_cannot_be_read_is_counted_as_that(area: Area) -> None:
    (area.workspace / "scans" / "broken.db").write_bytes(b"no catalog at all" * 100)
    assert metrics(Offices(area.workspace, Clock(), TOKEN))["filrydd_areas_not_readable"] == 1
