"""What an upload has before it, and how long that takes: counted from the catalog, reckoned by `forecast`."""

from dataclasses import dataclass
from datetime import datetime

from filrydd.catalog import forecasts
from filrydd.catalog.connection import Catalog
from filrydd.catalog.forecasts import Expected, ToSend
from filrydd.model import tier as tiers
from filrydd.model.hours import Hours
from filrydd.model.tier import Tier
from filrydd.stages.upload.forecast import FRAGMENT, Forecast, Instead, Limits, cost, expected, forecast, instead
from filrydd.stages.upload.planning import Plan, planned
from filrydd.stages.upload.wishes import Wishes
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Ahead:
    """The forecast of an upload. `tier` is the tenant's, the smallest when nobody has said which (`told` False)."""

    to_send: ToSend
    tier: Tier
    told: bool
    limits: Limits
    hours: Hours | None
    forecast: Forecast
    instead: tuple[Instead, ...]

    def expected(self) -> Expected:
        """What is kept of it with the run."""
        return expected(self.to_send, self.forecast, self.tier, self.hours)


def of(catalog: Catalog, wishes: Wishes, begin: datetime, *, columns: bool) -> Ahead:
    """The forecast for what lies in the queue, after `queue.queue_up`, begun at a moment of local time; `columns`: whether the
    library's columns are filled."""
    tier = tiers.named(wishes.tier)
    limits = Limits.of(tier, forecasts.measured(catalog))
    to_send = forecasts.to_send(catalog, FRAGMENT, columns=columns)
    whole = cost(to_send)
    return Ahead(
        to_send=to_send,
        tier=tier,
        told=bool(wishes.tier),
        limits=limits,
        hours=wishes.hours,
        forecast=forecast(whole, limits, wishes.hours, begin),
        instead=tuple(instead(whole, limits, wishes.hours, tier, begin)),
    )


def look(work: Work, wishes: Wishes) -> tuple[Plan, Ahead]:
    """What an upload that begins now would send, and its forecast. Raises as `planning.plan` does."""
    columns = bool(work.department().wishes(work.area).columns)
    with work.catalog() as catalog:
        plan = planned(work, catalog, mend=wishes.mend)
        return plan, of(catalog, wishes, work.clock().astimezone(), columns=columns)
