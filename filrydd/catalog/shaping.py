"""What the programme is told of the old folders: what moves out of each, how full it is, and which names clash."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.model import names

_MOVES = "JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule AND r.fate = 'move'"
_YEAR = "CAST(strftime('%Y', f.modified / 10000000, 'unixepoch') AS INTEGER)"
# Only folders with so many files are asked for the years of their files.
FULL = 5_000


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A present folder with what moves directly out of it. `longest`: characters of the longest of their names."""

    id: int
    parent: int | None
    name: str
    moves: int
    bytes: int
    longest: int


def folders(catalog: Catalog) -> Iterator[FolderRow]:
    """Every present folder, in preorder."""
    rows = catalog.rows(
        "SELECT d.id, d.parent, d.name, COALESCE(m.moves, 0), COALESCE(m.bytes, 0), COALESCE(m.longest, 0) FROM folder d"
        " LEFT JOIN (SELECT f.folder, COUNT(*) AS moves, SUM(f.size) AS bytes, MAX(length(f.name)) AS longest FROM file f"
        f"  {_MOVES} WHERE f.gone IS NULL GROUP BY f.folder) m ON m.folder = d.id WHERE d.gone IS NULL ORDER BY d.lo"
    )
    for row in rows:
        yield FolderRow(*row)


def years(catalog: Catalog, also: Collection[int] = ()) -> dict[int, tuple[tuple[int, int], ...]]:
    """The years in which moving files of full folders, and of those in `also`, were last changed: {folder: ((year, files),
    ...)}."""
    catalog.run("DROP TABLE IF EXISTS temp.asked_years")
    catalog.run("CREATE TEMP TABLE asked_years (folder INTEGER PRIMARY KEY)")
    catalog.run_many("INSERT INTO temp.asked_years VALUES (?)", [(folder,) for folder in also])
    found: dict[int, list[tuple[int, int]]] = {}
    for row in catalog.rows(
        f"SELECT f.folder, {_YEAR} AS year, COUNT(*) AS files FROM file f {_MOVES} WHERE f.gone IS NULL AND f.folder IN"
        f" (SELECT f.folder FROM file f {_MOVES} WHERE f.gone IS NULL GROUP BY f.folder HAVING COUNT(*) > {FULL}"
        " UNION SELECT folder FROM temp.asked_years)"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    ):
        found.setdefault(row["folder"], []).append((row["year"], row["files"]))
    return {folder: tuple(of_folder) for folder, of_folder in found.items()}


def clashes(catalog: Catalog) -> dict[int, int]:
    """Of folders that say a year: how many of their files have the name of a file beside it, in another such folder of the
    same parent, or directly above. Names are compared as SQLite folds them (ASCII): this weighs, it decides no name."""
    rows = catalog.rows(
        "WITH year_folder AS MATERIALIZED (SELECT id, parent FROM folder WHERE gone IS NULL AND parent IS NOT NULL"
        "  AND (name GLOB '19[0-9][0-9]*' OR name GLOB '20[0-9][0-9]*')),"
        " named AS MATERIALIZED (SELECT y.parent AS above, y.id AS folder, lower(f.name) AS name FROM year_folder y"
        f"  JOIN file f ON f.folder = y.id {_MOVES} WHERE f.gone IS NULL"
        f"  UNION ALL SELECT f.folder, 0, lower(f.name) FROM file f {_MOVES} WHERE f.gone IS NULL"
        "  AND f.folder IN (SELECT parent FROM year_folder)),"
        " twice AS MATERIALIZED (SELECT above, name FROM named GROUP BY above, name HAVING COUNT(*) > 1)"
        " SELECT n.folder, COUNT(*) AS files FROM twice t JOIN named n ON n.above = t.above AND n.name = t.name"
        " WHERE n.folder > 0 GROUP BY n.folder"
    )
    return {row["folder"]: row["files"] for row in rows}


def peoples_names(catalog: Catalog) -> frozenset[str]:
    """The names of people whom the area knows, folded, as folders may be called: with and without the domain before it."""
    rows = catalog.rows("SELECT name FROM principal WHERE kind = 'user' AND name <> ''")
    return frozenset(names.fold(row["name"].rpartition("\\")[2]) for row in rows)


def source_and_identity(catalog: Catalog) -> tuple[str, str]:
    """Where the area was scanned from, and what tells the same folder under two names; empty when not known."""
    row = catalog.row("SELECT source, identity FROM area")
    return ("", "") if row is None else (row["source"], row["identity"])
