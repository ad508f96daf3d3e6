"""A library's own facts: what it holds, which columns it has, how many versions it keeps."""

from filrydd.lang import _, figures
from filrydd.rehearsal.pages import access
from filrydd.rehearsal.pages import columns as said
from filrydd.rehearsal.pages.page import Block, Cell, Facts, Heading, Pair, Search, Table
from filrydd.rehearsal.pages.words import bytes_in_words, moment_in_words
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.store import columns, glances, version_limits
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

MANY = 50_000
"""Folders and files of a library are counted no further."""


def lead(tenancy: Tenancy, drive: Drive, root: Row) -> tuple[str, ...]:
    """What a library holds, in a sentence."""
    count = glances.how_many(tenancy.store.read, drive, MANY)
    size = bytes_in_words(root.size)
    if count is None:
        return (_("A large document library. Size: {size}.").format(size=size),)
    if not count:
        return (_("A document library. It is empty."),)
    said = _("A document library. Folders and files: {count}. Size: {size}.")
    return (said.format(count=figures.number(count), size=size),)


def search(drive: Drive, words: str = "") -> Search:
    """The form that looks for names in a library."""
    return Search(access.address(drive, ()), _("Find a folder or file in this library by its name"), _("Find"), words)


def facts(tenancy: Tenancy, drive: Drive) -> tuple[Block, ...]:
    """What is set for a library, and its columns."""
    con = tenancy.store.read
    kept = version_limits.of_drive(con, drive.id).kept
    about = Facts(
        _("About the library"),
        (
            (_("Versions of a file that are kept"), (Cell(_versions(kept)),)),
            *_default_label(tenancy, drive),
            (_("Made"), (Cell(moment_in_words(drive.made)),)),
            (_("Address"), (Cell(drive.path),)),
        ),
    )
    made = columns.columns(con, drive)
    table = Table(
        _("Columns of the library"),
        (Heading(_("Column")), Heading(_("What it holds"))),
        tuple((Cell(one.display), Cell(said.kind(one))) for one in made),
        empty=_("The library has no columns of its own."),
    )
    return about, table


def _default_label(tenancy: Tenancy, drive: Drive) -> tuple[Pair, ...]:
    try:
        label = tenancy.labels.default(drive)
    except Refused as refused:
        # The list of labels is wrong: that is told here, and the rest of the page is shown.
        return ((_("Sensitivity label of new files"), (Cell(refused.message),)),)
    return ((_("Sensitivity label of new files"), (Cell(label.name),)),) if label else ()


def _versions(kept: int) -> str:
    return figures.number(kept) if kept > 1 else _("the newest one only")
