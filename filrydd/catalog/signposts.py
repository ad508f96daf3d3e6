"""Signposts: files of our own in a sealed area that say where everything is now.

A signpost is stored before it is put up, and known by its place, size and id; a scan leaves it out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog import new_folders
from filrydd.catalog.connection import Catalog
from filrydd.catalog.new_folders import NewFolder
from filrydd.catalog.paths import find_folder, folder_paths
from filrydd.model import names


@dataclass(frozen=True, slots=True)
class Signpost:
    """A file of ours: `path` in the area, `hash` its quickXorHash in base64, `file_id` None while it is only meant to be."""

    id: int
    path: str
    size: int
    hash: str
    file_id: int | None


def intend(catalog: Catalog, seal: int, path: str, size: int, hash: str, now: int) -> int:
    """Store, durably, that a signpost is about to be put up; returns its number."""
    with catalog.writing(durable=True):
        return catalog.run(
            "INSERT INTO signpost (seal, path, size, hash, put) VALUES (?, ?, ?, ?, ?)", (seal, path, size, hash, now)
        )


def stands(catalog: Catalog, signpost: int, file_id: int) -> None:
    """Store, durably, that it is there, and as which file."""
    with catalog.writing(durable=True):
        catalog.run("UPDATE signpost SET file_id = ? WHERE id = ?", (file_id, signpost))


def taken(catalog: Catalog, signpost: int, now: int) -> None:
    """Store, durably, that it is not there any more, or was never put up."""
    with catalog.writing(durable=True):
        catalog.run("UPDATE signpost SET taken = ? WHERE id = ?", (now, signpost))


def in_force(catalog: Catalog) -> list[Signpost]:
    """The signposts that are there, or may be, in the order in which they were put up: two or so for each top folder."""
    rows = catalog.rows("SELECT id, path, size, hash, file_id FROM signpost WHERE taken IS NULL ORDER BY id")
    return [Signpost(*row) for row in rows]


def leave_out(catalog: Catalog) -> None:
    """Take our signposts out of what the running scan saw. Only inside `writing`."""
    for signpost in in_force(catalog):
        above, name = names.split(signpost.path)
        folder = find_folder(catalog, above)
        catalog.run(
            "DELETE FROM seen_file WHERE folder IN (SELECT id FROM seen_folder WHERE known = ?) AND name = ? AND size = ?"
            " AND (?4 IS NULL OR file_id = ?4)",
            (folder, name, signpost.size, signpost.file_id),
        )


@dataclass(frozen=True, slots=True)
class TopFolder:
    """A top folder of the area (or the top itself, with the empty path): the new places of what lay in and under it, the
    nearest folder of each library that holds all of it, as addresses; `moved` files."""

    path: str
    moved: int
    places: tuple[str, ...]


def top_folders(catalog: Catalog) -> Iterator[TopFolder]:
    """The area's top and each folder in it from which something moved."""
    paths = folder_paths(catalog)
    known = new_folders.Known(catalog)
    tops = "SELECT id, lo, hi FROM folder WHERE gone IS NULL AND (parent IS NULL OR parent = 1) ORDER BY lo"
    for top in list(catalog.rows(tops)):
        rows = catalog.rows(
            "SELECT r.drive, r.parent, MIN(r.url) AS url, COUNT(*) AS files FROM folder d JOIN file f ON f.folder = d.id"
            " JOIN current_receipt r ON r.file = f.id WHERE d.lo BETWEEN ? AND ? AND f.gone IS NULL"
            " GROUP BY r.drive, r.parent ORDER BY r.drive",
            (top["lo"], top["hi"]),
        )
        moved = 0
        places: dict[str, list[NewFolder]] = {}
        for row in rows:
            moved += row["files"]
            places.setdefault(row["drive"], []).append(known.of(row["drive"], row["parent"], row["url"]))
        shared = [place.url for folders in places.values() if (place := new_folders.common(folders)) is not None]
        if moved:
            yield TopFolder(paths[top["id"]], moved, tuple(shared))
