"""Where an area lands: the library, and the folders that were made in it."""

from collections.abc import Iterator
from dataclasses import dataclass

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
    """Store where the area goes; a change of library forgets the folders that were made in the old one."""
    with catalog.writing(durable=True):
        if catalog.value("SELECT drive FROM destination") not in (None, drive.id):
            catalog.run("DELETE FROM made_folder")
        catalog.run(
            "INSERT OR REPLACE INTO destination (one, tenant, address, site, drive, root, path) VALUES (1, ?, ?, ?, ?, ?, ?)",
            (tenant, address, site, drive.id, drive.root, drive.path),
        )


@dataclass(frozen=True, slots=True)
class TargetFolder:
    """A folder that the proposal needs in the library; `item` is its id when it was made already."""

    folder: int
    parent: int | None
    name: str
    path: str
    item: str


def target_folders(catalog: Catalog) -> Iterator[TargetFolder]:
    """Every folder of the proposal, parents first."""
    for row in catalog.rows(
        "SELECT t.folder, t.parent, t.name, t.path, COALESCE(m.item, '') AS item FROM target t"
        " LEFT JOIN made_folder m ON m.target = t.folder AND m.path = t.path ORDER BY length(t.path), t.folder"
    ):
        yield TargetFolder(*row)


def keep_folder(catalog: Catalog, target: int, path: str, item: str) -> None:
    """Store that a target folder was made; 0 is the proposal's own folder in the library."""
    with catalog.writing(durable=True):
        catalog.run("INSERT OR REPLACE INTO made_folder (target, item, path) VALUES (?, ?, ?)", (target, item, path))


def made_folder(catalog: Catalog, target: int, path: str) -> str:
    """The item id of a folder that was made; empty when it was not."""
    return str(catalog.value("SELECT item FROM made_folder WHERE target = ? AND path = ?", (target, path)) or "")
