"""Machines that take, lose, renew and give back one area's lease at random:
`python -m tests.torture.lease_weather [SECONDS] [SEED]`.

At no moment are two of them sure of the area. The suite tries one short seed; this goes on until the time is over (default
600 s), and names the seed that failed.
"""

import asyncio
import itertools
import sys
import tempfile
import time
from pathlib import Path

from filrydd.lang import speaking
from filrydd.targets import open_rehearsal
from tests.rehearsal.bad_day import Day, bad_day
from tests.stages.leasing import Town, weather
from tests.targets.front import front_before

_STEPS = 80


async def _drive(day: Day, seed: int) -> str:
    tenant = open_rehearsal(day.ready.graph)
    site = await tenant.site("https://kommune.sharepoint.com/sites/rehearsal")
    drive = await tenant.make_library(site, f"Felles {seed}")
    await tenant.close()
    return drive.id


def main(seconds: float, first: int) -> int:
    until = time.monotonic() + seconds
    with (
        tempfile.TemporaryDirectory(prefix="filrydd-torture-") as place,
        speaking("en"),
        bad_day(Path(place), "faults: []\n") as day,
    ):
        upstream = day.ready.graph.removeprefix("http://").removesuffix("/v1.0")
        for seed in itertools.count(first):
            if time.monotonic() > until:
                print(f"{seed - first} campaigns of {_STEPS} steps, nobody twice")
                break
            with front_before(upstream) as front:
                town = Town(day, front, Path(place) / str(seed), asyncio.run(_drive(day, seed)))
                try:
                    asyncio.run(weather(town, seed=seed, steps=_STEPS))
                except AssertionError as failed:
                    print(f"seed {seed}: {failed}")
                    return 1
                finally:
                    day.tenancy.clock.move(0)
    return 0


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(float(words[0]) if words else 600.0, int(words[1]) if len(words) > 1 else 1))
