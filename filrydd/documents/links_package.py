"""Links of packages (docx, xlsx, pptx, vsdx, odt ...): relationships to what lies outside, fields, queries, macros."""

import contextlib
import errno
import itertools
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from filrydd.documents import links_access, links_fields, links_macro, links_open, links_query
from filrydd.documents.comparison import NotReadable, Why
from filrydd.documents.opc import Relationship, relationships
from filrydd.model.finding import Link

_MOST_PARTS = 50_000
_MOST_LINKS = 20_000  # of one part, the same one told many times included
_LARGEST_PART = 32 << 20
_MOST_READ = 128 << 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    IndexError,
    OverflowError,
)

_FIELDS = re.compile(
    r"word/(?:document|header|footer|footnotes|endnotes|comments)[0-9]*\.xml|word/glossary/document\.xml"
)
# By the last segment of a relationship's type; every other one that leads outside is an object.
_KINDS = {
    "hyperlink": "hyperlink",
    "attachedTemplate": "template",
    "mailMergeSource": "query",
    "mailMergeHeaderSource": "query",
    "externalLinkPath": "workbook",
    "xlPathMissing": "workbook",
    "xlExternalLinkPath": "workbook",
}
_OF_EXCEL = frozenset({"xlStartup", "xlAlternateStartup", "xlLibrary"})  # add-ins in the program's own folders
# The only ones that a package may use (ECMA-376, part 2, annex B).
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def in_package(path: Path) -> Iterator[Link]:
    """The links in a package, part by part. Raises NotReadable, OSError."""
    with _reading(path, ""):
        file = zipfile.ZipFile(path)
    with file:
        members = file.infolist()
        if len(members) > _MOST_PARTS:
            raise NotReadable(path, Why.TOO_LARGE, f"{len(members)} parts")
        left = _MOST_READ
        for member in members:
            reader = _reader(member.filename.lower())
            if reader is None:
                continue
            if member.flag_bits & 0x1:
                raise NotReadable(path, Why.PROTECTED)
            if member.compress_type not in _COMPRESSIONS:
                raise NotReadable(path, Why.MALFORMED, f"compression {member.compress_type}: {member.filename}")
            with _reading(path, member.filename):
                with file.open(member) as part:
                    content = part.read(_LARGEST_PART + 1)
                left -= len(content)
                if len(content) > _LARGEST_PART or left < 0:
                    raise NotReadable(path, Why.TOO_LARGE, member.filename)
                links = list(itertools.islice(reader(content), _MOST_LINKS))
            yield from links


_Reader = Callable[[bytes], Iterable[Link]]


def _reader(part: str) -> _Reader | None:
    """What reads a part, by its folded name."""
    if part.endswith(".rels"):
        return lambda content: _outside(relationships(content, part))
    if _FIELDS.fullmatch(part):
        return links_fields.in_part
    if part.endswith("/vbaproject.bin") or part == "vbaproject.bin":
        return lambda content: _named("macro", links_macro.in_project(content))
    if part in ("content.xml", "styles.xml") or part.endswith("/content.xml"):
        return links_open.in_content
    if part == "xl/connections.xml":
        return lambda content: _named("query", links_query.in_connections(content))
    if re.fullmatch(r"customxml/item[0-9]*\.xml", part):
        return lambda content: _named("query", links_query.in_mashup(content))
    if part == "xl/connections.bin":
        return lambda content: _named("query", links_access.places(content))
    return None


def _outside(found: Iterable[Relationship]) -> Iterator[Link]:
    for each in sorted(found):
        kind = each.type.rpartition("/")[2]
        if each.external and kind not in _OF_EXCEL:
            yield Link(_KINDS.get(kind, "object"), each.target)


def _named(kind: str, targets: Iterable[str]) -> Iterator[Link]:
    return (Link(kind, target) for target in targets)


@contextlib.contextmanager
def _reading(path: Path, part: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as fault:
        raise NotReadable(path, Why.MALFORMED, f"{part} {fault}".strip()) from fault
    except OSError as fault:
        if fault.errno != errno.EINVAL:
            raise
        # The package sends the reader to a place before the file's beginning.
        raise NotReadable(path, Why.MALFORMED, f"{part} lies outside the file".strip()) from fault
