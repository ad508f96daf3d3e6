"""The tenant in figures, for its admin: what is asked of it, what that costs, what goes wrong, what it holds.

Nothing here waits for a count of all items: that is made beside, now and then, while somebody looks.
"""

import asyncio
import dataclasses
from dataclasses import dataclass
from typing import Any

from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.figures import Count, Second
from filrydd.rehearsal.rules.throttle import Standing
from filrydd.rehearsal.store import glances
from filrydd.rehearsal.tenancy import Tenancy

MOST = 10_000
"""Rows of a kind are counted no further."""
LATEST = 20
"""Faults that are told one by one."""
_COUNT_EVERY = 10.0
_AT_MOST_A_PART = 50
_PATIENCE = 0.02


@dataclass(frozen=True, slots=True)
class Given:
    """A fault that was given out: when, which, for what kind of call, and to what."""

    time: str
    fault: str
    call: str
    target: str


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults that were given out: how many by name, and the latest, the newest first."""

    counts: dict[str, int]
    latest: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What the tenant holds. `items` is None until they are counted; `counted`: how many seconds ago that was."""

    sites: int
    lists: int
    items: int | None
    counted: float | None
    bytes: int
    open_sessions: int
    planned: int
    """What will happen by itself: labels that cascade, stamps, copies."""


@dataclass(frozen=True, slots=True)
class AdminFigures:
    """What the admin's page shows, and `/-/admin.json` says under these names."""

    time: str
    uptime_seconds: float
    requests: int
    """Since the start; requests for pages are counted apart."""
    pages: int
    seconds: list[Second]
    """The last sixty, the oldest first."""
    last_minute: int
    per_second: float
    busiest_second: int
    statuses: dict[str, int]
    kinds: dict[str, int]
    usual_seconds: float
    slowest_seconds: float
    throttled: int
    apps: list[Standing]
    requests_by_app: dict[str, int]
    faults: Faults | None
    held: Held
    ways: dict[str, Any]


async def figures(tenancy: Tenancy) -> AdminFigures:
    """The figures of this moment."""
    asked = tenancy.figures
    count = await _count(tenancy)
    seconds = asked.last_minute()
    last = sum(second.requests for second in seconds)
    statuses = {str(status): number for status, number in sorted(asked.statuses.items())}
    return AdminFigures(
        time=stamp(tenancy.clock.now()),
        uptime_seconds=round(asked.uptime(), 1),
        requests=asked.requests,
        pages=asked.pages,
        seconds=seconds,
        last_minute=last,
        # A run that is younger than a minute has had less time for them.
        per_second=round(last / min(len(seconds), max(1.0, asked.uptime())), 1),
        busiest_second=max(second.requests for second in seconds),
        statuses=statuses,
        kinds=dict(sorted(asked.kinds.items())),
        usual_seconds=asked.usual,
        slowest_seconds=asked.slowest,
        throttled=asked.statuses.get(429, 0) + asked.statuses.get(503, 0),
        apps=tenancy.throttle.standing(),
        requests_by_app=dict(asked.apps),
        faults=_faults(tenancy),
        held=_held(tenancy, count),
        ways=dataclasses.asdict(tenancy.ways),
    )


def _held(tenancy: Tenancy, count: Count | None) -> Held:
    con, now = tenancy.store.read, tenancy.clock.now()
    return Held(
        sites=glances.rows_of(con, "site", MOST),
        lists=glances.rows_of(con, "drive", MOST),
        items=count.items if count else None,
        counted=round(tenancy.figures.now() - count.at, 1) if count else None,
        bytes=glances.bytes_held(con),
        open_sessions=glances.open_sessions(con, now, tenancy.ways, MOST),
        planned=glances.rows_of(con, "due", MOST),
    )


async def _count(tenancy: Tenancy) -> Count | None:
    """The items as they were counted last; counts them anew where that was long ago, and waits a moment for it."""
    asked = tenancy.figures
    last = asked.counted
    old = last is None or asked.now() - last.at > max(_COUNT_EVERY, _AT_MOST_A_PART * last.took)
    if old and asked.counting is None:
        asked.counting = asyncio.create_task(_count_now(tenancy))
    if asked.counting is not None:
        await asyncio.wait({asked.counting}, timeout=_PATIENCE)
    return asked.counted


async def _count_now(tenancy: Tenancy) -> None:
    asked = tenancy.figures
    begun = asked.now()
    try:
        file = glances.file_of(tenancy.store.read)
        items = await asyncio.to_thread(glances.aside, file, glances.items_held)
        asked.counted = Count(items, asked.now(), asked.now() - begun)
    finally:
        asked.counting = None


def _faults(tenancy: Tenancy) -> Faults | None:
    if tenancy.faults is None:
        return None
    account = tenancy.faults.given()
    latest = tuple(Given(stamp(one.time), one.fault, one.call, one.target) for one in account.last[:LATEST])
    return Faults(dict(account.counts), latest)
