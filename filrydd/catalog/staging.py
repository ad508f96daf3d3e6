"""A proposal under way, in TEMP tables that hold up nobody: targets, decisions and a placement for every file that moves.

`new_target` and `new_decision` are filled from the structure; placements follow from which old folder's files lie where, and
only names that change are written one by one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog

# Ticks to the year, UTC; SQLite's own calendar.
_YEAR = "CAST(strftime('%Y', f.modified / 10000000, 'unixepoch') AS INTEGER)"
_MOVES = "JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule AND r.fate = 'move'"


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A new folder. `id` as `number_targets` gave it; `scope` None when it is open to those who open the folder above."""

    id: int
    library: int
    parent: int | None
    name: str
    path: str
    scope: int | None
    rules: Sequence[str]


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What becomes of an old folder; `target` of its own files, None when `years` tell (year -> target)."""

    folder: int
    choice: str
    why: str
    target: int | None
    years: Sequence[tuple[int, int]] = ()

    def places(self) -> Sequence[tuple[int, int]]:
        """Where files lie by the year of their last change: (year, target), year 0 for every year."""
        return self.years or ([] if self.target is None else [(0, self.target)])


class Addresses:
    """Numbers of targets by address: the same address has the same number in every proposal."""

    def __init__(self, catalog: Catalog) -> None:
        rows = catalog.rows("SELECT id, library, path FROM target")
        self._known = {(row["library"], row["path"]): row["id"] for row in rows}
        self._next = int(catalog.value("SELECT COALESCE(MAX(id), 0) + 1 FROM target"))

    def number(self, library: int, path: str) -> int:
        """The number of an address, a new one if it never was proposed."""
        found = self._known.get((library, path))
        if found is None:
            found = self._known[library, path] = self._next
            self._next += 1
        return found


def stage(
    catalog: Catalog,
    targets: Iterable[NewTarget],
    decisions: Iterable[NewDecision],
    classes: Iterator[tuple[int, int]],
) -> None:
    """Stage targets and decisions, and place every moving file where its folder's decision says.

    `classes`: (folder, access class) of every present folder.
    """
    for table, columns in (
        ("new_target", "id INTEGER PRIMARY KEY, library, parent, name, path, scope, rules"),
        ("new_decision", "folder INTEGER PRIMARY KEY, choice, why, target"),
        ("folder_class", "folder INTEGER PRIMARY KEY, access INTEGER"),
        ("new_place", "target INTEGER, folder INTEGER, year INTEGER, PRIMARY KEY (target, folder, year)"),
        ("new_placement", "file INTEGER PRIMARY KEY, target INTEGER, name, rules, of INTEGER, role"),
    ):
        catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
        catalog.run(f"CREATE TEMP TABLE {table} ({columns}){' WITHOUT ROWID' if table == 'new_place' else ''}")
    kept = list(decisions)
    with catalog.aside():
        catalog.run_many(
            "INSERT INTO temp.new_target VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((t.id, t.library, t.parent, t.name, t.path, t.scope, " ".join(t.rules)) for t in targets),
        )
        catalog.run_many(
            "INSERT INTO temp.new_decision VALUES (?, ?, ?, ?)", ((d.folder, d.choice, d.why, d.target) for d in kept)
        )
        catalog.run_many(
            "INSERT INTO temp.new_place VALUES (?, ?, ?)",
            ((target, d.folder, year) for d in kept for year, target in d.places()),
        )
        catalog.run_many("INSERT INTO temp.folder_class VALUES (?, ?)", classes)
        catalog.run(
            "INSERT INTO temp.new_placement SELECT f.id, p.target, NULL, '', NULL, '' FROM temp.new_place p"
            f" JOIN file f ON f.folder = p.folder AND f.gone IS NULL {_MOVES} WHERE p.year = 0 OR p.year = {_YEAR}"
            " ORDER BY f.id"
        )


def unplaced(catalog: Catalog) -> int:
    """Files that move and have no place yet: none, or the structure has forgotten a folder."""
    return int(
        catalog.value(
            f"SELECT COUNT(*) FROM file f {_MOVES} WHERE f.gone IS NULL"
            " AND f.id NOT IN (SELECT file FROM temp.new_placement)"
        )
    )


def join_copies(catalog: Catalog) -> int:
    """Give each copy the place of the file that it is a copy of, where both move; returns how many."""
    return _join(
        catalog,
        "copy",
        "SELECT x.file, MIN(x.other) FROM finding x WHERE x.stage = 'classify' AND x.kind = 'duplicate' AND x.closed IS NULL"
        " AND x.other IN (SELECT file FROM temp.new_placement) AND x.file IN (SELECT file FROM temp.new_placement)"
        " GROUP BY x.file",
    )


def join_versions(catalog: Catalog, most: int) -> int:
    """Make chains of at most `most` files one file with its history where all of it moves and nothing is to be kept for
    ever (Bevares); returns how many files become earlier versions."""
    chain = "SELECT x.file, x.other FROM finding x WHERE x.stage = 'classify' AND x.kind = 'older version' AND x.closed IS NULL"
    kept_for_ever = "SELECT g.file FROM ruling g JOIN rule r ON r.id = g.rule WHERE r.noark = 'Bevares'"
    return _join(
        catalog,
        "version",
        f"WITH chain (file, other) AS ({chain}), unfit (other) AS (SELECT other FROM chain"
        " WHERE file NOT IN (SELECT file FROM temp.new_placement) OR other NOT IN (SELECT file FROM temp.new_placement)"
        f" OR file IN ({kept_for_ever}) OR other IN ({kept_for_ever}) OR other IN (SELECT file FROM chain)"
        f" UNION SELECT other FROM chain GROUP BY other HAVING COUNT(*) >= {int(most)})"
        " SELECT file, other FROM chain WHERE other NOT IN (SELECT other FROM unfit)",
    )


def _join(catalog: Catalog, role: str, pairs: str) -> int:
    catalog.run("DROP TABLE IF EXISTS temp.joining")
    catalog.run("CREATE TEMP TABLE joining (file INTEGER PRIMARY KEY, other INTEGER)")
    catalog.run(f"INSERT INTO temp.joining {pairs}")
    # What leads elsewhere itself is followed no further: its own place is somebody else's.
    catalog.run(
        "DELETE FROM temp.joining WHERE file = other OR other IN (SELECT file FROM temp.joining)"
        " OR other IN (SELECT file FROM temp.new_placement WHERE role <> '')"
        " OR file IN (SELECT of FROM temp.new_placement WHERE of IS NOT NULL)"
    )
    # One place, one set of readers: a file never comes to lie where others can open it. Versions lie in one folder.
    same = "access" if role == "copy" else "folder"
    catalog.run(
        f"DELETE FROM temp.joining WHERE (SELECT c.{same} FROM file f JOIN temp.folder_class c ON c.folder = f.folder"
        f" WHERE f.id = joining.file) IS NOT (SELECT c.{same} FROM file f JOIN temp.folder_class c ON c.folder = f.folder"
        " WHERE f.id = joining.other)"
    )
    return catalog.change(
        "UPDATE temp.new_placement SET role = ?, of = j.other, target = o.target FROM temp.joining j"
        " JOIN temp.new_placement o ON o.file = j.other WHERE new_placement.file = j.file",
        (role,),
    )


def to_name(catalog: Catalog) -> Iterator[tuple[int, int, str]]:
    """Every file that gets an item of its own, grouped by target: (target, file, stored name)."""
    rows = catalog.rows(
        "SELECT p.target, f.id, f.name FROM temp.new_place p JOIN file f ON f.folder = p.folder"
        " JOIN temp.new_placement n ON n.file = f.id AND n.target = p.target AND n.role = '' ORDER BY p.target"
    )
    for row in rows:
        yield row[0], row[1], row[2]


def seniority(catalog: Catalog, file: int) -> tuple[int, ...]:
    """Which of two files with one name keeps it: the one created first, then the one in the folder that comes first in the
    tree. So the same area has the same names in any catalog."""
    row = catalog.row("SELECT f.created, d.lo FROM file f JOIN folder d ON d.id = f.folder WHERE f.id = ?", (file,))
    assert row is not None, "a file that is placed is there"
    return row[0], row[1], file


def name(catalog: Catalog, changed: Iterable[tuple[int, str, Sequence[str]]]) -> None:
    """Store the names that change: (file, new name, rules). Copies and earlier versions are called as what they joined."""
    catalog.run("DROP TABLE IF EXISTS temp.renamed")
    catalog.run("CREATE TEMP TABLE renamed (file INTEGER PRIMARY KEY, name, rules)")
    with catalog.aside():
        catalog.run_many(
            "INSERT INTO temp.renamed VALUES (?, ?, ?)", ((file, new, " ".join(rules)) for file, new, rules in changed)
        )
        catalog.run(
            "UPDATE temp.new_placement SET name = x.name, rules = x.rules FROM temp.renamed x WHERE x.file = new_placement.file"
        )
        catalog.run(
            "UPDATE temp.new_placement SET name = (SELECT COALESCE(o.name, f.name) FROM temp.new_placement o"
            " JOIN file f ON f.id = o.file WHERE o.file = new_placement.of) WHERE of IS NOT NULL"
        )
    catalog.run("DROP TABLE temp.renamed")


def long_when_synced(catalog: Catalog, room_left: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """The targets in which files have a longer name than a synchronised copy has room for (target, characters left), each
    with how many, most first."""
    catalog.run("DROP TABLE IF EXISTS temp.room_left")
    catalog.run("CREATE TEMP TABLE room_left (target INTEGER PRIMARY KEY, characters INTEGER)")
    with catalog.aside():
        catalog.run_many("INSERT INTO temp.room_left VALUES (?, ?)", room_left)
    rows = catalog.rows(
        "SELECT l.target, COUNT(*) AS files FROM temp.room_left l JOIN temp.new_placement n ON n.target = l.target"
        " JOIN file f ON f.id = n.file WHERE n.role = '' AND length(COALESCE(n.name, f.name)) > l.characters"
        " GROUP BY l.target ORDER BY 2 DESC, 1"
    )
    return [(row[0], row[1]) for row in rows]


def fullest(catalog: Catalog, over: int) -> list[tuple[int, int, int]]:
    """Targets with more than `over` files: (target, files, one of the old folders that they come from)."""
    rows = catalog.rows(
        "SELECT n.target, COUNT(*) AS files, MIN(f.folder) AS folder FROM temp.new_placement n JOIN file f ON f.id = n.file"
        " WHERE n.role = '' GROUP BY n.target HAVING COUNT(*) > ? ORDER BY 2 DESC, 1",
        (over,),
    )
    return [(row["target"], row["files"], row["folder"]) for row in rows]
