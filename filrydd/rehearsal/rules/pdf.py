"""Properties in a PDF file, by an incremental update: all bytes that were there stay (ISO 32000-1, 7.5.6 and 14.3.3).

The document's information dictionary comes again at the end, with further entries. Encrypted and signed files stay as they
are, and so does what is odd: hybrid cross-references (ISO 32000-1, 7.5.8.4), damaged ones, something before the header.
"""

import re
import shutil
from typing import IO

from filrydd.rehearsal.rules.pdf_objects import Dictionary, Odd, Section, dictionary_of, integer, reference, section

_TAIL = 2048
_START = re.compile(rb"startxref[\r\n \t]+(\d{1,12})[\r\n \t]+%%EOF[\0\r\n \t]*\Z")
_MOST_SECTIONS = 64
_PIECE = 1 << 20
_SIGNED = b"/ByteRange"


def rewrite(source: IO[bytes], target: IO[bytes], properties: dict[str, str]) -> bool:
    """Write the file with further entries of its information dictionary to `target`; False if it is left alone."""
    if source.read(5) != b"%PDF-" or _signed(source):
        return False
    try:
        start, sections = _sections(source)
        newest = sections[0]
        trailer = newest.trailer
        reference(trailer.get(b"Root", b""))
        number = integer(trailer, b"Size")
        former = dictionary_of(source, sections, reference(trailer[b"Info"])) if b"Info" in trailer else {}
    except Odd:
        return False
    source.seek(0)
    shutil.copyfileobj(source, target, _PIECE)
    place = target.tell() + 1
    own = {name.encode() for name in properties}
    entries = b"".join(b"/%s %s\n" % (name, value) for name, value in former.items() if name not in own)
    entries += b"".join(b"/%s %s\n" % (name.encode(), _text(value)) for name, value in properties.items())
    information = b"%d 0 obj\n<<\n%s>>\nendobj\n" % (number, entries)
    target.write(b"\n" + information)
    if newest.table:
        target.write(_table(trailer, number, place, place + len(information), start))
    else:
        target.write(_stream(trailer, number, place, place + len(information), start))
    return True


def _sections(file: IO[bytes]) -> tuple[int, list[Section]]:
    """The place of the newest cross-references, and all of them, the newest first. Raises Odd."""
    end = file.seek(0, 2)
    file.seek(max(0, end - _TAIL))
    found = _START.search(file.read(_TAIL))
    if found is None:
        raise Odd
    start = at = int(found[1])
    sections: list[Section] = []
    seen: set[int] = set()
    while True:
        if at in seen or len(seen) >= _MOST_SECTIONS:
            raise Odd
        seen.add(at)
        one = section(file, at)
        if b"Encrypt" in one.trailer or b"XRefStm" in one.trailer:
            raise Odd
        sections.append(one)
        if b"Prev" not in one.trailer:
            return start, sections
        at = integer(one.trailer, b"Prev")


def _signed(file: IO[bytes]) -> bool:
    file.seek(0)
    rest = b""
    while piece := file.read(_PIECE):
        if _SIGNED in rest + piece:
            return True
        rest = piece[-len(_SIGNED) :]
    return False


def _trailer(former: Dictionary, size: int, information: int, start: int) -> bytes:
    identity = b"/ID %s\n" % former[b"ID"] if b"ID" in former else b""
    said = b"/Size %d\n/Root %s\n/Info %d 0 R\n/Prev %d\n" % (size, former[b"Root"], information, start)
    return said + identity


def _table(trailer: Dictionary, number: int, place: int, here: int, start: int) -> bytes:
    entries = b"xref\n0 1\n0000000000 65535 f \n%d 1\n%010d 00000 n \n" % (number, place)
    said = _trailer(trailer, number + 1, number, start)
    return entries + b"trailer\n<<\n%s>>\nstartxref\n%d\n%%%%EOF\n" % (said, here)


def _stream(trailer: Dictionary, number: int, place: int, here: int, start: int) -> bytes:
    entries = b"".join(b"\1" + each.to_bytes(8) + b"\0\0" for each in (place, here))
    said = _trailer(trailer, number + 2, number, start)
    head = b"%d 0 obj\n<<\n/Type /XRef\n/W [1 8 2]\n/Index [%d 2]\n/Length %d\n" % (number + 1, number, len(entries))
    return head + said + b">>\nstream\n" + entries + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % here


def _text(value: str) -> bytes:
    if value.isascii() and value.isprintable():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", value.encode()) + b")"
    return b"<FEFF" + value.encode("utf-16-be").hex().encode() + b">"
