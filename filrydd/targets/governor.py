"""When calls may go: everybody waits when the tenant asks one of us to.

Throttled calls count against the limit too, so going on with the other workers while one waits makes it worse: a 429 or
503 closes one gate for all. Near the limit the tenant says what is left of the minute, and the calls are spread over it.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from filrydd.targets.tenant import Meter

FIRST_WAIT = 1.0
"""Seconds to wait where the tenant does not say how long; doubled each time."""
LONGEST_WAIT = 60.0
"""Where that doubling ends. A Retry-After is honoured however long it is."""
UNITS_A_CALL = 2
"""Resource units that a call costs at most, but for permissions (Graph's throttling limits for SharePoint)."""
LOW_SHARE = 0.2
"""RateLimit headers come from 80 % of the limit on: with less than this share left, calls are spread."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Clocks and chance, so that tests need not wait: `clock` in seconds, never back; `wall` in seconds since 1970."""

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random


class Governor:
    """The gate that every request of one tenant passes. `meter.waited` grows by the seconds in which at least one call
    stood waiting, not by the sum over all calls."""

    def __init__(self, meter: Meter, timing: Timing) -> None:
        self.meter = meter
        self._timing = timing
        self._open_at = 0.0
        self._spread_until = 0.0
        self._spacing = 0.0
        self._next_at = 0.0
        self._waiting = 0
        self._counted_to = 0.0

    async def turn(self) -> None:
        """Return when a request may be sent."""
        while (at := self._earliest()) > (now := self._timing.clock()):
            await self._pause(at - now)
        if now < self._spread_until:
            self._next_at = max(now, self._next_at) + self._spacing

    async def back_off(self, attempt: int) -> None:
        """Wait before one call is repeated for the `attempt`-th time (from 1); others go on."""
        await self._pause(self._growing(attempt))

    def throttled(self, headers: Mapping[str, str], attempt: int) -> None:
        """Close the gate for as long as a 429 or 503 asks, or longer when it is closed for longer already.

        `headers` looks names up in any letter case; `attempt` is how often this call was throttled in a row, from 1.
        """
        self.meter.throttled += 1
        wait = retry_after(headers, self._timing.wall())
        if wait is None or wait <= 0:
            wait = self._growing(attempt)
        self._open_at = max(self._open_at, self._timing.clock() + wait)
        self.heed(headers)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Spread the calls to come when an answer says that little is left of the limit."""
        left, reset = _number(headers.get("ratelimit-remaining")), _number(headers.get("ratelimit-reset"))
        limit = _number(headers.get("ratelimit-limit"))
        if left is None or reset is None or (limit and left > limit * LOW_SHARE):
            return
        now = self._timing.clock()
        calls = left / UNITS_A_CALL
        if calls < 1:
            self._open_at = max(self._open_at, now + reset)
            return
        self._spread_until = now + reset
        self._spacing = reset / calls

    def _earliest(self) -> float:
        spread = self._next_at if self._timing.clock() < self._spread_until else 0.0
        return max(self._open_at, spread)

    def _growing(self, attempt: int) -> float:
        # Half of it is chance, so that calls that failed together do not come back together.
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 10))
        return longest * (0.5 + 0.5 * self._timing.chance())

    async def _pause(self, seconds: float) -> None:
        if not self._waiting:
            self._counted_to = self._timing.clock()
        self._waiting += 1
        try:
            await self._timing.sleep(seconds)
        finally:
            self._waiting -= 1
            now = self._timing.clock()
            self.meter.waited += now - self._counted_to
            self._counted_to = now


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that an answer asks to wait: a number or an HTTP date (RFC 9110, 10.2.3); None when it does not say.

    A date is counted from the answer's own Date where it has one, since this machine's clock (`now`) may be off.
    """
    asked = headers.get("retry-after", "").strip()
    seconds = _number(asked)
    if seconds is not None:
        return seconds
    until = http_date(asked)
    if until is None:
        return None
    told = http_date(headers.get("date", ""))
    return max(0.0, until - (now if told is None else told))


def http_date(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date; None for what is none."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
