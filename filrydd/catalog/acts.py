"""What people did, as the ledger says it: the newest first, some at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from filrydd.catalog.connection import Catalog


@dataclass(frozen=True, slots=True)
class Act:
    """One entry: its number, time in ticks, kind, who acted, and the entry's own words."""

    id: int
    at: int
    kind: str
    actor: str
    body: dict[str, Any]

    def word(self, key: str) -> str:
        """One of the entry's words; empty when it has none of that name."""
        return str(self.body.get(key, ""))


def acts(catalog: Catalog, kinds: Sequence[str], *, most: int = 50, before: int = 0) -> list[Act]:
    """Entries of these kinds, at most `most`, those older than the entry `before` where one is given."""
    rows = catalog.rows(
        "SELECT id, at, kind, actor, body FROM ledger WHERE kind IN (SELECT value FROM json_each(:kinds))"
        " AND (:before = 0 OR id < :before) ORDER BY id DESC LIMIT :most",
        {"kinds": json.dumps(list(kinds)), "before": before, "most": most},
    )
    return [Act(row["id"], row["at"], row["kind"], row["actor"], json.loads(row["body"])) for row in rows]
