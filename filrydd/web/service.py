"""What the pages are about: the areas of a workspace, their policies, and what runs beside the pages."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from filrydd.catalog import arrivals, proposals, standings
from filrydd.catalog.connection import Catalog
from filrydd.policy import Department
from filrydd.stages import portions
from filrydd.stages.work import Work, areas_of, system_clock
from filrydd.web.addresses import word_of
from filrydd.web.identity import Identity
from filrydd.web.jobs import Jobs
from filrydd.web.policies import Policies, stamp_of


class Service:
    """The areas of a workspace; `only` one of them where a single PC shows its own. May be asked from several
    threads."""

    def __init__(
        self,
        workspace: Path,
        *,
        only: str = "",
        clock: Callable[[], datetime] = system_clock,
        metrics_token: str = "",
    ) -> None:
        self.workspace = workspace
        self.only = only
        self.metrics_token = metrics_token
        self.clock = clock
        self.policies = Policies(workspace / "policies")
        self.jobs = Jobs(clock)
        self._counting: set[str] = set()
        self._asked: dict[str, tuple[tuple[tuple[int, int], ...], frozenset[str]]] = {}
        self._lock = threading.Lock()

    def areas(self) -> tuple[str, ...]:
        """The areas that are shown: those that were scanned."""
        return (self.only,) if self.only else areas_of(self.workspace)

    def shows(self, department: Department) -> bool:
        """Whether a department has anything on these pages."""
        return not self.only or self.only in department.areas()

    def work(self, area: str, identity: Identity) -> Work:
        """An area, to be worked on by somebody."""
        return Work(self.workspace, area, identity.name or identity.who, self.clock)

    def part_of(self, area: str, word: str) -> str:
        """The name of the part that a word in an address stands for; empty where there is none. Raises NoSuchArea."""
        with Work(self.workspace, area, "", self.clock).catalog() as catalog:
            return next((row.name for row in proposals.parts(catalog) if word_of(row.name) == word), "")

    def asked(self, area: str) -> frozenset[str]:
        """The object ids that something in the area was passed on to; read again when its catalog was written."""
        base = self.workspace / "scans" / f"{area}.db"
        stamps = tuple(stamp_of(path) for path in (base, base.with_name(f"{base.name}-wal")))
        known = self._asked.get(area)
        if known is None or known[0] != stamps:
            with Work(self.workspace, area, "", self.clock).catalog() as catalog:
                known = self._asked[area] = (stamps, portions.asked_ids(catalog))
        return known[1]

    def count_anew(self, area: str) -> None:
        """Have an area's figures counted beside the pages, unless somebody does already; SQLite counts without
        holding up others."""
        with self._lock:
            if area in self._counting:
                return
            self._counting.add(area)
        threading.Thread(target=self._count, args=(area,), daemon=True).start()

    def count_arrivals(self, area: str, catalog: Catalog) -> None:
        """The same of what has arrived in the new place, where what was counted last is outdated."""
        if not arrivals.is_current(catalog):
            self.count_anew(area)

    def _count(self, area: str) -> None:
        try:
            work = Work(self.workspace, area, "", self.clock)
            with work.catalog() as catalog:
                if not standings.is_current(catalog, work.now()):
                    standings.refresh(catalog, work.now())
                if not arrivals.is_current(catalog):
                    arrivals.refresh(catalog)
        finally:
            with self._lock:
                self._counting.discard(area)
