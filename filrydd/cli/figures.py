"""Numbers, sizes and times in the reader's way."""

import humanize

from filrydd.lang import language
from filrydd.model import times

# A narrow no-break space between thousands, as Norwegian typography has it.
_THIN = "\u202f"


def number(count: int) -> str:
    """`1 204` in Norwegian, `1,204` in English."""
    written = humanize.intcomma(count)
    return written.replace(",", _THIN) if language() == "nb" else written


def size(count: int) -> str:
    """`1,2 GB` in Norwegian, `1.2 GB` in English; decimal units, as Windows and SharePoint call them."""
    written = humanize.naturalsize(count).replace("Bytes", "byte").replace("Byte", "byte")
    return written.replace(".", ",") if language() == "nb" else written


def moment(ticks: int) -> str:
    """`2026-11-23 18:30` in the machine's own time zone."""
    return times.to_datetime(ticks).astimezone().strftime("%Y-%m-%d %H:%M")
