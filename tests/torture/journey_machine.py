"""Journeys in any order, with power cuts and people at every act: `python -m tests.torture.journey_machine --minutes N`.

What the suite does for some seconds (`tests/stages/test_journey_machine.py`), with other seeds each time. A failure is told
with its story, and the next seed goes on.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import seed

from tests.stages.journey_world import World
from tests.stages.moving import tenant_for_journeys
from tests.stages.test_journey_machine import Journey, journeys


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=None, help="only this one")
    parser.add_argument("--steps", type=int, default=30)
    given = parser.parse_args()
    until, tried, failed = time.monotonic() + given.minutes * 60, 0, 0
    with tempfile.TemporaryDirectory(prefix="filrydd-torture-") as place:
        here = Path(place)
        os.environ |= {"FILRYDD_KEY": str(here / "ledger.key"), "FILRYDD_STATE": str(here / "state")}
        (here / "tenant").mkdir()
        with tenant_for_journeys(here / "tenant") as tenant:
            while time.monotonic() < until:
                chosen = random.SystemRandom().randrange(1 << 32) if given.seed is None else given.seed
                try:
                    journeys(lambda: Journey(tenant, here), 10, given.steps, seed(chosen))
                except Exception as wrong:
                    failed += 1
                    print(f"--seed {chosen} --steps {given.steps}: {wrong}\n", flush=True)
                    print("\n".join([*World.stories, *getattr(wrong, "__notes__", [])]), flush=True)
                    World.stories.clear()
                tried += 1
                if given.seed is not None:
                    break
    figures = ", ".join(f"{what} {count}" for what, count in sorted(World.counted.items()))
    print(f"{tried} seeds of up to 10 journeys of {given.steps} steps, {failed} failed; {figures}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
