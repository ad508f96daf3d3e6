"""Numbering folders so that a subtree is a range: the folders below one are those whose `lo` lies between its own `lo` and
`hi`."""

from collections.abc import Iterator

from filrydd.catalog.connection import Catalog

# SQLite takes from the queue of a recursion what sorts first: the deepest, and among its siblings the first by name. The
# queue, not this program, holds the tree.
_DEPTH_FIRST = (
    "WITH RECURSIVE down (id, depth, name) AS ("
    " SELECT id, 0, '' FROM folder WHERE parent IS NULL AND gone IS NULL"
    " UNION ALL SELECT f.id, down.depth + 1, f.name FROM down JOIN folder f ON f.parent = down.id WHERE f.gone IS NULL"
    " ORDER BY 2 DESC, 3) SELECT id, depth FROM down"
)


def number(catalog: Catalog) -> None:
    """Give every present folder its place in preorder. Only inside `writing`."""
    catalog.run("CREATE TEMP TABLE IF NOT EXISTS place (folder INTEGER PRIMARY KEY, lo INTEGER, hi INTEGER)")
    catalog.run("DELETE FROM temp.place")
    catalog.run_many("INSERT INTO temp.place (folder, lo, hi) VALUES (?, ?, ?)", _bounds(catalog))
    catalog.run(
        "UPDATE folder SET lo = p.lo, hi = p.hi FROM temp.place p"
        " WHERE p.folder = folder.id AND (folder.lo, folder.hi) IS NOT (p.lo, p.hi)"
    )
    catalog.run("DELETE FROM temp.place")


def _bounds(catalog: Catalog) -> Iterator[tuple[int, int, int]]:
    way: list[tuple[int, int]] = []
    number = -1
    for number, (folder, depth) in enumerate(catalog.rows(_DEPTH_FIRST)):
        while len(way) > depth:
            closed, lo = way.pop()
            yield closed, lo, number - 1
        way.append((folder, number))
    while way:
        closed, lo = way.pop()
        yield closed, lo, number
