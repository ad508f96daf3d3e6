"""What the clients share: the tree that they carry, and the official SDK at a library of the test's own."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgraph import GraphServiceClient

from filrydd.rehearsal.ways import Ready
from tests.rehearsal.clients.sdk import ask
from tests.rehearsal.clients.source import Source, laid_out
from tests.rehearsal.conftest import Library

Act = Callable[[GraphServiceClient, Any, str], Awaitable[Any]]


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """The tree on disk, laid out once for each worker."""
    return laid_out(tmp_path_factory.mktemp("source"))


@pytest.fixture
def does(tenant: Ready, library: Library) -> Callable[[Act], Any]:
    """`does(act)`: what an act gives that gets the SDK, the items of a new library, and the drive's id."""

    def do(act: Act) -> Any:
        return ask(tenant, lambda client: act(client, client.drives.by_drive_id(library.drive).items, library.drive))

    return do
