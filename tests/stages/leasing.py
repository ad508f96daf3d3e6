"""Machines that go to one tenant for the lease of an area, with clocks that go as they are told."""

import asyncio
import contextlib
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filrydd.catalog import leases
from filrydd.errors import Busy
from filrydd.rehearsal.tenancy import Tenancy
from filrydd.stages.lease import Lease, Pace
from filrydd.stages.leased import Said, read
from filrydd.stages.work import Work
from filrydd.targets import Tenant, open_rehearsal
from tests.rehearsal.bad_day import Day
from tests.targets.front import Front
from tests.targets.place import Time

FILE = r"_filrydd%2Ffelles\.lease\.json"
AREA = "felles"


class Hands:
    """The clocks of one machine, which go only when they are moved: `wall` also while it sleeps."""

    def __init__(self) -> None:
        self.clock = self.wall = 1000.0

    def pace(self) -> Pace:
        return Pace(look=0.005, patience=2, clock=lambda: self.clock, wall=lambda: self.wall)

    def pass_by(self, seconds: float, *, asleep: bool = False) -> None:
        self.wall += seconds
        self.clock += 0 if asleep else seconds


class Told:
    """Progress that keeps what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def begin(self, doing: str, total: int | None, unit: str) -> None: ...

    def advance(self, units: int) -> None: ...

    def end(self) -> None: ...

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


class Town:
    """A tenant with a library for the test, and machines that go to it."""

    def __init__(self, day: Day, front: Front, folder: Path, drive: str) -> None:
        self.tenancy: Tenancy = day.tenancy
        self.front, self.drive, self._folder, self._ahead = front, drive, folder, 0.0
        self.graph = day.ready.graph
        self.told = Told()

    def machine(self, name: str, *, clock: timedelta = timedelta()) -> Work:
        workspace = self._folder / name / "workspace"
        (workspace / "scans").mkdir(parents=True, exist_ok=True)
        work = Work(workspace, AREA, name, lambda: datetime.now(UTC) + clock, self.told)
        work.catalog(create=True).close()
        return work

    def copied(self, work: Work, name: str) -> Work:
        there = self._folder / name / "workspace"
        shutil.copytree(work.workspace, there)
        return Work(there, AREA, name, progress=self.told)

    def later(self, seconds: float) -> None:
        """Move the tenant's clock."""
        self._ahead += seconds
        self.tenancy.clock.move(self._ahead)

    @contextlib.asynccontextmanager
    async def tenant(self, *, through: bool = False) -> AsyncIterator[Tenant]:
        address = f"{self.front.address}/v1.0" if through else self.graph
        opened = open_rehearsal(address, timing=Time().timing())
        try:
            yield opened
        finally:
            await opened.close()

    async def holds(self, name: str) -> bool:
        """Whether the file says that it is that machine's."""
        async with self.tenant() as tenant:
            there = await tenant.record(self.drive, "_filrydd", f"{AREA}.lease.json")
        said = read(there.data) if there else None
        return said is not None and said.who == name

    async def versions(self) -> int:
        async with self.tenant() as tenant:
            there = await tenant.record(self.drive, "_filrydd", f"{AREA}.lease.json")
            return len(await tenant.versions(self.drive, there.item.id)) if there else 0


def run(steps: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(steps(), 30))  # type: ignore[arg-type]


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    while not await true():
        await asyncio.sleep(0.01)


def taker(work: Work, tenant: Tenant, drive: str, pace: Pace) -> Lease:
    """A lease that nobody keeps or gives back, as a process that is killed leaves it."""
    with work.catalog() as catalog:
        id, place = leases.own(catalog)
    return Lease(work, tenant, drive, pace, Said(AREA, id, place, "pc", work.actor, "", pace.lasts))


async def weather(town: Town, *, seed: int, steps: int) -> None:
    """Three machines that take, give back, die, sleep and lose answers at random; at most one is ever sure of the area.

    tests/torture/lease_weather.py goes on with other seeds."""
    chance = random.Random(seed)
    works = {name: town.machine(name) for name in ("a", "b", "c")}
    hands = {name: Hands() for name in works}
    held: dict[str, Lease] = {}
    takers = set()
    async with contextlib.AsyncExitStack() as stack:
        tenants = {name: await stack.enter_async_context(town.tenant(through=True)) for name in works}
        for _step in range(steps):
            name = chance.choice(list(works))
            match chance.randrange(8):
                case 0 | 1:
                    seconds = chance.choice([5, Pace().renew, Pace().lasts, Pace().lasts + Pace().margin + 2])
                    town.later(seconds)
                    for each in hands.values():
                        each.pass_by(seconds, asleep=chance.random() < 0.5)
                case 2:
                    town.front.lose_answer(chance.choice(["PUT", "GET"]), FILE, chance.randrange(1, 3))
                case 3:
                    # Killed: whatever it had, it has no more.
                    held.pop(name, None)
                case 4 if name in held:
                    await held.pop(name).give_back()
                case _ if name not in held:
                    one = taker(works[name], tenants[name], town.drive, hands[name].pace())
                    with contextlib.suppress(Busy):
                        await one.take()
                        held[name] = one
                        takers.add(name)
            sure = []
            for each, one in list(held.items()):
                try:
                    await one.sure()
                    sure.append(each)
                except Busy:
                    del held[each]
            assert len(sure) <= 1, sure
    assert len(takers) > 1
