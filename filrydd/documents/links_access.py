"""Access databases: where linked tables have their data. Read from the raw bytes, as only Microsoft's engine knows the format.

MSysObjects holds the back end's path of each linked table as text: UTF-16, or one byte a letter where Access 2000 and later
compress it, and always so before (Jackcess and MDB Tools, "Jet 4 compressed Unicode").
"""

import re
from collections.abc import Iterator
from pathlib import Path

from filrydd.documents.links_paths import single

_PIECE = 8 << 20
_OVERLAP = 4_096
_MOST_READ = 512 << 20

# Only files that tables are linked to: a database names many others (libraries of its own code, documents in its rows).
_KINDS = "mdb|accdb|mde|accde|accdr|xlsx|xlsm|xlsb|xls|csv|txt|dbf"
_BEGINS = r"(?:[A-Za-z]:\\|\\\\[A-Za-z0-9])"
# A doubled backslash begins another path, which also keeps the search linear.
_LETTER = r"(?:[^\x00-\x1f\"<>|*?;:\\]|\\(?!\\))"
_NARROW = re.compile(rf"{_BEGINS}{_LETTER}{{1,255}}?\.(?:{_KINDS})(?![A-Za-z0-9])".encode("latin-1"), re.IGNORECASE)
_WIDE = re.compile(
    rb"(?:[A-Za-z]\x00:\x00\\\x00|\\\x00\\\x00[A-Za-z0-9]\x00)(?:(?:[^\x00-\x1f\"<>|*?;:\\]|\\(?!\x00\\))\x00){1,255}?\.\x00(?:"
    + "|".join(_KINDS.split("|")).encode("utf-16-le").replace(b"|\0", b"|")
    + rb")(?![A-Za-z0-9]\x00)",
    re.IGNORECASE,
)


def back_ends(path: Path) -> Iterator[str]:
    """The files that tables of a database may be linked to. Raises OSError."""
    told: set[str] = set()
    with path.open("rb") as file:
        before, left = b"", _MOST_READ
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            content = before + piece
            for found in places(content):
                if found not in told:
                    told.add(found)
                    yield found
            before = content[-_OVERLAP:]


def places(content: bytes) -> Iterator[str]:
    """The paths of data files in bytes of any format."""
    for found in _WIDE.finditer(content):
        yield single(found[0].decode("utf-16-le", "replace"))
    for found in _NARROW.finditer(content):
        yield single(found[0].decode("cp1252", "replace"))
