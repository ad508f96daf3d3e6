"""Where a seal is tried out: one folder before the rest, and places all over the area once it stands."""

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.catalog.seals import Permission
from filrydd.model import names
from filrydd.model.entry import Kind


def folder_to_try(catalog: Catalog, seal: int) -> str:
    """The folder on which a seal is tried out: the first that holds a file and is not the top, else the top."""
    rows = catalog.rows("SELECT path FROM former_permission WHERE seal = ? AND kind = 'file' ORDER BY path", (seal,))
    return next((folder for row in rows if (folder := names.split(row["path"])[0])), "")


def in_folder(catalog: Catalog, seal: int, folder: str, most: int) -> list[Permission]:
    """The saved permissions of a folder and of up to `most` files in it."""
    first = f"{folder}/" if folder else ""
    rows = catalog.rows(
        "SELECT p.path, p.kind, d.content, s.content FROM former_permission p JOIN descriptor d ON d.id = p.descriptor"
        " JOIN descriptor s ON s.id = p.sealed WHERE p.seal = :seal AND (p.path = :folder OR (p.kind = 'file'"
        " AND p.path >= :first AND p.path < :last AND instr(substr(p.path, length(:first) + 1), '/') = 0))"
        " ORDER BY p.path LIMIT :most",
        {
            "seal": seal,
            "folder": folder,
            "first": first,
            "last": f"{folder}0" if folder else "\U0010ffff",
            "most": most + 1,
        },
    )
    return [Permission(row[0], Kind(row[1]), row[2], row[3]) for row in rows]


def spread(catalog: Catalog, folders: int, files: int) -> list[tuple[str, Kind]]:
    """The top, every top folder, and up to so many other folders and files, spread evenly over the area."""
    paths = folder_paths(catalog)
    count = max(1, len(paths) // max(1, folders))
    chosen: list[tuple[str, Kind]] = [
        (path, Kind.FOLDER)
        for number, path in enumerate(sorted(paths.values()))
        if "/" not in path or number % count == 0
    ]
    step = max(1, int(catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL")) // max(1, files))
    rows = catalog.rows(
        "SELECT folder, name FROM file WHERE gone IS NULL AND id % ? = 0 ORDER BY id LIMIT ?", (step, files)
    )
    chosen += [(names.join(paths[row["folder"]], row["name"]), Kind.FILE) for row in rows if row["folder"] in paths]
    return chosen
