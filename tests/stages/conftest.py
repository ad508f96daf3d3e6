"""One rehearsal tenant for a test worker; tests keep apart by having a site each. Lists from outside."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.targets.place import PEOPLE
from tests.tenants import Visitor, tenant_process


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    # Upload sessions whose address a crash lost are forgotten soon, so that nobody waits a quarter of an hour here. A folder's
    # label comes to what lies in it when a journey is long over: it moves eTags, and what was compared is compared again.
    folder = tmp_path_factory.mktemp("tenant")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "labels.csv").write_text("name,kind\nArkivverdig,retention\n", encoding="utf-8")
    with tenant_process(folder, "--session-seconds", "2", "--label-seconds", "3600") as graph:
        yield Visitor(graph)


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    """`listed(text)`: a file with that text; bytes as they are."""

    def write(content: str | bytes, name: str = "people.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write
