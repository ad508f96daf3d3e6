"""What keeps an item as it is: somebody has it checked out or open, or a label makes it a record."""

import sqlite3

from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.store import labels
from filrydd.rehearsal.store.folders import Row

_CANCELLED = "Request was cancelled by event received"
_ON_HOLD = "If attempting to delete a non-empty folder, it's possible that it's on hold"
_BELOW = """
WITH RECURSIVE below (id, holder) AS (
    SELECT id, holder FROM item WHERE id = ?
    UNION ALL
    SELECT item.id, item.holder FROM below JOIN item ON item.parent = below.id WHERE gone = 0
)"""


def locked() -> Refused:
    """423, as Graph says it today (microsoftgraph/microsoft-graph-explorer-v4#3435)."""
    message = "The resource you are attempting to access is locked"
    return Refused(423, "notAllowed", message, inner="resourceLocked")


def held() -> Refused:
    """403: a label keeps it (abraunegg/onedrive#338: a folder on hold; for a single record it is our inference)."""
    return Refused(403, "accessDenied", f"{_CANCELLED}. {_ON_HOLD}")


def check_holder(row: Row, who: str) -> None:
    """Refuse (423) what somebody else than `who`, the id of an app, has checked out or open."""
    if row.holder and row.holder != who:
        raise locked()


def check_content(con: sqlite3.Connection, row: Row) -> None:
    """Refuse (423) other content for a locked record. The status is our inference."""
    if row.label and (applied := labels.of_item(con, row)) and applied.locked:
        raise locked()


def check_properties(con: sqlite3.Connection, row: Row) -> None:
    """Refuse (423) another name or other fields for a regulatory record; those of other records may change."""
    if row.label and (applied := labels.of_item(con, row)) and applied.kind == "regulatory":
        raise locked()


def check_removal(con: sqlite3.Connection, row: Row, who: str | None = None) -> None:
    """Refuse (403) to delete a record, locked or not, or a folder that holds one; and (423) what others hold.

    Without `who` nobody's hold counts.
    """
    anything = con.execute(
        "SELECT EXISTS (SELECT 1 FROM item_label WHERE drive = ? AND kind IN ('record', 'regulatory')),"
        " EXISTS (SELECT 1 FROM item WHERE drive = ? AND holder <> '')",
        (row.drive, row.drive),
    ).fetchone()
    if anything[0]:
        record = f"{_BELOW} SELECT 1 FROM below JOIN item_label ON item_label.item = below.id"
        if con.execute(f"{record} WHERE kind IN ('record', 'regulatory') LIMIT 1", (row.id,)).fetchone():
            raise held()
    if anything[1] and who is not None:
        busy = f"{_BELOW} SELECT 1 FROM below WHERE holder NOT IN ('', ?) LIMIT 1"
        if con.execute(busy, (row.id, who)).fetchone():
            raise locked()
