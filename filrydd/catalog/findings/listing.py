"""The tenant's own listing in TEMP tables, so that it is never in memory."""

import contextlib
from collections.abc import Iterator, Sequence

from filrydd.catalog.connection import Catalog
from filrydd.model import names
from filrydd.model.item import Item

_CACHE_KIB = 16 << 10
"""What SQLite keeps of pages, and again as much while it sorts: with its usual 64 MiB a million items would take 250 MB."""


@contextlib.contextmanager
def in_little_memory(catalog: Catalog) -> Iterator[None]:
    """While this lasts, SQLite takes little memory on this connection, and goes to the disk instead."""
    usual = int(catalog.value("PRAGMA cache_size"))
    catalog.run(f"PRAGMA cache_size=-{_CACHE_KIB}")
    try:
        yield
    finally:
        catalog.run(f"PRAGMA cache_size={usual}")


def begin_listing(catalog: Catalog) -> None:
    """Make room for a listing."""
    catalog.run("DROP TABLE IF EXISTS temp.listed")
    catalog.run(
        "CREATE TEMP TABLE listed (turn INTEGER PRIMARY KEY, drive TEXT NOT NULL, item TEXT NOT NULL, parent TEXT NOT NULL,"
        " name TEXT NOT NULL, fold TEXT NOT NULL, folder INTEGER NOT NULL, size INTEGER NOT NULL, hash TEXT NOT NULL,"
        " etag TEXT NOT NULL, shared INTEGER NOT NULL, gone INTEGER NOT NULL)"
    )


def list_items(catalog: Catalog, drive: str, items: Sequence[Item]) -> None:
    """Add a batch of a drive's listing."""
    with catalog.aside():
        catalog.run_many(
            "INSERT INTO temp.listed (drive, item, parent, name, fold, folder, size, hash, etag, shared, gone)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    drive,
                    item.id,
                    item.parent,
                    names.stored(item.name),
                    names.fold(names.stored(item.name)),
                    item.folder,
                    item.size,
                    item.hash,
                    item.etag,
                    item.shared,
                    item.gone,
                )
                for item in items
            ],
        )


def end_listing(catalog: Catalog) -> int:
    """The listing is whole: the last word on each item counts. Returns how many items there are."""
    catalog.run("CREATE INDEX temp.listed_item ON listed (item)")
    with catalog.aside():
        if catalog.value("SELECT COUNT(*) - COUNT(DISTINCT item) FROM temp.listed"):
            catalog.run(
                "DELETE FROM temp.listed WHERE EXISTS (SELECT 1 FROM temp.listed later"
                " WHERE later.item = listed.item AND later.turn > listed.turn)"
            )
        catalog.run("DELETE FROM temp.listed WHERE gone")
    catalog.run("CREATE INDEX temp.listed_place ON listed (parent, fold)")
    return int(catalog.value("SELECT COUNT(*) FROM temp.listed"))


def tells_sharing(catalog: Catalog) -> bool:
    """Whether each drive's listing said where permissions begin: its root is such a place in any case."""
    row = catalog.row("SELECT COUNT(*), SUM(shared) FROM temp.listed WHERE parent = ''")
    return row is not None and row[0] > 0 and row[0] == row[1]


def path_of(catalog: Catalog, item: str) -> str:
    """Where an item lies now, from its library's root on; empty for one that is not listed."""
    steps: list[str] = []
    seen = set[str]()
    while item not in seen:
        # A listing that leads in a circle is as far as it goes.
        seen.add(item)
        row = catalog.row("SELECT name, parent FROM temp.listed WHERE item = ?", (item,))
        if row is None or not row["parent"]:
            break
        steps.append(row["name"])
        item = row["parent"]
    # Parts of a detail are separated by tabs, and what is shown may not steer a terminal.
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in "/".join(reversed(steps))
    )
