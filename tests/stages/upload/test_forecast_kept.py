"""A run keeps what was expected of it and what it came to, and tells how it stands while it runs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from filrydd.catalog import forecasts
from filrydd.stages import upload
from filrydd.stages.upload import ahead
from filrydd.stages.upload.running import Running
from filrydd.stages.work import Silent
from tests.areas import POLICY, Area
from tests.stages.moving import Moving
from tests.tenants import Visitor

TREE = {
    "Bilag": {},
    "Notat": {"Referat.txt": "what was said in the meeting", "b.txt": "two", "borte.txt": "soon gone"},
    "Møte": {"Kopi.txt": "what was said in the meeting", "tom.txt": ""},
}
ONE_COPY = "structure: {duplicates: one copy}\n"


class Listening(Silent):
    def __init__(self) -> None:
        self.states: list[Running] = []

    def tell(self, state: Running) -> None:
        self.states.append(state)


def test_the_forecast_of_a_run_is_kept_beside_what_it_came_to(
    make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path
) -> None:
    area = make_area(TREE)
    moving = Moving(area, tenant, tmp_path / "backup")
    moving.set_policy(POLICY + ONE_COPY)
    moving.scan(copies=True)
    moving.propose()
    area.sign()
    (area.top / "Notat" / "borte.txt").unlink()
    listening = Listening()
    _plan, before = ahead.look(area.work(), upload.Wishes())
    assert (before.to_send.files, before.to_send.copies, before.to_send.empty) == (4, 1, 1)
    sent = moving.act(lambda work, tenant: upload.apply(replace(work, progress=listening), tenant))
    with area.catalog() as catalog:
        ((_run, expected, actual),) = forecasts.compared(catalog)
    assert (expected.files, expected.units, expected.tier) == (5, before.forecast.cost.units, "0-1000")
    assert actual is not None
    assert (actual.files, actual.failed) == (sent.uploaded, sent.failed) == (4, 1)
    assert actual.requests > 4
    # A copy, and what could not be sent: each is told once, and then all of it is done.
    last = listening.states[-1]
    assert (last.files, last.files_total, last.left_seconds) == (5, 5, 0)
    assert last.bytes == last.bytes_total > 0
    assert listening.states[0].files == 0
