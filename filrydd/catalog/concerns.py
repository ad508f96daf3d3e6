"""What concerns personal data, some rows at a time: files with identity numbers, access that gets wider, private and
open folders.

Sums of it are kept (`tallies`); nothing here looks at every file, and no number is ever shown.
"""

from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.edits import Stored, said
from filrydd.catalog.paths import path_of_file, path_of_folder
from filrydd.catalog.people.principals import shown_name
from filrydd.catalog.tallies import About, Tally, read
from filrydd.model.finding import Found
from filrydd.model.structure import What

_OF_ACCESS = (What.OPEN, What.STANDS_FOR, What.LEAVE_OUT)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A file in which, or in whose name, an identity number was found. `part` is empty outside of every part."""

    file: int
    path: str
    part: str


@dataclass(frozen=True, slots=True)
class Widened:
    """People who can do more in the new place, in some folders of a part, `path` the first. `before` and `after` are
    "", "read" or "write"; `accepted` is the word of the edit that covers it, empty when nobody has accepted it; `names`
    are some of them."""

    part: str
    path: str
    folders: int
    files: int
    before: str
    after: str
    accepted: str
    people: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of which something was counted, and people: the owner of a private one, those who make it open."""

    path: str
    tally: Tally
    people: tuple[str, ...]


def numbered(catalog: Catalog, kind: Found, *, after: int = 0, most: int = 50) -> list[Numbered]:
    """Files with that finding, by number: those after the file `after`."""
    rows = catalog.rows(
        "SELECT DISTINCT x.file, COALESCE(q.name, '') AS part FROM finding x JOIN file f ON f.id = x.file"
        " LEFT JOIN folder_part p ON p.folder = f.folder LEFT JOIN part q ON q.id = p.part"
        " WHERE x.closed IS NULL AND x.kind = ? AND x.file > ? AND f.gone IS NULL ORDER BY x.file LIMIT ?",
        (kind, after, most),
    )
    return [Numbered(row["file"], path_of_file(catalog, row["file"]), row["part"]) for row in list(rows)]


_WIDER = "((s.before = '' AND s.after <> '') OR (s.before = 'read' AND s.after = 'write'))"


def widened(catalog: Catalog, *, after: int = 0, most: int = 50) -> tuple[int, list[Widened]]:
    """How many changes of access give more than before, and `most` of them after the first `after`."""
    count = int(catalog.value(f"SELECT COUNT(*) FROM access_shift s WHERE {_WIDER}"))
    rows = catalog.rows(
        f"SELECT s.*, q.name AS of_part FROM access_shift s JOIN part q ON q.id = s.part WHERE {_WIDER}"
        " ORDER BY s.accepted <> '', s.files DESC, s.id LIMIT ? OFFSET ?",
        (most, after),
    )
    return count, [
        Widened(
            row["of_part"],
            path_of_folder(catalog, row["folder"]),
            row["folders"],
            row["files"],
            row["before"],
            row["after"],
            row["accepted"],
            row["people"],
            tuple(row["names"].split("\n")),
        )
        for row in list(rows)
    ]


def accepted(catalog: Catalog) -> list[Stored]:
    """What people accepted by name about access and have not taken back, the newest first."""
    return [one for one in reversed(said(catalog)) if one.edit.what in _OF_ACCESS]


def places(catalog: Catalog, about: About, *, after: int = 0, most: int = 50) -> list[Place]:
    """Folders that were counted as private, or open, in their order: `most` after the first `after`."""
    return [
        Place(path_of_folder(catalog, int(one.word)), one, tuple(_called(catalog, number) for number in one.numbers))
        for one in read(catalog, about, after=after + (about is About.OPEN), most=most)
    ]


def absent(catalog: Catalog, *, after: int = 0, most: int = 50) -> list[tuple[str, str, Tally]]:
    """Owners whose accounts are disabled or gone, as (name, state, what is theirs), those with most files first."""
    states = {str(row["id"]): row["state"] for row in catalog.rows("SELECT id, state FROM principal WHERE state <> ''")}
    return [
        (_called(catalog, int(one.word)), states.get(one.word, ""), one)
        for one in read(catalog, About.ABSENT, after=after, most=most)
    ]


def _called(catalog: Catalog, principal: int) -> str:
    row = catalog.row("SELECT sid, name, kind FROM principal WHERE id = ?", (principal,))
    return "" if row is None else shown_name(row["sid"], row["name"], row["kind"])
