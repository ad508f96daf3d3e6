"""What was sold in the last minute, second by second: a window that slides gives it back a minute later."""

from collections import deque
from math import inf

MINUTE = 60.0
LATER = 1.2
"""Seconds after the minute: units are remembered by the second, and the tenant counts them when they arrive there."""


class Recent:
    """Units by the second in which they were sold. Times in seconds of one clock."""

    def __init__(self) -> None:
        self.sold: deque[tuple[float, float]] = deque()

    def add(self, now: float, units: float) -> None:
        while self.sold and self.sold[0][0] <= now - MINUTE - 2 * LATER:
            self.sold.popleft()
        if self.sold and now - self.sold[-1][0] < 1.0:
            at, before = self.sold[-1]
            self.sold[-1] = (at, before + units)
        elif units:
            self.sold.append((now, units))

    def take_back(self, units: float) -> None:
        """So many of the last ones were not used."""
        if self.sold:
            at, before = self.sold[-1]
            self.sold[-1] = (at, max(0.0, before - units))

    def back(self, since: float, until: float) -> float:
        """Units that come back in that time."""
        return sum(units for at, units in self.sold if since < at + MINUTE + LATER <= until)

    def back_in(self, now: float, wanted: float) -> float:
        """Seconds until so many have come back; inf when there are not so many."""
        for at, units in self.sold:
            moment = at + MINUTE + LATER
            if moment > now:
                wanted -= units
                if wanted <= 0:
                    return moment - now
        return inf
