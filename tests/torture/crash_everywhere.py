"""A crash before every commit and act of the journey: `python -m tests.torture.crash_everywhere [SECONDS [FIRST]]`.

The suite takes a sample of these; this takes all from the FIRST on, one after the other, until the time is over (default
1,800 s).
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.crashing import crasher
from tests.stages.moving import tenant_for_journeys
from tests.stages.test_crashes import crash_and_go_on, end_state, new_journey


def main(seconds: float, first: int) -> int:
    with tempfile.TemporaryDirectory(prefix="filrydd-torture-") as place:
        here = Path(place)
        os.environ["FILRYDD_KEY"] = str(here / "ledger.key")
        (here / "tenant").mkdir()
        with tenant_for_journeys(here / "tenant") as tenant, crasher(tenant.graph) as crashing:
            whole = here / "undisturbed"
            site = new_journey(whole)
            code, events = crashing.go(whole)
            assert code == 0, (whole / "error").read_text()
            expected = end_state(whole, tenant, site)
            begun, tried, wrong = time.monotonic(), 0, 0
            for crash_at in range(first, len(events) + 1):
                if time.monotonic() - begun > seconds:
                    break
                folder = here / str(crash_at)
                try:
                    found = crash_and_go_on(crashing, tenant, folder, crash_at)
                    differs = [what for what, state in expected.items() if found[what] != state]
                except AssertionError as failed:
                    differs = [str(failed)]
                tried += 1
                if differs:
                    wrong += 1
                    print(f"before event {crash_at} ({events[crash_at - 1]}): {differs}", flush=True)
                shutil.rmtree(folder)
            print(f"{tried} of {len(events)} events, {wrong} that did not end as an undisturbed run")
            return int(bool(wrong))


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(float(given[0]) if given else 1800.0, int(given[1]) if given[1:] else 1))
