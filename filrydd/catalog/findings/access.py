"""Where permissions begin: in folders that were restricted, and wherever else the listing marks it."""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Scoped:
    """A folder that was given permissions of its own: `given` is the digest of the scope."""

    item: str
    drive: str
    path: str
    given: str


@dataclass(frozen=True, slots=True)
class Marked:
    """An item that should be as the folder above it, and at which the listing says that permissions begin. `file` is the one
    that it is the arrival of, None for a folder."""

    item: str
    drive: str
    parent: str
    file: int | None


def scoped(catalog: Catalog) -> list[Scoped]:
    """The restricted folders that are there. They are at most as many as a library has scopes (50,000)."""
    rows = catalog.rows(
        "SELECT p.item, l.drive, t.path, m.access FROM made_folder m JOIN temp.place p ON p.target = m.target"
        " JOIN target t ON t.id = m.target JOIN temp.listed l ON l.item = p.item WHERE m.access <> '' ORDER BY t.path"
    )
    return [Scoped(row["item"], row["drive"], row["path"], row["access"]) for row in rows]


def marked(catalog: Catalog) -> Iterator[list[Marked]]:
    """Marked items of ours that were not restricted, in batches."""
    catalog.run("CREATE INDEX IF NOT EXISTS temp.listed_shared ON listed (turn) WHERE shared")
    turn = 0
    while rows := list(
        catalog.rows(
            "SELECT l.turn, l.item, l.drive, l.parent, a.file FROM temp.listed l"
            " LEFT JOIN temp.arrival a ON a.file = (SELECT MIN(b.file) FROM temp.arrival b WHERE b.item = l.item)"
            " LEFT JOIN temp.place p ON p.item = l.item"
            " LEFT JOIN made_folder m ON m.target = p.target WHERE l.shared AND l.turn > ? AND l.parent <> ''"
            " AND COALESCE(m.access, '') = '' AND (a.file IS NOT NULL OR (p.item IS NOT NULL AND p.level > 0))"
            " ORDER BY l.turn LIMIT ?",
            (turn, _BATCH),
        )
    ):
        turn = rows[-1]["turn"]
        yield [Marked(row["item"], row["drive"], row["parent"], row["file"]) for row in rows]


def names_of(catalog: Catalog, entra_ids: set[str]) -> dict[str, str]:
    """What those of the Entra objects are called that are known here (lower-case id -> name)."""
    found = dict[str, str]()
    for id in sorted(entra_ids):
        name = catalog.value(
            "SELECT name FROM principal WHERE lower(entra_id) = ? AND name <> '' ORDER BY id LIMIT 1", (id,)
        )
        if name:
            found[id] = str(name)
    return found
