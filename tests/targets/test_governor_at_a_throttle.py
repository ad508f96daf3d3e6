"""The budget against a model of SharePoint's throttle whose limits and costs change without a word."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from filrydd.targets.governor.costs import Kind
from tests.targets.simulated import Outcome, Throttle, run

WINDOWS = ("first call", "clock", "sliding")


def change(*steps: tuple[float, Callable[[Throttle], None]]) -> Callable[[Throttle], Awaitable[None]]:
    async def whole(throttle: Throttle) -> None:
        for seconds, step in steps:
            await asyncio.sleep(seconds)
            step(throttle)

    return whole


def per_thousand(outcome: Outcome) -> float:
    return 1000 * outcome.throttle.refused / outcome.throttle.calls


@settings(max_examples=5)
@given(some.sampled_from([600, 1250, 3750]), some.sampled_from(WINDOWS), some.floats(0.02, 0.4), some.integers(1, 24))
def test_endless_demand_uses_what_is_allowed_and_is_hardly_ever_refused(
    limit: int, windows: str, latency: float, lanes: int
) -> None:
    throttle = Throttle(limit, windows, latency=latency)
    # What so many lanes can do at all, at two units a call.
    able = lanes * 2 / latency * 60
    outcome = run(throttle, 300, lanes=lanes)
    # Where the lanes can hardly do more than the limit, a wait at the wrong moment is not made up for.
    share = 0.95 if able > 1.5 * limit else 0.9
    assert throttle.accepted >= share * 5 * min(limit, able)
    assert per_thousand(outcome) <= 3 or throttle.refused <= throttle.most_under_way


@settings(max_examples=5)
@given(
    some.sampled_from([1250, 2500]),
    some.floats(5, 115),
    some.floats(0.5, 0.9),
    some.floats(1.1, 2.0),
    some.sampled_from([1.0, 3.0, 5.0]),
    some.sampled_from(["told", "short", "missing"]),
)
def test_a_limit_and_costs_that_change_unsaid_cost_one_refusal_of_what_was_under_way(
    limit: int, after: float, shrinks: float, grows: float, cost: float, retry_after: str
) -> None:
    def dearer(throttle: Throttle) -> None:
        throttle.costs = {Kind.FRAGMENT: cost}

    def less(throttle: Throttle) -> None:
        throttle.limit *= shrinks

    def more(throttle: Throttle) -> None:
        throttle.limit *= grows

    throttle = Throttle(limit, retry_after=retry_after)
    outcome = run(throttle, 480, changes=change((after, dearer), (120, less), (120, more)))
    allowed = limit / 60 * (after + 120 + 120 * shrinks + (240 - after) * shrinks * grows)
    assert throttle.accepted >= 0.93 * allowed
    # A refusal of all lanes where a limit shrank below what was used, and one that finds out where a minute ends.
    assert throttle.refused <= 16 + 3
    assert outcome.meter.throttled == throttle.refused


def test_without_any_figures_refusals_alone_find_the_limit() -> None:
    throttle = Throttle(1250, headers=False)
    outcome = run(throttle, 600)
    assert throttle.accepted >= 0.95 * 10 * 1250
    assert per_thousand(outcome) <= 5


def test_refusals_by_chance_starve_nobody() -> None:
    """A tenant that refuses one call in fifty for a second, whatever we do: it is no limit, and is not taken for one."""

    class Moody(Throttle):
        def _count(self, kind: Kind) -> int:
            status = super()._count(kind)
            return 429 if self.chance.random() < 0.02 else status

        def _headers(self, status: int) -> dict[str, str]:
            return {"retry-after": "1"} if status == 429 else {}

    throttle = Moody(1e9)
    outcome = run(throttle, 300)
    # Every application has 1,250 units a minute, except for the seconds that were asked for.
    assert throttle.accepted >= (300 - outcome.meter.throttled) / 60 * 1250


def test_a_retry_after_that_is_too_long_is_kept_to() -> None:
    def less(throttle: Throttle) -> None:
        throttle.limit = 300

    throttle = Throttle(1250, retry_after="long")
    run(throttle, 300, changes=change((55, less)))
    # Told to wait for 150 seconds with a whole minute's calls refused: nothing is sent in them.
    assert throttle.refused <= 16
    assert throttle.accepted < 1250 + 3 * 300


def test_costs_are_learnt_from_what_the_tenant_counts() -> None:
    throttle = Throttle(6250, costs={Kind.WRITE: 1.0, Kind.FRAGMENT: 4.0})
    outcome = run(throttle, 300)
    # Both always come together, so only their sum can be seen.
    assert outcome.meter.units == pytest.approx(throttle.accepted, rel=0.05)


def test_nobody_is_slowed_down_by_a_tenant_without_limits() -> None:
    throttle = Throttle(1e9)
    outcome = run(throttle, 20)
    assert throttle.calls > 0.95 * 16 * 20 / 0.05
    assert outcome.meter.waited == 0


def test_a_tier_that_is_too_small_is_outgrown() -> None:
    throttle = Throttle(6250)
    run(throttle, 300, tier="0-1000")
    assert throttle.accepted > 0.7 * 5 * 6250


def test_no_gate_opens_to_a_burst() -> None:
    throttle = Throttle(1250)
    starts: list[float] = []
    call = throttle.call

    async def noted(kind: Kind) -> tuple[int, dict[str, str]]:
        starts.append(throttle.now())
        return await call(kind)

    throttle.call = noted  # type: ignore[method-assign]
    run(throttle, 200)
    gaps = [at for before, at in pairwise(starts) if at - before > 0.8]
    assert gaps
    for opened in gaps:
        first_tenth = sum(opened <= at < opened + 0.1 for at in starts)
        assert first_tenth <= 8, "half of the lanes that wait"
