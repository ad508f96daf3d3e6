"""A folder's pages as the walk's answer (`model.listed`).

One light run finds the folders and takes the digest; the files are taken apart only when somebody asks for them, and in
an untouched folder nobody does.
"""

import re
import struct
from codecs import utf_16_le_decode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from filrydd.model.entry import DIRECTORY, REPARSE_POINT, Kind, Reason
from filrydd.model.listed import Below, FileFacts, Snag
from filrydd.model.names import extension, folded_extensions, stored
from filrydd.model.times import FILETIME_OF_1970
from filrydd.sources.smb.folder import NOT_IN_A_NAME, escaped
from filrydd.sources.smb.page import kind_of
from filrydd.sources.smb.wire import BadAnswer

# FileIdFullDirectoryInformation ([MS-FSCC] 2.4.24), of which the first unpacks the offset of the next entry, attributes
# and the name's length; the second also created, modified, size, reparse tag and id.
_HEAD = struct.Struct("<I52xII")
_FACTS = struct.Struct("<I4xq8xq8xq8xIIIxxxxq")
_NAME = 80  # where the name begins
_NEXT = struct.Struct("<I")
_TIME = struct.Struct("<Q")
_DOT = bytes(52) + DIRECTORY.to_bytes(4, "little")
_DOTS = {b".\0": ".", b".\0.\0": ".."}
_FOLDER_OR_REPARSE = DIRECTORY | REPARSE_POINT
_LEADS_ELSEWHERE = re.compile(f"[{re.escape(NOT_IN_A_NAME)}]").search
_ODD_NAMES = frozenset({"", ".", ".."})


class Marked(NamedTuple):
    """An entry that is a folder or a reparse point; times in ticks. `wire` is the name as the server wrote it."""

    name: str
    wire: bytes
    kind: Kind
    tag: int
    modified: int
    created: int
    attributes: int
    file_id: int


class Folder:
    """The contract's Listed. `pages` are those that `looked_through` has gone over."""

    __slots__ = ("descriptor", "digest", "entries", "folders", "key", "names", "pages", "snags")

    def __init__(self, key: int, descriptor: bytes = b"") -> None:
        self.key = key
        self.descriptor = descriptor
        self.digest = b""
        self.entries = 0
        self.folders: Sequence[Below] = ()
        self.snags: list[Snag] = []
        self.names: set[str] = set()
        """Names that are taken: of folders and of what is neither folder nor file."""
        self.pages: Sequence[bytearray] = ()

    def files(self) -> Iterator[FileFacts]:
        key = self.key
        names = self.names
        facts, folded = _FACTS.unpack_from, folded_extensions
        for page in map(bytes, self.pages):
            rows: list[FileFacts] = []
            add = rows.append
            found: list[str] = []
            place, end, below_zero = 0, len(page), False
            while place < end:
                after, created, modified, size, attributes, length, tag, number = facts(page, place)
                if attributes & _FOLDER_OR_REPARSE and kind_of(attributes, tag) is not Kind.FILE:
                    place += after
                    continue
                start = place + _NAME
                name = utf_16_le_decode(page[start : start + length], "surrogatepass", True)[0]
                dot = name.rfind(".")
                if created < 0 or modified < 0 or size < 0:
                    below_zero = True
                add(
                    (
                        key,
                        name,
                        folded[name[dot + 1 :]] if dot > 0 else "",
                        size,
                        modified - FILETIME_OF_1970,
                        created - FILETIME_OF_1970,
                        attributes,
                        number,
                    )
                )
                found.append(name)
                place += after
            before = len(names)
            if below_zero or not _plain(found) or not names.isdisjoint(found):
                yield from self._mended(rows)
                continue
            names.update(found)
            if len(names) - before == len(found):
                yield from rows
            else:
                names.difference_update(found)
                yield from self._mended(rows)
        self.pages = ()

    def _mended(self, rows: Sequence[FileFacts]) -> Iterator[FileFacts]:
        """The same one by one, where a name or a fact is not what a share can have."""
        for key, name, _, size, modified, created, attributes, number in rows:
            bad = is_bad(name)
            kept = escaped(name) if bad else stored(name)
            if kept in self.names:
                self.snags.append(Snag(kept, Kind.FILE, Reason.FAULT, "the server listed this name twice"))
                continue
            self.names.add(kept)
            if bad:
                self.snags.append(Snag(kept, Kind.FILE, Reason.BAD_NAME, ""))
            elif min(size, modified + FILETIME_OF_1970, created + FILETIME_OF_1970) < 0:
                self.snags.append(Snag(kept, Kind.FILE, Reason.FAULT, "a size or a time below zero"))
            times = max(modified, -FILETIME_OF_1970), max(created, -FILETIME_OF_1970)
            yield key, kept, extension(kept), max(size, 0), *times, attributes, number


def is_bad(name: str) -> bool:
    """Whether no share can have that name, so that as a part of a path it would lead elsewhere."""
    return name in _ODD_NAMES or _LEADS_ELSEWHERE(name) is not None


def looked_through(folder: Folder, pages: Sequence[bytearray]) -> list[Marked]:
    """Go over a folder's pages once: its number of entries and its digest are set, its files made ready, and the entries
    that want a closer look returned. Raises BadAnswer when a page does not hold together; then nothing is set.

    The pages are changed: access times and all facts of `.` and `..` are blanked out, and the last entry of each gets the
    offset of a next one, so that the digest does not depend on where a page ends.
    """
    head, blank = _HEAD.unpack_from, _TIME.pack_into
    digest = sha256()
    marked: list[Marked] = []
    dots: set[bytes] = set()
    entries = 0
    for page in pages:
        place = 0
        odd = 0
        try:
            while True:
                after, attributes, length = head(page, place)
                blank(page, place + 16, 0)
                if attributes & _FOLDER_OR_REPARSE:
                    wire = bytes(page[place + _NAME : place + _NAME + length])
                    if attributes & DIRECTORY and wire in _DOTS and wire not in dots:
                        dots.add(wire)
                        page[place + 4 : place + 60] = _DOT
                        page[place + 64 : place + _NAME] = bytes(16)
                        entries -= 1
                    else:
                        marked.append(_marked(page, place, wire))
                odd |= length
                entries += 1
                if after - length < _NAME:
                    break
                place += after
        except struct.error as error:
            raise BadAnswer("an entry is cut short") from error
        end = place + _NAME + length
        if after or odd & 1 or end > len(page):
            raise BadAnswer("entries overlap, or a name runs over the end")
        del page[end:]
        page += bytes(-end % 8)
        _NEXT.pack_into(page, place, len(page) - place)
        digest.update(page)
    folder.entries = entries
    folder.digest = digest.digest()[:16]
    folder.pages = pages
    return marked


def _marked(page: bytearray, place: int, wire: bytes) -> Marked:
    _, created, modified, _, attributes, _, tag, number = _FACTS.unpack_from(page, place)
    # Half a letter at the end is found out later.
    name = utf_16_le_decode(wire[: len(wire) & ~1], "surrogatepass", True)[0]
    return Marked(
        name,
        wire,
        kind_of(attributes, tag),
        tag,
        max(modified, 0) - FILETIME_OF_1970,
        max(created, 0) - FILETIME_OF_1970,
        attributes,
        number,
    )


def _plain(names: Sequence[str]) -> bool:
    """Whether these names are all usable as they are, and their own stored form."""
    text = "\n".join(names)
    if "\\" in text or "/" in text or ":" in text or "\0" in text:
        return False
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # half a pair
            return False
    return _ODD_NAMES.isdisjoint(names)
