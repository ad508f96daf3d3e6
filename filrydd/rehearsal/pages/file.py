"""A file as a visitor sees it, with its versions; and a OneNote notebook, which is opened as one thing."""

from urllib.parse import urlencode

from filrydd.lang import _, figures
from filrydd.rehearsal.calls.shapes import download_url
from filrydd.rehearsal.pages import access, columns
from filrydd.rehearsal.pages.folder import crumbs, kind, labels, state
from filrydd.rehearsal.pages.page import Block, Cell, Facts, Heading, Links, Page, Table
from filrydd.rehearsal.pages.words import by, bytes_in_words, moment_in_words, when
from filrydd.rehearsal.store import folders, glances
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

ON_A_PAGE = 100
_NO_LIMIT = 1 << 31


def page(tenancy: Tenancy, drive: Drive, row: Row, before: str) -> Page:
    """A file, and its versions below the number `before`."""
    names = folders.names_to(tenancy.store.read, row)
    blocks: list[Block] = []
    if not row.malware:
        blocks.append(Links((Cell(_("Download the file"), download_url(tenancy, row.blob, row.name)),)))
    blocks += [_about(tenancy, drive, row, names), access.facts(tenancy, drive, row)]
    blocks.append(_versions(tenancy, drive, row, names, before))
    warnings = (state(row),) if state(row) else ()
    return Page(row.name, crumbs(drive, names)[:-1], (), warnings, tuple(blocks))


def notebook(tenancy: Tenancy, drive: Drive, row: Row) -> Page:
    """A OneNote notebook: what lies in it is for OneNote, not for a visitor."""
    names = folders.names_to(tenancy.store.read, row)
    lead = (_("A OneNote notebook. SharePoint shows it as one document, and OneNote opens it."),)
    blocks = (_about(tenancy, drive, row, names), access.facts(tenancy, drive, row))
    return Page(row.name, crumbs(drive, names)[:-1], lead, (), blocks)


def _about(tenancy: Tenancy, drive: Drive, row: Row, names: list[str]) -> Facts:
    return Facts(
        _("About the notebook") if row.folder else _("About the file"),
        (
            (_("Kind"), (kind(row),)),
            (_("Size"), (Cell(bytes_in_words(row.size)),)),
            (_("Changed"), (Cell(moment_in_words(row.modified), remark=by(row.editor)),)),
            (_("Made"), (Cell(moment_in_words(row.created), remark=by(row.maker)),)),
            *labels(tenancy, row),
            *columns.of_one(tenancy, drive, row),
            (_("Address"), (Cell("/".join((drive.path, *names))),)),
        ),
    )


def _versions(tenancy: Tenancy, drive: Drive, row: Row, names: list[str], before: str) -> Table:
    below = int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else _NO_LIMIT
    found = glances.versions(tenancy.store.read, row, below, ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    more = ""
    if len(found) > ON_A_PAGE:
        more = f"{access.address(drive, names)}?{urlencode({'before': shown[-1].number})}"
    rows = [
        (
            Cell(f"{version.number}.0", remark=_("the newest one") if version.number == row.versions else ""),
            when(version.modified),
            Cell(by(version.editor)),
            Cell(bytes_in_words(version.size)),
            Cell("")
            if row.malware
            else Cell(
                _("Download {version}").format(version=f"{version.number}.0"),
                download_url(tenancy, version.blob, row.name),
            ),
        )
        for version in shown
    ]
    headings = (
        Heading(_("Version")),
        Heading(_("Changed")),
        Heading(_("By")),
        Heading(_("Size"), number=True),
        Heading(_("Content")),
    )
    remark = _("Versions so far: {count}. The newest one stands first.").format(count=figures.number(row.versions))
    return Table(_("Versions"), headings, tuple(rows), more=more, remark=remark)
