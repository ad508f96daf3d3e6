"""What of the proposal has not been sent yet, library by library."""

from dataclasses import dataclass

from filrydd.catalog.connection import Catalog


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A library of the proposal: how many files and bytes have no receipt for their present content, signed or not; copies share
    an item with another file, so they add nothing. `restricted`: it has a folder with permissions of its own."""

    library: int
    site: str
    name: str
    files: int
    bytes: int
    restricted: bool


def outstanding(catalog: Catalog) -> list[Outstanding]:
    """Each library that files of the present proposal go to, the area's own first; none before there is a proposal."""
    rows = catalog.rows(
        "SELECT l.id, l.site, l.name, COALESCE(q.files, 0) AS files, COALESCE(q.bytes, 0) AS bytes,"
        " EXISTS (SELECT 1 FROM target t WHERE t.library = l.id AND t.present AND t.scope IS NOT NULL) AS restricted"
        " FROM library l LEFT JOIN proposal p ON (p.site, p.library) = (l.site, l.name)"
        " LEFT JOIN (SELECT t.library, COUNT(*) AS files, SUM(f.size) AS bytes FROM placement c"
        " JOIN target t ON t.id = c.target JOIN file f ON f.id = c.file LEFT JOIN current_receipt r ON r.file = f.id"
        " WHERE c.role IN ('', 'version') AND f.gone IS NULL"
        " AND (r.id IS NULL OR (r.source_size, r.source_modified) IS NOT (f.size, f.modified))"
        " GROUP BY t.library) q ON q.library = l.id"
        " WHERE l.id IN (SELECT library FROM target WHERE present = 1) ORDER BY p.one IS NULL, l.id"
    )
    return [
        Outstanding(row["id"], row["site"], row["name"], row["files"], row["bytes"], bool(row["restricted"]))
        for row in rows
    ]
