"""Where the members of a zip file lie in its bytes, and the splices that give some of them another content.

Every byte of the other members stays, with its compression (APPNOTE.TXT 6.3.10, 4.3). Zip files in several pieces, those of
over 4 GiB and those with something before their first member are not understood here.
"""

import bisect
import io
import itertools
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO

from filrydd.documents.splices import Splice

_END, _END_SIGNATURE = struct.Struct("<4s4H2LH"), b"PK\x05\x06"
_ENTRY, _ENTRY_SIGNATURE = struct.Struct("<4s6H3L5H2L"), b"PK\x01\x02"
_LOCAL, _LOCAL_SIGNATURE = struct.Struct("<4s5H3L2H"), b"PK\x03\x04"
_DESCRIPTOR_SIGNATURE = b"PK\x07\x08"
_SIZES_FOLLOW = 0x0008
_LARGEST_COMMENT = 0xFFFF
_ZIP64 = 0x0001
_LARGEST_DIRECTORY = 3 << 20


@dataclass(frozen=True, slots=True)
class _Entry:
    """A member's record in the central directory, `raw` with all that hangs on it, where its local header begins, and how many
    bytes its data has."""

    raw: bytes
    start: int
    packed: int


def replaced(file: IO[bytes], members: list[zipfile.ZipInfo], contents: Mapping[str, bytes]) -> list[Splice]:
    """The splices that give the members of these names their new contents; `members` as zipfile lists them.

    Raises ValueError for a layout that is not understood, OSError.
    """
    directory, entries, end = _directory(file)
    if [entry.start for entry in entries] != [member.header_offset for member in members]:
        raise ValueError("the parts do not lie where they are said to")
    starts = sorted({entry.start for entry in entries})
    after = dict(zip(starts, [*starts[1:], directory], strict=True))
    apart = len(starts) == len(entries) and all(
        _data(file, entry.start) + entry.packed <= after[entry.start] for entry in entries
    )
    if not apart or starts[0] != 0:
        raise ValueError("parts lie over each other")
    bodies: dict[str, tuple[Splice, bytes]] = {}
    for entry, member in zip(entries, members, strict=True):
        if member.filename in contents:
            bodies[member.filename] = _body(file, entry, member, after[entry.start], contents[member.filename])
    moved = _moves([splice for splice, _raw in bodies.values()])
    tail = b"".join(
        _placed(bodies[member.filename][1] if member.filename in bodies else entry.raw, moved(entry.start))
        for entry, member in zip(entries, members, strict=True)
    )
    fields = list(_END.unpack(end[: _END.size]))
    fields[5], fields[6] = len(tail), moved(directory)
    splices = sorted((splice for splice, _raw in bodies.values()), key=lambda one: one.start)
    size = file.seek(0, io.SEEK_END)
    return [*splices, Splice(directory, size, tail + _END.pack(*fields) + end[_END.size :])]


def _directory(file: IO[bytes]) -> tuple[int, list[_Entry], bytes]:
    """Where the central directory begins, its records, and the record that ends the file."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END.size - _LARGEST_COMMENT))
    last = file.read()
    at = last.rfind(_END_SIGNATURE)
    end = last[at:]
    if at < 0 or len(end) < _END.size:
        raise ValueError("no end of the directory")
    _signature, disk, first, here, count, length, start, comment = _END.unpack(end[: _END.size])
    if disk or first or here != count or len(end) != _END.size + comment:
        raise ValueError("the end of the directory is not as it should be")
    if start + length != size - len(end) or count == 0xFFFF or length > _LARGEST_DIRECTORY:
        raise ValueError("the directory is not where it should be, or too large")
    file.seek(start)
    whole, entries, at = file.read(length), list[_Entry](), 0
    for _number in range(count):
        fixed = whole[at : at + _ENTRY.size]
        if len(fixed) != _ENTRY.size or not fixed.startswith(_ENTRY_SIGNATURE):
            raise ValueError("the directory is not as it should be")
        fields = _ENTRY.unpack(fixed)
        following = at + _ENTRY.size + fields[10] + fields[11] + fields[12]
        if following > length or 0xFFFFFFFF in (fields[8], fields[9], fields[16]):
            raise ValueError("the directory is not as it should be, or too large")
        entries.append(_Entry(whole[at:following], fields[16], fields[8]))
        at = following
    if at != length or not entries:
        raise ValueError("the directory is longer than its parts")
    return start, entries, end


def _data(file: IO[bytes], start: int) -> int:
    """Where the data begins of the member whose local header is there. Raises ValueError."""
    file.seek(start)
    header = file.read(_LOCAL.size)
    if len(header) != _LOCAL.size or not header.startswith(_LOCAL_SIGNATURE):
        raise ValueError("a part does not begin as it should")
    *_rest, name, extra = _LOCAL.unpack(header)
    return start + _LOCAL.size + int(name) + int(extra)


def _body(file: IO[bytes], entry: _Entry, member: zipfile.ZipInfo, end: int, content: bytes) -> tuple[Splice, bytes]:
    """A member's local header and data with the new content, and its record for the directory (its place not yet told)."""
    file.seek(entry.start)
    local = list(_LOCAL.unpack(file.read(_LOCAL.size)))
    names = file.read(local[9] + local[10])
    name, extra = names[: local[9]], names[local[9] :]
    data_end = _data(file, entry.start) + entry.packed
    file.seek(data_end)
    _check_rest(file.read(max(0, end - data_end)) if end - data_end <= 24 else None, data_end, end, member)
    packed = content
    if member.compress_type == zipfile.ZIP_DEFLATED:
        deflater = zlib.compressobj(-1, zlib.DEFLATED, -15)
        packed = deflater.compress(content) + deflater.flush()
    crc, extra = zlib.crc32(content), _without_zip64(extra)
    # The sizes stand in the header, so none follow.
    local[2] &= ~_SIZES_FOLLOW
    local[6], local[7], local[8], local[10] = crc, len(packed), len(content), len(extra)
    record = list(_ENTRY.unpack(entry.raw[: _ENTRY.size]))
    record[3] &= ~_SIZES_FOLLOW
    record[7], record[8], record[9] = crc, len(packed), len(content)
    header = _LOCAL.pack(*local)
    return Splice(entry.start, end, header + name + extra + packed), _ENTRY.pack(*record) + entry.raw[_ENTRY.size :]


def _check_rest(rest: bytes | None, data_end: int, end: int, member: zipfile.ZipInfo) -> None:
    """See that nothing lies behind a member's data but its sizes. Raises ValueError."""
    if data_end == end:
        return
    if rest is None or not member.flag_bits & _SIZES_FOLLOW:
        raise ValueError("something lies between two parts")
    sizes = rest.removeprefix(_DESCRIPTOR_SIGNATURE) if len(rest) in (16, 24) else rest
    forms = {
        form.pack(member.CRC, member.compress_size, member.file_size)
        for form in (struct.Struct("<3L"), struct.Struct("<L2Q"))
    }
    if sizes not in forms:
        raise ValueError("something lies between two parts")


def _without_zip64(extra: bytes) -> bytes:
    """The extra fields of a local header without those for large sizes, which the header itself has now."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind != _ZIP64:
            kept += extra[at : at + 4 + size]
        at += 4 + size
    return kept + extra[at:]


def _moves(splices: list[Splice]) -> Callable[[int], int]:
    """Where what begins at a place begins once the splices are made."""
    ordered = sorted(splices, key=lambda one: one.start)
    starts = [one.start for one in ordered]
    grown = list(itertools.accumulate((len(one.data) - (one.end - one.start) for one in ordered), initial=0))

    def moved(place: int) -> int:
        return place + grown[bisect.bisect_left(starts, place)]

    return moved


def _placed(raw: bytes, start: int) -> bytes:
    """A record of the directory that tells where its member begins."""
    return raw[: _ENTRY.size - 4] + struct.pack("<L", start) + raw[_ENTRY.size :]
