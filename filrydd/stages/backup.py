"""backup: a verified copy of an area's catalog in another place."""

from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import backups, copies
from filrydd.catalog.backups import Backup
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


def run(work: Work, folder: Path | None = None, *, same_machine: bool = False) -> BackedUp:
    """Copy the catalog into a folder, or to where it was last copied.

    `same_machine`: somebody accepts that the folder lies on this machine. Raises NoBackup, BadUsage, DiskFull.
    """
    with work.catalog() as catalog:
        return copy(work, catalog, folder, same_machine=same_machine)


def copy(work: Work, catalog: Catalog, folder: Path | None = None, *, same_machine: bool = False) -> BackedUp:
    """The backup itself, for a stage that holds the area already."""
    if folder is None:
        last = backups.latest(catalog)
        if last is None:
            raise NoBackup(
                _("The catalog of {area} has no backup.").format(area=work.area),
                next=_("filrydd backup {area} FOLDER, in a folder on another machine").format(area=work.area),
            )
        folder, same_machine = last.place.parent, last.same_machine
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
    off_machine = is_on_network(folder)
    if not (off_machine or same_machine):
        # With the machine the former permissions of everything would be lost, and with them the way back.
        raise NoBackup(
            _("{folder} is on this machine's own disk. A backup is safe only on another machine.").format(
                folder=folder
            ),
            next=_(
                "Name a folder on the network. If that disk is safe: filrydd backup {area} FOLDER --same-machine"
            ).format(area=work.area),
        )
    place = folder.resolve() / f"{work.area}.db"
    digest = copies.write_copy(catalog, place)
    backups.remember(catalog, Backup(work.now(), place, digest, same_machine and not off_machine))
    return BackedUp(work.area, place, digest, off_machine)
