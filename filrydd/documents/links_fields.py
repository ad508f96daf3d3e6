"""Fields of Word that point to a file: LINK, INCLUDETEXT, INCLUDEPICTURE, DDE, HYPERLINK (ISO/IEC 29500-1, 17.16.5)."""

import html
import re
from collections.abc import Iterator

from filrydd.documents.links_paths import single
from filrydd.model.finding import Link

_LONGEST = 4_000
_MOST_NESTED = 50
# The kind of link, and how many arguments come before the file: LINK and DDE name the program first.
_FIELDS = {
    "LINK": ("object", 1),
    "DDE": ("object", 1),
    "DDEAUTO": ("object", 1),
    "INCLUDETEXT": ("object", 0),
    "INCLUDEPICTURE": ("object", 0),
    "INCLUDE": ("object", 0),
    "IMPORT": ("object", 0),
    "RD": ("object", 0),
    "DATABASE": ("query", 0),
    "HYPERLINK": ("hyperlink", 0),
}
_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.){0,1000})"|(\\[^\s"]*)|([^\s"]{1,1000})')
_OF_DATABASE = re.compile(r'\\d\s+"((?:[^"\\]|\\.){1,1000})"', re.IGNORECASE)
_PIECES = re.compile(
    rb"""<(?:\w+:)?fldChar\b[^<>]{0,1000}?fldCharType="(?P<mark>begin|separate|end)"
    | <(?:\w+:)?instrText\b[^<>]{0,1000}>(?P<text>[^<]*)<
    | <(?:\w+:)?fldSimple\b[^<>]{0,4000}?\binstr="(?P<whole>[^"<]{0,4000})\"""",
    re.VERBOSE,
)
# In .doc the text itself holds them between 0x13 and 0x14 or 0x15 ([MS-DOC] 2.8.25).
_NARROW = re.compile(rb"\x13[ \t]*([A-Z]{2,16} [^\x00\x13-\x15]{1,2000})[\x13-\x15]")
_WIDE = re.compile(
    rb"\x13\x00(?:[ \t]\x00)*((?:[A-Z]\x00){2,16} \x00(?:[^\x00\x13-\x15]\x00|[^\x00][\x01-\x0f\x20]){1,2000}?)[\x13-\x15]\x00"
)


def in_part(xml: bytes) -> Iterator[Link]:
    """The links of the fields in a part of WordprocessingML. An instruction may come in several runs, and fields in fields."""
    open_fields: list[list[bytes]] = []
    for piece in _PIECES.finditer(xml):
        mark, text, whole = piece["mark"], piece["text"], piece["whole"]
        if whole is not None:
            yield from _link(_unescaped(whole))
        elif text is not None:
            if open_fields and sum(map(len, open_fields[-1])) < _LONGEST:
                open_fields[-1].append(text)
        elif mark == b"begin":
            if len(open_fields) < _MOST_NESTED:
                open_fields.append([])
        elif open_fields:
            instruction = b"".join(open_fields[-1])
            open_fields[-1] = []
            yield from _link(_unescaped(instruction))
            if mark == b"end":
                open_fields.pop()


def in_old_text(content: bytes) -> Iterator[Link]:
    """The links of the fields in the text of a .doc, which may be in Windows's code page, in UTF-16, or in both by turns."""
    for found in _NARROW.finditer(content):
        yield from _link(found[1].decode("cp1252", "replace"))
    for found in _WIDE.finditer(content):
        yield from _link(found[1].decode("utf-16-le", "replace"))


def _unescaped(text: bytes) -> str:
    return html.unescape(text.decode("utf-8", "replace"))


def _link(instruction: str) -> Iterator[Link]:
    name, _space, rest = instruction.strip().partition(" ")
    kind, before = _FIELDS.get(name.upper(), ("", 0))
    if not kind:
        return
    if kind == "query":
        yield from (Link(kind, single(found[1])) for found in _OF_DATABASE.finditer(rest))
        return
    arguments: list[str] = []
    for found in _ARGUMENT.finditer(rest):
        if found[2] is not None and not found[2].startswith("\\\\"):
            if kind == "hyperlink":
                return  # \l: a place in this document; what follows a switch is never the file
            continue
        arguments.append(found[1] if found[1] is not None else found[2] or found[3])
        if len(arguments) > before:
            yield Link(kind, single(arguments[before].replace('\\"', '"')))
            return
