"""People write on a real Samba all the time while their area is sealed, and nothing that was confirmed to them is lost.

What each run is: `tests/torture/seal_writers.py`, of which these are a few. It runs in a process of its own that may fork:
one that tests are run in has threads.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.samba import why_not

# Half a minute on a machine of its own; others work on it beside this.
pytestmark = [pytest.mark.samba, pytest.mark.xdist_group("writers"), pytest.mark.timeout(420)]
SEEDS = ("3", "5", "6", "4002", "4001:1")
"""One who never closes what he has open, one whose edits leave size and time, owners who give themselves rights, a handle
held across the seal; the last seal is killed once first. Of those that stand, some are opened again and some retired."""


@pytest.fixture(scope="module")
def results() -> dict[int, dict[str, Any]]:
    if reason := why_not():
        pytest.skip(reason)
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.seal_writers", "--json", "--seeds", ",".join(SEEDS)],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        # Two cores are shared with other tests.
        env={**os.environ, "FILRYDD_WRITERS_PAUSE": "0.01"},
        cwd=Path(__file__).parent.parent.parent,
    )
    assert done.stdout, done.stderr[-3000:]
    return {one["seed"]: one for one in json.loads(done.stdout)}


@pytest.mark.parametrize("seed", [int(one.partition(":")[0]) for one in SEEDS])
def test_what_was_confirmed_to_people_who_write_during_a_seal_is_in_the_tenant_or_in_the_area(
    results: dict[int, dict[str, Any]], seed: int
) -> None:
    one = results[seed]
    assert not one["wrong"], one
    assert one["acts"] > 50, one


def test_a_writer_who_never_closes_keeps_the_area_open(results: dict[int, dict[str, Any]]) -> None:
    refused = [one for one in results.values() if one["manner"]["held"] == "never"]
    assert [one["ended"] for one in refused] == ["refused"], refused


def test_what_changed_until_the_last_moment_does_not_hold_the_seal_off(results: dict[int, dict[str, Any]]) -> None:
    stood = [one for one in results.values() if one["ended"] == "stands"]
    assert stood, [one["why"] for one in results.values()]
    assert all(one["changed"] for one in stood)
