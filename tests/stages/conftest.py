"""One rehearsal tenant for a test worker; tests keep apart by having a site each."""

from collections.abc import Iterator

import pytest

from tests.tenants import Visitor, tenant_process


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with tenant_process(tmp_path_factory.mktemp("tenant")) as graph:
        yield Visitor(graph)
