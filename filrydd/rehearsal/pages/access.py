"""Who can open a folder or file, in words."""

from collections.abc import Sequence
from urllib.parse import quote

from filrydd.lang import _, figures
from filrydd.rehearsal.pages.page import Cell, Facts, Pair
from filrydd.rehearsal.store import folders, permissions
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.permissions import Permission
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

MOST_NAMES = 100
"""Names on an item's own page; in a list it is `FEW_NAMES`."""
FEW_NAMES = 4


def facts(tenancy: Tenancy, drive: Drive, row: Row) -> Facts:
    """By what they may do, and where that was decided."""
    con = tenancy.store.read
    found, place = permissions.effective(con, drive, row)
    people = _people(found)
    pairs: list[Pair] = []
    for term, role in (
        (_("Can read"), "read"),
        (_("Can read and change"), "write"),
        (_("Can do everything, and let others in"), "owner"),
    ):
        names = sorted((one for one in people if one.role == role), key=lambda one: one.name)
        if names:
            pairs.append((term, _names(names, MOST_NAMES)))
    if not people:
        pairs.append((_("Can read"), (Cell(_("Nobody can open this.")),)))
    pairs.append((_("Decided by"), (_decided(tenancy, drive, row, place),)))
    return Facts(_("Who can open this"), tuple(pairs))


def in_short(tenancy: Tenancy, drive: Drive, row: Row, *, own: bool) -> Cell:
    """The same for an item in the list of its folder; `own`: it has permissions of its own."""
    if not own:
        return Cell(_("As this folder"))
    found, _place = permissions.effective(tenancy.store.read, drive, row)
    names = sorted(one.name for one in _people(found))
    if not names:
        return Cell(_("Nobody"), remark=_("decided here"))
    text = ", ".join(names[:FEW_NAMES])
    if len(names) > FEW_NAMES:
        text = _("{names}, and {count} more").format(names=text, count=figures.number(len(names) - FEW_NAMES))
    return Cell(text, remark=_("decided here"))


def _people(found: Sequence[Permission]) -> list[Permission]:
    # An application is nobody that a visitor would meet.
    return [permission for permission in found if permission.kind != "application"]


def _names(people: Sequence[Permission], most: int) -> tuple[Cell, ...]:
    groups = {"group", "siteGroup"}
    cells = [Cell(one.name, remark=_("group") if one.kind in groups else "") for one in people[:most]]
    if len(people) > most:
        cells.append(Cell(_("and {count} more").format(count=figures.number(len(people) - most))))
    return tuple(cells)


def _decided(tenancy: Tenancy, drive: Drive, row: Row, place: Row | None) -> Cell:
    if place is None:
        return Cell(_("the site {site}").format(site=drive.site.path), f"/{quote(drive.site.path)}")
    if place.id == row.id:
        return Cell(_("this folder itself") if row.folder else _("this file itself"))
    names = folders.names_to(tenancy.store.read, place)
    return Cell("/".join(names) or drive.name, address(drive, names))


def address(drive: Drive, names: Sequence[str]) -> str:
    """The address of what lies at a path in a library."""
    return "/".join((f"/{quote(drive.path)}", *(quote(name, safe="") for name in names)))
