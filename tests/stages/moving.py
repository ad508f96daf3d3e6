"""An area on its way into a rehearsal tenant, and its library seen from outside."""

import asyncio
import urllib.parse
import urllib.request
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from filrydd.stages import classify, propose, scan, upload
from filrydd.stages.work import Work, system_clock
from filrydd.targets import Tenant, open_rehearsal
from tests.areas import POLICY, Area
from tests.targets.place import PEOPLE
from tests.tenants import Listed, Visitor, tenant_process

T = TypeVar("T")


@contextmanager
def tenant_for_journeys(folder: Path) -> Iterator[Visitor]:
    """A rehearsal tenant that has the people and labels of the tests' policies, for as long as the block lasts.

    Upload sessions whose address a crash lost are forgotten soon, so that nobody waits a quarter of an hour here. A folder's
    label comes to what lies in it when a journey is long over: it moves eTags, and what was compared is compared again.
    """
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "labels.csv").write_text("name,kind\nArkivverdig,retention\n", encoding="utf-8")
    with tenant_process(folder, "--session-seconds", "2", "--label-seconds", "3600") as graph:
        yield Visitor(graph)


class Moving:
    """Each has a site of its own, so that several share one tenant."""

    def __init__(self, area: Area, tenant: Visitor, backups: Path) -> None:
        self.area, self.tenant, self.backups = area, tenant, backups
        self.site = uuid.uuid4().hex
        self.set_policy()

    def set_policy(self, text: str = POLICY) -> None:
        self.area.policy(text.replace("/sites/regnskap", f"/sites/{self.site}"))

    def act(self, what: Callable[[Work, Tenant], Awaitable[T]], clock: Callable[[], datetime] = system_clock) -> T:
        async def opened() -> T:
            tenant = open_rehearsal(self.tenant.graph)
            try:
                return await what(self.area.work(clock), tenant)
            finally:
                await tenant.close()

        return asyncio.run(opened())

    def scan(self, *, copies: bool = False) -> None:
        scan.run(self.area.work(), str(self.area.top))
        classify.run(self.area.work())
        if copies:
            scan.run(self.area.work(), str(self.area.top), scan.Wishes(copies=True))
            classify.run(self.area.work())

    def propose(self) -> propose.Proposed:
        return propose.run(self.area.work())

    def until_uploaded(self, *, copies: bool = False) -> None:
        self.scan(copies=copies)
        self.propose()
        self.area.sign()
        sent = self.act(upload.apply)
        assert sent.failed == 0, sent.failures

    def going(self) -> set[str]:
        """The names of files that get an item of their own."""
        with self.area.catalog() as catalog:
            rows = catalog.rows("SELECT f.name FROM placement c JOIN file f ON f.id = c.file WHERE c.role = ''")
            return {row["name"] for row in rows}

    @property
    def drive(self) -> str:
        return self.tenant.drive(self.site, "Dokumenter")

    def files(self) -> dict[str, Listed]:
        """What lies in the library, but for what filrydd itself deposits there."""
        found = self.tenant.files(self.drive)
        return {path: listed for path, listed in found.items() if not path.startswith("_filrydd/")}

    def item(self, name: str) -> dict[str, Any]:
        (path,) = [path for path in self.files() if path.rpartition("/")[2] == name]
        return dict(self.tenant.get(f"/drives/{self.drive}/root:/{urllib.parse.quote(path)}"))

    def versions(self, name: str) -> list[bytes]:
        """The content of every version, the newest first."""
        item = self.item(name)["id"]
        base = f"/drives/{self.drive}/items/{item}"
        found = self.tenant.get(f"{base}/versions")["value"]
        addresses = [f"{base}/content", *(f"{base}/versions/{one['id']}/content" for one in found[1:])]
        return [urllib.request.urlopen(self.tenant.graph + address, timeout=30).read() for address in addresses]

    def fields(self, name: str) -> dict[str, Any]:
        """What the library's columns say of a file."""
        item = self.item(name)["id"]
        return dict(self.tenant.get(f"/drives/{self.drive}/items/{item}/listItem?expand=fields")["fields"])
