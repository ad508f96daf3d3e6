"""The rehearsal tenant is killed at random moments under load: `python -m tests.torture.tenant_kills [SECONDS] [SEED]`.

What it confirmed is there, whole, with the right hash; sums agree; sessions go on where they were. The suite tries a few
kills; this goes on until the time is over (default 1,800 s).
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.rehearsal.kill_campaign import campaign
from tests.rehearsal.live_tenant import LiveTenant


def main(seconds: float, seed: int) -> int:
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="filrydd-torture-") as place, LiveTenant(Path(place), child=True) as tenant:
        try:
            campaign(tenant, 4, seed, lambda _kills: time.monotonic() < until, lambda text: print(text, flush=True))
        except AssertionError as failed:
            print(f"seed {seed}: {failed}")
            return 1
    return 0


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(float(words[0]) if words else 1800.0, int(words[1]) if len(words) > 1 else 1))
