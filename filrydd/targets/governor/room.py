"""How many calls may be under way at once: as many as the tenant answers about as soon as it answers a few.

Additive increase and multiplicative decrease, on the latency of small calls, each kind against the best of its own. Bodies
of some size say more about the line than about the tenant: those calls have as much room of their own, and are not measured.
After a pause calls come back one by one, then two for one, and so on, so that no gate opens to a burst.
"""

from filrydd.targets.governor.costs import Kind

FIRST, FEWEST, MOST = 8, 1, 64
LARGE = 1 << 20
"""Bytes of a body from which on a call has the other room."""
SMALL = 64 << 10
"""Bytes of a body up to which a call's time says something about the tenant."""
NEAR, FAR = 2.0, 4.0
"""Times the best latency: up to the first there is room for more, beyond the second there is too little."""
NEAR_NOISE, FAR_NOISE = 0.1, 0.3
"""Seconds that are added: this much a busy machine of our own takes, too."""
ENOUGH = 8
"""Latency alone never brings it below this: whoever is slow to one call is slow for another reason."""
FEWER = 0.85
_SMOOTH = 0.1
RECENT = 60.0
"""Seconds for which a best latency counts, twice at most: tenants have slow hours, too."""
RAMP = 2.0
"""Seconds after which a reopened gate lets as many through as before, whatever was answered by then."""
RAMP_FIRST = 2.0


class Room:
    """Counts the calls under way. Times in seconds of one clock."""

    def __init__(self) -> None:
        self.at_once = FIRST
        self.small = self.large = 0
        self._grown = 0.0
        self._best: dict[Kind, float] = {}
        self._former: dict[Kind, float] = {}
        self._best_from = -1e9
        self._usual: dict[Kind, float] = {}
        self._fell_at = -1e9
        self._opened_at = -1e9
        self._ramp = float("inf")

    def free(self, now: float, *, large: bool) -> bool:
        """Whether one more may go."""
        if large:
            return self.large < self.at_once
        return self.small < min(self.at_once, self._ramped(now))

    def reopen(self, now: float) -> None:
        """Everybody has waited until now."""
        self._opened_at, self._ramp = now, RAMP_FIRST

    def enter(self, *, large: bool) -> None:
        if large:
            self.large += 1
        else:
            self.small += 1

    def leave(self, *, large: bool) -> None:
        if large:
            self.large -= 1
        else:
            self.small -= 1

    def answered(self, kind: Kind, seconds: float, now: float, under_way: int) -> None:
        """A small call was answered after so long, when so many were under way."""
        self._ramp += 1
        if now - self._best_from > RECENT:
            self._former, self._best, self._best_from = self._best, {}, now
        self._best[kind] = min(seconds, self._best.get(kind, seconds))
        best = min(self._best[kind], self._former.get(kind, seconds))
        usual = self._usual.get(kind, seconds)
        usual += _SMOOTH * (seconds - usual)
        self._usual[kind] = usual
        if usual > FAR * best + FAR_NOISE:
            self._fall(now, usual, ENOUGH)
        elif usual <= NEAR * best + NEAR_NOISE and 2 * under_way >= self.at_once:
            # One more for each round of answers.
            self._grown += 1 / self.at_once
            if self._grown >= 1:
                self._grown = 0.0
                self.at_once = min(MOST, self.at_once + 1)

    def overloaded(self, now: float) -> None:
        """The tenant says that it cannot keep up."""
        self._fall(now, 1.0, FEWEST)

    def _fall(self, now: float, usual: float, fewest: int) -> None:
        # What is under way still shows the former number: one fall at a time.
        if now - self._fell_at < max(0.5, 2 * usual):
            return
        self._fell_at, self._grown = now, 0.0
        self.at_once = max(min(fewest, self.at_once), int(self.at_once * FEWER))

    def _ramped(self, now: float) -> float:
        if self._ramp >= self.at_once:
            return self.at_once
        return max(self._ramp, self.at_once * (now - self._opened_at) / RAMP)
