"""What the totals of an area are called, and why a place is one to begin with, in the language of the moment."""

from collections.abc import Mapping

from filrydd.catalog.insight.absentees import Owners
from filrydd.catalog.insight.beginnings import Kind, Place
from filrydd.catalog.insight.stored import AgeClass, SizeClass
from filrydd.lang import _, n_


def size_class(one: SizeClass) -> str:
    """`empty`, `up to 1 MB`, `more than 1 GB`."""
    return {
        0: _("empty"),
        100_000: _("up to 100 kB"),
        1_000_000: _("up to 1 MB"),
        10_000_000: _("up to 10 MB"),
        100_000_000: _("up to 100 MB"),
        1_000_000_000: _("up to 1 GB"),
        None: _("more than 1 GB"),
    }[one.up_to]


def age_class(one: AgeClass) -> str:
    """`less than 1 year ago`, `3 to 5 years ago`, `more than 15 years ago`."""
    if one.years is None:
        return _("in the future, by a wrong clock")
    if one.under is None:
        return _("more than {years} years ago").format(years=one.years)
    if one.years == 0:
        return _("less than 1 year ago")
    return _("{least} to {most} years ago").format(least=one.years, most=one.under)


def family(word: str) -> str:
    """What a family of files is called."""
    return {
        "documents": _("documents"),
        "spreadsheets": _("spreadsheets"),
        "presentations": _("presentations"),
        "mail": _("mail"),
        "images": _("images"),
        "video and audio": _("video and audio"),
        "archives": _("packed files and backups"),
        "databases": _("databases"),
        "drawings and maps": _("drawings and maps"),
        "programs": _("programs"),
        "temporary": _("temporary files"),
        "office lock": _("traces of open Office files (~$)"),
        "thumbnails": _("thumbnails (Thumbs.db)"),
        "mac": _("traces of a Mac (.DS_Store)"),
        "other": _("other"),
    }[word]


def owners(one: Owners) -> str:
    """What is known of owners in one state."""
    return {
        "": _("nobody could be asked who they are"),
        "disabled": _("their accounts are closed"),
        "vanished": _("their accounts are gone"),
    }[one.state]


def reason(place: Place, paths: Mapping[int, str]) -> str:
    """Why a place is worth a look, and what to look at: a sentence or two. `paths` has the folders by row."""
    if place.kind is Kind.UNTOUCHED:
        years = place.years or 0
        return n_(
            "Nothing has changed here for {count} year. Ask whether anybody needs it.",
            "Nothing has changed here for {count} years. Ask whether anybody needs it.",
            years,
        ).format(count=years)
    if place.kind is Kind.EMPTY:
        return n_(
            "{count} folder without any file. It can go.",
            "{count} folders without any file. They can go.",
            place.folders,
        ).format(count=place.folders)
    if place.kind is Kind.COPY:
        return _("The same files lie in {path}. Keep one of the two.").format(path=paths.get(place.other or 0, ""))
    if place.kind is Kind.BULKY:
        return _("Large files of one kind: {family}. Look at the largest first.").format(
            family=family(place.family or "other")
        )
    if place.kind is Kind.LEFTOVER:
        return _("Nearly all belongs to one person whose account is closed or gone. Ask who takes over.")
    return _("Files that programs left, or a folder for what shall go. Look, and delete.")
