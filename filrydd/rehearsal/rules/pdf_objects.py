"""Objects of PDF as far as an update at the end of a file needs them (ISO 32000-1, 7.3 and 7.5).

Nothing is repaired: what is odd is left alone by who asks. All work is bounded.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

_GAP = re.compile(rb"(?:[\0\t\n\f\r ]|%[^\r\n]*)*")
_REFERENCE = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%])")
_PLAIN = re.compile(rb"/?[^\0\t\n\f\r ()<>\[\]{}/%]*")
_HEAD = re.compile(rb"[\0\t\n\f\r ]*(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+obj")
_SUBSECTION = re.compile(rb"[\0\t\n\f\r ]*(\d{1,10})[ ]+(\d{1,10})[ ]*\r?\n?")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([fn])(?: \r| \n|\r\n)")
_STREAM = re.compile(rb"[\0\t\n\f\r ]*stream\r?\n")
_OBJECT_LIMIT = 1 << 20
_SECTION_LIMIT = 32 << 20
_DEEPEST = 32

Dictionary = Mapping[bytes, bytes]


class Odd(Exception):
    """Not as it should be, or not of a kind that is known here."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of cross-references. `table`: its data, with an entry of 20 bytes each; else `stream`, decoded."""

    trailer: Dictionary
    table: bytes
    stream: bytes

    def place(self, number: int) -> tuple[int, int, int] | None:
        """Where an object is: (1, byte, generation), or (2, stream object, index in it); None if this does not say."""
        return self._in_table(number) if self.table else self._in_stream(number)

    def _in_table(self, number: int) -> tuple[int, int, int] | None:
        at = 4
        while part := _SUBSECTION.match(self.table, at):
            first, count = int(part[1]), int(part[2])
            if first <= number < first + count:
                entry = _ENTRY.match(self.table, part.end() + 20 * (number - first))
                if entry is None:
                    raise Odd
                return (1, int(entry[1]), int(entry[2])) if entry[3] == b"n" else None
            at = part.end() + 20 * count
        return None

    def _in_stream(self, number: int) -> tuple[int, int, int] | None:
        widths = integers(self.trailer.get(b"W", b""))
        index = integers(self.trailer.get(b"Index", b"[0 %d]" % integer(self.trailer, b"Size")))
        if len(widths) != 3 or max(widths) > 8 or not sum(widths) or len(index) % 2:
            raise Odd
        at = 0
        for first, count in zip(index[::2], index[1::2], strict=True):
            if first <= number < first + count:
                at += (number - first) * sum(widths)
                entry = self.stream[at : at + sum(widths)]
                if len(entry) != sum(widths):
                    raise Odd
                kind = int.from_bytes(entry[: widths[0]]) if widths[0] else 1
                second = int.from_bytes(entry[widths[0] : widths[0] + widths[1]])
                return (kind, second, int.from_bytes(entry[widths[0] + widths[1] :])) if kind else None
            at += count * sum(widths)
        return None


def section(file: IO[bytes], place: int) -> Section:
    """The cross-references at a place. Raises Odd."""
    file.seek(place)
    data = file.read(_SECTION_LIMIT)
    if not data.startswith(b"xref"):
        _number, dictionary, content = stream(file, place)
        if dictionary.get(b"Type") != b"/XRef":
            raise Odd
        return Section(dictionary, b"", content)
    end = data.find(b"trailer")
    if end < 0:
        raise Odd
    dictionary, _end = parsed(data, end + 7)
    return Section(dictionary, data[:end], b"")


def stream(file: IO[bytes], place: int) -> tuple[int, Dictionary, bytes]:
    """The number, dictionary and decoded content of a stream object. Raises Odd."""
    number, data, at = _object(file, place)
    dictionary, end = parsed(data, at)
    begin = _STREAM.match(data, end)
    length = integer(dictionary, b"Length")
    if begin is None or length > _SECTION_LIMIT:
        raise Odd
    file.seek(place + begin.end())
    raw = file.read(length)
    match dictionary.get(b"Filter"):
        case None:
            return number, dictionary, raw
        case b"/FlateDecode" | b"[/FlateDecode]" | b"[ /FlateDecode ]":
            try:
                raw = zlib.decompressobj().decompress(raw, _SECTION_LIMIT)
            except zlib.error:
                raise Odd from None
            return number, dictionary, _unpredicted(raw, dictionary.get(b"DecodeParms"))
    raise Odd


def dictionary_of(file: IO[bytes], sections: list[Section], number: int) -> Dictionary:
    """The dictionary that an object is. Raises Odd for another kind of object, or none."""
    place = next((found for each in sections if (found := each.place(number))), None)
    if place is None or place[0] not in (1, 2):
        raise Odd
    kind, where, index = place
    if kind == 1:
        own, data, at = _object(file, where)
        if own != number:
            raise Odd
        return parsed(data, at)[0]
    holder = next((found for each in sections if (found := each.place(where))), None)
    if holder is None or holder[0] != 1:
        raise Odd
    own, held, content = stream(file, holder[1])
    numbers = [int(each) for each in content[: integer(held, b"First")].split()]
    if own != where or held.get(b"Type") != b"/ObjStm" or numbers[2 * index : 2 * index + 1] != [number]:
        raise Odd
    return parsed(content, integer(held, b"First") + numbers[2 * index + 1])[0]


def parsed(data: bytes, at: int) -> tuple[Dictionary, int]:
    """The dictionary that begins at a place, its values as they are written, and where it ends. Raises Odd."""
    at = _gap(data, at)
    if data[at : at + 2] != b"<<":
        raise Odd
    found: dict[bytes, bytes] = {}
    at = _gap(data, at + 2)
    while data[at : at + 2] != b">>":
        name = _PLAIN.match(data, at)
        if name is None or not name[0].startswith(b"/") or name[0][1:] in found:
            raise Odd
        begin = _gap(data, name.end())
        end = _end(data, begin, 0)
        found[name[0][1:]] = data[begin:end]
        at = _gap(data, end)
    return found, at + 2


def integer(dictionary: Dictionary, name: bytes) -> int:
    """A whole number that stands in the dictionary itself. Raises Odd."""
    raw = dictionary.get(name, b"")
    if not re.fullmatch(rb"\d{1,12}", raw):
        raise Odd
    return int(raw)


def integers(raw: bytes) -> list[int]:
    """The numbers of an array. Raises Odd."""
    if not re.fullmatch(rb"\[[\d\s]{1,100000}\]", raw):
        raise Odd
    return [int(each) for each in raw[1:-1].split()]


def reference(raw: bytes) -> int:
    """The number of the object that a reference names. Raises Odd."""
    found = _REFERENCE.fullmatch(raw)
    if found is None:
        raise Odd
    return int(found[1])


def _object(file: IO[bytes], place: int) -> tuple[int, bytes, int]:
    file.seek(place)
    data = file.read(_OBJECT_LIMIT)
    head = _HEAD.match(data)
    if head is None:
        raise Odd
    return int(head[1]), data, head.end()


def _gap(data: bytes, at: int) -> int:
    found = _GAP.match(data, at)
    return found.end() if found else at


def _end(data: bytes, at: int, depth: int) -> int:
    """Where the value that begins at a place ends."""
    if depth > _DEEPEST:
        raise Odd
    match data[at : at + 1]:
        case b"[":
            at = _gap(data, at + 1)
            while data[at : at + 1] != b"]":
                at = _gap(data, _end(data, at, depth + 1))
            return at + 1
        case b"(":
            return _string_end(data, at)
        case b"<" if data[at : at + 2] != b"<<":
            end = data.find(b">", at)
            if end < 0:
                raise Odd
            return end + 1
        case b"<":
            at = _gap(data, at + 2)
            while data[at : at + 2] != b">>":
                at = _gap(data, _end(data, at, depth + 1))
            return at + 2
    found = _REFERENCE.match(data, at) or _PLAIN.match(data, at)
    if found is None or found.end() == at:
        raise Odd
    return found.end()


def _string_end(data: bytes, at: int) -> int:
    open = 0
    for found in re.compile(rb"\\.|[()]", re.DOTALL).finditer(data, at):
        open += {b"(": 1, b")": -1}.get(found[0], 0)
        if not open:
            return found.end()
    raise Odd


def _unpredicted(raw: bytes, parameters: bytes | None) -> bytes:
    """Rows without the predictors of PNG, of which cross-references use `none`, `sub` and `up`."""
    if parameters is None:
        return raw
    said, _end = parsed(parameters, 0)
    if said.get(b"Predictor", b"1") == b"1":
        return raw
    columns = integer(said, b"Columns")
    if integer(said, b"Predictor") < 10 or not 0 < columns <= 64 or said.get(b"Colors", b"1") != b"1":
        raise Odd
    before = bytes(columns)
    rows = bytearray()
    for at in range(0, len(raw) - columns, columns + 1):
        kind, row = raw[at], bytearray(raw[at + 1 : at + 1 + columns])
        if kind == 2:
            row = bytearray((each + up) & 0xFF for each, up in zip(row, before, strict=True))
        elif kind == 1:
            for place in range(1, columns):
                row[place] = (row[place] + row[place - 1]) & 0xFF
        elif kind:
            raise Odd
        rows += row
        before = bytes(row)
    return bytes(rows)
