"""Runs of the acting stages: each ends with one ledger row over what it wrote, also when it was interrupted."""

from typing import Any

from filrydd.catalog import ledger
from filrydd.catalog.connection import Catalog
from filrydd.errors import LedgerBroken
from filrydd.lang import _


def begin(catalog: Catalog, stage: str, actor: str, now: int) -> int:
    """Open a run; one that was interrupted before is first closed, with its ledger row. Raises LedgerBroken, ClockMoved."""
    for row in list(catalog.rows("SELECT id FROM run WHERE stage = ? AND ended IS NULL", (stage,))):
        if ledger.vouches(catalog, stage, row["id"]):
            # Who opens an ended run again would have this one vouch for whatever he put into it.
            raise LedgerBroken(
                _("A run of {area} that had ended counts as open again.").format(area=catalog.area),
                next=f"filrydd ledger verify {catalog.area}",
            )
        end(catalog, row["id"], stage, actor, {"interrupted": True}, now)
    with catalog.writing(durable=True):
        return catalog.run("INSERT INTO run (stage, begun) VALUES (?, ?)", (stage, now))


def end(catalog: Catalog, run: int, stage: str, actor: str, body: dict[str, Any], now: int) -> ledger.Row:
    """Close a run and enter it in the ledger, in one durable transaction."""
    with catalog.writing(durable=True):
        catalog.run("UPDATE run SET ended = ? WHERE id = ?", (now, run))
        return ledger.append(catalog, stage, actor, {**body, "of": run}, ledger.root_of(catalog, stage, run), now)


def interrupted(catalog: Catalog, stage: str) -> bool:
    """Whether a run of that stage was interrupted and nothing has vouched for what it wrote yet."""
    return bool(catalog.value("SELECT EXISTS (SELECT 1 FROM run WHERE stage = ? AND ended IS NULL)", (stage,)))
