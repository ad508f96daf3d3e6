"""Receipts of files that share an item: earlier versions of it, and copies of what lies there."""

from collections.abc import Sequence

from filrydd.catalog.connection import Catalog
from filrydd.model.item import Item

# The version of a receipt until the tenant has been asked which one it is.
UNSETTLED = "?"


def longest_history(catalog: Catalog, library: int) -> int:
    """How many earlier versions the longest chain has of which something is still to be sent to that library; 0 for none."""
    return int(
        catalog.value(
            "SELECT COALESCE(MAX(versions), 0) FROM (SELECT COUNT(*) AS versions, COUNT(r.id) AS sent FROM placement p"
            " JOIN target t ON t.id = p.target LEFT JOIN current_receipt r ON r.file = p.file"
            " WHERE p.role = 'version' AND t.library = ? GROUP BY p.of) WHERE sent < versions",
            (library,),
        )
    )


def unsettled(catalog: Catalog) -> list[tuple[int, str, str]]:
    """Files with a receipt of which some earlier version is there too, not yet known as which: (file, drive, item)."""
    rows = catalog.rows(
        "SELECT DISTINCT c.of AS file, r.drive, r.item FROM current_receipt e JOIN placement c ON c.file = e.file"
        " JOIN current_receipt r ON r.file = c.of AND r.item = e.item WHERE e.version = ? AND r.version = ''",
        (UNSETTLED,),
    )
    return [(row["file"], row["drive"], row["item"]) for row in rows]


def earlier_receipts(catalog: Catalog, file: int, item: str) -> list[tuple[int, int]]:
    """The receipts of a file's earlier versions in that item, in the order in which they were sent: (receipt, size)."""
    rows = catalog.rows(
        "SELECT e.id, e.source_size FROM current_receipt e JOIN placement c ON c.file = e.file"
        " WHERE c.of = ? AND c.role = 'version' AND e.item = ? ORDER BY e.id",
        (file, item),
    )
    return [(row["id"], row["source_size"]) for row in rows]


def settle_versions(catalog: Catalog, versions: Sequence[tuple[int, str]]) -> None:
    """Store, durably, which version of its item each receipt stands for: (receipt, version)."""
    with catalog.writing(durable=True):
        catalog.run_many("UPDATE receipt_version SET version = ?2 WHERE receipt = ?1", versions)


def receipt_of(catalog: Catalog, file: int) -> tuple[str, Item, str] | None:
    """Where a file is in the tenant, and the hash of what was sent: (drive, item, hash); None for one that is not there.

    The item is as its receipt says, without its times.
    """
    row = catalog.row(
        "SELECT drive, item, parent, name, url, size, hash, etag, ctag, source_hash FROM current_receipt WHERE file = ?",
        (file,),
    )
    if row is None:
        return None
    item = Item(
        id=row["item"],
        name=row["name"],
        parent=row["parent"],
        folder=False,
        size=row["size"],
        hash=row["hash"],
        etag=row["etag"],
        ctag=row["ctag"],
        modified=0,
        created=0,
        url=row["url"],
    )
    return row["drive"], item, row["source_hash"]
