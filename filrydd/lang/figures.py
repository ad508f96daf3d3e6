"""Numbers and sizes in the reader's way."""

import humanize

from filrydd.lang import language

# A narrow no-break space between thousands, as Norwegian typography has it; a no-break space before a unit.
_THIN, _FIRM = "\u202f", "\u00a0"


def number(count: int) -> str:
    """`1 204` in Norwegian, `1,204` in English."""
    written = humanize.intcomma(count)
    return written.replace(",", _THIN) if language() == "nb" else written


def size(count: int) -> str:
    """`1,2 GB` in Norwegian, `1.2 GB` in English; decimal units, as Windows and SharePoint call them."""
    written = humanize.naturalsize(count).replace(" ", _FIRM)
    if language() == "nb":
        return written.replace("Bytes", "byte").replace("Byte", "byte").replace(".", ",")
    return written.replace("Byte", "byte")


def seconds(count: float) -> str:
    """`3,2` in Norwegian, `3.2` in English."""
    written = f"{count:.1f}"
    return written.replace(".", ",") if language() == "nb" else written
