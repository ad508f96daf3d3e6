"""Places written out in text: `\\\\server\\share\\...`, `F:\\...`, `file:///...`; and the text of a file in whatever encoding.

Code writes a path in quotes, an .ini file to the end of the line, a batch file up to a space. JavaScript and others double each
backslash.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

LARGEST_TEXT = 8 << 20
"""Bytes of a text file that are read; scripts are far smaller."""

_LONGEST = 1_000
_BEGINS = re.compile(
    r"""(?<![\\\w.])(?:\\\\){1,2}(?=\w[\w.-]{0,252}[\\]{1,2}[\w$])  # \\server\share, and as "\\\\server\\share"
    | (?<![\w%])[A-Za-z]:[\\/](?=[^\s/\\"'<>|:*?][^\s"'<>|:*?]|\\[^\s\\"'<>|:*?])
    | (?<!\w)file:[\\/]{0,5}(?=[\w.%])""",
    re.VERBOSE | re.IGNORECASE,
)
_BARE = re.compile(r"""[^\s"'<>|,;()\[\]{}]{0,1000}""")
_TO_LINE_END = re.compile(r"""[^\r\n"<>|;\t]{0,1000}""")
_QUOTED = {mark: re.compile(rf"[^\r\n{mark}<>|]{{0,1000}}") for mark in "\"'`"}
# `Path=F:\Mine dokumenter`, `set SRC=\\srv\felles\Mine filer`: a value to the end of the line, whatever spaces it has.
_ASSIGNED = re.compile(r"(?:^|[\r\n])[ \t@]*(?:set[ \t]+)?[\w.\- ]{1,60}=[ \t]*$", re.IGNORECASE)
_DOUBLED = re.compile(r"\\\\")
_RUNS = re.compile(r"\\+")
# A plain value of a connection or an attribute, as a whole.
_PLACE = re.compile(r"(?:\\\\[^\\/]|//[^/]|[A-Za-z]:[\\/]|file:)", re.IGNORECASE)
_NORDIC_DOS = frozenset(b"\x86\x8f\x91\x92\x9b\x9d")  # å Å æ Æ ø Ø in code pages 850 and 865
_NORDIC_WINDOWS = frozenset(b"\xe5\xc5\xe6\xc6\xf8\xd8")


def paths(text: str) -> Iterator[str]:
    """Each place that a text names, in order, as often as it does."""
    at = 0
    while begins := _BEGINS.search(text, at):
        start = begins.start()
        before = text[start - 1 : start]
        end = begins.end()
        if before in _QUOTED and before:
            rest = _QUOTED[before].match(text, end)
        elif before in ("=", " ", "\t") and _ASSIGNED.search(text, max(0, start - 80), start):
            rest = _TO_LINE_END.match(text, end)
        else:
            rest = _BARE.match(text, end)
        at = max(rest.end() if rest else end, end)
        found = text[start:at].rstrip(" \t.,;:!?")
        if len(found) > 3:
            yield single(found)


def single(path: str) -> str:
    """A path whose backslashes are all doubled, as programs write them in quotes, with single ones."""
    runs = _RUNS.findall(path)
    doubled = bool(runs) and all(len(run) % 2 == 0 for run in runs)
    if not doubled or (path.startswith("\\\\") and not path.startswith("\\\\\\\\")):
        return path
    return _DOUBLED.sub(lambda _two: "\\", path)


def is_place(text: str) -> bool:
    """Whether a whole value is a place in itself: a server, a drive, a `file:` address."""
    return bool(_PLACE.match(text)) and len(text) <= _LONGEST


def text_of(path: Path, *, dos: bool = False) -> str:
    """The beginning of a text file, at most `LARGEST_TEXT` bytes. `dos`: it may be in the code page of a command window.

    Raises OSError.
    """
    with path.open("rb") as file:
        return decoded(file.read(LARGEST_TEXT), dos=dos)


def decoded(content: bytes, *, dos: bool = False) -> str:
    """The text of bytes by their mark, else UTF-16 or UTF-8 when they are that, else Windows's or the command window's."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    start = content[:2000]
    if start[1::2].count(0) > len(start) // 3:
        return content.decode("utf-16-le", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        used = frozenset(content)
        if dos and used & _NORDIC_DOS and not used & _NORDIC_WINDOWS:
            return content.decode("cp865", "replace")
        return content.decode("cp1252", "replace")
