"""Sites that the tenant did not have when somebody looked: a problem of every part until somebody has looked again."""

import json
from collections.abc import Sequence

from filrydd.catalog.connection import Catalog
from filrydd.layout.problems import NO_SUCH_SITE


def missing(catalog: Catalog) -> list[str]:
    """The addresses that had no site at the last look."""
    return list(
        json.loads(catalog.value("SELECT value FROM figure WHERE stage = 'tenant' AND name = 'missing'") or "[]")
    )


def keep(catalog: Catalog, addresses: Sequence[str]) -> None:
    """Store what was missing at this look, and let the present proposal say so."""
    with catalog.writing():
        catalog.run(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('tenant', 'missing', ?)",
            (json.dumps(addresses),),
        )
        catalog.run("DELETE FROM problem WHERE kind = ?", (NO_SUCH_SITE,))
        catalog.run_many(
            "INSERT INTO problem (part, folder, kind, detail) SELECT id, folder, ?, ? FROM part WHERE present = 1",
            [(NO_SUCH_SITE, address) for address in addresses],
        )
        catalog.run(
            "UPDATE figure SET value = (SELECT COUNT(*) FROM problem) WHERE stage = 'propose' AND name = 'problems'"
        )
