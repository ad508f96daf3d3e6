"""Who owns each file, as far as it has been asked."""

from collections.abc import Iterator, Sequence

from filrydd.catalog.connection import Catalog
from filrydd.catalog.people.principals import id_of
from filrydd.model.names import join


def count_unasked(catalog: Catalog) -> int:
    """How many files' owners are not known and wanted: once the area is classified those that will move, else all."""
    catalog.run("DROP TABLE IF EXISTS temp.unasked")
    catalog.run("CREATE TEMP TABLE unasked (file INTEGER PRIMARY KEY, folder INTEGER NOT NULL, name TEXT NOT NULL)")
    catalog.run(
        "INSERT INTO temp.unasked SELECT f.id, f.folder, f.name FROM file f"
        " LEFT JOIN ruling r ON r.file = f.id LEFT JOIN rule u ON u.id = r.rule"
        " WHERE f.gone IS NULL AND f.owner IS NULL AND COALESCE(u.fate, 'move') = 'move'"
    )
    catalog.run("CREATE INDEX temp.unasked_folder ON unasked (folder)")
    return int(catalog.value("SELECT COUNT(*) FROM temp.unasked"))


def unasked(catalog: Catalog) -> Iterator[tuple[int, str]]:
    """The files that `count_unasked` counted, with their paths, in the order of the tree; streamed."""
    rows = catalog.rows(
        "SELECT d.lo, d.hi, d.name, u.file, u.name FROM folder d LEFT JOIN temp.unasked u ON u.folder = d.id"
        " WHERE d.gone IS NULL ORDER BY d.lo"
    )
    way: list[tuple[int, str]] = []
    for lo, hi, folder, file, name in rows:
        while way and way[-1][0] < lo:
            way.pop()
        way.append((hi, join(way[-1][1], folder) if way else ""))
        if file is not None:
            yield file, join(way[-1][1], name)


def keep_owners(catalog: Catalog, found: Sequence[tuple[int, str]]) -> None:
    """Store the security identifiers of some files' owners."""
    with catalog.writing():
        known = {sid: id_of(catalog, sid) for sid in {sid for _file, sid in found}}
        catalog.run_many("UPDATE file SET owner = ? WHERE id = ?", [(known[sid], file) for file, sid in found])
