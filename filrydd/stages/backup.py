"""backup: a verified copy of an area's catalog in another place."""

from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import copies, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.place import is_on_network
from filrydd.errors import BadUsage, NoBackup
from filrydd.lang import _
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Where the copy is, its SHA-256, and whether that place is off this machine."""

    area: str
    path: Path
    digest: str
    off_machine: bool


def run(work: Work, folder: Path | None = None) -> BackedUp:
    """Copy the catalog into a folder, or to where it was last copied. Raises NoBackup, BadUsage, DiskFull."""
    with work.catalog() as catalog:
        return copy(work, catalog, folder)


def copy(work: Work, catalog: Catalog, folder: Path | None = None) -> BackedUp:
    """The backup itself, for a stage that holds the area already."""
    if folder is None:
        last = seals.latest_backup(catalog)
        if last is None:
            raise NoBackup(
                _("The catalog of {area} has no backup.").format(area=work.area),
                next=_("filrydd backup {area} FOLDER, in a folder on another machine").format(area=work.area),
            )
        folder = Path(last[1]).parent
    if folder.resolve().is_relative_to(work.workspace.resolve()):
        raise BadUsage(
            _("{folder} lies in the workspace; a backup must lie elsewhere.").format(folder=folder),
            next=f"filrydd backup {work.area} FOLDER",
        )
    if not folder.is_dir():
        raise NoBackup(
            _("The folder {folder} for the backup is not there.").format(folder=folder),
            next=_("Connect or make it, then run the same command again."),
        )
    place = folder.resolve() / f"{work.area}.db"
    digest = copies.write_copy(catalog, place)
    seals.remember_backup(catalog, str(place), digest, work.now())
    return BackedUp(work.area, place, digest, is_on_network(place.parent))
