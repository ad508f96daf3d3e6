"""What is known of entries that were found."""

from dataclasses import dataclass

from filrydd.catalog import rules
from filrydd.catalog.connection import Catalog
from filrydd.catalog.searching.index import Index
from filrydd.catalog.whereabouts import Whereabouts, whereabouts
from filrydd.model.rule import Rule

# Files of one folder whose places are looked at to say where most of them go.
_SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the new structure: the site's address, the library, and the path within it."""

    site: str
    library: str
    path: str


@dataclass(frozen=True, slots=True)
class File:
    """A file, gone or not. `rule` rules it now or was signed for it; `place` is where it goes as proposed; `joins` is the file
    that it is a copy or an earlier version (`role`) of."""

    id: int
    folder: int
    name: str
    size: int
    modified: int
    gone: bool
    known: Whereabouts
    rule: Rule | None
    place: Place | None
    role: str
    joins: int | None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, gone or not. `files` lie right in it, `is_counted` when these are all; `folders` are all below. `places` are
    where those of its files go that move, most first, with how many of the ones looked at."""

    id: int
    name: str
    modified: int
    gone: bool
    folders: int
    files: int
    is_counted: bool
    choice: str
    why: str
    places: tuple[tuple[Place, int], ...]


def file(catalog: Catalog, number: int) -> File | None:
    """What is known of a file; None when there is no such row."""
    row = catalog.row(
        "SELECT f.id, f.folder, f.name, f.size, f.modified, f.gone IS NOT NULL AS gone, COALESCE(g.rule, s.rule) AS rule,"
        " t.path, COALESCE(c.name, f.name) AS new_name, COALESCE(c.role, '') AS role, c.of, l.site, l.name AS library"
        " FROM file f LEFT JOIN ruling g ON g.file = f.id LEFT JOIN signed s ON s.file = f.id"
        " LEFT JOIN placement c ON c.file = f.id LEFT JOIN target t ON t.id = c.target LEFT JOIN library l ON l.id = t.library"
        " WHERE f.id = ?",
        (number,),
    )
    known = whereabouts(catalog, number)
    if row is None or known is None:
        return None
    return File(
        id=row["id"],
        folder=row["folder"],
        name=row["name"],
        size=row["size"],
        modified=row["modified"],
        gone=bool(row["gone"]),
        known=known,
        rule=None if row["rule"] is None else rules.stored(catalog, row["rule"]),
        place=None if row["path"] is None else _place(row["site"], row["library"], row["path"], row["new_name"]),
        role=row["role"],
        joins=row["of"],
    )


def folder(catalog: Catalog, number: int) -> Folder | None:
    """What is known of a folder; None when there is no such row."""
    row = catalog.row(
        "SELECT d.id, d.name, d.modified, d.gone IS NOT NULL AS gone, d.hi - d.lo AS below, COALESCE(c.choice, '') AS choice,"
        " COALESCE(c.why, '') AS why FROM folder d LEFT JOIN decision c ON c.folder = d.id WHERE d.id = ?",
        (number,),
    )
    if row is None:
        return None
    some = f"SELECT id FROM file WHERE folder = ?1 AND gone IS NULL LIMIT {_SAMPLE + 1}"
    files = int(catalog.value(f"SELECT COUNT(*) FROM ({some})", (number,)))
    places = catalog.rows(
        "SELECT l.site, l.name AS library, t.path, COUNT(*) AS files"
        f" FROM (SELECT id FROM file WHERE folder = ?1 LIMIT {_SAMPLE}) f JOIN placement c ON c.file = f.id"
        " JOIN target t ON t.id = c.target JOIN library l ON l.id = t.library"
        " WHERE c.role = '' GROUP BY t.id ORDER BY files DESC, t.path LIMIT 3",
        (number,),
    )
    return Folder(
        id=row["id"],
        name=row["name"],
        modified=row["modified"],
        gone=bool(row["gone"]),
        folders=0 if row["gone"] else row["below"],
        files=min(files, _SAMPLE),
        is_counted=files <= _SAMPLE,
        choice=row["choice"],
        why=row["why"],
        places=tuple((_place(one["site"], one["library"], one["path"]), one["files"]) for one in places),
    )


def became(catalog: Catalog, index: Index | None, number: int) -> list[int]:
    """The files that a file which moved within the area became; without the index none."""
    return [] if index is None else [row[0] for row in index.rows("SELECT new FROM became WHERE old = ?", (number,))]


def at_address(index: Index | None, digest: int, most: int) -> list[int]:
    """The files that went to an address of the new place."""
    if index is None:
        return []
    return [row[0] for row in index.rows("SELECT file FROM address WHERE digest = ? LIMIT ?", (digest, most))]


def _place(site: str, library: str, *path: str) -> Place:
    return Place(site, library, "/".join(filter(None, path)))
