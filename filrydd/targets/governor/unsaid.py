"""A pace for tenants that refuse without figures: what went through before, and by and by more."""

from math import inf

from filrydd.model.tier import SMALLEST
from filrydd.targets.governor.recent import MINUTE

FLOOR = SMALLEST.minute / MINUTE
"""Units a second: the pace never falls below what every application has."""
BACKED_OFF = 0.95
"""After a refusal: this share of the pace at which units went through before, the wait counted in."""
SHORTEST_PERIOD, FEWEST_UNITS = 15.0, 100.0
"""Seconds, and units: who is refused more often than that, or for a moment, has met no limit of a minute."""
GROWTH = 0.05
"""After a minute without another: a little faster, then twice as much faster, and so on."""
UNBOUND = 100.0
"""How much faster than at the refusal, before the pace is no longer bound at all."""


class Unsaid:
    """The pace, in units a second. Times in seconds of one clock."""

    def __init__(self) -> None:
        self.cap, self.cap_at, self.cap_from, self.growth = inf, inf, -inf, GROWTH

    def refused(self, now: float, went: float, period: float) -> None:
        """So many units went through in so many seconds."""
        if period < SHORTEST_PERIOD or went < FEWEST_UNITS:
            return
        self.cap = self.cap_at = max(FLOOR, BACKED_OFF * min(went / period, self.cap))
        self.cap_from, self.growth = now, GROWTH

    def grow(self, now: float) -> None:
        if self.cap < inf and now - self.cap_from >= MINUTE:
            self.cap, self.cap_from, self.growth = self.cap * (1 + self.growth), now, self.growth * 2
            if self.cap > UNBOUND * self.cap_at:
                self.cap = inf

    def check(self) -> None:
        """Bring what was read from a file within what can be."""
        self.cap, self.cap_at, self.growth = max(FLOOR, self.cap), max(FLOOR, self.cap_at), max(GROWTH, self.growth)
