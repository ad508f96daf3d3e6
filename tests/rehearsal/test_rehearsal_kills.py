"""Kill -9 at random moments under load: nothing that was confirmed is lost. `tests/torture/tenant_kills.py` goes on for hours."""

import random
from pathlib import Path

import httpx
import pytest

from tests.rehearsal.kill_campaign import Worker, campaign
from tests.rehearsal.live_tenant import LiveTenant


@pytest.fixture
def killed(tmp_path: Path):
    with LiveTenant(tmp_path, child=True) as tenant:
        yield tenant


def test_what_was_confirmed_under_load_is_there_after_every_kill(killed: LiveTenant) -> None:
    assert campaign(killed, workers=3, seed=7, goes_on=lambda kills: kills < 5) > 50


@pytest.mark.parametrize("loss", ["a file", "a byte", "a deletion"])
def test_the_campaign_objects_to_a_loss(killed: LiveTenant, loss: str) -> None:
    http = killed.clients[0]
    drive = killed.clients[0].get(f"{killed.site}/drive").json()["id"]
    worker = Worker(f"{killed.graph}/drives/{drive}", random.Random(1))
    for name in ("a.bin", "b.bin"):
        httpx.put(worker._at(name, "content"), content=b"innhold").raise_for_status()
    worker.sure = {"a.bin": b"innhold", "b.bin": b"innhold"}
    worker.look(http)
    if loss == "a file":
        http.delete(worker._at("a.bin")).raise_for_status()
    elif loss == "a byte":
        http.put(worker._at("a.bin", "content"), content=b"innhols").raise_for_status()
    else:
        del worker.sure["a.bin"]
    with pytest.raises(AssertionError):
        worker.look(http)
