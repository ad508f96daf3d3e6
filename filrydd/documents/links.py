"""What a file points to by its place: the links that break when it, or what it points to, moves.

Kinds (`model.finding.Link`): `workbook`, `object`, `hyperlink`, `template`, `query`, `macro`, `shortcut`, `back end`, `script`.
Addresses on the web are left out, as they do not care where the file lies.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from filrydd.documents import (
    links_access,
    links_compound,
    links_package,
    links_paths,
    links_query,
    links_shortcut,
)
from filrydd.documents.compound import MAGIC as COMPOUND
from filrydd.documents.package import MAGIC as PACKAGE
from filrydd.model.finding import Link

MOST = 200
LONGEST = 1_000
_MOST_TOLD = 200_000  # the same ones, told over and over

_OFFICE = frozenset(
    {
        *("docx", "docm", "dotx", "dotm", "doc", "dot", "xlsx", "xlsm", "xltx", "xltm", "xlsb", "xlam"),
        *("xls", "xlt", "xla", "pptx", "pptm", "potx", "potm", "ppsx", "ppsm", "ppam", "ppt", "pps", "pot"),
        *("vsdx", "vsdm", "vstx", "vssx", "odt", "ods", "odp", "odg", "ott", "ots", "otp"),
    }
)
_ACCESS = frozenset({"mdb", "accdb", "mde", "accde", "accdr", "adp"})
_COMMAND_WINDOW = frozenset({"bat", "cmd", "kix", "kxt"})
_SCRIPTS = frozenset(
    {
        *_COMMAND_WINDOW,
        *("ps1", "psm1", "vbs", "wsf", "wsh", "hta", "js", "py", "sql", "sh", "bas", "cls", "frm", "au3", "ahk"),
        *("ini", "inf", "cfg", "config", "xml", "reg", "rdp"),
    }
)
_CONNECTIONS = frozenset({"odc", "dqy", "iqy", "oqy", "udl", "dsn"})
_MESSAGES = frozenset({"msg", "eml"})
EXTENSIONS = frozenset({*_OFFICE, *_ACCESS, *_SCRIPTS, *_CONNECTIONS, *_MESSAGES, "lnk", "url"})
"""The kinds of file that links are looked for in (folded, without the dot)."""

_ELSEWHERE = re.compile(r"(?!file:|smb:)[a-z][a-z0-9+.-]+:|www\.|#|$", re.IGNORECASE)
_WHO = re.compile(r"((?:file|smb):[/\\]{0,5})[^/\\@]{0,200}:[^/\\@]{0,200}@", re.IGNORECASE)  # a user and a password
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def found(extension: str, path: Path, text: str) -> tuple[Link, ...]:
    """The links in a file, each once, at most `MOST`, in the file's order; `extension` folded, without the dot.

    `text` is what a reader got of it; where it is empty, the bytes of scripts are looked at (those of batch files always, as
    their code page is a command window's). Reads within bounds. Raises NotReadable for what is not as it should be (nothing
    is known of it then), and OSError.
    """
    links: dict[Link, None] = {}
    for link in itertools.islice(_links(extension, path, text), _MOST_TOLD):
        target = _UNSEEN.sub("", link.target[: LONGEST * 2]).strip()
        target = _WHO.sub(r"\1", target)[:LONGEST]
        if not _ELSEWHERE.match(target):
            links.setdefault(Link(link.kind, target))
        if len(links) == MOST:
            break
    return tuple(links)


def _links(extension: str, path: Path, text: str) -> Iterator[Link]:
    if extension in _OFFICE:
        yield from _of_office(path)
    elif extension == "lnk":
        yield from _each("shortcut", links_shortcut.shortcut(path))
    elif extension == "url":
        yield from _each("shortcut", links_shortcut.address(path))
    elif extension in _ACCESS:
        yield from _each("back end", links_access.back_ends(path))
    elif extension in _COMMAND_WINDOW:
        yield from _each("script", links_paths.paths(links_paths.text_of(path, dos=True)))
    elif extension in _SCRIPTS:
        yield from _each("script", links_paths.paths(text or links_paths.text_of(path)))
    elif extension in _CONNECTIONS:
        yield from _each("query", links_query.in_text(text or links_paths.text_of(path)))
    elif extension in _MESSAGES:
        yield from _each("hyperlink", links_paths.paths(text))


def _of_office(path: Path) -> Iterator[Link]:
    """An Office name is no promise: old programs wrote other things under it, and those have no links to find here."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(PACKAGE):
        yield from links_package.in_package(path)
    elif start == COMPOUND:
        yield from links_compound.in_compound(path)


def _each(kind: str, targets: Iterable[str]) -> Iterator[Link]:
    return (Link(kind, target) for target in targets)
