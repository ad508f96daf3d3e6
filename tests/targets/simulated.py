"""A loop whose time passes only when everybody sleeps, and a throttle after Microsoft's description to meet on it."""

import asyncio
import math
import random
import selectors
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from filrydd.targets.governor import Governor, Timing
from filrydd.targets.governor.costs import Kind
from filrydd.targets.tenant import Meter


class _Selector(selectors.SelectSelector):
    """Nothing ever comes from outside, so a wait is over at once, and time is what was waited."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[Any]:
        assert timeout is not None, "everybody waits for nothing"
        self.now += max(0.0, timeout)
        return super().select(0)


def simulate(steps: Coroutine[Any, Any, Any]) -> Any:
    """Run steps; `asyncio.sleep` and the loop's clock are simulated."""
    selector = _Selector()
    loop = asyncio.SelectorEventLoop(selector)
    # A clock that stands still would let a timer that is due be late for ever.
    loop.time = lambda: selector.now  # type: ignore[method-assign]
    loop._clock_resolution = 1e-6  # type: ignore[attr-defined]
    try:
        return loop.run_until_complete(steps)
    finally:
        loop.close()


def simulated_timing(seed: int = 1) -> Timing:
    chance = random.Random(seed)
    return Timing(
        clock=lambda: asyncio.get_running_loop().time(),
        wall=lambda: 1.7e9 + asyncio.get_running_loop().time(),
        sleep=asyncio.sleep,
        chance=chance.random,
    )


@dataclass
class Throttle:
    """Units in a minute. Refused calls count. `windows`: `first call` (fixed, from the first call in it), `clock` (fixed, by
    the clock), `sliding` (the last 60 seconds; Reset tells when the oldest is over), `sliding, whole` (Reset is a minute)."""

    limit: float
    windows: str = "first call"
    costs: dict[Kind, float] = field(default_factory=dict)
    retry_after: str = "told"
    headers: bool = True
    latency: float = 0.05
    seed: int = 1
    used: float = 0.0
    began: float = -math.inf
    recent: deque[tuple[float, float]] = field(default_factory=deque)
    accepted: float = 0.0
    calls: int = 0
    refused: int = 0
    under_way: int = 0
    most_under_way: int = 0
    runs: list[int] = field(default_factory=list)
    """Refusals in a row."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.row = 0

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def _move(self, now: float) -> None:
        if self.windows.startswith("sliding"):
            while self.recent and self.recent[0][0] <= now - 60:
                self.used -= self.recent.popleft()[1]
        elif self.windows == "clock":
            if now // 60 != self.began // 60:
                self.began, self.used = now // 60 * 60, 0.0
        elif now >= self.began + 60:
            self.began, self.used = now, 0.0

    def _left(self, now: float) -> float:
        if self.windows == "sliding":
            return self.recent[0][0] + 60 - now if self.recent else 0.0
        return 60.0 if self.windows == "sliding, whole" else self.began + 60 - now

    async def call(self, kind: Kind) -> tuple[int, dict[str, str]]:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.latency * (0.3 + 0.4 * self.chance.random()))
            status = self._count(kind)
            headers = self._headers(status)
            await asyncio.sleep(self.latency * (0.3 + 0.4 * self.chance.random()))
            return status, headers
        finally:
            self.under_way -= 1

    def _count(self, kind: Kind) -> int:
        now, units = self.now(), self.costs.get(kind, 2.0)
        self._move(now)
        self.calls += 1
        self.used += units
        self.recent.append((now, units))
        if self.used > self.limit:
            self.refused += 1
            self.row += 1
            return 429
        if self.row:
            self.runs.append(self.row)
            self.row = 0
        self.accepted += units
        return 200

    def _headers(self, status: int) -> dict[str, str]:
        now = self.now()
        self._move(now)
        left = self._left(now)
        headers = {}
        if self.headers and self.used >= 0.8 * self.limit:
            remaining = max(0, int(self.limit - self.used))
            reset = str(max(1, int(left) + 1))
            headers = {
                "ratelimit-limit": str(int(self.limit)),
                "ratelimit-remaining": str(remaining),
                "ratelimit-reset": reset,
            }
        if status == 429 and self.retry_after != "missing":
            wait = {"told": left, "short": left / 4, "long": 150.0}[self.retry_after]
            headers["retry-after"] = str(max(1, int(wait) + 1))
        return headers


async def worker(governor: Governor, throttle: Throttle, kinds: list[Kind], until: float, done: list[int]) -> None:
    """Endless demand: one call after the other, each repeated until it is let in."""
    while throttle.now() < until:
        for kind in kinds:
            attempt = 0
            while True:
                call = await governor.turn(kind, 1000)
                try:
                    governor.goes(call)
                    status, headers = await throttle.call(kind)
                    governor.answered(call, status, headers, speaks=True)
                finally:
                    governor.ended(call)
                if status != 429:
                    break
                attempt += 1
                await governor.throttled(headers, attempt, status)
                if throttle.now() >= until:
                    return
        done[0] += 1


@dataclass
class Outcome:
    throttle: Throttle
    meter: Meter
    governor: Governor
    files: int


def run(throttle: Throttle, seconds: float, *, changes: Any = None, lanes: int = 16, tier: str = "") -> Outcome:
    """So many seconds of endless demand for sessions and fragments."""

    async def steps() -> Outcome:
        meter = Meter()
        governor = Governor(meter, simulated_timing(), tier=tier)
        done = [0]
        until = throttle.now() + seconds
        tasks = [
            asyncio.ensure_future(worker(governor, throttle, [Kind.WRITE, Kind.FRAGMENT], until, done))
            for _lane in range(lanes)
        ]
        if changes:
            tasks.append(asyncio.ensure_future(changes(throttle)))
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return Outcome(throttle, meter, governor, done[0])

    return simulate(steps())
