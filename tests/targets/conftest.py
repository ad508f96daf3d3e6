"""A rehearsal tenant to send to, with or without a front before it, and time that need not be waited for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import pytest

from filrydd.lang import speaking
from filrydd.targets import open_rehearsal
from filrydd.targets.governor import Timing
from filrydd.targets.tenant import Sending, Tenant
from tests.targets.front import Front, front_before


class Time:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def timing(self) -> Timing:
        return Timing(clock=lambda: self.now, wall=lambda: 1_700_000_000 + self.now, sleep=self.sleep, chance=lambda: 1)


@dataclass
class Bytes:
    """Content in memory; `reads` has what was asked for."""

    data: bytes
    reads: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, size: int) -> bytes:
        self.reads.append((offset, size))
        return self.data[offset : offset + size]


@dataclass
class Place:
    """An open tenant with a library to send to."""

    tenant: Tenant
    time: Time
    drive: str
    root: str

    def sending(self, name: str, data: bytes, **more: object) -> Sending:
        facts = {"created": 12_345_678_901_234_567, "modified": 12_345_679_991_234_567} | more
        return Sending(self.drive, str(facts.pop("parent", self.root)), name, Bytes(data), **facts)


@contextlib.asynccontextmanager
async def opened(address: str, *, library: str = "") -> AsyncIterator[Place]:
    time = Time()
    tenant = open_rehearsal(address, timing=time.timing())
    try:
        if not library:
            yield Place(tenant, time, "", "")
            return
        site = await tenant.site("https://kommune.sharepoint.com/sites/arkiv")
        drive = await tenant.make_library(site, library)
        yield Place(tenant, time, drive.id, drive.root)
    finally:
        await tenant.close()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a rehearsal tenant that this worker's tests share."""
    from filrydd.rehearsal.server import running

    with running(tmp_path_factory.mktemp("tenant")) as ready:
        yield ready.graph


@pytest.fixture
def front(graph: str) -> Iterator[Front]:
    """A front before the rehearsal tenant."""
    with front_before(graph.removeprefix("http://").removesuffix("/v1.0")) as one:
        yield one


@pytest.fixture
def script() -> Iterator[Front]:
    """A server that has no tenant behind it: answers come from rules only."""
    with front_before("127.0.0.1:9") as one:
        yield one


_libraries = iter(range(10**9))


@pytest.fixture
def journey(graph: str) -> Callable[..., None]:
    """`journey(steps)` runs `await steps(place)` with a library of its own; `at` is another way to the tenant."""

    def run(steps: Callable[[Place], object], at: str = graph) -> None:
        async def whole() -> None:
            async with opened(at, library=f"Arkiv {next(_libraries)}") as place:
                await steps(place)

        asyncio.run(whole())

    return run


@pytest.fixture
def alone() -> Callable[..., None]:
    """`alone(address, steps)` runs `await steps(place)` with a tenant at that address, without a library."""

    def run(address: str, steps: Callable[[Place], object]) -> None:
        async def whole() -> None:
            async with opened(address) as place:
                await steps(place)

        asyncio.run(whole())

    return run
