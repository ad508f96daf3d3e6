"""Text of RTF files (Rich Text Format 1.9.1): a reader of its tokens."""

import re
from typing import IO

from filrydd.documents.contents import Contents, Unread
from filrydd.model.finding import Outcome

MAGIC = b"{\\rtf"
_TOKEN = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)")
_BINARY = 1 << 30
_SILENT = frozenset(
    {
        b"fonttbl",
        b"colortbl",
        b"stylesheet",
        b"pict",
        b"themedata",
        b"colorschememapping",
        b"datastore",
        b"latentstyles",
    }
    | {b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"xmlnstbl", b"objdata", b"filetbl", b"revtbl"}
    | {
        b"panose",
        b"falt",
        b"blipuid",
        b"levelnumbers",
        b"leveltext",
        b"wgrffmtfilter",
        b"pgdsctbl",
        b"mmathPr",
        b"fontemb",
    }
)
_SPOKEN = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t",
    b"emdash": "–", b"endash": "–", b"lquote": "'", b"rquote": "'", b"ldblquote": '"', b"rdblquote": '"', b"bullet": "-",
}  # fmt: skip
_SIGNS = {b"~": "\u00a0", b"_": "-", b"\n": "\n", b"\r": "\n", b"{": "{", b"}": "}", b"\\": "\\"}
_DEEPEST = 2_000


def read(file: IO[bytes], contents: Contents) -> None:
    """Add the text; an object within counts as unread. Raises Unread when groups do not end, or lie too deep."""
    file.seek(0)
    raw = file.read()
    page, skip, at = "cp1252", 0, 0
    silent, after_unicode = False, 1
    groups: list[tuple[bool, int]] = []
    while token := _next(raw, at):
        at = token.end()
        word, number, code, sign, brace, plain = token.groups()
        if brace == b"{":
            groups.append((silent, after_unicode))
            if len(groups) > _DEEPEST:
                raise Unread(Outcome.DAMAGED, "nested too deeply")
        elif brace:
            if not groups:
                break
            silent, after_unicode = groups.pop()
            skip = 0
        elif word == b"bin":
            at += min(max(int(number or 0), 0), _BINARY)
        elif word == b"ansicpg":
            page = _page(int(number or 1252))
        elif word == b"uc":
            after_unicode = min(max(int(number or 1), 0), 100)
        elif word in _SILENT:
            if word == b"objdata":
                contents.unread.append(("object", Unread(Outcome.NO_READER)))
            silent = True
        elif silent:
            continue
        elif word == b"u":
            contents.add(
                chr(int(number or 63) % 65536) if not 0xD800 <= int(number or 63) % 65536 < 0xE000 else "\ufffd"
            )
            skip = after_unicode
        elif code is not None:
            if skip:
                skip -= 1
            else:
                contents.add(bytes.fromhex(code.decode("ascii")).decode(page, "replace"))
        elif plain is not None:
            contents.add(plain[skip:].decode(page, "replace"))
            skip = max(skip - len(plain), 0)
        elif word is not None:
            contents.add(_SPOKEN.get(word, ""))
        elif sign is not None:
            contents.add(_SIGNS.get(sign, ""))
    if groups:
        raise Unread(Outcome.DAMAGED, "cut short")


def _next(raw: bytes, at: int) -> re.Match[bytes] | None:
    return _TOKEN.search(raw, at)


def _page(number: int) -> str:
    name = f"cp{number}"
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name
