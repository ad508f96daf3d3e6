"""Should more people be able to read this? Folders that hardly anybody can read, of whose content nothing speaks against it.

The question is only asked where every file that moves was read and nothing was found: where one was not read, nobody knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from filrydd.catalog import freezes, private_notices
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.people.audiences import Classes, classes
from filrydd.catalog.people.principals import shown_name
from filrydd.model import names
from filrydd.model.finding import Found, Outcome
from filrydd.model.rule import Predicate

MOST_READERS = 2
LEAST_FILES = 20
_TELLING = (Found.NUMBER, Found.NUMBER_IN_NAME, Found.PROTECTED)


@dataclass(frozen=True, slots=True)
class Question:
    """A folder that only `readers` can read, by name; `files` move out of it and the folders below."""

    folder: int
    path: str
    readers: tuple[str, ...]
    files: int


@dataclass(slots=True)
class _Folder:
    id: int
    parent: int | None
    lo: int
    hi: int
    files: int
    shut: bool


def questions(catalog: Catalog, private: Sequence[Predicate] = (), known: Classes | None = None) -> list[Question]:
    """The topmost folders to ask about, in the order of the tree: at most `MOST_READERS` persons can read each and all below
    it, and at least `LEAST_FILES` files move.

    Never one with a file that moves and was not read as it is now, or in which an identity number or a protection was found;
    nor with anything blocked, frozen or private in it or above: `private` are the policy's predicates for private places.
    `known`: the classes when they are worked out already.
    """
    found = known if known is not None else classes(catalog, stands_for={}, left_out=())
    people = {row[0]: row for row in catalog.rows("SELECT id, sid, name, kind FROM principal")}
    few = {
        number
        for number, readers in enumerate(found.readers)
        if 0 < len(readers) <= MOST_READERS and all(people[one]["kind"] == "user" for one in readers)
    }
    folders = _folders(catalog, private)
    files = {folder.id: folder.files for folder in folders}
    shut = {folder.id: folder.shut or found.of_folder(folder.id) not in few for folder in folders}
    # Children come after their parents, so from the end each is whole before it counts for the one above.
    for folder in reversed(folders):
        if folder.parent is not None and folder.parent in files:
            files[folder.parent] += files[folder.id]
            shut[folder.parent] |= shut[folder.id] or found.of_folder(folder.parent) != found.of_folder(folder.id)
    asked: list[Question] = []
    reach = -1
    for folder in folders:
        if folder.lo > reach and not shut[folder.id] and files[folder.id] >= LEAST_FILES:
            reach = folder.hi
            readers = (people[one] for one in found.readers[found.of_folder(folder.id)])
            shown = sorted(shown_name(row["sid"], row["name"], row["kind"]) for row in readers)
            asked.append(Question(folder.id, path_of_folder(catalog, folder.id), tuple(shown), files[folder.id]))
    return asked


def _folders(catalog: Catalog, private: Sequence[Predicate]) -> list[_Folder]:
    """Present folders in preorder, with the files that move right out of each, and whether one may not be asked about."""
    freezes.list_frozen(catalog)
    catalog.run("DROP TABLE IF EXISTS temp.telling")
    catalog.run("CREATE TEMP TABLE telling (file INTEGER PRIMARY KEY)")
    catalog.run(
        "INSERT OR IGNORE INTO temp.telling SELECT file FROM finding WHERE closed IS NULL AND file IS NOT NULL"
        f" AND kind IN ({', '.join('?' * len(_TELLING))})",
        [kind.value for kind in _TELLING],
    )
    rows = catalog.rows(
        "SELECT d.id, d.parent, d.name, d.lo, d.hi, COALESCE(c.files, 0) AS files, COALESCE(c.shut, 0) AS shut FROM folder d"
        " LEFT JOIN (SELECT f.folder, SUM(u.fate = 'move') AS files,"
        "  MAX(u.block OR z.file IS NOT NULL OR (u.fate = 'move' AND (e.file IS NULL OR t.file IS NOT NULL))) AS shut"
        "  FROM file f JOIN ruling r ON r.file = f.id JOIN rule u ON u.id = r.rule LEFT JOIN temp.frozen z ON z.file = f.id"
        "  LEFT JOIN temp.telling t ON t.file = f.id"
        "  LEFT JOIN examination e ON e.file = f.id AND e.outcome = ? AND e.size = f.size AND e.modified = f.modified"
        "  WHERE f.gone IS NULL GROUP BY f.folder) c ON c.folder = d.id WHERE d.gone IS NULL ORDER BY d.lo",
        (Outcome.READ.value,),
    )
    closed = {names.fold(row[0]) for row in catalog.rows("SELECT path FROM private_notice")}
    own = {one.folder for one in private_notices.folders(catalog, private)} if private else set()
    paths: dict[int, str] = {}
    inside: set[int] = set()
    found = []
    for row in rows:
        above = row["parent"]
        paths[row["id"]] = "" if above is None else names.join(paths.get(above, ""), names.fold(row["name"]))
        path = paths[row["id"]]
        if row["id"] in own or above in inside or path in closed:
            inside.add(row["id"])
        shut = bool(row["shut"]) or row["id"] in inside
        found.append(_Folder(row["id"], above, row["lo"], row["hi"], row["files"], shut))
    return found
