"""Where files point to: what that is in this area, who is pointed to, and what breaks when it moves.

`link` holds the targets as they are written in the files. `pointers` streams them, `place` settles what each is now, so that
it can be done again after every scan: a target may have come, gone or moved since.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_file, path_of_folder
from filrydd.model import names

INSIDE, OUTSIDE, MISSING, WEB = "inside", "outside", "missing", "web"

# A link inside the area breaks unless both ends stay where they are: the place that it names is emptied.
_BREAKS = (
    "(l.place = 'inside' AND NOT (l.to_file IS NOT NULL AND COALESCE((SELECT r.fate FROM ruling g JOIN rule r ON r.id = g.rule"
    " WHERE g.file = l.file), '') = 'hold' AND COALESCE((SELECT r.fate FROM ruling g JOIN rule r ON r.id = g.rule"
    " WHERE g.file = l.to_file), '') = 'hold'))"
)
_PRESENT = "link l JOIN file f ON f.id = l.file AND f.gone IS NULL"


class Pointer(NamedTuple):
    """A link as it is written: its number, the path of the folder in which the pointing file lies, and the target."""

    link: int
    folder: str
    target: str


class Placed(NamedTuple):
    """What a target is: `inside` with its path in the area, `outside`, or `web`."""

    link: int
    place: str
    path: str


class Group(NamedTuple):
    """Links of one kind to one kind of place: how many, in how many files, and how many of them break."""

    kind: str
    place: str
    links: int
    files: int
    breaks: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One link: the path of the pointing file, the target as written, and its path in the area (`""`: none there)."""

    file: str
    target: str
    to: str
    breaks: bool


def has_any(catalog: Catalog) -> bool:
    """Whether any file points anywhere, or was pointed to before."""
    return bool(
        catalog.value(
            "SELECT EXISTS (SELECT 1 FROM link)"
            " OR EXISTS (SELECT 1 FROM finding WHERE stage = 'examine' AND kind = 'linked' AND closed IS NULL)"
        )
    )


def pointers(catalog: Catalog) -> Iterator[Pointer]:
    """Every link, in the order of the tree; nothing may be written before the last."""
    folder, path = -1, ""
    for row in catalog.rows(
        "SELECT l.id, f.folder, l.target FROM folder d JOIN file f ON f.folder = d.id JOIN link l ON l.file = f.id"
        " WHERE f.gone IS NULL ORDER BY d.lo, f.name, l.id"
    ):
        if row["folder"] != folder:
            folder, path = row["folder"], path_of_folder(catalog, row["folder"])
        yield Pointer(row["id"], path, row["target"])


def place(catalog: Catalog, placed: Iterable[Placed], now: int) -> None:
    """Store what every link's target is now, and make those pointed to the open findings `linked`."""
    catalog.run("DROP TABLE IF EXISTS temp.placed")
    catalog.run("DROP TABLE IF EXISTS temp.there")
    catalog.run("CREATE TEMP TABLE placed (link INTEGER PRIMARY KEY, place TEXT NOT NULL, path TEXT)")
    catalog.run("CREATE TEMP TABLE there (path TEXT PRIMARY KEY, file INTEGER, folder INTEGER) WITHOUT ROWID")
    with catalog.aside():
        catalog.run_many(
            "INSERT INTO temp.placed VALUES (?, ?, ?)",
            ((one.link, one.place, names.fold(one.path) if one.place == INSIDE else None) for one in placed),
        )
        paths = catalog.rows("SELECT DISTINCT path FROM temp.placed WHERE path IS NOT NULL ORDER BY path")
        catalog.run_many("INSERT INTO temp.there VALUES (?, ?, ?)", _looked_up(catalog, (row["path"] for row in paths)))
    with catalog.writing():
        catalog.run(
            "UPDATE link SET place = iif(n.place = 'inside' AND n.file IS NULL AND n.folder IS NULL, 'missing', n.place),"
            " to_file = n.file, to_folder = n.folder FROM (SELECT p.link, p.place, t.file, t.folder FROM temp.placed p"
            "  LEFT JOIN temp.there t ON t.path = p.path) n WHERE n.link = link.id"
        )
        _note_linked(catalog, now)
    for table in ("placed", "there"):
        catalog.run(f"DROP TABLE temp.{table}")


def _looked_up(catalog: Catalog, paths: Iterable[str]) -> Iterator[tuple[str, int | None, int | None]]:
    """(path, file, folder) of folded paths that come in order; both None where nothing lies there.

    A name that two entries have when folded is the first one's: which of them is meant, no system says either."""
    tree = _Tree(catalog)
    for path in paths:
        above, _slash, name = path.rpartition("/")
        if not path:
            yield path, None, tree.top
            continue
        folder = tree.find(above)
        file = None if folder is None else tree.files(folder).get(name)
        below = None if folder is None or file is not None else tree.folders(folder).get(name)
        yield path, file, below


class _Tree:
    """Folders and files by folded names, one way down from the top at a time."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        found = catalog.value("SELECT id FROM folder WHERE parent IS NULL AND gone IS NULL")
        self.top: int | None = None if found is None else int(found)
        self._way: list[tuple[str, dict[str, int], int | None]] = []  # name, its siblings, its number
        self._last: dict[str, tuple[int, dict[str, int]]] = {}  # the listing asked for last, of each kind

    def find(self, path: str) -> int | None:
        """The folder at a folded path."""
        parts = path.split("/") if path else []
        same = 0
        while same < min(len(parts), len(self._way)) and self._way[same][0] == parts[same]:
            same += 1
        del self._way[same + 1 :]
        at = self._way[same - 1][2] if same else self.top
        for depth in range(same, len(parts)):
            # What is left of the way before shows another name in the same folder, whose listing is known.
            known = self._way.pop()[1] if depth < len(self._way) else None
            siblings = known if known is not None else self.folders(at) if at is not None else {}
            at = siblings.get(parts[depth])
            self._way.append((parts[depth], siblings, at))
        return at

    def folders(self, parent: int) -> dict[str, int]:
        """The folders in a folder."""
        return self._listed("SELECT id, name FROM folder WHERE parent = ? AND gone IS NULL ORDER BY name", parent)

    def files(self, folder: int) -> dict[str, int]:
        """The files in a folder."""
        return self._listed("SELECT id, name FROM file WHERE folder = ? AND gone IS NULL ORDER BY name", folder)

    def _listed(self, sql: str, place: int) -> dict[str, int]:
        known = self._last.get(sql)
        if known is None or known[0] != place:
            found: dict[str, int] = {}
            for row in self._catalog.rows(sql, (place,)):
                found.setdefault(names.fold(row["name"]), row["id"])
            known = self._last[sql] = place, found
        return known[1]


def _note_linked(catalog: Catalog, now: int) -> None:
    """Who is pointed to: one finding for each file, with how many point to it and one of them."""
    catalog.run("DROP TABLE IF EXISTS temp.linked")
    catalog.run(
        "CREATE TEMP TABLE linked AS SELECT l.to_file AS file, COUNT(DISTINCT l.file) || '' AS detail, MIN(l.file) AS other"
        f" FROM {_PRESENT} WHERE l.to_file IS NOT NULL AND l.to_file <> l.file GROUP BY l.to_file"
    )
    catalog.run("CREATE INDEX temp.linked_file ON linked (file)")
    catalog.run(
        "UPDATE finding SET closed = ? WHERE stage = 'examine' AND kind = 'linked' AND closed IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM temp.linked t WHERE (t.file, t.detail, t.other) = (finding.file, finding.detail, finding.other))",
        (now,),
    )
    catalog.run(
        "INSERT INTO finding (stage, file, kind, detail, other, found) SELECT 'examine', file, 'linked', detail, other, ?"
        " FROM temp.linked t WHERE NOT EXISTS (SELECT 1 FROM finding o WHERE o.stage = 'examine' AND o.kind = 'linked'"
        "  AND o.closed IS NULL AND o.file = t.file)",
        (now,),
    )
    catalog.run("DROP TABLE temp.linked")


def groups(catalog: Catalog) -> list[Group]:
    """The links by kind and place, those that break most first."""
    rows = catalog.rows(
        f"SELECT l.kind, l.place, COUNT(*), COUNT(DISTINCT l.file), SUM({_BREAKS}) AS breaks FROM {_PRESENT}"
        " GROUP BY l.kind, l.place ORDER BY breaks DESC, COUNT(*) DESC, l.kind, l.place"
    )
    return [Group(*row) for row in rows]


def samples(catalog: Catalog, group: Group, most: int) -> list[Sample]:
    """The first links of a group in the order of the tree, those that break before the others."""
    rows = list(
        catalog.rows(
            f"SELECT l.file, l.target, l.to_file, l.to_folder, {_BREAKS} AS breaks FROM {_PRESENT}"
            " JOIN folder d ON d.id = f.folder WHERE l.kind = ? AND l.place = ?"
            " ORDER BY breaks DESC, d.lo, f.name, l.id LIMIT ?",
            (group.kind, group.place, most),
        )
    )
    return [
        Sample(
            path_of_file(catalog, row["file"]),
            row["target"],
            _path_of(catalog, row["to_file"], row["to_folder"]),
            bool(row["breaks"]),
        )
        for row in rows
    ]


def _path_of(catalog: Catalog, file: int | None, folder: int | None) -> str:
    if file is not None:
        return path_of_file(catalog, file)
    return "" if folder is None else path_of_folder(catalog, folder) or "/"


def most_linked(catalog: Catalog, most: int) -> list[tuple[str, int]]:
    """The files that most files point to: path, and how many do."""
    rows = list(
        catalog.rows(
            f"SELECT l.to_file, COUNT(DISTINCT l.file) AS pointing FROM {_PRESENT} WHERE l.to_file IS NOT NULL"
            " AND l.to_file <> l.file GROUP BY l.to_file ORDER BY pointing DESC, l.to_file LIMIT ?",
            (most,),
        )
    )
    return [(path_of_file(catalog, row["to_file"]), row["pointing"]) for row in rows]


def count_pointing(catalog: Catalog) -> tuple[int, int]:
    """How many files point somewhere, and how many are pointed to."""
    row = catalog.row(
        f"SELECT COUNT(DISTINCT l.file), COUNT(DISTINCT l.to_file) FROM {_PRESENT} WHERE l.place <> 'web'"
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)
