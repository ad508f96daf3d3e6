"""All sites, and one site with its lists and libraries."""

from urllib.parse import quote, urlencode

from filrydd.lang import _, figures
from filrydd.rehearsal.pages import access, channels
from filrydd.rehearsal.pages.page import Block, Cell, Facts, Heading, Page, Table
from filrydd.rehearsal.pages.words import bytes_in_words, when
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.store import folders, glances, permissions, sites
from filrydd.rehearsal.store.sites import LIBRARY, Drive, Site
from filrydd.rehearsal.tenancy import Tenancy

ON_A_PAGE = 100


def front(tenancy: Tenancy, after: str) -> Page:
    """All sites after the path `after`."""
    con = tenancy.store.read
    found = sites.sites_from(con, after, ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    rows = [
        (
            Cell(site.display or site.path, f"/{quote(site.path)}", remark=site.path if site.display else ""),
            Cell(figures.number(glances.lists(con, site))),
            Cell(_("made because somebody asked for it") if site.asked else _("there from the start")),
        )
        for site in shown
    ]
    table = Table(
        _("Sites of the rehearsal tenant"),
        (Heading(_("Site")), Heading(_("Lists and libraries"), number=True), Heading(_("Why it is here"))),
        tuple(rows),
        empty=_("There is no site yet."),
        more=f"/?{urlencode({'after': shown[-1].path})}" if len(found) > ON_A_PAGE else "",
    )
    lead = _("This is what the new place looks like after a rehearsal. Choose a site to see its libraries.")
    return Page(_("Sites"), lead=(lead,), blocks=(table,))


def site(tenancy: Tenancy, here: Site, after: str) -> Page:
    """One site: its libraries and lists after the first `after` of them, and who can open it."""
    con = tenancy.store.read
    there = sites.lists(con, here)
    skip = int(after) if after.isascii() and after.isdecimal() and len(after) < 6 else 0
    shown = there[skip : skip + ON_A_PAGE]
    warnings: tuple[str, ...] = ()
    teams: dict[str, str] = {}
    first = next((drive for drive in there if drive.template == LIBRARY), None)
    if first is not None:
        try:
            teams = channels.folders_of(tenancy, first)
        except Refused as refused:
            warnings = (refused.message,)
    table = Table(
        _("Libraries and lists of the site"),
        (
            Heading(_("Name")),
            Heading(_("Kind")),
            Heading(_("At the top"), number=True),
            Heading(_("Size"), number=True),
            Heading(_("Made")),
        ),
        tuple(_line(tenancy, drive, teams if drive is first else {}) for drive in shown),
        more=f"/{quote(here.path)}?{urlencode({'after': skip + ON_A_PAGE})}" if len(there) > skip + ON_A_PAGE else "",
    )
    lead = [here.description] if here.description else []
    if here.asked:
        lead.append(_("This site was made because somebody asked for it."))
    blocks: list[Block] = [table]
    if first is not None:
        blocks += [*_channels(tenancy, first, teams), _who(first)]
    return Page(here.display or here.path, (Cell(_("All sites"), "/"),), tuple(lead), warnings, tuple(blocks))


def _line(tenancy: Tenancy, drive: Drive, teams: dict[str, str]) -> tuple[Cell, ...]:
    root = folders.by_id(tenancy.store.read, drive, "root")
    library = drive.template == LIBRARY
    remark = ""
    if teams:
        remark = _("with channels of Teams: {count}").format(count=figures.number(len(teams)))
    return (
        Cell(drive.name, f"/{quote(drive.path)}", remark=drive.description),
        Cell(_("Document library") if library else _("List"), remark=remark),
        Cell(figures.number(root.children)),
        Cell(bytes_in_words(root.size) if library else ""),
        when(drive.made),
    )


def _channels(tenancy: Tenancy, drive: Drive, teams: dict[str, str]) -> list[Block]:
    """The folders of the channels that have one."""
    con = tenancy.store.read
    rows = []
    for folder, channel in list(teams.items())[:ON_A_PAGE]:
        row = folders.child(con, drive.root, folder)
        if row is not None:
            rows.append((Cell(channel), Cell(f"{drive.name}/{row.name}", access.address(drive, [row.name]))))
    if not rows:
        return []
    return [Table(_("Channels in Teams"), (Heading(_("Channel")), Heading(_("Its files"))), tuple(rows))]


def _who(drive: Drive) -> Facts:
    words = {
        "read": _("Can read"),
        "write": _("Can read and change"),
        "owner": _("Can do everything, and let others in"),
    }
    found = sorted(permissions.of_site(drive), key=lambda one: list(words).index(one.role))
    pairs = tuple((words[one.role], (Cell(one.name, remark=_("group")),)) for one in found)
    return Facts(_("Who can open the site"), pairs)


def missing() -> Page:
    """Where nothing is."""
    return Page(
        _("Nothing is here"),
        (Cell(_("All sites"), "/"),),
        (_("There is no site, folder or file at this address. Go back to all sites."),),
        status=404,
    )
