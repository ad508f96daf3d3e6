"""Where an area lands: the libraries, and the folders that were made in them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog.bundles import access_of_targets
from filrydd.catalog.connection import Catalog
from filrydd.model.item import Drive


@dataclass(frozen=True, slots=True)
class Landed:
    """Where the area was uploaded to: `tenant` is `graph` or `rehearsal`, `address` the root of its API."""

    tenant: str
    address: str
    site: str
    drive: str


def landed(catalog: Catalog) -> Landed | None:
    """Where the area was uploaded to; None when it never was."""
    row = catalog.row("SELECT tenant, address, site, drive FROM destination")
    return None if row is None else Landed(*row)


def told(catalog: Catalog) -> list[str]:
    """The same as the ledger says it, so that nobody has the copies of the ledger looked for elsewhere."""
    where = landed(catalog)
    # A rehearsal tenant listens at another port each time.
    return [] if where is None else [where.tenant, where.address if where.tenant == "graph" else "", where.drive]


def drive(catalog: Catalog) -> str:
    """The id of the library that the area was uploaded to; empty when it never was."""
    where = landed(catalog)
    return where.drive if where else ""


def keep_destination(catalog: Catalog, tenant: str, address: str, site: str, drive: Drive) -> None:
    """Store where the area goes: the library that also holds the copies of its ledger."""
    with catalog.writing(durable=True):
        catalog.run(
            "INSERT OR REPLACE INTO destination (one, tenant, address, site, drive, root, path) VALUES (1, ?, ?, ?, ?, ?, ?)",
            (tenant, address, site, drive.id, drive.root, drive.path),
        )


def keep_landing(catalog: Catalog, library: int, drive: Drive) -> None:
    """Store which drive a library is; another one than before forgets the folders that were made in the old one."""
    with catalog.writing(durable=True):
        if catalog.value("SELECT drive FROM landing WHERE library = ?", (library,)) not in (None, drive.id):
            catalog.run("DELETE FROM made_folder WHERE target IN (SELECT id FROM target WHERE library = ?)", (library,))
        catalog.run(
            "INSERT OR REPLACE INTO landing (library, drive, root, path) VALUES (?, ?, ?, ?)",
            (library, drive.id, drive.root, drive.path),
        )


def drives(catalog: Catalog) -> list[str]:
    """The drives that the area was uploaded to."""
    return [row["drive"] for row in catalog.rows("SELECT DISTINCT drive FROM landing ORDER BY library")]


@dataclass(frozen=True, slots=True)
class TargetFolder:
    """A folder that the proposal needs; the one with the empty path is its library's root. `item` is its id when it was made
    already, with the scope `given` (a digest) as permissions of its own. `scope` (number) and `access` (its digest) are what
    it is to have, None and what holds there when it needs none of its own."""

    id: int
    library: int
    parent: int | None
    name: str
    path: str
    scope: int | None
    access: str
    item: str
    given: str


_FOLDERS = (
    "SELECT l.place, t.id, t.library, t.parent, t.name, t.path, t.scope, COALESCE(m.item, '') AS item,"
    " COALESCE(m.access, '') AS given FROM temp.level l JOIN target t ON t.id = l.target"
    " LEFT JOIN made_folder m ON m.target = t.id WHERE l.place > ? AND l.level = ? ORDER BY l.place LIMIT ?"
)


def target_folders(catalog: Catalog, most: int = 500) -> Iterator[list[TargetFolder]]:
    """Every folder of the proposal in batches of at most `most`, level by level: what lies above a batch came before it."""
    access = access_of_targets(catalog)
    catalog.run("DROP TABLE IF EXISTS temp.level")
    catalog.run("CREATE TEMP TABLE level (place INTEGER PRIMARY KEY, target INTEGER NOT NULL, level INTEGER NOT NULL)")
    catalog.run(
        "INSERT INTO temp.level (target, level) SELECT id, CASE WHEN path = '' THEN 0"
        " ELSE 1 + length(path) - length(replace(path, '/', '')) END AS deep FROM target WHERE present ORDER BY deep, id"
    )
    deepest = catalog.value("SELECT MAX(level) FROM temp.level")
    place = 0
    for level in range(0 if deepest is None else deepest + 1):
        # Each batch is read whole before anything is written, since writing goes on over the same connection.
        while rows := list(catalog.rows(_FOLDERS, (place, level, most))):
            yield [
                TargetFolder(
                    id=row["id"],
                    library=row["library"],
                    parent=row["parent"],
                    name=row["name"],
                    path=row["path"],
                    scope=row["scope"],
                    access=access.get(row["id"], ""),
                    item=row["item"],
                    given=row["given"],
                )
                for row in rows
            ]
            place = rows[-1]["place"]


def count_folders(catalog: Catalog) -> int:
    """How many folders the proposal needs, the libraries' roots counted."""
    return int(catalog.value("SELECT COUNT(*) FROM target WHERE present"))


def keep_folder(catalog: Catalog, folder: TargetFolder, item: str, given: str, *, found: bool = False) -> None:
    """Store that a target folder was made, and with which scope of its own; or that it was `found`, there before us.

    What was once said of the item holds: one that was made by us is not found there, though somebody put it back.
    """
    with catalog.writing(durable=True):
        catalog.run(
            "INSERT OR REPLACE INTO made_folder (target, item, path, access, found) SELECT :target, :item, :path, :given,"
            " COALESCE((SELECT MIN(found) FROM made_folder WHERE item = :item),"
            "  (SELECT MIN(found) FROM former_folder WHERE item = :item), :found)",
            {"target": folder.id, "item": item, "path": folder.path, "given": given, "found": found},
        )


@dataclass(frozen=True, slots=True)
class MadeFolder:
    """A target folder that was made: where it is."""

    target: int
    drive: str
    item: str


_MADE = (
    "SELECT t.id, l.drive, m.item FROM target t JOIN made_folder m ON m.target = t.id"
    " JOIN landing l ON l.library = t.library AND m.item <> l.root WHERE t.parent IS NOT NULL"
)


def needed_now(catalog: Catalog) -> list[MadeFolder]:
    """Made folders that something is to be put into now: files of the queue, and folders that are not there yet."""
    rows = catalog.rows(
        f"{_MADE} AND (t.id IN (SELECT c.target FROM temp.queue q JOIN placement c ON c.file = q.file)"
        " OR t.id IN (SELECT n.parent FROM target n WHERE n.present AND n.id NOT IN (SELECT target FROM made_folder)))"
        " ORDER BY t.id"
    )
    return [MadeFolder(*row) for row in rows]


def made_above(catalog: Catalog, target: int) -> MadeFolder | None:
    """The made folder that a target lies in; None where that is a library's root, or not made."""
    row = catalog.row(f"{_MADE} AND t.id = (SELECT parent FROM target WHERE id = ?)", (target,))
    return None if row is None else MadeFolder(*row)


def forget_folder(catalog: Catalog, gone: MadeFolder) -> None:
    """Store, durably, that somebody has deleted a folder, so that it is made anew; its former item is kept in mind."""
    with catalog.writing(durable=True):
        catalog.run(
            "INSERT OR IGNORE INTO former_folder (target, item, found)"
            " SELECT target, item, found FROM made_folder WHERE target = ? AND item = ?",
            (gone.target, gone.item),
        )
        catalog.run("DELETE FROM made_folder WHERE target = ? AND item = ?", (gone.target, gone.item))


NOT_MADE = "folder missing"
"""The kind of a finding about a new folder that could not be made, or not with its access."""


def replace_not_made(catalog: Catalog, found: Sequence[str], now: int) -> None:
    """Make these the findings about folders that could not be made: each a path in its library, and why."""
    with catalog.writing():
        catalog.run(
            "UPDATE finding SET closed = ? WHERE stage = 'upload' AND kind = ? AND closed IS NULL"
            " AND detail NOT IN (SELECT value FROM json_each(?))",
            (now, NOT_MADE, json.dumps(found)),
        )
        catalog.run_many(
            "INSERT INTO finding (stage, kind, detail, found) SELECT 'upload', ?1, ?2, ?3 WHERE NOT EXISTS"
            " (SELECT 1 FROM finding WHERE stage = 'upload' AND kind = ?1 AND detail = ?2 AND closed IS NULL)",
            [(NOT_MADE, one, now) for one in found],
        )


def have_files(catalog: Catalog) -> Iterator[int]:
    """The target folders that files are to lie in."""
    for row in catalog.rows("SELECT DISTINCT target FROM placement"):
        yield row["target"]


@dataclass(frozen=True, slots=True)
class WithReceipts:
    """A drive that files were sent to: `unmissed` of them has verification not found missing. `name` of its library."""

    drive: str
    root: str
    name: str
    files: int
    unmissed: int


def with_receipts(catalog: Catalog) -> list[WithReceipts]:
    """The drives that the area was sent to, as far as something lies there by its receipts."""
    rows = catalog.rows(
        "SELECT d.drive, d.root, l.name, COUNT(*) AS files, COUNT(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM finding x"
        "  WHERE x.file = r.file AND x.stage = 'verify' AND x.kind = 'missing' AND x.closed IS NULL)) AS unmissed"
        " FROM landing d JOIN library l ON l.id = d.library JOIN current_receipt r ON r.drive = d.drive"
        " GROUP BY d.library ORDER BY d.library"
    )
    return [WithReceipts(*row) for row in rows]
