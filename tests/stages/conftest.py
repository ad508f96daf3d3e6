"""One rehearsal tenant for a test worker; tests keep apart by having a site each. Lists from outside."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stages.finished import finished, key_and_state
from tests.stages.moving import Moving, tenant_for_journeys
from tests.tenants import Visitor


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with tenant_for_journeys(tmp_path_factory.mktemp("tenant")) as visitor:
        yield visitor


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    """`listed(text)`: a file with that text; bytes as they are."""

    def write(content: str | bytes, name: str = "people.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture(scope="session")
def nearly_done(tmp_path_factory: pytest.TempPathFactory, tenant: Visitor) -> Iterator[Moving]:
    """An area of which one file is left, for tests that change copies of its catalog."""
    with key_and_state(tmp_path_factory.getbasetemp()):
        yield finished(tmp_path_factory.mktemp("finished"), tenant)
