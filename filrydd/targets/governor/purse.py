"""The units that this process has at hand, and its visits to where everybody's are."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path

from filrydd.lang import _
from filrydd.model.tier import named
from filrydd.targets.governor.budget import SLICE, Budget, Portion
from filrydd.targets.governor.day import Day, day_limit_of
from filrydd.targets.governor.shared import Held, Shared, Unusable
from filrydd.targets.governor.timing import Timing
from filrydd.targets.governor.told import Told

ALONE_FOR = 30.0
"""Seconds to go on alone before the shared file is tried again."""
PATIENCE = 0.5
"""Seconds to try for its lock. Whoever has it needs a millisecond or two."""
_TRY_AGAIN = 0.003


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer told, to a call sent at `sent_at`. `out` and `unbooked` are of the moment when it came."""

    at: float
    told: Told | None
    sent_at: float
    out: float
    unbooked: float


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal for `wait` seconds. `limited`: it says that we are too fast, not that the service is ill."""

    at: float
    wait: float
    told: Told | None
    limited: bool


class Purse:
    """Units taken in portions from the budget: the one in the file that `shared` names, or one of this process alone.

    What was spent, heard and refused is entered at the next visit, which is at most a portion away. `remark` is told once why
    the file could not be used.
    """

    def __init__(self, timing: Timing, tier: str, shared: Path | None, remark: Callable[[str], None]) -> None:
        self.budget, self.day = Budget(), Day()
        self._timing = timing
        self._remark = remark
        self._tier = named(tier) if tier else None
        self._shared = Shared(shared, timing) if shared else None
        self._alone_until = -inf
        self._units, self._until = 0.0, -inf
        self._under_way = 0.0
        self._unbooked = 0.0
        self._heard: list[Heard] = []
        self._refused: list[Refused] = []
        self._know_tier()

    @property
    def shares(self) -> bool:
        """Whether other processes are at work."""
        return bool(self._shared and self._shared.peers)

    def has(self, units: float) -> bool:
        """Whether so many are at hand, without a visit."""
        alarmed = self._shared is not None and self._shared.alarmed()
        return self._units >= units and self._timing.clock() <= self._until and not alarmed

    def spend(self, units: float) -> None:
        """A call goes off."""
        self._units -= units
        self._unbooked += units
        self._under_way += units

    def answered(self, units: float) -> None:
        """It is over, however it ended."""
        self._under_way -= units

    def hear(self, told: Told | None, sent_at: float) -> None:
        """An answer came that tells what is left, or (None) that would have told it if that were little."""
        self._heard.append(Heard(self._timing.clock(), told, sent_at, self._out(), self._unbooked))
        if told is not None and self._units == inf:
            # There is an end to it after all.
            self._until = -inf

    def refuse(self, refused: Refused) -> None:
        """Whoever visits next closes the gate; nobody goes without a visit now."""
        self._refused.append(refused)
        self._until = -inf

    def lapse(self) -> None:
        """Nothing is held any more after the next visit."""
        self._until = -inf

    async def visit(self, need: float = 0.0) -> Portion:
        """Enter what happened, and take a portion of at least `need` units; in it, how long to wait where there is none."""
        since = self._timing.clock()
        while self._shared and since >= self._alone_until:
            portion = None
            try:
                with self._shared.visit(self.budget, self.day, self._out):
                    if self._refused or (self._units == inf and any(heard.told for heard in self._heard)):
                        self._shared.raise_alarm()
                    portion = self._settle(need)
            except Held:
                if self._timing.clock() - since > PATIENCE:
                    self._go_alone(_("another process holds it"))
                await asyncio.sleep(_TRY_AGAIN)
            except Unusable as unusable:
                # What was entered before it failed counts here; only the file does not know of it.
                self._go_alone(str(unusable))
            if portion is not None:
                return portion
        return self._settle(need)

    def _settle(self, need: float) -> Portion:
        budget, now, wall = self.budget, self._timing.clock(), self._timing.wall()
        self._know_tier()
        self._book(wall)
        for refused in self._refused:
            budget.refuse(refused.at, refused.wait, refused.told, limited=refused.limited)
        if self._refused or now > self._until + SLICE:
            budget.give_back(self._units)
            self._units = 0.0
        self._refused.clear()
        self.day.limit = self._tier.day if self._tier else day_limit_of(budget.limit if budget.told_limit else None)
        if need <= 0:
            return Portion(0.0, now, max(0.0, budget.open_at - now), gate=now < budget.open_at)
        pace = self.day.pace(wall)
        if pace <= 0:
            return Portion(0.0, now, self.day.opens_in(wall), gate=True)
        portion = budget.sell(now, need - self._units, self._under_way + self._others(), pace)
        if portion.units > 0:
            self._units += portion.units
            self._until = portion.until
        return portion

    def _book(self, wall: float) -> None:
        """Enter what was spent and heard since the last visit."""
        counted = 0.0
        for heard in self._heard:
            if heard.told is None:
                self.budget.silent(heard.at, heard.sent_at)
            else:
                self.budget.hear(heard.at, heard.told, heard.out + self._others())
                counted = heard.unbooked
        self._heard.clear()
        if self._units == inf:
            # Sold without being counted; up to the last answer the tenant counted it.
            self.budget.spent(self._timing.clock(), self._unbooked - counted)
            self._units = 0.0
        self.day.spend(wall, self._unbooked)
        self._unbooked = 0.0

    def _know_tier(self) -> None:
        if self._tier and self.budget.limit is None:
            self.budget.limit = float(self._tier.minute)

    def _out(self) -> float:
        """Units that are taken, and whose calls have no answer yet."""
        return self._under_way + (self._units if self._units < inf else 0.0)

    def _others(self) -> float:
        return self._shared.others if self._shared else 0.0

    def _go_alone(self, why: str) -> None:
        self._alone_until = self._timing.clock() + ALONE_FOR
        self._remark(_("What other filrydd processes use of the tenant's limit is not known: {why}").format(why=why))
