"""Compound files (doc, xls, ppt, msg, vsd ...; encrypted Office too): storages and streams in one file ([MS-CFB]).

SharePoint writes its properties into property-set streams at the root (names that begin with U+0005, [MS-OLEPS] 2.25).
Every other storage and stream stays as it is. Unused sectors and padding at the end are not content.
"""

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import olefile
from olefile.olefile import OleDirectoryEntry, OleFileError

from filrydd.documents.comparison import Comparison, NotReadable, Why, different, rewritten
from filrydd.documents.pieces import digest, pieces

MAGIC = olefile.MAGIC
_PROPERTY_SET = "\x05"
_PROPERTY_SET_BEGINS = b"\xfe\xff"  # its byte order mark ([MS-OLEPS] 2.21)
_BROKEN = (OleFileError, ValueError, IndexError, KeyError, TypeError, OverflowError, RecursionError, struct.error)
_RUN = 2048  # sectors that are read at once

Name = tuple[str, ...]


def compare(sent: Path, found: Path) -> Comparison:
    """`rewritten` when only property sets of the root differ. Raises NotReadable, OSError."""
    with _open(sent) as old, _open(found) as new:
        for name, part in old.parts.items():
            if name not in new.parts:
                return different(Why.PART_MISSING, _shown(name))
            if not _same(name, part, old, new) and not _is_sound_property(name, new):
                return different(Why.PART_DIFFERS, _shown(name))
        for name in sorted(new.parts.keys() - old.parts.keys()):
            if not _is_sound_property(name, new):
                return different(Why.PART_ADDED, _shown(name))
    return rewritten()


@dataclass(frozen=True, slots=True)
class _Part:
    """A storage (with the class that it says it is) or a stream (with its size in bytes and first sector)."""

    storage: bool
    class_id: str
    size: int
    start: int


class _Compound:
    """One open compound file; reading it raises NotReadable."""

    def __init__(self, path: Path, ole: olefile.OleFileIO) -> None:
        self.path = path
        self._ole = ole
        self._length = path.stat().st_size
        self.parts: dict[Name, _Part] = {}
        left: list[tuple[Name, OleDirectoryEntry]] = [((), ole.root)]
        while left:
            name, entry = left.pop()
            storage = entry.entry_type != olefile.STGTY_STREAM
            self.parts[name] = _Part(storage, entry.clsid, 0 if storage else entry.size, entry.isectStart)
            left.extend(((*name, kid.name), kid) for kid in entry.kids)

    def digest(self, name: Name) -> bytes:
        with _reading(self.path, _shown(name)):
            return digest(self._content(name))

    def begins(self, name: Name, start: bytes) -> bool:
        """Whether a stream begins so."""
        with _reading(self.path, _shown(name)):
            return not self.parts[name].storage and next(self._content(name), b"").startswith(start)

    def _content(self, name: Name) -> Iterator[bytes]:
        part = self.parts[name]
        if part.size > self._length:
            raise ValueError("larger than the whole file")
        if part.size < self._ole.minisectorcutoff:
            return pieces(self._ole.openstream(list(name)))
        return self._sectors(part)

    def _sectors(self, part: _Part) -> Iterator[bytes]:
        """A stream's bytes, run by run: sectors that follow each other in the chain mostly do so in the file too."""
        ole, left, sector = self._ole, part.size, part.start
        while left > 0:
            first, count = sector, 0
            while left > count * ole.sectorsize and count < _RUN and sector == first + count:
                count += 1
                sector = ole.fat[sector]
            wanted = min(left, count * ole.sectorsize)
            ole.fp.seek((first + 1) * ole.sectorsize)
            run = ole.fp.read(wanted)
            if len(run) != wanted:
                raise ValueError("cut short")
            left -= wanted
            yield run


@contextlib.contextmanager
def _open(path: Path) -> Iterator[_Compound]:
    with path.open("rb") as file:
        with _reading(path, ""):
            # Strict: a part that is there twice, or a chain that ends early, must not pass for a whole document.
            compound = _Compound(path, olefile.OleFileIO(file, raise_defects=olefile.DEFECT_INCORRECT))
        yield compound


@contextlib.contextmanager
def _reading(path: Path, part: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as fault:
        raise NotReadable(path, Why.MALFORMED, f"{part} {fault}".strip()) from fault


def _same(name: Name, part: _Part, old: _Compound, new: _Compound) -> bool:
    other = new.parts[name]
    if part.storage or other.storage:
        return (part.storage, part.class_id) == (other.storage, other.class_id)
    return part.size == other.size and old.digest(name) == new.digest(name)


def _is_sound_property(name: Name, new: _Compound) -> bool:
    """Whether a part is a property set of the whole document, and begins as one."""
    return len(name) == 1 and name[0].startswith(_PROPERTY_SET) and new.begins(name, _PROPERTY_SET_BEGINS)


def _shown(name: Name) -> str:
    return "/".join(name) or "/"
