"""Hard links: files that have more names on their volume than the area has of them."""

from collections.abc import Sequence

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_file


def begin(catalog: Catalog) -> None:
    """Forget what was told before."""
    catalog.run("DROP TABLE IF EXISTS temp.linked")
    catalog.run("CREATE TEMP TABLE linked (file INTEGER PRIMARY KEY, links INTEGER NOT NULL)")


def add(catalog: Catalog, links: Sequence[tuple[int, int]]) -> None:
    """Files with more than one name: (file, how many)."""
    with catalog.aside():
        catalog.run_many("INSERT OR REPLACE INTO temp.linked VALUES (?, ?)", links)


def outside(catalog: Catalog, most: int) -> tuple[int, list[str]]:
    """How many of them have a name that the area does not hold, and the first of them by path."""
    catalog.run("DROP TABLE IF EXISTS temp.linked_outside")
    # Counted once by id: an area of millions has no index on it.
    catalog.run(
        "CREATE TEMP TABLE linked_outside AS WITH held (file_id, names) AS (SELECT o.file_id, COUNT(*) FROM file o"
        " WHERE o.gone IS NULL AND o.file_id IN (SELECT f.file_id FROM temp.linked l JOIN file f ON f.id = l.file)"
        " GROUP BY o.file_id) SELECT f.id AS file FROM temp.linked l JOIN file f ON f.id = l.file"
        " JOIN held h ON h.file_id = f.file_id WHERE l.links > h.names OR f.file_id = 0"
    )
    count = int(catalog.value("SELECT COUNT(*) FROM temp.linked_outside"))
    files = [row["file"] for row in catalog.rows("SELECT file FROM temp.linked_outside ORDER BY file LIMIT ?", (most,))]
    return count, [path_of_file(catalog, file) for file in files]
