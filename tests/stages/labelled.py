"""An area whose files want retention labels, and a tenant that knows them."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from filrydd.rehearsal.tenancy import Tenancy
from tests.areas import POLICY, Area
from tests.rehearsal.bad_day import bad_day
from tests.stages.moving import Moving
from tests.targets.place import PEOPLE
from tests.tenants import Visitor

KEPT, DESTROYED, RECORD = "Arkivverdig", "Kasseres etter 5 år", "Uforanderlig"
LABELS = f"name,kind\n{KEPT},retention\n{DESTROYED},retention\nAnnet,retention\n{RECORD},record\n"
SOON = 0.2
"""Seconds until a folder's label comes to what lies in it."""
DECISIONS = """  - rule: decisions
    when: {name: ["vedtak*"]}
    fate: move
    noark: Bevares
    reason: {nb: Et vedtak., en: A decision.}
  - rule: the rest
"""
PART = "    parts: [{name: bilag, path: Bilag, contact: {name: Ola Lunde}}]\n"
TREE = {
    "Vedtak": {"vedtak1.txt": "one", "vedtak2.txt": "two", "Under": {"vedtak3.txt": "three"}},
    "Blandet": {"vedtak4.txt": "four", "notat.txt": "a note"},
}


class Labelled(Moving):
    """An area that moves to a tenant in this process, whose units can be counted."""

    def __init__(self, area: Area, tenancy: Tenancy, graph: str, folder: Path, structure: str) -> None:
        self.tenancy, self.http = tenancy, httpx.Client(timeout=20)
        super().__init__(area, Visitor(graph), folder / "backup")
        self.wish(structure)

    def wish(self, structure: str) -> None:
        self.set_policy(POLICY.replace(PART, "").replace("  - rule: the rest\n", DECISIONS) + structure)

    def ready_to_send(self) -> None:
        for path in self.area.top.rglob("*"):
            # No time is that of the upload, by which filling would seem to have left it alone.
            os.utime(path, (1_600_000_000, 1_600_000_000))
        self.scan()
        self.propose()
        self.area.sign()

    def units(self) -> int:
        return sum(one.day_used for one in self.tenancy.throttle.standing())

    def address(self, path: str) -> str:
        return f"{self.tenant.graph}/drives/{self.drive}/root:/{path}:"

    def label(self, path: str) -> tuple[str, bool]:
        """The label of what lies at a path, and whether it is its own; empty for none."""
        answer = self.http.get(f"{self.address(path)}/retentionLabel")
        said = answer.json() if answer.status_code == 200 else {}
        return said.get("name", ""), bool(said.get("isLabelAppliedExplicitly"))

    def put_label(self, path: str, label: str) -> None:
        self.http.patch(f"{self.address(path)}/retentionLabel", json={"name": label}).raise_for_status()

    def come(self, path: str, label: str) -> None:
        """Wait until what lies at a path has that label."""
        for _ in range(100):
            if self.label(path)[0] == label:
                return
            time.sleep(0.05)
        raise AssertionError((path, self.label(path)))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.area.catalog() as catalog:
            return [tuple(row) for row in catalog.rows(sql)]

    def findings(self) -> list[tuple[Any, ...]]:
        return self.rows("SELECT kind, detail FROM finding WHERE closed IS NULL AND stage = 'upload' ORDER BY detail")


Start = Callable[..., Labelled]


@contextmanager
def tenant_with_labels(folder: Path, area: Area, structure: str, **ways: Any) -> Iterator[Labelled]:
    """That area, about to move to a tenant of its own."""
    inside = folder / "tenancy" / "tenant"
    inside.mkdir(parents=True)
    (inside / "labels.csv").write_text(LABELS, encoding="utf-8")
    (inside / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with bad_day(inside.parent, "faults: []", **{"label_seconds": SOON, **ways}) as day:
        moving = Labelled(area, day.tenancy, day.ready.graph, folder, structure)
        yield moving
        moving.http.close()
