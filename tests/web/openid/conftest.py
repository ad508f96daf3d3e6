"""A service that people log in to, and the providers that they log in with."""

from collections.abc import Callable, Iterator

import pytest

from filrydd import lang
from filrydd.web.identity import Identity
from tests.web.provider import (
    KARI,
    RealProvider,
    WrongProvider,
    at,
    real_provider,
)
from tests.web.reader import Clock

WELL_KNOWN = "/.well-known/openid-configuration"
TENANT = "0a1b2c3d-0000-4000-8000-00000000000f"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with lang.speaking("en"):
        yield


@pytest.fixture(scope="module")
def real() -> Iterator[RealProvider]:
    with real_provider() as provider:
        yield provider


@pytest.fixture
def wrong() -> Iterator[WrongProvider]:
    provider = WrongProvider()
    yield provider
    provider.close()


@pytest.fixture
def log_in(wrong: WrongProvider, clock: Clock) -> Callable[..., Identity]:
    """Somebody logs in with `wrong`, through one service that stays the same."""
    service = at(wrong, clock)

    def go(sub: str = KARI, **more: str) -> Identity:
        begun = service.begin()
        return service.finish(begun, {**wrong.answers(begun.address, sub), **more})

    return go
