"""How many resource units may be spent now: what the tenant said is left, or a pace until it says so.

The tenant tells nothing below 80 % of a minute. Until then we go somewhat faster than the limit that it last told: either
the headers come early, and what is left is spread to the last unit over the rest of the window, or they do not, and the
limit has grown. A limit that shrank, or a cost that grew, shows in the headers too, or in one refusal of what is under way.

Windows are the tenant's secret (fixed ones, or always the last minute), so nothing here counts on one: what was told counts
until it is over, and where units come back while it holds, they are spent as they come. Pure: times come as arguments, in
seconds of one clock. Amounts are sold in portions, to this process or to one of several (`shared`).
"""

from dataclasses import dataclass
from math import inf, isfinite

from filrydd.targets.governor.recent import MINUTE, Recent
from filrydd.targets.governor.told import LONGEST_RESET, Told
from filrydd.targets.governor.unsaid import FLOOR, Unsaid

HOT = 1.6
"""How much faster than the last known limit calls go until the tenant says what is left. At 1.6 the 80 % come after half a
minute, a limit that doubles is found in the same minute, and most is used before one that shrinks in the middle of it."""
HOTTER = 2.5
"""The same where the warning should have come by now, and has not: that limit holds no more."""
WARNED_AT = 0.8
"""The share of a minute from which on the tenant says what is left."""
SLICE = 0.25
"""Seconds for which a portion lasts. A process that dies takes no more than that along."""
EARLY = 1.5
"""Seconds before the told end at which all is to be spent: Reset comes in whole seconds, and calls take time."""
RESERVE = 1.0
RESERVE_SHARE = 0.002
"""Units that are not spent, and a share of the limit: costs may be off by a little."""
MOST_BLUR = 1.5
"""Seconds by which two answers may differ about the end of one window. An end that moves on means that the window slides."""
TRICKLE = 10.0
"""Seconds over which a sliding window's free units are spent, beside those that come back in the same time."""
SLIDES_FOR = 2 * MINUTE
"""Seconds for which a window is taken to slide after it was seen to."""
AT_ONCE_AGAIN = 5.0
"""Seconds after a window's end within which a fixed one cannot be nearly used up again."""
BRIEFLY = 0.1
"""Seconds after which to look again for what answers have told."""
SLACK, MOST_SLACK = 0.3, 2.0
"""Seconds after the told end, added where the tenant still refused then."""
LONGEST_GATE = 7 * 86_400.0
"""Seconds: no tenant closes its gate for longer, so a file that says so is damaged."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Units that may be spent before `until`; none, and then `wait` seconds. `gate`: everybody waits."""

    units: float
    until: float
    wait: float = 0.0
    gate: bool = False


class Budget:
    """The units of one application at one tenant."""

    def __init__(self) -> None:
        self.limit: float | None = None
        """Units a minute, as last told or known by the tier; more where a minute went by without a warning."""
        self.told_limit = False
        self.left: float | None = None
        """What may still be sold until `ends`; None where nobody has said."""
        self.ends = -inf
        self.remaining = inf
        """The last `RateLimit-Remaining` of this window."""
        self.heard_at = -inf
        self.slides_to = -inf
        """Until then the window is taken to slide."""
        self.recent = Recent()
        self.credited_at = -inf
        self.open_at = -inf
        """Everybody waits until then."""
        self.unheard = 0.0
        """Units sold since `unheard_from`, in which no answer told what is left."""
        self.unheard_from = -inf
        self.former = 0.0
        """The same of the minute before."""
        self.sold_at, self.sold = -inf, 0.0
        self.unsaid = Unsaid()
        self.slack = 0.0
        self.opened_at = -inf
        """When something was to be left again, after nothing was."""
        self.early = 0.0
        """How often in a row it was refused right then."""

    def reserve(self) -> float:
        return RESERVE + RESERVE_SHARE * (self.limit or 0.0)

    def sell(self, now: float, need: float, out: float = 0.0, pace: float = inf) -> Portion:
        """A portion of at least `need` units, or how long to wait for one.

        `out`: units of calls that have no answer yet. `pace`: units a second that bind as well.
        """
        if now < self.open_at:
            return Portion(0.0, now, self.open_at - now, gate=True)
        self._roll(now)
        if now < self.slides_to and self.left is not None and now < self.heard_at + MINUTE:
            self._credit(now)
            free = self.left - self.reserve()
            if free < need:
                return Portion(0.0, now, BRIEFLY if free + out >= need else self._comes_back(now, need - free))
            rate = free / TRICKLE + self.recent.back(now, now + 1.0)
        elif self.left is not None and now < self.ends + self.slack:
            free = self.left - self.reserve()
            if free < need:
                over = self.ends + self.slack - now
                if free + out >= need:
                    # Some of those may be in what the tenant told already; their answers will say.
                    return Portion(0.0, now, min(over, BRIEFLY))
                self.opened_at = now + over
                return Portion(0.0, now, over, gate=True)
            rate = free / max(self.ends - EARLY - now, 0.5)
            rate = min(rate, 5 * self.limit / MINUTE) if self.limit else rate
        else:
            free, self.left = inf, None
            rate = min(self._unwarned(), self.unsaid.cap)
        rate = min(rate, pace)
        if rate == inf:
            self._sell(now, now, 0.0)
            return Portion(inf, now + SLICE)
        if rate <= 0:
            return Portion(0.0, now, MINUTE)
        ready = min(self.sold_at + self.sold / rate, now + max(self.sold, need) / rate)
        if ready > now:
            return Portion(0.0, now, ready - now)
        amount = min(max(need, rate * SLICE), free)
        self._sell(now, max(ready, now - SLICE), amount)
        return Portion(amount, now + max(SLICE, need / rate))

    def spent(self, now: float, units: float) -> None:
        """Units that went out of a portion without end."""
        self.recent.add(now, units)
        self.unheard += units
        if self.left is not None:
            self.left -= units

    def give_back(self, units: float) -> None:
        """Units of a portion that nobody used."""
        self.recent.take_back(units)
        self.unheard = max(0.0, self.unheard - units)
        if self.left is not None:
            self.left += units

    def hear(self, now: float, told: Told, out: float) -> None:
        """An answer tells what is left; `out`: units sold whose calls have no answer yet, counted there or not."""
        ends = now + told.reset
        same = told.limit in (None, self.limit)
        if now < self.slides_to:
            pass
        elif same and self.left is not None and now < self.ends:
            if ends >= self.ends + MOST_BLUR and now < self.ends - MOST_BLUR:
                self.slides_to = now + SLIDES_FOR
            elif told.remaining > self.remaining:
                # Nothing comes back before the window's end: an older answer that came later.
                return
            else:
                # Whole seconds: the earliest of what was told is nearest to the truth.
                ends = min(ends, self.ends)
        elif same and self.limit and 0 <= now - self.ends < AT_ONCE_AGAIN and self.unheard < self.limit / 2:
            # The window is over, and there is as little as before: it slides.
            self.slides_to = now + SLIDES_FOR
        if told.limit:
            self.limit, self.told_limit = told.limit, True
        self.left, self.ends, self.remaining = told.remaining - out, ends, told.remaining
        self.heard_at = self.credited_at = now
        self.unsaid = Unsaid()
        self._listen(now)

    def silent(self, now: float, sent_at: float) -> None:
        """An answer that could have told what is left did not, to a call sent at `sent_at`: there is more than a fifth."""
        if sent_at > self.heard_at and self.left is not None:
            self.left, self.early = None, 0.0
            self._listen(now)

    def refuse(self, now: float, wait: float, told: Told | None, *, limited: bool) -> None:
        """A call was refused for `wait` seconds. `limited`: it says that we are too fast, not that the service is ill."""
        again = now < self.open_at
        if told is not None:
            if told.remaining < self.reserve():
                wait = max(wait, told.reset)
                if not again:
                    self._too_early(now)
            if told.limit:
                self.limit, self.told_limit = told.limit, True
            self.heard_at = now
        elif limited and not self.told_limit and not again:
            if self.former:
                self.unsaid.refused(now, max(self.former, self.unheard), MINUTE)
            else:
                self.unsaid.refused(now, self.unheard, now - self.unheard_from + wait)
        if now < self.slides_to:
            # It comes back as it went; refused calls count there, and here.
            self.left, self.credited_at = min(0.0, self.left or 0.0), now
        else:
            self.left, self.ends = None, -inf
        self.remaining = inf
        if wait > self.open_at - now:
            self.open_at = now + wait
        self.opened_at = self.open_at
        # The pace begins anew there, without what was saved up meanwhile.
        self.sold_at, self.sold = self.open_at, 0.0
        self._listen(self.open_at)

    def _too_early(self, now: float) -> None:
        """Nothing is left. Was something to be left by what had been told before?"""
        if not 0 <= now - self.opened_at < AT_ONCE_AGAIN or self.unheard > (self.limit or 0.0) / 2:
            self.early = 0.0
            return
        self.early += 1
        if self.early > 1:
            self.slides_to = now + SLIDES_FOR
        elif now - self.opened_at < MOST_SLACK:
            # Reset may be rounded down here.
            self.slack = min(MOST_SLACK, self.slack + SLACK)

    def check(self, now: float) -> None:
        """Bring what was read from a file within what can be."""
        if self.limit is not None and self.limit <= 0:
            self.limit, self.told_limit = None, False
        if self.open_at > now + LONGEST_GATE:
            self.open_at = -inf
        if self.ends > now + LONGEST_RESET:
            self.left, self.ends = None, -inf
        self.slack, self.early = min(MOST_SLACK, max(0.0, self.slack)), max(0.0, self.early)
        self.sold = min(max(0.0, self.sold), self.limit or FLOOR * MINUTE)
        self.unheard, self.former = max(0.0, self.unheard), max(0.0, self.former)
        self.unsaid.check()

    def _unwarned(self) -> float:
        if self.limit is None:
            return inf
        more = self.unheard / WARNED_AT
        return (HOTTER * more if more > self.limit else HOT * self.limit) / MINUTE

    def _roll(self, now: float) -> None:
        if now - self.unheard_from < MINUTE:
            return
        if self.limit is not None and self.left is None and isfinite(self.unheard_from):
            # A whole minute without a warning.
            more = self.unheard / WARNED_AT
            if more > self.limit:
                self.limit, self.told_limit = more, False
        self.unsaid.grow(now)
        self.former, self.unheard, self.unheard_from = self.unheard, 0.0, now

    def _listen(self, now: float) -> None:
        self.unheard, self.former, self.unheard_from = 0.0, 0.0, now

    def _credit(self, now: float) -> None:
        assert self.left is not None
        self.left += self.recent.back(self.credited_at, now)
        self.credited_at = now

    def _comes_back(self, now: float, units: float) -> float:
        """Seconds until a sliding window has so many again."""
        return max(BRIEFLY, min(self.recent.back_in(now, units), max(self.ends - now, 1.0)))

    def _sell(self, now: float, at: float, amount: float) -> None:
        self.recent.add(now, amount)
        self.sold_at, self.sold = at, amount
        self.unheard += amount
        if self.left is not None:
            self.left -= amount
