"""Links that lead out of an area, and what lies at a path that another area's documents point to."""

from collections.abc import Iterator
from typing import NamedTuple

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import find_file, find_folder, path_of_file, path_of_folder

_FATE = "(SELECT r.fate FROM ruling g JOIN rule r ON r.id = g.rule WHERE g.file = {file})"


class Leaving(NamedTuple):
    """A link to another place: the file that has it, its folder's path, its name, the kind and the target as it is written.
    `stays`: whether the file stays where it is."""

    file: int
    folder: str
    name: str
    kind: str
    target: str
    stays: bool


class Pointed(NamedTuple):
    """What lies at a path: as the catalog writes it, and whether it stays there. A folder never counts as staying."""

    path: str
    stays: bool


def leaving(catalog: Catalog, most: int) -> Iterator[Leaving]:
    """At most so many links of present files that lead out of the area, in the order of the tree."""
    folder, path = -1, ""
    for row in catalog.rows(
        f"SELECT l.file, f.folder, f.name, l.kind, l.target, COALESCE({_FATE.format(file='l.file')}, '') = 'hold' AS stays"
        " FROM folder d JOIN file f ON f.folder = d.id JOIN link l ON l.file = f.id"
        " WHERE f.gone IS NULL AND l.place = 'outside' ORDER BY d.lo, f.name, l.id LIMIT ?",
        (most,),
    ):
        if row["folder"] != folder:
            folder, path = row["folder"], path_of_folder(catalog, row["folder"])
        yield Leaving(row["file"], path, row["name"], row["kind"], row["target"], bool(row["stays"]))


def has_more(catalog: Catalog, most: int) -> bool:
    """Whether more links than that lead out of the area."""
    rows = "SELECT 1 FROM link l JOIN file f ON f.id = l.file WHERE f.gone IS NULL AND l.place = 'outside' LIMIT ?"
    return int(catalog.value(f"SELECT COUNT(*) FROM ({rows})", (most + 1,))) > most


def pointed(catalog: Catalog, path: str) -> Pointed | None:
    """What the last scan saw at a path, written in any case; None for nothing."""
    file = find_file(catalog, path)
    if file is not None and catalog.value("SELECT gone IS NULL FROM file WHERE id = ?", (file,)):
        return Pointed(
            path_of_file(catalog, file), catalog.value(f"SELECT {_FATE.format(file='?')}", (file,)) == "hold"
        )
    folder = find_folder(catalog, path)
    if folder is not None and catalog.value("SELECT gone IS NULL FROM folder WHERE id = ?", (folder,)):
        return Pointed(path_of_folder(catalog, folder) or "/", stays=False)
    return None


def only_read(catalog: Catalog) -> None:
    """Let nothing be written through this connection any more."""
    catalog.run("PRAGMA query_only=ON")
