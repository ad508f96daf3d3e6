"""A rehearsal tenant to send to, with or without a front before it."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from filrydd.lang import speaking
from tests.targets.front import Front, front_before
from tests.targets.place import PEOPLE, SMALL, TEAMS, Journey, Place, opened


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a rehearsal tenant that this worker's tests share; it knows `PEOPLE` and `TEAMS`."""
    from filrydd.rehearsal.wire.server import running

    folder = tmp_path_factory.mktemp("tenant")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "teams.csv").write_text(TEAMS, encoding="utf-8")
    with running(folder) as ready:
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


@pytest.fixture
def through(front: Front, journey: Journey) -> Journey:
    """`through(steps)` runs the steps with the front between us and the tenant."""
    return lambda steps: journey(steps, at=front.address + "/v1.0")


@pytest.fixture
def small_fragments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fragments so small that three of them are sent soon."""
    monkeypatch.setattr("filrydd.targets.fragments.FRAGMENT", SMALL)
