"""Entries at an old path: the one that is written just so, else all whose names are the same but for case, since on some servers
such stand side by side."""

from collections.abc import Sequence

from filrydd.catalog.connection import Catalog
from filrydd.catalog.searching.index import Index
from filrydd.catalog.searching.words import INSIDE, whole
from filrydd.model.names import fold, stored

MOST_AT_ONE_PATH = 20
# So many names of a folder are compared; the index knows those of fuller ones.
_MOST_COMPARED = 2_000


def at_path(catalog: Catalog, index: Index | None, segments: Sequence[str]) -> tuple[list[int], list[int]]:
    """The folders and the files at a path below the area's top, gone ones included.

    Without the index names in very full folders are found only as they are written.
    """
    top = catalog.value("SELECT id FROM folder WHERE parent IS NULL ORDER BY id LIMIT 1")
    above = [] if top is None else [int(top)]
    if not segments:
        return above, []
    for name in segments[:-1]:
        above = [one for folder in above for one in _named(catalog, index, "folder", folder, name)][:MOST_AT_ONE_PATH]
    folders = [one for folder in above for one in _named(catalog, index, "folder", folder, segments[-1])]
    files = [one for folder in above for one in _named(catalog, index, "file", folder, segments[-1])]
    return folders[:MOST_AT_ONE_PATH], files[:MOST_AT_ONE_PATH]


def _named(catalog: Catalog, index: Index | None, table: str, folder: int, name: str) -> list[int]:
    column = "parent" if table == "folder" else "folder"
    exact = catalog.value(f"SELECT id FROM {table} WHERE {column} = ? AND name = ?", (folder, stored(name)))
    if exact is not None:
        return [int(exact)]
    wanted = fold(stored(name))
    rows = list(catalog.rows(f"SELECT id, name FROM {table} WHERE {column} = ? LIMIT ?", (folder, _MOST_COMPARED + 1)))
    if len(rows) <= _MOST_COMPARED or index is None:
        return [row["id"] for row in rows if fold(row["name"]) == wanted]
    # The top has no number in the index.
    is_top = catalog.value("SELECT parent IS NULL FROM folder WHERE id = ?", (folder,))
    question = f'"{whole(stored(name))}"' + ("" if is_top else f' AND "{INSIDE}{folder}"')
    found = []
    for (number,) in index.rows(
        f"SELECT rowid FROM {table}_words WHERE {table}_words MATCH ? LIMIT ?", (question, _MOST_COMPARED)
    ):
        row = catalog.row(f"SELECT {column} AS above, name FROM {table} WHERE id = ?", (number,))
        if row is not None and row["above"] == folder and fold(row["name"]) == wanted:
            found.append(number)
    return found
