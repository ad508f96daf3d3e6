"""A child process of the benchmark that tries everything on small trees: `python -m tests.benchmarks.tried COUNT`.

Prints as JSON how often the programme's sum was the best of all assignments (the comparison of the suite's property test, on
so many random trees), how often the homes that it opened were as good as the best of all sets of homes, and what the repair
pass adds to the sum, in points at the usual weights: less than nothing where it makes one of neighbours with one name.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from filrydd.layout.programme import structure
from filrydd.layout.programme.branches import forest
from filrydd.layout.programme.homes import Homes
from filrydd.layout.programme.objective import Prices
from filrydd.layout.programme.shape import Old
from filrydd.model.structure import Weights
from tests.layout import test_programme_best as best


@dataclass
class Tally:
    """`beyond`: the homes' worst distance from the best set of homes, in points; `added`: the repair pass's sums that are not
    nothing."""

    trees: int = 0
    equal: int = 0
    with_homes: int = 0
    homes_best: int = 0
    beyond: float = 0
    added: list[float] = field(default_factory=list)
    copied: int = 0


def home_name(access: int) -> str:
    return f"Felles for {access}"


def compare(count: int) -> Tally:
    tally = Tally()

    @seed(1)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(best.small_trees(), best.weights, st.integers(0, (1 << 10) - 1))
    def one(olds: list[Old], weights: Weights, opened: int) -> None:
        homes = Homes(forest(olds, {}, {}, 1).branches, home_name, Prices.of(weights))
        called = sorted(homes.called)
        some = frozenset(access for place, access in enumerate(called) if opened >> place & 1)
        trying = best.Trying(olds, weights, {access: home_name(access) for access in some})
        tally.trees += 1
        tally.equal += homes.choose(some).total == trying.best()
        if called:
            _compare_homes(tally, homes, olds, weights)
        _repairs(tally, olds)

    one()
    return tally


def _compare_homes(tally: Tally, homes: Homes, olds: Sequence[Old], weights: Weights) -> None:
    """`Homes.some` closes homes one by one; here every set of them is tried."""
    prices = Prices.of(weights)
    found = homes.some()
    mine = min(homes.none().total, *([] if found is None else [found.total]), 1 << 62)
    least = min(
        homes.choose(opened).total + sum(prices.scope * (access != olds[0].access) for access in opened)
        for opened in _sets(sorted(homes.called))
    )
    tally.with_homes += 1
    tally.homes_best += mine == least
    tally.beyond = max(tally.beyond, (mine - least) / 100)


def _sets(of: Sequence[int]) -> Iterator[frozenset[int]]:
    for size in range(len(of) + 1):
        yield from map(frozenset, combinations(of, size))


def _repairs(tally: Tally, olds: Sequence[Old]) -> None:
    weights = Weights()
    made = structure(olds, weights=weights, forced={}, home_name=home_name, words={}, advised=300_000)
    added = round(made.after.points(weights) - made.additive, 2)
    tally.copied += "copied" in made.repaired
    if added:
        tally.added.append(added)


if __name__ == "__main__":
    print(json.dumps(asdict(compare(int(sys.argv[1])))))
