"""A tenant watched while it is uploaded to: what was allowed, what was used, and how many files were there when."""

import contextlib
import itertools
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.tenant import Tenant
from tests.benchmarks.upload_stand import units_of

_EVERY = 0.2


@dataclass(frozen=True)
class Sample:
    """A moment: seconds that the tenant has run; units used in its minute and their limit; files that are there."""

    at: float
    used: int
    limit: int
    files: int
    requests: int
    throttled: int


@dataclass(frozen=True)
class Minute:
    """One whole window of the throttle and the pause after it: seconds; the limit's integral over them, in units, and what
    the window let through, where its limit changed; the units counted; files that arrived, and what these cost at least."""

    seconds: float
    allowed: float
    open: int
    used: int
    files: int
    needed: float


@dataclass
class Watched:
    """What was seen. `cost(at)`: the units that one file costs at least at that time."""

    samples: list[Sample] = field(default_factory=list)

    @property
    def throttled(self) -> float:
        """Answers in a thousand that told to wait."""
        last = self.samples[-1]
        return 1000 * last.throttled / max(1, last.requests)

    def minutes(self, costs: list[tuple[float, float]]) -> list[Minute]:
        """The whole windows. `costs` says from which second on a file costs how many units."""
        begun = next((number for number, one in enumerate(self.samples) if one.used), None)
        if begun is None:
            return []
        found = []
        first = begun
        for number in range(begun + 1, len(self.samples)):
            before, now = self.samples[number - 1], self.samples[number]
            # The next window begins with a call; until then the tenant tells that nothing is used.
            if now.used and (now.used < before.used or not before.used):
                found.append(self._minute(self.samples[first : number + 1], costs))
                first = number
        return found

    def _minute(self, part: list[Sample], costs: list[tuple[float, float]]) -> Minute:
        allowed = needed = 0.0
        for before, now in itertools.pairwise(part):
            allowed += before.limit * (now.at - before.at) / 60
            cost = next(units for since, units in reversed(costs) if since <= now.at)
            needed += (now.files - before.files) * cost
        return Minute(
            part[-1].at - part[0].at,
            allowed,
            # A limit that shrinks takes nothing back.
            max(part[-2].limit, *(one.used for one in part[:-1])),
            max(one.used for one in part[:-1]),
            part[-1].files - part[0].files,
            needed,
        )


@contextmanager
def watched(one: Tenant, folder: Path) -> Iterator[Watched]:
    """Watch a tenant that lives in a folder for as long as the block lasts."""
    seen, over = Watched(), threading.Event()

    def look() -> None:
        with contextlib.closing(sqlite3.connect(f"file:{folder / 'tenant.db'}?mode=ro", uri=True)) as con:
            while True:
                told = units_of(one)
                (files,) = con.execute("SELECT count(*) FROM item WHERE folder = 0 AND gone = 0").fetchone()
                apps = told["apps"] or [{"minute_used": 0, "minute_limit": 0}]
                most = max(apps, key=lambda app: app["minute_used"])
                seen.samples.append(
                    Sample(
                        told["uptime_seconds"],
                        most["minute_used"],
                        most["minute_limit"],
                        files,
                        told["requests"],
                        told["throttled"],
                    )
                )
                if over.wait(_EVERY):
                    return

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        time.sleep(2 * _EVERY)
        over.set()
        thread.join()
