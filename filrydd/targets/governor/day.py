"""Resource units of 24 hours.

Source: Microsoft, "Avoid getting throttled or blocked in SharePoint Online". Whether the tenant's 24 hours begin at midnight,
at the first call or always now is not documented; use is counted by ten minutes, each of which counts for a day: the same
where one uploads day and night.
"""

from filrydd.model.tier import TIERS

HOUR = 3600.0
GRAIN = 600.0
"""Seconds in which use is counted together."""
GRAINS = 144
"""Of them in a day."""
_NEARLY = 2 / 24
"""Share of the day that is left when its rest begins to be spread: two hours at an even pace."""
_LITTLE = 60.0
"""Seconds in which a time that is running out gives something back."""
_KEPT_BACK = 0.01
"""Share of the day that is left: what was used in a time that is partly over is taken to be even, and costs may be off."""


def day_limit_of(minute: float | None) -> int | None:
    """The day's limit that goes with a minute's, where that is a known tier's."""
    return next((tier.day for tier in TIERS if tier.minute == minute), None)


class Day:
    """What was used in the last 24 hours. Times are `wall`: seconds since 1970."""

    def __init__(self) -> None:
        self.limit: int | None = None
        self.used: dict[int, float] = {}
        """Units by the number of ten minutes since 1970."""

    def spend(self, wall: float, units: float) -> None:
        """Count units; a negative number takes back what was not used after all."""
        now = int(wall // GRAIN)
        self.used[now] = max(0.0, self.used.get(now, 0.0) + units)
        if len(self.used) > 2 * GRAINS:
            self.used = {each: used for each, used in self.used.items() if now - GRAINS <= each <= now}

    def pace(self, wall: float) -> float:
        """Units a second that the day still allows: without end while an hour at full speed is not in danger.

        What is left is spread over the coming hour, together with what yesterday gives back by then: so the last of a day
        goes slower and slower, and stops nobody for hours.
        """
        if not self.limit:
            return float("inf")
        now, over = int(wall // GRAIN), wall % GRAIN / GRAIN
        # The ten minutes in which the day began count for as much of them as is not over yet.
        first = self.used.get(now - GRAINS, 0.0) * (1 - over)
        left = self.limit * (1 - _KEPT_BACK) - first
        left -= sum(units for each, units in self.used.items() if now - GRAINS < each <= now)
        if left > self.limit * _NEARLY:
            return float("inf")
        hour = int(HOUR / GRAIN)
        comes_back = first + sum(self.used.get(now - GRAINS + each, 0.0) for each in range(1, hour))
        return (left + comes_back) / HOUR if left > 0 else 0.0

    def opens_in(self, wall: float) -> float:
        """Seconds until something of yesterday is over."""
        now = int(wall // GRAIN)
        if self.used.get(now - GRAINS):
            return _LITTLE
        first = min((each for each, units in self.used.items() if units and now - GRAINS < each), default=now)
        return (first + GRAINS) * GRAIN - wall
