"""Shortcuts: .lnk files ([MS-SHLLINK]) and .url files."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from filrydd.documents.comparison import NotReadable, Why
from filrydd.documents.links_paths import paths, text_of

_LARGEST = 1 << 20
# ShellLinkHeader: its size, and the class identifier of shell links (2.1).
_BEGINS = struct.pack("<I", 0x4C) + bytes.fromhex("0114020000000000C000000000000046")
_HAS_ID_LIST, _HAS_INFO, _HAS_NAME, _HAS_RELATIVE, _HAS_FOLDER, _HAS_ARGUMENTS, _HAS_ICON, _IS_UNICODE = (
    1 << bit for bit in range(8)
)
# LinkInfoFlags (2.3), and the size of the header from which it also has places for Unicode texts.
_LOCAL, _NETWORK = 1, 2
_WITH_UNICODE = 0x24
_ENVIRONMENT = 0xA0000001  # EnvironmentVariableDataBlock (2.5.4): 260 bytes of text, then 260 units of Unicode
_URL = re.compile(r"^[ \t]*(?:base)?url[ \t]*=[ \t]*(\S.{0,2000})", re.IGNORECASE | re.MULTILINE)


def shortcut(path: Path) -> Iterator[str]:
    """Where a .lnk leads: the server's path if it says so, else the drive's, else the relative one; and the places that its
    arguments name. Raises NotReadable, OSError."""
    with path.open("rb") as file:
        content = file.read(_LARGEST)
    if not content.startswith(_BEGINS):
        raise NotReadable(path, Why.MALFORMED, "no shortcut")
    try:
        yield from _targets(content)
    except (struct.error, IndexError) as fault:
        raise NotReadable(path, Why.MALFORMED, str(fault)) from fault


def address(path: Path) -> Iterator[str]:
    """Where a .url leads. Raises OSError."""
    for found in _URL.finditer(text_of(path)):
        yield found[1]


def _targets(content: bytes) -> Iterator[str]:
    (flags,) = struct.unpack_from("<I", content, 20)
    at = 0x4C
    if flags & _HAS_ID_LIST:
        at += 2 + struct.unpack_from("<H", content, at)[0]
    target = ""
    if flags & _HAS_INFO:
        (size,) = struct.unpack_from("<I", content, at)
        target = _by_info(content[at : at + size])
        at += size
    texts: dict[int, str] = {}
    for flag in (_HAS_NAME, _HAS_RELATIVE, _HAS_FOLDER, _HAS_ARGUMENTS, _HAS_ICON):
        if flags & flag:
            (count,) = struct.unpack_from("<H", content, at)
            size = count * 2 if flags & _IS_UNICODE else count
            texts[flag] = content[at + 2 : at + 2 + size].decode(
                "utf-16-le" if flags & _IS_UNICODE else "cp1252", "replace"
            )
            at += 2 + size
    target = target or _by_environment(content, at) or texts.get(_HAS_RELATIVE, "")
    if target:
        yield target
    yield from paths(texts.get(_HAS_ARGUMENTS, ""))


def _by_info(info: bytes) -> str:
    """The target by LinkInfo (2.3)."""
    header, flags, _volume, local, network, suffix = struct.unpack_from("<6I", info, 4)
    unicode = header >= _WITH_UNICODE
    local_unicode, suffix_unicode = struct.unpack_from("<2I", info, 28) if unicode else (0, 0)
    rest = _wide(info, suffix_unicode) or _narrow(info, suffix)
    if flags & _NETWORK:
        # CommonNetworkRelativeLink (2.3.2): its NetName is the share; past 0x14 it has a place for that in Unicode.
        (_size, _flags, name) = struct.unpack_from("<3I", info, network)
        name_unicode = struct.unpack_from("<I", info, network + 20)[0] if name > 0x14 else 0
        share = (_wide(info, network + name_unicode) if name_unicode else "") or _narrow(info, network + name)
        return f"{share}\\{rest}" if share and rest else share
    return (_wide(info, local_unicode) or _narrow(info, local)) + rest if flags & _LOCAL else ""


def _by_environment(content: bytes, at: int) -> str:
    """The target of the extra data (2.5), which name it with a variable: `%ProgramFiles%\\x`."""
    while at + 8 <= len(content):
        size, signature = struct.unpack_from("<2I", content, at)
        if size < 8:
            return ""
        if signature == _ENVIRONMENT:
            block = content[at : at + size]
            return _wide(block, 268) or _narrow(block, 8)
        at += size
    return ""


def _narrow(content: bytes, at: int) -> str:
    return content[at:].split(b"\0", 1)[0].decode("cp1252", "replace") if at else ""


def _wide(content: bytes, at: int) -> str:
    if not at:
        return ""
    text = content[at : at + 65_536]
    return text[: len(text) // 2 * 2].decode("utf-16-le", "replace").split("\0", 1)[0]
