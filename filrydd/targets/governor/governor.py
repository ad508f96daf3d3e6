"""The gate that every request of one tenant passes, and what its answers teach."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filrydd.targets.governor.costs import Costs, Kind
from filrydd.targets.governor.purse import Purse, Refused
from filrydd.targets.governor.room import LARGE, SMALL, Room
from filrydd.targets.governor.timing import Timing
from filrydd.targets.governor.told import rate_limit, retry_after
from filrydd.targets.tenant import Meter

FIRST_WAIT = 1.0
"""Seconds to wait where the tenant does not say how long; doubled each time."""
LONGEST_WAIT = 60.0
"""Where that doubling ends. A Retry-After is honoured however long it is."""
SHORTEST_WAIT = 0.5
"""A Retry-After below this asks for nothing: it comes in whole seconds, and 0 is no wait at all."""
LOOK_AGAIN = 0.5
"""Seconds after which a call that waits for its share looks again: what is told meanwhile may make it more."""


@dataclass(slots=True)
class Call:
    """One request under way. `sent_at` in seconds of the governor's clock."""

    kind: Kind
    units: float
    size: int
    sent_at: float
    over: bool = False

    @property
    def large(self) -> bool:
        return self.size >= LARGE


class Governor:
    """Who may send now, for all calls to one tenant by one application; used on one event loop.

    `tier` (a name of `model.tier`) gives the limits from the start. With `shared`, the units are those of all processes that
    name the same file. `meter.waited` grows by the seconds in which at least one call stood waiting for units or an open gate,
    not by the sum over all calls.
    """

    def __init__(self, meter: Meter, timing: Timing, *, tier: str = "", shared: Path | None = None) -> None:
        self.meter = meter
        self._timing = timing
        self._costs, self._room = Costs(), Room()
        self._purse = Purse(timing, tier, shared, self._remark)
        self._lines = {False: asyncio.Lock(), True: asyncio.Lock()}
        self._room_changed: asyncio.Event = asyncio.Event()
        self._waiting = 0
        self._counted_to = 0.0
        self._show()

    async def turn(self, kind: Kind = Kind.GET, size: int = 0) -> Call:
        """Return when a request of that kind may be sent, with a body of `size` bytes. Whoever has it calls `ended`."""
        large = size >= LARGE
        # First come, first served; large bodies do not stand in the way of small calls.
        async with self._lines[large]:
            while True:
                if not self._room.free(self._timing.clock(), large=large):
                    await self._until_room_changes()
                    continue
                need = self._costs.of(kind)
                wait = await self._short_of(need)
                if wait <= 0:
                    break
                await self._pause(wait)
            now = self._timing.clock()
            call = Call(kind, need, size, now)
            self._room.enter(large=large)
            self._purse.spend(need)
            self._costs.sent(kind)
            self.meter.requests += 1
            self.meter.units += need
        return call

    def goes(self, call: Call) -> None:
        """It is signed, and goes off now."""
        call.sent_at = self._timing.clock()

    def answered(self, call: Call, status: int, headers: Mapping[str, str], *, speaks: bool = False) -> None:
        """The answer's head is here. `speaks`: it would have told what is left if that were little."""
        now = self._timing.clock()
        refused = status in (429, 503)
        if call.size <= SMALL and not refused:
            self._room.answered(call.kind, now - call.sent_at, now, self._room.small)
        self.ended(call)
        told = rate_limit(headers)
        if refused or (told is None and not (speaks and status < 300)):
            return
        if told is None or self._purse.shares:
            self._costs.forget()
        else:
            self._costs.counted(now, told)
        self._purse.hear(told, call.sent_at)

    async def throttled(self, headers: Mapping[str, str], attempt: int, status: int = 429) -> None:
        """Close the gate, for everybody, for as long as a 429 or 503 asks, or longer when it is closed for longer already.

        `headers` looks names up in any letter case; `attempt` is how often this call was throttled in a row, from 1.
        """
        self.meter.throttled += 1
        self._costs.forget()
        wait = retry_after(headers, self._timing.wall())
        limited = status == 429 or wait is not None
        if wait is None or wait < SHORTEST_WAIT:
            wait = self._growing(attempt)
        now, told = self._timing.clock(), rate_limit(headers)
        if not limited and told is None:
            self._room.overloaded(now)
        self._purse.refuse(Refused(now, wait, told, limited))
        portion = await self._purse.visit()
        self._room.reopen(self._timing.clock() + portion.wait)
        self.meter.closed_for = portion.wait
        self._show()

    def ended(self, call: Call) -> None:
        """The call is over, however it ended. Safe to call twice."""
        if call.over:
            return
        call.over = True
        self._purse.answered(call.units)
        self._room.leave(large=call.large)
        self._change_room()

    async def close(self) -> None:
        """Enter what was used, and hold nothing any more. Safe to call twice."""
        self._purse.lapse()
        await self._purse.visit()

    async def back_off(self, attempt: int, headers: Mapping[str, str] | None = None) -> None:
        """Wait before one call is repeated for the `attempt`-th time (from 1), as long as the answer's `headers` ask or longer;
        others go on."""
        asked = retry_after(headers, self._timing.wall()) if headers else None
        await self._pause(max(self._growing(attempt), asked or 0.0))

    async def _short_of(self, need: float) -> float:
        """Seconds to wait before `need` units may be spent; 0 when they are at hand."""
        if self._purse.has(need):
            return 0.0
        portion = await self._purse.visit(need)
        self._show()
        if portion.units > 0:
            self.meter.closed_for = 0.0
            return 0.0
        if not portion.gate:
            return min(portion.wait, LOOK_AGAIN)
        self._room.reopen(self._timing.clock() + portion.wait)
        self.meter.closed_for = portion.wait
        return portion.wait

    def _remark(self, text: str) -> None:
        if text not in self.meter.remarks:
            self.meter.remarks.append(text)

    def _show(self) -> None:
        limit = self._purse.budget.limit
        self.meter.minute_limit = None if limit is None else int(limit)
        self.meter.day_limit = self._purse.day.limit
        self.meter.at_once = self._room.at_once

    def _change_room(self) -> None:
        self.meter.at_once = self._room.at_once
        self._room_changed.set()

    async def _until_room_changes(self) -> None:
        self._room_changed.clear()
        try:
            # A reopened gate gives room by and by, also while no answer comes.
            await asyncio.wait_for(self._room_changed.wait(), 0.2)
        except TimeoutError:
            return

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
