"""Who can open a folder or file, and what its columns say, in words."""

from filrydd.lang import _
from filrydd.rehearsal.store import fields, folders, permissions
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy


def notes(tenancy: Tenancy, drive: Drive, row: Row) -> tuple[str, ...]:
    """One sentence for readers, one for writers, one for where that was decided; and one for the columns that are filled."""
    con = tenancy.store.read
    found, place = permissions.effective(con, drive, row)
    people = [permission for permission in found if permission.kind != "application"]
    readers = sorted(permission.name for permission in people if permission.role == "read")
    writers = sorted(permission.name for permission in people if permission.role != "read")
    said = []
    if readers:
        said.append(_("Can read this: {names}.").format(names=", ".join(readers)))
    if writers:
        said.append(_("Can read and change this: {names}.").format(names=", ".join(writers)))
    if not people:
        said.append(_("Nobody can open this."))
    if place is None:
        said.append(_("The permissions are those of the site."))
    elif place.id == row.id:
        said.append(_("The permissions are its own."))
    else:
        said.append(
            _("The permissions are those of {folder}.").format(
                folder="/".join(folders.names_to(con, place)) or drive.name
            )
        )
    names = {column.name: column.display for column in fields.columns(con, drive)}
    filled = [f"{names[name]}: {value}" for name, value in fields.of_item(con, row).items()]
    if filled:
        said.append("; ".join(filled))
    return tuple(said)
