"""Where an area lands: the libraries, and the folders that were made in them."""

from collections.abc import Iterator
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


def target_folders(catalog: Catalog) -> Iterator[TargetFolder]:
    """Every folder of the proposal, parents first."""
    access = access_of_targets(catalog)
    for row in catalog.rows(
        "SELECT t.id, t.library, t.parent, t.name, t.path, t.scope, COALESCE(m.item, '') AS item,"
        " COALESCE(m.access, '') AS given FROM target t LEFT JOIN made_folder m ON m.target = t.id"
        " WHERE t.present ORDER BY length(t.path), t.id"
    ):
        yield TargetFolder(
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


def keep_folder(catalog: Catalog, folder: TargetFolder, item: str, given: str) -> None:
    """Store that a target folder was made, and with which scope of its own."""
    with catalog.writing(durable=True):
        catalog.run(
            "INSERT OR REPLACE INTO made_folder (target, item, path, access) VALUES (?, ?, ?, ?)",
            (folder.id, item, folder.path, given),
        )
