"""A folder of a library as a visitor sees it; the folder at the top is the library's front page."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from filrydd.lang import _, figures
from filrydd.rehearsal.pages import access, channels, columns, library
from filrydd.rehearsal.pages.page import Block, Cell, Facts, Heading, Page, Pair, Table
from filrydd.rehearsal.pages.words import by, bytes_in_words, kind_of_file, moment_in_words, when
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.store import folders, glances
from filrydd.rehearsal.store import labels as kept
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

ON_A_PAGE = 100


def page(tenancy: Tenancy, drive: Drive, row: Row, after: str) -> Page:
    """What lies in a folder after the folded name `after`, and who can open it."""
    con = tenancy.store.read
    names = folders.names_to(con, row)
    where = crumbs(drive, names)
    here = access.address(drive, names)
    found = folders.children(con, row.id, after, ON_A_PAGE + 1)
    more = f"{here}?{urlencode({'after': found[ON_A_PAGE - 1][0]})}" if len(found) > ON_A_PAGE else ""
    warnings: list[str] = []
    teams: dict[str, str] = {}
    if not row.parent or len(names) == 1:
        try:
            teams = channels.folders_of(tenancy, drive)
        except Refused as refused:
            # What does not depend on that list is shown all the same.
            warnings.append(refused.message)
    contents = listing(tenancy, drive, [child for _fold, child in found[:ON_A_PAGE]], here, teams, more)
    blocks: list[Block] = [access.facts(tenancy, drive, row), contents]
    if row.parent:
        lead = _lead(row, teams.get(fold(row.name), "") if len(names) == 1 else "")
        blocks.append(_about(tenancy, row))
    else:
        lead = library.lead(tenancy, drive, row)
        blocks = [library.search(drive), *blocks, *library.facts(tenancy, drive)]
    return Page(names[-1] if names else drive.name, where[:-1], lead, tuple(warnings), tuple(blocks))


def crumbs(drive: Drive, names: Sequence[str]) -> tuple[Cell, ...]:
    """The way from all sites to what lies at a path in a library, which is the last step."""
    steps = [Cell(_("All sites"), "/"), Cell(drive.site.display or drive.site.path, f"/{quote(drive.site.path)}")]
    steps += [Cell(drive.name, access.address(drive, ()))]
    steps += [Cell(name, access.address(drive, names[:deep])) for deep, name in enumerate(names, 1)]
    return tuple(steps)


def listing(tenancy: Tenancy, drive: Drive, rows: Sequence[Row], here: str, teams: dict[str, str], more: str) -> Table:
    """The table of what lies in a folder, whose address is `here`; labels and columns have a place if one is filled."""
    filled = columns.filled(tenancy, drive, rows)
    own = glances.with_own_permissions(tenancy.store.read, rows)
    labelled = any(row.label or row.sensitivity for row in rows)
    headings = [
        Heading(_("Name")),
        Heading(_("Kind")),
        Heading(_("Who can open it")),
        Heading(_("Changed")),
        Heading(_("By")),
        *([Heading(_("Label"))] if labelled else []),
        Heading(_("Size"), number=True),
        Heading(_("Versions"), number=True),
        *(Heading(one.display, number=one.kind == "number") for one in filled.columns),
    ]
    cells = [
        (
            Cell(row.name, f"{here}/{quote(row.name, safe='')}", remark=state(row)),
            kind(row, teams.get(fold(row.name), "") if row.folder else ""),
            access.in_short(tenancy, drive, row, own=row.id in own),
            when(row.modified),
            Cell(by(row.editor)),
            *([label(row)] if labelled else []),
            Cell(bytes_in_words(row.size)),
            Cell("" if row.folder else figures.number(row.versions)),
            *filled.cells(row),
        )
        for row in rows
    ]
    return Table(_("What lies here"), tuple(headings), tuple(cells), empty=_("This folder is empty."), more=more)


def kind(row: Row, channel: str = "") -> Cell:
    """What something is, in words; a folder says how much lies in it, or whose files it has."""
    if row.package:
        return Cell(_("OneNote notebook"))
    if not row.folder:
        return Cell(kind_of_file(row.name))
    if channel:
        return Cell(_("Folder of a channel in Teams"), remark=channel)
    return Cell(_("Folder"), remark=_inside(row))


def _inside(row: Row) -> str:
    return _("holds {count}").format(count=figures.number(row.children)) if row.children else _("empty")


def label(row: Row) -> Cell:
    """The retention label of an item, and its sensitivity label below."""
    first, second = row.label or row.sensitivity, row.sensitivity if row.label else ""
    return Cell(first, remark=second)


def state(row: Row) -> str:
    """What keeps an item from being opened or changed; empty for most."""
    if row.malware:
        return _("Malware was found in it: it cannot be opened.")
    if row.holder:
        return _("In use: nobody else can change it.")
    return ""


def labels(tenancy: Tenancy, row: Row) -> list[Pair]:
    """The labels of an item as facts, and what they mean for it."""
    said: list[Pair] = []
    if row.label:
        applied = kept.of_item(tenancy.store.read, row)
        remark = ""
        if applied and applied.locked:
            remark = _("A record: its content cannot be changed, and it cannot be deleted.")
        elif applied and not applied.explicit:
            remark = _("It comes from the folder.")
        said.append((_("Label"), (Cell(row.label, remark=remark),)))
    if row.sensitivity:
        said.append((_("Sensitivity label"), (Cell(row.sensitivity),)))
    return said


def _lead(row: Row, channel: str) -> tuple[str, ...]:
    if channel:
        return (_("Here lie the files of a channel in Teams: they are seen there, too."),)
    return ()


def _about(tenancy: Tenancy, row: Row) -> Facts:
    return Facts(
        _("About the folder"),
        (
            (_("Size"), (Cell(bytes_in_words(row.size)),)),
            (_("In it"), (Cell(figures.number(row.children)),)),
            (_("Changed"), (Cell(moment_in_words(row.modified)),)),
            (_("By"), (Cell(by(row.editor)),)),
            *labels(tenancy, row),
        ),
    )
