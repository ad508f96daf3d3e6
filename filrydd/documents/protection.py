"""Compound files that hold an encrypted or rights-managed document, by their own marks.

Encrypted packages: [MS-OFFCRYPTO] 2.3 (`EncryptedPackage`; with `DRMEncryptedTransform` under `DataSpaces`, rights
management; before 2007 `DRMContent`). Word: `fEncrypted` of [MS-DOC] 2.5.2. Excel: `FilePass` of [MS-XLS] 2.4.117.
PowerPoint: the header token of [MS-PPT] 2.3.2.
"""

import struct
from typing import IO

import olefile

MAGIC = olefile.MAGIC
_RIGHTS = ("\x09DRMContent", "\x09DRMViewerContent")
_FILE_PASS, _BEGINS, _ENDS = 0x002F, 0x0809, 0x000A
_ENCRYPTED_TOKEN = 0xF3D1C4DF
_MOST_GLOBALS = 1 << 20


def of_compound(file: IO[bytes]) -> str:
    """What protects the document, `password` or `rights management`; empty for nothing. Raises OSError, ValueError."""
    file.seek(0)
    with olefile.OleFileIO(file) as ole:
        if any("DRMEncryptedTransform" in part for entry in ole.listdir(storages=True) for part in entry):
            return "rights management"
        if any(ole.exists(name) for name in _RIGHTS):
            return "rights management"
        if ole.exists("EncryptedPackage") or ole.exists("EncryptedSummary"):
            return "password"
        if (
            ole.exists("WordDocument")
            and _start(ole, "WordDocument", 12)[11:12]
            and _start(ole, "WordDocument", 12)[11] & 1
        ):
            return "password"
        if ole.exists("Current User"):
            token = _start(ole, "Current User", 16)[12:16]
            return "password" if token == struct.pack("<I", _ENCRYPTED_TOKEN) else ""
        for stream in ("Workbook", "Book"):
            if ole.exists(stream):
                return "password" if _has_file_pass(_start(ole, stream, _MOST_GLOBALS)) else ""
    return ""


def is_message(file: IO[bytes]) -> bool:
    """Whether a compound file is an Outlook message ([MS-OXMSG] 2.4)."""
    file.seek(0)
    with olefile.OleFileIO(file) as ole:
        return bool(ole.exists("__properties_version1.0"))


def _start(ole: olefile.OleFileIO, stream: str, most: int) -> bytes:
    with ole.openstream(stream) as file:
        content: bytes = file.read(most)
    return content


def _has_file_pass(records: bytes) -> bool:
    """Whether the globals of a workbook say that the rest is encrypted; that stands right after their beginning."""
    at = 0
    while at + 4 <= len(records):
        kind, size = struct.unpack_from("<HH", records, at)
        if kind == _FILE_PASS:
            return True
        if kind == _ENDS:
            return False
        at += 4 + size
    return False
