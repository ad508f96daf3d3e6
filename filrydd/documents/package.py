"""Office packages (docx, xlsx, pptx, vsdx ...): zip files of parts, relationships and content types (ECMA-376, part 2).

SharePoint writes its properties as parts of their own: `docProps/`, new items in `customXml/`, the relationships that lead
to them, and their content types. Every other part stays as it is, byte for byte. What lies outside the parts (a comment of
the zip file, the order and compression of its members) is not content.
"""

import contextlib
import errno
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from filrydd.documents.comparison import Comparison, NotReadable, Why, different, rewritten
from filrydd.documents.opc import Relationship, content_types, relationships, well_formed
from filrydd.documents.pieces import digest, pieces

MAGIC = b"PK\x03\x04"
_TYPES = "[Content_Types].xml"
_CORE_PROPERTIES = "package/services/metadata/core-properties/"
# The only ones that a package may use (ECMA-376, part 2, annex B).
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MOST_PARTS = 50_000
_MOST_UNPACKED = 2 << 30
# Deflate reaches about 1000:1 on nothing but zeros; documents stay well under 100:1. Small ones do no harm at any ratio.
_MOST_RATIO = 200
_HARMLESS = 64 << 20
_LARGEST_XML = 16 << 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    IndexError,
    OverflowError,
    struct.error,
)


def compare(sent: Path, found: Path) -> Comparison:
    """`rewritten` when only properties differ. Raises NotReadable, OSError."""
    with opened(sent) as old, opened(found) as new:
        for part in old.parts:
            if part not in new.parts:
                return different(Why.PART_MISSING, part)
            if not _says_the_same(part, old, new):
                return different(Why.PART_DIFFERS, part)
        for part in sorted(new.parts.keys() - old.parts.keys()):
            if not _may_be_added(part, new):
                return different(Why.PART_ADDED, part)
        type_then, type_now = old.content_types(), new.content_types()
        for part in old.parts:
            if not _is_property(part) and part != _TYPES and type_then(part) != type_now(part):
                return different(Why.PART_DIFFERS, f"{_TYPES}: {part}")
    return rewritten()


class Package:
    """One open package; reading it raises NotReadable."""

    def __init__(self, path: Path, file: zipfile.ZipFile) -> None:
        self.path = path
        self._file = file
        self.parts = {member.filename: member for member in file.infolist() if not _is_folder(member)}
        self._check()

    def members(self) -> list[zipfile.ZipInfo]:
        """Everything in the file, folders too, in the order of its directory."""
        return self._file.infolist()

    def digest(self, part: str) -> bytes:
        with reading(self.path, part), self._file.open(self.parts[part]) as content:
            return digest(pieces(content))

    def content_types(self) -> Callable[[str], str]:
        with reading(self.path, _TYPES):
            return content_types(self.whole(_TYPES))

    def relationships(self, part: str) -> set[Relationship]:
        with reading(self.path, part):
            return relationships(self.whole(part), part)

    def check(self, part: str) -> None:
        """See that a part can be read at all: a broken one may keep the document from opening, whatever it is for."""
        with reading(self.path, part):
            if part.lower().endswith((".xml", ".rels")):
                well_formed(self.whole(part))
            else:
                self.digest(part)

    def whole(self, part: str) -> bytes:
        """The bytes of a part that is to be parsed; none when there is no such part. Raises NotReadable, and as zipfile."""
        member = self.parts.get(part)
        if member is None:
            return b""
        if member.file_size > _LARGEST_XML:
            raise NotReadable(self.path, Why.TOO_LARGE, part)
        return self._file.read(member)

    def _check(self) -> None:
        members = self._file.infolist()
        seen: set[str] = set()
        for member in members:
            if member.flag_bits & 0x1:
                raise NotReadable(self.path, Why.PROTECTED)
            if member.compress_type not in _COMPRESSIONS:
                raise NotReadable(self.path, Why.MALFORMED, f"compression {member.compress_type}: {member.filename}")
            folded = member.filename.lower()
            if folded in seen:
                raise NotReadable(self.path, Why.DOUBLE_PART, member.filename)
            seen.add(folded)
        unpacked = sum(member.file_size for member in members)
        packed = self.path.stat().st_size
        if len(members) > _MOST_PARTS:
            raise NotReadable(self.path, Why.TOO_LARGE, f"{len(members)} parts")
        if unpacked > _MOST_UNPACKED or (unpacked > _HARMLESS and unpacked > _MOST_RATIO * packed):
            raise NotReadable(self.path, Why.TOO_LARGE, f"{unpacked} bytes of {packed}")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Package]:
    with reading(path, ""):
        file = zipfile.ZipFile(path)
    with file:
        yield Package(path, file)


@contextlib.contextmanager
def reading(path: Path, part: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as fault:
        raise NotReadable(path, Why.MALFORMED, f"{part} {fault}".strip()) from fault
    except OSError as fault:
        if fault.errno != errno.EINVAL:
            raise
        # The package sends the reader to a place before the file's beginning.
        raise NotReadable(path, Why.MALFORMED, f"{part} lies outside the file".strip()) from fault


def _says_the_same(part: str, old: Package, new: Package) -> bool:
    """Whether a part has the same bytes, or differs only as properties may. Raises NotReadable when it is broken."""
    if part == _TYPES:
        return True  # compared by what it says about each part
    if old.digest(part) == new.digest(part):
        return True
    if _is_property(part):
        new.check(part)
        return True
    if not is_relationships(part):
        return False
    then, now = old.relationships(part), new.relationships(part)
    return then <= now and all(_leads_to_properties(each, part) for each in now - then)


def _may_be_added(part: str, new: Package) -> bool:
    if _is_property(part) or part.lower().startswith("customxml/"):
        new.check(part)
        return True
    return is_relationships(part) and all(_leads_to_properties(each, part) for each in new.relationships(part))


def _leads_to_properties(relationship: Relationship, part: str) -> bool:
    target = relationship.target.lower()
    whole_package = part == "_rels/.rels"
    return not relationship.external and (
        target.startswith("customxml/") or (whole_package and _is_property(relationship.target))
    )


def _is_property(part: str) -> bool:
    """Parts that hold the document's properties; the second place is where .NET's packaging puts them."""
    return part.lower().startswith(("docprops/", _CORE_PROPERTIES))


def is_relationships(part: str) -> bool:
    folder, _slash, name = part.rpartition("/")
    return name.lower().endswith(".rels") and folder.rpartition("/")[2].lower() == "_rels"


def _is_folder(member: zipfile.ZipInfo) -> bool:
    return member.filename.endswith("/") and member.file_size == 0
