"""Paths of entries, computed from the folders; the catalog keeps none per file."""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.model import names


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as the stages see it."""

    id: int
    folder: int
    name: str
    path: str
    size: int
    modified: int
    created: int
    file_id: int


def folder_paths(catalog: Catalog, *, gone: bool = False) -> dict[int, str]:
    """The path of every present folder by its id; with `gone`, of those too that are no longer there."""
    where = "" if gone else " WHERE gone IS NULL"
    above = {
        row["id"]: (row["parent"], row["name"]) for row in catalog.rows(f"SELECT id, parent, name FROM folder{where}")
    }
    paths: dict[int, str] = {}
    for folder in above:
        chain: list[int] = []
        step: int | None = folder
        while step is not None and step not in paths:
            chain.append(step)
            step = above[step][0]
        for link in reversed(chain):
            parent, name = above[link]
            paths[link] = "" if parent is None else names.join(paths[parent], name)
    return paths


def path_of_folder(catalog: Catalog, folder: int) -> str:
    """The path of one folder."""
    row = catalog.row(
        "WITH RECURSIVE up (id, parent, path) AS (SELECT id, parent, name FROM folder WHERE id = ?"
        " UNION ALL SELECT f.id, f.parent, f.name || '/' || up.path FROM folder f JOIN up ON f.id = up.parent"
        " WHERE f.parent IS NOT NULL) SELECT path FROM up ORDER BY length(path) DESC LIMIT 1",
        (folder,),
    )
    return "" if row is None else str(row["path"])


def path_of_file(catalog: Catalog, file: int) -> str:
    """The path of one file."""
    row = catalog.row("SELECT folder, name FROM file WHERE id = ?", (file,))
    if row is None:
        raise KeyError(file)
    return names.join(path_of_folder(catalog, row["folder"]), row["name"])


def find_folder(catalog: Catalog, path: str) -> int | None:
    """The folder at a path, gone ones included; exactly first, else by folded names when just one fits."""
    folder = 1 if catalog.value("SELECT 1 FROM folder WHERE id = 1") else None
    for name in path.split("/") if path else ():
        if folder is None:
            return None
        folder = _child(catalog, "folder", "parent", folder, name)
    return folder


def find_file(catalog: Catalog, path: str) -> int | None:
    """The file at a path, gone ones included; exactly first, else by folded names when just one fits."""
    above, name = names.split(path)
    folder = find_folder(catalog, above)
    return None if folder is None or not name else _child(catalog, "file", "folder", folder, name)


def is_present(catalog: Catalog, file: int) -> bool:
    """Whether the last scan saw the file."""
    return bool(catalog.value("SELECT gone IS NULL FROM file WHERE id = ?", (file,)))


def _child(catalog: Catalog, table: str, parent_column: str, parent: int, name: str) -> int | None:
    exact = catalog.value(f"SELECT id FROM {table} WHERE {parent_column} = ? AND name = ?", (parent, name))
    if exact is not None:
        return int(exact)
    wanted = names.fold(name)
    rows = catalog.rows(f"SELECT id, name FROM {table} WHERE {parent_column} = ?", (parent,))
    fitting = [row["id"] for row in rows if names.fold(row["name"]) == wanted]
    return int(fitting[0]) if len(fitting) == 1 else None


def files_by_folder(catalog: Catalog, condition: str = "1", values: tuple[object, ...] = ()) -> Iterator[FileRow]:
    """Present files in the order of the tree, streamed; `condition` is SQL of this room over `f` (file)."""
    paths = folder_paths(catalog)
    rows = catalog.rows(
        "SELECT f.id, f.folder, f.name, f.size, f.modified, f.created, f.file_id FROM folder d JOIN file f ON f.folder = d.id"
        f" WHERE d.gone IS NULL AND f.gone IS NULL AND ({condition}) ORDER BY d.lo, f.name",
        values,
    )
    for row in rows:
        path = names.join(paths[row["folder"]], row["name"])
        yield FileRow(
            row["id"], row["folder"], row["name"], path, row["size"], row["modified"], row["created"], row["file_id"]
        )
