"""All that a fault file says."""

import math
from dataclasses import dataclass, replace

from filrydd.rehearsal.faults.rule import Person, Rule
from filrydd.rehearsal.rules.retry_after import Form
from filrydd.rehearsal.rules.throttle import TIERS, Cost, Limits, RefuseWith, Setting


@dataclass(frozen=True, slots=True)
class Change:
    """What a file says of the throttle; None where it says nothing."""

    tier: str | None = None
    minute: int | None = None
    day: int | None = None
    tenant: int | None = None
    ingress: int | None = None
    costs: tuple[tuple[Cost, int], ...] = ()
    refuse_with: RefuseWith | None = None
    retry_after: Form | None = None
    after_seconds: float = math.inf
    after_requests: float = math.inf

    def of(self, former: Setting) -> Setting:
        """The setting that a former one becomes."""
        limits = TIERS[self.tier] if self.tier else former.limits
        said = {"minute": self.minute, "day": self.day, "tenant": self.tenant, "ingress": self.ingress}
        return Setting(
            limits=replace(limits, **{name: value for name, value in said.items() if value is not None}),
            units={**former.units, **dict(self.costs)},
            refuse_with=self.refuse_with or former.refuse_with,
            retry_after=self.retry_after or former.retry_after,
            after_seconds=self.after_seconds,
            after_requests=self.after_requests,
        )


@dataclass(frozen=True, slots=True)
class Bad:
    """A fault file. None where it leaves the tenant's ways alone."""

    seed: int | None = None
    throttle: tuple[Change, ...] = ()
    """The first holds from the start, the others later, one after the other."""
    ahead_seconds: float | None = None
    drift: float = 0.0
    """Seconds that the tenant's clock gains in a second."""
    quota: int | None = None
    tokens: int | None = None
    """Seconds that a token lasts."""
    rules: tuple[Rule, ...] = ()
    people: tuple[Person, ...] = ()

    def throttled(self, usual: Limits) -> tuple[Setting, ...]:
        """How the throttle goes, in a tenant with these limits."""
        settings = [Setting(usual)]
        for position, change in enumerate(self.throttle):
            settings[position:] = [change.of(settings[-1])]
        return tuple(settings)
