"""A list that is no library, as a visitor sees it: its items with what its columns say."""

from urllib.parse import quote, urlencode

from filrydd.lang import _, figures
from filrydd.rehearsal.pages import columns
from filrydd.rehearsal.pages.page import Cell, Heading, Page, Table
from filrydd.rehearsal.pages.words import by, when
from filrydd.rehearsal.store import fields, folders
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

ON_A_PAGE = 100


def page(tenancy: Tenancy, drive: Drive, after: str) -> Page:
    """The items of a list after the folded name `after`."""
    con = tenancy.store.read
    found = folders.children(con, drive.root, after, ON_A_PAGE + 1)
    rows = [row for _fold, row in found[:ON_A_PAGE]]
    filled = columns.filled(tenancy, drive, rows, without=(fields.TITLE.name,))
    headings = (
        Heading(_("Title")),
        *(Heading(one.display, number=one.kind == "number") for one in filled.columns),
        Heading(_("Changed")),
        Heading(_("By")),
    )
    cells = tuple(
        (
            Cell(fields.title(con, row) or _("No. {number}").format(number=figures.number(row.number))),
            *filled.cells(row),
            when(row.modified),
            Cell(by(row.editor)),
        )
        for row in rows
    )
    more = f"/{quote(drive.path)}?{urlencode({'after': found[ON_A_PAGE - 1][0]})}" if len(found) > ON_A_PAGE else ""
    table = Table(_("What is in the list"), headings, cells, empty=_("This list is empty."), more=more)
    site = Cell(drive.site.display or drive.site.path, f"/{quote(drive.site.path)}")
    lead = (drive.description,) if drive.description else ()
    return Page(drive.name, (Cell(_("All sites"), "/"), site), lead, (), (table,))
