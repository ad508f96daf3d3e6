"""Links of old Office files (xls, doc, ppt): supporting workbooks ([MS-XLS] 2.4.271), fields of Word, macros."""

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import olefile
from olefile.olefile import OleFileError

from filrydd.documents import links_fields, links_macro
from filrydd.documents.comparison import NotReadable, Why
from filrydd.model.finding import Link

_BROKEN = (OleFileError, ValueError, IndexError, KeyError, TypeError, OverflowError, RecursionError, struct.error)
_LARGEST = 64 << 20
_SUPBOOK = 0x01AE
_ENCRYPTED = 0x002F
# What a virtual path begins with ([MS-XLS] 2.5.277), and its marks within: a separator, and up a folder.
_ENCODED, _VOLUME, _SAME_VOLUME, _TRANSFER, _STARTUP = (
    "\x01",
    "\x01\x01",
    "\x01\x02",
    "\x01\x05",
    ("\x06", "\x07", "\x08"),
)
_DOWN, _UP = "\x03", "\x04"


def in_compound(path: Path) -> Iterator[Link]:
    """The links in an old Office file. Raises NotReadable, OSError."""
    try:
        with path.open("rb") as file, olefile.OleFileIO(file) as ole:
            if ole.exists("EncryptedPackage"):
                raise NotReadable(path, Why.PROTECTED)
            for name in ("Workbook", "Book"):
                if ole.exists(name):
                    yield from (Link("workbook", book) for book in _supporting(_stream(ole, name)))
                    break
            if ole.exists("WordDocument"):
                yield from links_fields.in_old_text(_stream(ole, "WordDocument"))
            yield from (Link("macro", place) for place in links_macro.in_storages(ole))
    except _BROKEN as fault:
        raise NotReadable(path, Why.MALFORMED, str(fault)) from fault


def _stream(ole: olefile.OleFileIO, name: str) -> bytes:
    content: bytes = ole.openstream(name).read(_LARGEST)
    return content


def _supporting(stream: bytes) -> Iterator[str]:
    """The other workbooks that a workbook reads, of its globals. In a protected one they cannot be read."""
    records = io.BytesIO(stream)
    while len(header := records.read(4)) == 4:
        record, size = struct.unpack("<2H", header)
        data = records.read(size)
        if record == _ENCRYPTED:
            return
        if record == _SUPBOOK and len(data) > 5:
            _sheets, count = struct.unpack_from("<2H", data)
            if not 0 < count <= 0xFF:
                continue  # this workbook itself, or an add-in
            wide = data[4] & 1
            raw = data[5 : 5 + (count * 2 if wide else count)]
            if found := _path(raw.decode("utf-16-le" if wide else "latin-1", "replace")):
                yield found


def _path(virtual: str) -> str:
    """A virtual path as Windows writes it; empty for what is no file of people's: the web, DDE, this workbook."""
    if (
        virtual.startswith(_TRANSFER)
        or virtual in ("\0", " ", "\x01 ")
        or (_DOWN in virtual and virtual[:1] != _ENCODED)
    ):
        return ""
    begins, rest = "", virtual.removeprefix(_ENCODED)
    if virtual.startswith(_VOLUME):
        begins, rest = ("\\\\", virtual[3:]) if virtual[2:3] == "@" else (f"{virtual[2:3]}:\\", virtual[3:])
    elif virtual.startswith(_SAME_VOLUME):
        begins, rest = "\\", virtual[2:]
    elif rest.startswith(_STARTUP):
        return ""  # a folder of Excel's own
    return begins + rest.replace(_UP, "..\\").replace(_DOWN, "\\").replace("[", "").partition("]")[0]
