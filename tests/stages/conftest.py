"""One rehearsal tenant for a test worker; tests keep apart by having a site each."""

from collections.abc import Iterator

import pytest

from tests.tenants import Visitor, tenant_process


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    # Upload sessions whose address a crash lost are forgotten soon, so that nobody waits a quarter of an hour here.
    with tenant_process(tmp_path_factory.mktemp("tenant"), "--session-seconds", "2") as graph:
        yield Visitor(graph)
