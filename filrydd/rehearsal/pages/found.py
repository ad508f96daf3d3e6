"""What a search in a library found: names, looked for on the tenant's side thread."""

import asyncio
from urllib.parse import urlencode

from filrydd.lang import _, figures
from filrydd.rehearsal.pages import access, library
from filrydd.rehearsal.pages.folder import crumbs, kind, state
from filrydd.rehearsal.pages.page import Cell, Heading, Page, Table
from filrydd.rehearsal.pages.words import by, bytes_in_words, when
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.store import folders, glances
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

LONGEST = 200
"""Characters of a question."""
ON_A_PAGE = 100
LOOKED_THROUGH = 100_000
"""Folders and files that one page looks through."""


async def page(tenancy: Tenancy, drive: Drive, words: str, after: str) -> Page:
    """The folders and files whose name holds all the words, after the change number `after`."""
    asked = words[:LONGEST].split()
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 16 else 0
    # Contents of a library by name have no index: it is done beside, so that nobody waits for it but who asked.
    rows, go_on = await asyncio.to_thread(
        glances.aside,
        glances.file_of(tenancy.store.read),
        lambda con: glances.look_through(con, drive, [fold(word) for word in asked], start, ON_A_PAGE, LOOKED_THROUGH),
    )
    more = ""
    if go_on:
        more = f"{access.address(drive, ())}?{urlencode({'q': ' '.join(asked), 'after': go_on})}"
    table = Table(
        _("Found: {count}").format(count=figures.number(len(rows))),
        (
            Heading(_("Name")),
            Heading(_("Folder")),
            Heading(_("Kind")),
            Heading(_("Changed")),
            Heading(_("By")),
            Heading(_("Size"), number=True),
        ),
        tuple(_line(tenancy, drive, row) for row in sorted(rows, key=lambda row: fold(row.name))),
        empty=_("Nothing so far has such a name.") if go_on else _("Nothing here has such a name."),
        more=more,
        remark=_("The library is large: this is what a first part of it holds. There may be more.") if go_on else "",
    )
    title = _("Find in {library}").format(library=drive.name)
    return Page(title, crumbs(drive, ()), (), (), (library.search(drive, " ".join(asked)), table))


def _line(tenancy: Tenancy, drive: Drive, row: Row) -> tuple[Cell, ...]:
    names = folders.names_to(tenancy.store.read, row)
    return (
        Cell(row.name, access.address(drive, names), remark=state(row)),
        Cell("/".join(names[:-1]) or drive.name, access.address(drive, names[:-1])),
        kind(row),
        when(row.modified),
        Cell(by(row.editor)),
        Cell(bytes_in_words(row.size)),
    )
