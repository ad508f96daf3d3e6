"""The proposal: parts, targets and placements."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog import bundles
from filrydd.catalog.connection import Catalog
from filrydd.layout import digest
from filrydd.model.department import Part


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an area goes: site, library, and the folder in it."""

    department: str
    site: str
    library: str
    folder: str


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A present folder with what moves out of it: `moves` files, the longest of their names having `longest` characters."""

    id: int
    parent: int | None
    name: str
    path: str
    moves: int
    longest: int


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part as the proposal has it."""

    id: int
    name: str
    folder: int
    owner: str
    contact: str
    contact_email: str
    digest: str


def folders_with_moves(catalog: Catalog) -> Iterator[FolderRow]:
    """Present folders in preorder."""
    from filrydd.catalog.paths import folder_paths

    paths = folder_paths(catalog)
    rows = catalog.rows(
        "SELECT d.id, d.parent, d.name, COALESCE(m.moves, 0) AS moves, COALESCE(m.longest, 0) AS longest FROM folder d"
        " LEFT JOIN (SELECT f.folder, COUNT(*) AS moves, MAX(length(f.name)) AS longest FROM file f"
        "  JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule WHERE f.gone IS NULL AND r.fate = 'move'"
        "  GROUP BY f.folder) m ON m.folder = d.id WHERE d.gone IS NULL ORDER BY d.lo"
    )
    for row in rows:
        yield FolderRow(row["id"], row["parent"], row["name"], paths[row["id"]], row["moves"], row["longest"])


def moving_files(catalog: Catalog) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """For each folder, in preorder, the files (id, name) that move out of it."""
    rows = catalog.rows(
        "SELECT f.folder, f.id, f.name FROM folder d JOIN file f ON f.folder = d.id JOIN ruling g ON g.file = f.id"
        " JOIN rule r ON r.id = g.rule WHERE f.gone IS NULL AND r.fate = 'move' ORDER BY d.lo, f.name"
    )
    folder, files = 0, list[tuple[int, str]]()
    for row in rows:
        if row["folder"] != folder:
            if files:
                yield folder, files
            folder, files = row["folder"], []
        files.append((row["id"], row["name"]))
    if files:
        yield folder, files


def stage(
    catalog: Catalog,
    targets: Iterable[tuple[int, int | None, str, str, Sequence[str]]],
    placements: Iterable[tuple[int, int, str | None, Sequence[str]]],
) -> None:
    """Put a proposal into TEMP tables: targets (folder, parent, name, path, rules), placements (file, target, name, rules)."""
    for table in ("new_target", "new_placement"):
        catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
    catalog.run("CREATE TEMP TABLE new_target (folder INTEGER PRIMARY KEY, parent INTEGER, name, path, rules)")
    catalog.run("CREATE TEMP TABLE new_placement (file INTEGER PRIMARY KEY, target INTEGER, name, rules)")
    catalog.run_many(
        "INSERT INTO temp.new_target VALUES (?, ?, ?, ?, ?)",
        ((folder, parent, name, path, " ".join(rules)) for folder, parent, name, path, rules in targets),
    )
    catalog.run_many(
        "INSERT INTO temp.new_placement VALUES (?, ?, ?, ?)",
        ((file, target, name, " ".join(rules)) for file, target, name, rules in placements),
    )


def publish(
    catalog: Catalog,
    destination: Destination,
    parts: Sequence[tuple[Part, int]],
    folder_parts: Sequence[tuple[int, str]],
    problems: Sequence[tuple[int, int | None, str, str]],
    now: int,
) -> str:
    """Make the staged proposal the area's; returns its digest.

    `parts` with the folder at their top, `folder_parts` (folder, part name) for every present folder, `problems` (folder,
    file or None, kind, detail).
    """
    with catalog.writing():
        run = catalog.run("INSERT INTO run (stage, begun, ended) VALUES ('propose', ?1, ?1)", (now,))
        for table, key in (("target", "folder"), ("placement", "file")):
            catalog.run(f"DELETE FROM {table} WHERE {key} NOT IN (SELECT {key} FROM temp.new_{table})")
            # Rows that stay as they are are not written again.
            catalog.run(
                f"INSERT OR REPLACE INTO {table} SELECT * FROM (SELECT * FROM temp.new_{table} EXCEPT SELECT * FROM {table})"
            )
            catalog.run(f"DROP TABLE temp.new_{table}")
        numbers = _publish_parts(catalog, parts)
        catalog.run("DELETE FROM folder_part")
        catalog.run_many(
            "INSERT INTO folder_part (folder, part) VALUES (?, ?)",
            [(folder, numbers[name]) for folder, name in folder_parts],
        )
        catalog.run("DELETE FROM problem")
        catalog.run_many(
            "INSERT INTO problem (part, folder, file, kind, detail)"
            " SELECT part, ?1, ?2, ?3, ?4 FROM folder_part WHERE folder = ?1",
            problems,
        )
        catalog.run(
            "INSERT OR REPLACE INTO proposal (one, digest, run, department, site, library, folder) VALUES (1, '', ?, ?, ?, ?, ?)",
            (run, destination.department, destination.site, destination.library, destination.folder),
        )
        part_digests = bundles.store(catalog)
        whole = digest.node(
            digest.bundle(()), [(name, bytes.fromhex(part_digests[number])) for name, number in numbers.items()]
        ).hex()
        catalog.run("UPDATE proposal SET digest = ?", (whole,))
        figures = {
            "digest": whole,
            "libraries": catalog.value("SELECT COUNT(*) > 0 FROM placement"),
            "folders": catalog.value("SELECT COUNT(*) FROM target"),
            "placements": catalog.value("SELECT COUNT(*) FROM placement"),
            "problems": catalog.value("SELECT COUNT(*) FROM problem"),
        }
        catalog.run_many(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('propose', ?, ?)", list(figures.items())
        )
    return whole


def _publish_parts(catalog: Catalog, parts: Sequence[tuple[Part, int]]) -> dict[str, int]:
    catalog.run("UPDATE part SET present = 0")
    catalog.run_many(
        "INSERT INTO part (name, folder, owner, owner_email, contact, contact_email, digest, present)"
        " VALUES (?, ?, ?, ?, ?, ?, '', 1) ON CONFLICT (name) DO UPDATE SET folder = excluded.folder,"
        " owner = excluded.owner, owner_email = excluded.owner_email, contact = excluded.contact,"
        " contact_email = excluded.contact_email, present = 1",
        [
            (part.name, folder, part.owner.name, part.owner.email, part.contact.name, part.contact.email)
            for part, folder in parts
        ],
    )
    return {row["name"]: row["id"] for row in catalog.rows("SELECT id, name FROM part WHERE present = 1 ORDER BY name")}


def parts(catalog: Catalog) -> list[PartRow]:
    """The parts of the present proposal, by name; none before there is one."""
    rows = catalog.rows(
        "SELECT id, name, folder, owner, contact, contact_email, digest FROM part WHERE present = 1 ORDER BY name"
    )
    return [PartRow(*row) for row in rows]


def destination(catalog: Catalog) -> Destination | None:
    """Where the present proposal goes; None before there is one."""
    row = catalog.row("SELECT department, site, library, folder FROM proposal")
    return None if row is None else Destination(*row)


def problems(catalog: Catalog, part: int | None = None) -> list[tuple[int, str, str]]:
    """Open problems: (folder, kind, detail)."""
    rows = catalog.rows("SELECT folder, kind, detail FROM problem WHERE ?1 IS NULL OR part = ?1 ORDER BY id", (part,))
    return [(row["folder"], row["kind"], row["detail"]) for row in rows]


def count_placements(catalog: Catalog) -> int:
    """How many files the proposal places."""
    return int(catalog.value("SELECT COUNT(*) FROM placement"))


def mended(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """Every name that the proposal changes: (old path, new name, rules)."""
    from filrydd.catalog.paths import folder_paths
    from filrydd.model import names

    paths = folder_paths(catalog)
    for row in catalog.rows("SELECT folder, name, rules FROM target WHERE rules <> '' ORDER BY folder"):
        yield paths[row["folder"]], row["name"], row["rules"]
    for row in catalog.rows(
        "SELECT f.folder, f.name, c.name AS new_name, c.rules FROM placement c JOIN file f ON f.id = c.file"
        " WHERE c.name IS NOT NULL ORDER BY f.id"
    ):
        yield names.join(paths[row["folder"]], row["name"]), row["new_name"], row["rules"]


def address(where: Destination, path: str) -> str:
    """A target's whole address as sign-offs keep it: site, library and path, each on a line."""
    return f"{where.site}\n{where.library}\n{path}"
