"""What a page says of single folders of the old and the new tree (`structures`), a bounded number at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import find_folder, path_of_folder
from filrydd.catalog.rulings import Total
from filrydd.catalog.structures import Tree, Trees
from filrydd.model import names
from filrydd.model.structure import Choice

_WAYS_TO, _WAYS_FROM = 3, 5
# As many values as every SQLite takes in one statement.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Spot:
    """A folder of the other tree by its number, and the path that people know it by."""

    id: int
    path: str


@dataclass(frozen=True, slots=True)
class Line:
    """A folder: `folders` and `total` are what lies below (of an old one, as far as it moves); `spots` where its files lie
    in the other tree, of `spread` such places.

    Of an old one `choice` and `why` are the decision's words, empty where there is none. Of a new one `rules` are the words
    for what was changed in its name, and `scope` the number of its own permissions, None when they are those of the folder
    above.
    """

    id: int
    name: str
    folders: int
    total: Total
    spots: tuple[Spot, ...]
    spread: int
    choice: str = ""
    why: str = ""
    rules: str = ""
    scope: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An old folder with a new one of its own."""

    folder: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Some of a folder's subfolders: `lines` from the `first` on, of `count`; out of `quiet` others nothing moves."""

    lines: tuple[Line, ...]
    first: int
    count: int
    quiet: int


def tops(catalog: Catalog, trees: Trees, tree: Tree) -> list[Line]:
    """The part's own folder, or its top in each library that it goes to, called by library and path."""
    if tree is trees.old:
        return _old_lines(catalog, trees, tree.tops())
    found = _new_lines(catalog, trees, tree.tops())
    return [replace(line, name=names.join(*address(catalog, line.id))) for line in found]


def lines(catalog: Catalog, trees: Trees, tree: Tree, ids: Sequence[int]) -> list[Line]:
    """Folders of one of the two trees, as lines in this order; those that the tree does not have are left out."""
    places = [place for folder in ids if (place := tree.place(folder)) is not None]
    return (_old_lines if tree is trees.old else _new_lines)(catalog, trees, places)


def children(
    catalog: Catalog,
    trees: Trees,
    tree: Tree,
    folder: int,
    *,
    first: int = 0,
    most: int = 100,
    around: int | None = None,
) -> Listed:
    """Subfolders of a folder of one of the two trees that have to do with what moves, by name: `most` of them from `first`,
    or the stretch of so many that the folder `around` is in."""
    place = tree.place(folder)
    if place is None:
        return Listed((), 0, 0, 0)
    below = tree.children(place)
    named = _names(catalog, "folder" if tree is trees.old else "target", folder)
    below.sort(key=lambda child: _order(named.get(int(tree.ids[child]), "")))
    if around is not None and (inside := tree.place(around)) in below:
        first = below.index(inside) // most * most
    first = first if 0 <= first < len(below) else 0
    found = (_old_lines if tree is trees.old else _new_lines)(catalog, trees, below[first : first + most])
    return Listed(tuple(found), first, len(below), tree.quiet(place))


def way(tree: Tree, folder: int | None) -> list[int]:
    """The folders from a top down to this one, itself included; empty for one that the tree does not have."""
    place = None if folder is None else tree.place(folder)
    return [] if place is None else [int(tree.ids[above]) for above in tree.way(place)]


def address(catalog: Catalog, target: int) -> tuple[str, str]:
    """A new folder's library and its path in it."""
    row = catalog.row(
        "SELECT l.name, t.path FROM target t JOIN library l ON l.id = t.library WHERE t.id = ?", (target,)
    )
    return ("", "") if row is None else (row["name"], row["path"])


def old_folder(catalog: Catalog, trees: Trees, folder: int) -> tuple[str, Line] | None:
    """An old folder's path and line; None for one that the part does not have."""
    place = trees.old.place(folder)
    return None if place is None else (path_of_folder(catalog, folder), _old_lines(catalog, trees, [place])[0])


def called(catalog: Catalog, table: Literal["folder", "target"], ids: Sequence[int]) -> dict[int, str]:
    """The names of old folders, or of targets. A top is called by its path, or its library."""
    if table == "folder":
        rows = _rows(catalog, "SELECT id, name FROM folder WHERE id", ids)
        return {id: row["name"] or "/" for id, row in rows.items()}
    sql = "SELECT t.id, t.name, l.name AS library FROM target t JOIN library l ON l.id = t.library WHERE t.id"
    return {id: row["name"] or row["library"] for id, row in _rows(catalog, sql, ids).items()}


def folders_called(catalog: Catalog, trees: Trees, words: str, most: int = 20) -> list[Found]:
    """Old folders that have a new folder of their own, by words of the new path or of the old name, or by the whole old
    path; those that are called exactly so alone. One more than `most` when there are more."""
    wanted = names.fold(names.tidy_path(words.strip()))
    whole = find_folder(catalog, names.tidy_path(words.strip())) if wanted else None
    exact, found = list[tuple[int, str, int]](), list[tuple[int, str, int]]()
    for row in catalog.rows(
        "SELECT x.folder, d.name, l.name AS library, t.path FROM decision x JOIN folder_part p ON p.folder = x.folder"
        " JOIN folder d ON d.id = x.folder JOIN target t ON t.id = x.target JOIN library l ON l.id = t.library"
        " WHERE p.part = ? AND x.choice <> ? AND t.present = 1",
        (trees.part.id, Choice.LIFT),
    ):
        new = names.join(row["library"], row["path"])
        hit = (len(new), new, row["folder"])
        if row["folder"] == whole or wanted in (names.fold(row["path"]), names.fold(new)):
            exact.append(hit)
        elif wanted in names.fold(new) or wanted in names.fold(row["name"]):
            found.append(hit)
    return [
        Found(folder, path_of_folder(catalog, folder), new) for _l, new, folder in sorted(exact or found)[: most + 1]
    ]


def _order(name: str) -> tuple[str, str]:
    return names.fold(name), name


def _names(catalog: Catalog, table: str, parent: int) -> dict[int, str]:
    rows = catalog.rows(f"SELECT id, name FROM {table} WHERE parent = ?", (parent,))
    return {row["id"]: row["name"] for row in rows}


def _old_lines(catalog: Catalog, trees: Trees, places: Sequence[int]) -> list[Line]:
    rows = _rows(
        catalog,
        "SELECT d.id, d.name, x.choice, x.why, x.target FROM folder d LEFT JOIN decision x ON x.folder = d.id WHERE d.id",
        [int(trees.old.ids[place]) for place in places],
    )
    lines = []
    for place in places:
        row = rows[int(trees.old.ids[place])]
        # What a lifted folder has lies where its files are; its decision names the folder above.
        own = None if row["target"] is None or row["choice"] == Choice.LIFT else trees.new.place(row["target"])
        spots = trees.old.elsewhere(place, trees.new, () if own is None else (own,))
        ids = [int(trees.new.ids[spot]) for spot in spots[:_WAYS_TO]]
        lines.append(
            Line(
                id=row["id"],
                name=row["name"],
                folders=trees.old.below(place),
                total=trees.old.total(place),
                spots=tuple(Spot(target, names.join(*address(catalog, target))) for target in ids),
                spread=len(spots),
                choice=row["choice"] or "",
                why=row["why"] or "",
            )
        )
    return lines


def _new_lines(catalog: Catalog, trees: Trees, places: Sequence[int]) -> list[Line]:
    rows = _rows(
        catalog,
        "SELECT t.id, t.name, t.rules, t.scope FROM target t WHERE t.id",
        [int(trees.new.ids[place]) for place in places],
    )
    lines = []
    for place in places:
        row = rows[int(trees.new.ids[place])]
        spots = trees.new.elsewhere(place, trees.old)
        ids = [int(trees.old.ids[spot]) for spot in spots[:_WAYS_FROM]]
        lines.append(
            Line(
                id=row["id"],
                name=row["name"],
                folders=trees.new.below(place),
                total=trees.new.total(place),
                spots=tuple(Spot(folder, path_of_folder(catalog, folder)) for folder in ids),
                spread=len(spots),
                rules=row["rules"],
                scope=row["scope"],
            )
        )
    return lines


def _rows(catalog: Catalog, sql: str, ids: Sequence[int]) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for some in _pieces(ids):
        marks = ", ".join("?" * len(some))
        found.update((row["id"], row) for row in catalog.rows(f"{sql} IN ({marks})", some))
    return found


def _pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
