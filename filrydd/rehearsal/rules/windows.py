"""Windows of time in which something is counted: an app's minute, day and hour, the tenant's five minutes."""

import math

MINUTE, TENANT, DAY, HOUR = 60.0, 300.0, 86_400.0, 3_600.0
"""Seconds of the windows."""


class Window:
    """What was used since it began."""

    __slots__ = ("began", "ends", "length", "used")

    def __init__(self, length: float, began: float = -math.inf, used: int = 0) -> None:
        self.length = length
        self.began, self.ends, self.used = began, began + length, used

    def add(self, now: float, amount: int) -> int:
        """What is used now."""
        # A clock that is set back begins anew as well.
        if not self.began <= now < self.ends:
            self.began, self.ends, self.used = now, now + self.length, 0
        self.used += amount
        return self.used

    def left(self, now: float) -> int:
        """Whole seconds until it is over, at least one."""
        return max(1, int(self.ends - now) + 1)


class Account:
    """One app's windows."""

    __slots__ = ("day", "hour", "minute", "refused")

    def __init__(self) -> None:
        self.minute, self.day, self.hour = Window(MINUTE), Window(DAY), Window(HOUR)
        self.refused = 0
