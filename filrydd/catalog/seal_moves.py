"""Entries that were made read-only and then moved: under their new path nothing is stored of them.

A handle from before the seal may still give an entry, or a whole folder, another name. A row of an entry that is gone keeps
the id that the server gave it, and that tells whose former permissions an entry has.
"""

import json
from collections.abc import Sequence

from filrydd.catalog import paths, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.seals import Permission
from filrydd.model.entry import Kind

_ROWS = {
    Kind.FOLDER: "SELECT id, file_id FROM folder WHERE file_id IN (SELECT value FROM json_each(?))",
    Kind.FILE: "SELECT id, file_id FROM file WHERE file_id IN (SELECT value FROM json_each(?))",
}


def formers(catalog: Catalog, seal: int, found: Sequence[Permission]) -> dict[str, bytes]:
    """The former permissions, by path, of those entries that this seal made read-only under another path. `found` has them
    with the permissions that they have now as `sealed`. One pass over all entries, for as many as are asked about."""
    former: dict[str, bytes] = {}
    for kind, asked in _ROWS.items():
        here = {_row(catalog, one.path, kind): one for one in found if one.kind is kind}
        ids = {_file_id(catalog, row, kind): (row, one) for row, one in here.items() if row is not None}
        ids.pop(0, None)  # a server that gives no ids
        for row in catalog.rows(asked, (json.dumps(list(ids)),)) if ids else ():
            now, one = ids[row["file_id"]]
            if row["id"] != now:
                old = paths.path_of_folder if kind is Kind.FOLDER else paths.path_of_file
                stored = _stored(catalog, seal, old(catalog, row["id"]), kind)
                if stored is not None and stored.sealed == one.sealed:
                    former[one.path] = stored.former
    return former


def is_any_unsaved(catalog: Catalog, seal: int) -> bool:
    """Whether the last scan saw an entry of which this seal has stored nothing."""
    return next(seals.unsaved(catalog, seal), None) is not None


def is_present(catalog: Catalog, path: str, kind: Kind) -> bool:
    """Whether the last scan saw an entry at that path, and nobody has retired it since."""
    row = _row(catalog, path, kind)
    table = "folder" if kind is Kind.FOLDER else "file"
    return row is not None and bool(catalog.value(f"SELECT gone IS NULL FROM {table} WHERE id = ?", (row,)))


def _row(catalog: Catalog, path: str, kind: Kind) -> int | None:
    return paths.find_folder(catalog, path) if kind is Kind.FOLDER else paths.find_file(catalog, path)


def _file_id(catalog: Catalog, row: int, kind: Kind) -> int:
    table = "folder" if kind is Kind.FOLDER else "file"
    return int(catalog.value(f"SELECT file_id FROM {table} WHERE id = ?", (row,)))


def _stored(catalog: Catalog, seal: int, path: str, kind: Kind) -> Permission | None:
    row = catalog.row(
        "SELECT d.content, s.content FROM former_permission p JOIN descriptor d ON d.id = p.descriptor"
        " JOIN descriptor s ON s.id = p.sealed WHERE p.seal = ? AND p.path = ? AND p.kind = ?",
        (seal, path, kind),
    )
    return None if row is None else Permission(path, kind, row[0], row[1])
