"""Macros: the source of a VBA project ([MS-OVBA]), and the places that it names."""

import io
import struct
from collections.abc import Iterator

import olefile
from olefile.olefile import OleFileError

from filrydd.documents.links_paths import paths

MOST = 16 << 20
"""Bytes of source that are read of one project."""
_CHUNK = 4096
_MOST_MODULES = 2_000
_BROKEN = (OleFileError, OSError, IndexError, KeyError, TypeError, OverflowError, RecursionError, struct.error)
# Records of the dir stream (2.3.4.2).
_CODE_PAGE, _VERSION, _PROJECT, _STREAM, _STREAM_UNICODE, _OFFSET = 0x03, 0x09, 0x0E, 0x1A, 0x32, 0x31


def in_project(content: bytes) -> Iterator[str]:
    """The places that the project in a vbaProject.bin names. Raises ValueError when it is not what it should be."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            yield from in_storages(ole)
    except _BROKEN as fault:
        raise ValueError(f"VBA project: {fault}") from fault


def in_storages(ole: olefile.OleFileIO) -> Iterator[str]:
    """The places that the VBA projects of an open compound file name. Raises ValueError, and what olefile raises."""
    left = MOST
    for name in ole.listdir(streams=True, storages=False):
        if len(name) < 2 or name[-1].lower() != "dir" or name[-2].upper() != "VBA":
            continue
        listed = decompressed(ole.openstream(name).read(MOST), MOST)
        modules, others, encoding = _listed(listed)
        yield from others
        for stream, offset in {stream.lower(): offset for stream, offset in modules}.items():
            place = [*name[:-1], stream]
            if left > 0 and ole.exists(place):
                source = decompressed(ole.openstream(place).read(MOST)[offset:], left)
                left -= len(source)
                yield from paths(source.decode(encoding, "replace"))


def decompressed(content: bytes, most: int) -> bytes:
    """A compressed container (2.4.1) unpacked, at most about `most` bytes. Raises ValueError."""
    if content[:1] != b"\x01":
        raise ValueError("no compressed container")
    whole = bytearray()
    at = 1
    while at + 2 <= len(content) and len(whole) < most:
        (header,) = struct.unpack_from("<H", content, at)
        if header >> 12 & 7 != 3:
            raise ValueError("no chunk where one should be")
        end = min(at + 3 + (header & 0xFFF), len(content))
        packed = content[at + 2 : end]
        whole += _unpacked(packed) if header & 0x8000 else packed[:_CHUNK]
        at = end
    return bytes(whole)


def _unpacked(packed: bytes) -> bytes:
    """One chunk of tokens (2.4.1.3.5): a byte, or a copy of what came before whose form depends on how much that is."""
    chunk = bytearray()
    at = 0
    while at < len(packed) and len(chunk) < _CHUNK:
        flags = packed[at]
        at += 1
        for bit in range(8):
            if at >= len(packed) or len(chunk) >= _CHUNK:
                break
            if not flags >> bit & 1:
                chunk.append(packed[at])
                at += 1
                continue
            if at + 2 > len(packed):
                raise ValueError("cut short")
            token = packed[at] | packed[at + 1] << 8
            at += 2
            bits = max((len(chunk) - 1).bit_length(), 4)
            back = (token >> (16 - bits)) + 1
            length = (token & (0xFFFF >> bits)) + 3
            if back > len(chunk):
                raise ValueError("a copy of what lies before the beginning")
            for _each in range(min(length, _CHUNK - len(chunk))):
                chunk.append(chunk[-back])
    return bytes(chunk)


def _listed(listed: bytes) -> tuple[list[tuple[str, int]], list[str], str]:
    """Of a dir stream: the modules (stream, where the source begins), other projects referred to, and the encoding."""
    modules: list[tuple[str, int]] = []
    others: list[str] = []
    encoding, stream = "cp1252", ""
    at = 0
    while at + 6 <= len(listed) and len(modules) < _MOST_MODULES:
        record, size = struct.unpack_from("<HI", listed, at)
        data = listed[at + 6 : at + 6 + size]
        # PROJECTVERSION says 4 and has 6 (2.3.4.2.1.11).
        at += 6 + (6 if record == _VERSION else size)
        if record == _CODE_PAGE and size == 2:
            encoding = _encoding(struct.unpack("<H", data)[0])
        elif record == _STREAM:
            stream = data.decode(encoding, "replace")
        elif record == _STREAM_UNICODE:
            stream = data.decode("utf-16-le", "replace") or stream
        elif record == _OFFSET and size == 4:
            modules.append((stream, struct.unpack("<I", data)[0]))
        elif record == _PROJECT and len(data) > 4:
            (length,) = struct.unpack_from("<I", data)
            others.append(data[4 : 4 + length].decode(encoding, "replace")[3:])  # `*\C` before a path (2.1.1.12)
    return modules, [other for other in others if "\\" in other], encoding


def _encoding(code_page: int) -> str:
    try:
        return b"".decode(f"cp{code_page}") or f"cp{code_page}"
    except LookupError:
        return {10_000: "mac-roman", 65_001: "utf-8"}.get(code_page, "cp1252")
