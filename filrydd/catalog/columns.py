"""What is known of files that arrived, for the columns of the library that they lie in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.model import names


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file with an item of its own. `owner` as told; `created` and `modified` in ticks; `rule` and `noark` of its ruling;
    `lifted`: the names of old folders over it that have no folder any more, outermost first. `fields`: what was written last
    (a digest). `etag`: the item's then. `came`: when its item was first written to, in ticks. `run`: which one sent it."""

    receipt: int
    run: int
    drive: str
    item: str
    path: str
    owner: str
    created: int
    modified: int
    rule: str
    noark: str
    lifted: tuple[str, ...]
    fields: str
    etag: str
    came: int


def to_fill(catalog: Catalog) -> Iterator[list[Arrived]]:
    """Every arrived file that is the latest of its item, by folder, in the order of the tree."""
    folders = [
        row[0]
        for row in catalog.rows(
            "SELECT DISTINCT f.folder FROM current_receipt r JOIN file f ON f.id = r.file JOIN folder d ON d.id = f.folder"
            " ORDER BY d.lo"
        )
    ]
    for folder in folders:
        path, lifted = path_of_folder(catalog, folder), _lifted(catalog, folder)
        rows = catalog.rows(
            "SELECT r.id, r.run, r.drive, r.item, f.name, COALESCE(p.name, '') AS owner, f.created,"
            " r.source_modified AS modified, u.name AS rule, u.noark, r.fields, r.etag,"
            " (SELECT MIN(first.at) FROM receipt first WHERE first.item = r.item) AS came FROM file f"
            " JOIN current_receipt r ON r.file = f.id JOIN placement c ON c.file = f.id AND c.role = ''"
            " JOIN ruling g ON g.file = f.id JOIN rule u ON u.id = g.rule LEFT JOIN principal p ON p.id = f.owner"
            " WHERE f.folder = ? ORDER BY f.name",
            (folder,),
        )
        yield [
            Arrived(
                receipt=row["id"],
                run=row["run"],
                drive=row["drive"],
                item=row["item"],
                path=names.join(path, row["name"]),
                owner=row["owner"],
                created=row["created"],
                modified=row["modified"],
                rule=row["rule"],
                noark=row["noark"],
                lifted=lifted,
                fields=row["fields"],
                etag=row["etag"],
                came=row["came"],
            )
            for row in list(rows)
        ]


def _lifted(catalog: Catalog, folder: int) -> tuple[str, ...]:
    """The names of the folders from the top down to this one that have no folder of their own in the new structure."""
    rows = catalog.rows(
        "WITH RECURSIVE up (id, parent, name, depth) AS (SELECT id, parent, name, 0 FROM folder WHERE id = ?"
        " UNION ALL SELECT f.id, f.parent, f.name, up.depth + 1 FROM up JOIN folder f ON f.id = up.parent)"
        " SELECT up.name FROM up JOIN decision d ON d.folder = up.id WHERE d.choice IN ('lift', 'merge')"
        " ORDER BY up.depth DESC",
        (folder,),
    )
    return tuple(row["name"] for row in rows)


def keep_filled(catalog: Catalog, receipt: int, fields: str, etag: str) -> None:
    """Store what is in an item's columns now (a digest), and its eTag then; within a durable transaction."""
    catalog.run("INSERT OR REPLACE INTO filled (receipt, fields, etag) VALUES (?, ?, ?)", (receipt, fields, etag))


@dataclass(frozen=True, slots=True)
class Default:
    """What a library's columns say of a new file by themselves, for files that came at `since` (ticks) or later."""

    said: Mapping[str, str]
    since: int


def keep_defaults(catalog: Catalog, drive: str, said: Mapping[str, str], now: int) -> None:
    """Store, durably, what a library's columns say of a new file (name -> value), in place of what they said before."""
    with catalog.writing(durable=True):
        rows = catalog.rows("SELECT name, value FROM column_default WHERE drive = ?", (drive,))
        before = {row["name"]: row["value"] for row in rows}
        catalog.run_many(
            "DELETE FROM column_default WHERE drive = ? AND name = ?",
            [(drive, name) for name, value in before.items() if said.get(name) != value],
        )
        catalog.run_many(
            "INSERT INTO column_default VALUES (?, ?, ?, ?)",
            [(drive, name, value, now) for name, value in said.items() if before.get(name) != value],
        )


def defaults(catalog: Catalog) -> dict[str, Default]:
    """What the columns of each library say of a new file by themselves, by its drive."""
    found: dict[str, dict[str, str]] = {}
    since: dict[str, int] = {}
    for row in catalog.rows("SELECT drive, name, value, since FROM column_default"):
        found.setdefault(row["drive"], {})[row["name"]] = row["value"]
        since[row["drive"]] = max(since.get(row["drive"], 0), row["since"])
    return {drive: Default(said, since[drive]) for drive, said in found.items()}


def forget_defaults(catalog: Catalog, drive: str) -> None:
    """Store that a library's columns do not say by themselves what they were to say."""
    with catalog.writing(durable=True):
        catalog.run("DELETE FROM column_default WHERE drive = ?", (drive,))
