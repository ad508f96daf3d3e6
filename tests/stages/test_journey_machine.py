"""A whole journey in any order, with power cuts and people at every act: no content is gone without its proof.

What holds is said by `independent`, a second reading that takes nothing from filrydd; `tests/torture/journey_machine.py`
goes on with this for as long as it is told to.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.stages.journey_people import KINDS, THERE
from tests.stages.journey_world import GRACE_DAYS, ORDER, World, disturbances
from tests.tenants import Visitor

WHICH = st.integers(0, 11)
CUT = st.integers(0, 90)
# Where, counted in acts, and what: a few at a time.
DISTURBED = st.dictionaries(st.integers(1, 70), st.tuples(st.sampled_from(disturbances()), WHICH), max_size=3)
ASKED = [
    "unseal",
    "retire",
    "retire",
    "restore",
    "withdraw",
    "say no",
    "accept",
    "freeze",
    "unfreeze",
    "extend",
    "verify",
]


class Journey(RuleBasedStateMachine):
    """One area and its people."""

    def __init__(self, tenant: Visitor, folder: Path) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        self.tenant = tenant
        self.copy: Path | None = None

    @initialize(days=st.sampled_from([0, GRACE_DAYS]), commands=st.sampled_from([0, 3, 6, 8, 9, 10]))
    def begin(self, days: int, commands: int) -> None:
        self.world = World(self.folder / "world", self.tenant, days=days)
        for _command in range(commands):
            self.world.go_on()

    @rule()
    def go_on(self) -> None:
        self.world.go_on()

    @rule(cut=CUT)
    def go_on_until_the_power_is_cut(self, cut: int) -> None:
        self.world.go_on(cut)

    @rule(disturbed=DISTURBED)
    def go_on_with_people_at_work(self, disturbed: dict[int, tuple[str, int]]) -> None:
        self.world.go_on(disturbed=disturbed)

    @rule(cut=CUT, disturbed=DISTURBED)
    def go_on_with_both(self, cut: int, disturbed: dict[int, tuple[str, int]]) -> None:
        self.world.go_on(cut, disturbed)

    @rule(times=st.integers(2, 6))
    def go_on_for_a_while(self, times: int) -> None:
        for _time in range(times):
            self.world.go_on()

    @rule(name=st.sampled_from(ASKED), which=WHICH, cut=st.just(0) | CUT, disturbed=st.just({}) | DISTURBED)
    def ask_for(self, name: str, which: int, cut: int, disturbed: dict[int, tuple[str, int]]) -> None:
        self.world.run(name, cut, disturbed, which)

    @rule(kind=st.sampled_from(KINDS), which=WHICH, admin=st.booleans())
    def somebody_works_in_the_old_area(self, kind: str, which: int, admin: bool) -> None:
        self.world.people.act(kind, which, admin=admin)
        self.world.told.append(f"{kind} {which}{' by an administrator' if admin else ''}")
        self.world.settle()
        self.world.check()

    @rule(kind=st.sampled_from(THERE), which=WHICH)
    def somebody_works_in_the_library(self, kind: str, which: int) -> None:
        self.world.people.act_there(kind, which, self.world.moment())
        self.world.told.append(f"there {kind} {which}")

    @rule(days=st.sampled_from([1, 13, 40, 400]))
    def time_passes(self, days: int) -> None:
        self.world.pass_time(days)
        self.world.told.append(f"{days} days pass")

    @rule(
        minutes=st.sampled_from([-7, -3, 4, 20, -60 * 24 * 40, 60 * 24 * 90]), back=st.sampled_from([True, True, False])
    )
    def the_clock_of_the_machine_is_wrong(self, minutes: int, back: bool) -> None:
        """For one command, or until somebody sets it right."""
        world = self.world
        world.shown = world.true + timedelta(minutes=minutes)
        world.told.append(f"the clock jumps {minutes} minutes")
        world.run("retire")
        if back:
            world.shown = world.true
            world.told.append("the clock is set right")

    @rule()
    def the_clock_is_set_right(self) -> None:
        self.world.shown = self.world.true

    @rule()
    def somebody_copies_the_catalog(self) -> None:
        self.copy = self.folder / "copy.db"
        self.copy.unlink(missing_ok=True)
        self.world.keep_a_copy(self.copy)

    @precondition(lambda self: self.copy is not None and self.copy.exists())
    @rule()
    def the_copy_is_put_back(self) -> None:
        assert self.copy is not None
        self.world.put_an_old_catalog_back(self.copy)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.check_deposits()
        shutil.rmtree(self.folder)


def journeys(machine: Callable[[], Journey], examples: int, steps: int, seeded: Any = None, **asked: Any) -> None:
    """So many journeys of so many steps. A failure is told as it was found: to make it smaller takes longer than a test may."""
    usual = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        database=None,
        print_blob=False,
        **asked,
    )

    if seeded is not None:
        machine = seeded(machine)
    with World.watching():
        run_state_machine_as_test(machine, settings=usual)


def test_nothing_is_gone_without_its_proof_whatever_happens(tenant: Visitor, tmp_path: Path) -> None:
    journeys(lambda: Journey(tenant, tmp_path), 6, 12, derandomize=True)


STORIES: dict[str, list[tuple[str, int, dict[int, tuple[str, int]]]]] = {
    "a case holds all of it": [("freeze", 3, {}), ("retire", 0, {})],
    "a case comes while files go": [("retire", 0, {12: ("freeze", 3), 20: ("there delete", 1), 24: ("freeze", 0)})],
    "a contact takes the signature back": [("withdraw", 1, {}), ("retire", 0, {})],
    "somebody deletes a new file before the last look": [("retire", 0, {1: ("there delete", 1)})],
    "set aside, and its time is not over": [("retire", 2, {}), ("retire", 0, {})],
    "set aside, held, and its time is over": [("retire", 1, {}), ("freeze", 1, {}), ("retire", 0, {})],
    "set aside, brought back and deleted": [
        ("retire", 2, {}),
        ("restore", 2, {}),
        ("retire", 0, {9: ("admin edit", 3)}),
    ],
}


NOTHING_GOES = ("a case holds all of it", "set aside, and its time is not over")


@pytest.mark.parametrize("story", STORIES)
def test_what_happened_between_the_seal_and_the_deletion(story: str, tenant: Visitor, tmp_path: Path) -> None:
    world = World(tmp_path / "world", tenant)
    with World.watching():
        for _command in ORDER[:-1]:
            world.go_on()
        assert world.reading.seal()[1] == "sealed", world.told
        for name, which, disturbed in STORIES[story]:
            world.run(name, disturbed=disturbed, which=which)
            world.pass_time(1)
    world.check_deposits()
    assert bool(world.proved) != (story in NOTHING_GOES)
