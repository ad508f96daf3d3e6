"""A page's content, before it is HTML."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from filrydd.lang import language

_THIN = "\u202f"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, and where it leads."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; figures stand to the right."""

    text: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page: a title, where it lies, and at most one table."""

    title: str
    crumbs: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    download: str = ""
    caption: str = ""
    headings: tuple[Heading, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    more: str = ""


def bytes_in_words(size: int) -> str:
    """`1,2 GB` (`1.2 GB` in English), in powers of 1000."""
    if size < 1000:
        return f"{size}{_THIN}B"
    units = ["kB", "MB", "GB", "TB"]
    amount = size / 1000
    while amount >= 999.95 and len(units) > 1:
        amount /= 1000
        del units[0]
    text = f"{amount:.1f}{_THIN}{units[0]}"
    return text.replace(".", ",") if language() == "nb" else text


def moment_in_words(seconds: int) -> str:
    """A moment in UTC, to the minute."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).strftime("%d.%m.%Y %H:%M UTC")
