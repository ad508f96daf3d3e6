"""What an Office package points to outside of itself, and the same package with some of these addresses replaced.

Only parts of relationships are touched (ECMA-376, part 2, 6.5), and in them only the `Target` of relationships whose
`TargetMode` is `External`. All else stays: every other part byte for byte with its compression, the order of the parts, and of
the relationships themselves every other letter. What is made is read once more before anybody hears of it.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from filrydd.documents.comparison import NotReadable, Why
from filrydd.documents.compound import MAGIC as COMPOUND
from filrydd.documents.opc import relationships_of, well_formed
from filrydd.documents.package import MAGIC, Package, is_relationships, opened, reading
from filrydd.documents.splices import MOST_BYTES, MOST_SPLICES, Splice, Spliced
from filrydd.documents.zip_layout import replaced

EXTENSIONS = frozenset(
    {
        *("docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xltx", "xltm", "xlsb", "xlam"),
        *("pptx", "pptm", "potx", "potm", "ppsx", "ppsm", "ppam"),
    }
)
"""The kinds of file whose links can be replaced (folded, without the dot)."""
KINDS = frozenset({"hyperlink", "externalLinkPath", "externalLinkLongPath", "attachedTemplate", "oleObject", "image"})
"""The last words of the relationships' types that may lead to the web instead. That the programs open a workbook, a template, an
object or a picture from there as they open it from a share is our inference; sources of mail merges they do not."""
MOST_TARGETS = 2_000
LONGEST_TARGET = 4_000
_MOST_LETTERS = 400_000
_ELSEWHERE = re.compile(r"(?!file:|smb:)[a-z][a-z0-9+.-]+:|#|$", re.IGNORECASE)
_TOKEN = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<[^!?<>\"'][^<>\"']*(?:(?:\"[^\"<]*\"|'[^'<]*')[^<>\"']*)*>", re.DOTALL
)
_TAG = re.compile(r"<([^\s/>]+)")
_ATTRIBUTE = re.compile(r"\s+([^\s=/>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_DECLARED = re.compile(r"\ufeff?<\?xml[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_SIGNED = re.compile(r"_xmlsignatures/", re.IGNORECASE)
_MACROS_SIGNED = re.compile(r"(?:.*/)?vbaprojectsignature\w*\.bin", re.IGNORECASE)
_LABELLED = re.compile(r"docmetadata/labelinfo\w*\.xml", re.IGNORECASE)
_LABEL = "msip_label_"


class Bar(StrEnum):
    """Why a package must stay as it is."""

    SIGNED = "signed"  # anything that changes breaks the signature
    MACROS_SIGNED = "macros signed"
    SENSITIVITY = "sensitivity label"
    MANY = "too many links"


@dataclass(frozen=True, slots=True)
class Pointing:
    """The addresses outside of the package and not on the web that may be replaced, each once. `bar`: why nothing in it may
    be touched (a `Bar`, or a `Why` for what cannot be read), empty for nothing; `detail` as of a comparison."""

    targets: tuple[str, ...] = ()
    bar: str = ""
    detail: str = ""


def pointing(path: Path) -> Pointing:
    """What a package points to. Raises OSError."""
    try:
        with _package(path) as package:
            if bar := _bar(package):
                return Pointing(bar=bar)
            targets: dict[str, None] = {}
            letters = 0
            for part in filter(is_relationships, package.parts):
                for target in _targets(package, part):
                    if _ELSEWHERE.match(target.strip()):
                        continue
                    letters += 0 if target in targets else len(target)
                    if len(target) > LONGEST_TARGET or letters > _MOST_LETTERS or len(targets) >= MOST_TARGETS:
                        return Pointing(bar=Bar.MANY)
                    targets[target] = None
            return Pointing(tuple(targets))
    except NotReadable as trouble:
        return Pointing(bar=trouble.reason, detail=trouble.detail)


def relinked(path: Path, links: Mapping[str, str]) -> tuple[Splice, ...]:
    """The splices by which a package leads to `links[target]` wherever it led to a target; none when it leads to none of them.

    Raises NotReadable for what cannot be rewritten safely, OSError.
    """
    with _package(path) as package, path.open("rb") as file, reading(path, ""):
        contents = {
            part: new
            for part in package.parts
            if is_relationships(part) and (new := _rewritten(package, part, links)) is not None
        }
        if not contents:
            return ()
        members = package.members()
        splices = replaced(file, members, contents)
        if len(splices) > MOST_SPLICES or sum(len(one.data) for one in splices) > MOST_BYTES:
            raise NotReadable(path, Why.TOO_LARGE, "relationships")
        _check(Spliced(file, splices), members, contents)
    return tuple(splices)


def _rewritten(package: Package, part: str, links: Mapping[str, str]) -> bytes | None:
    """A part of relationships with other targets; None where none of them is in it."""
    with reading(package.path, part):
        old = package.whole(part)
        root = well_formed(old)
        found = relationships_of(root)
        wanted = [links[each.get("Target", "")] if _is_led(each, links) else None for each in found]
        if not any(wanted):
            return None
        text, codec = _decoded(old)
        new = _with_targets(text, wanted).encode(codec)
        for each, target in zip(found, wanted, strict=True):
            if target is not None:
                each.set("Target", target)
        if not _same(root, well_formed(new)):
            raise ValueError("its letters are not what they say")
    return new if new != old else None


def _targets(package: Package, part: str) -> list[str]:
    """The targets in a part of relationships that may be replaced, in its order. Raises NotReadable."""
    with reading(package.path, part):
        found = relationships_of(well_formed(package.whole(part)))
    return [each.get("Target", "") for each in found if _may_be_replaced(each)]


def _is_led(relationship: Element, links: Mapping[str, str]) -> bool:
    return _may_be_replaced(relationship) and relationship.get("Target", "") in links


def _may_be_replaced(relationship: Element) -> bool:
    kind = relationship.get("Type", "").rpartition("/")[2]
    return relationship.get("TargetMode") == "External" and kind in KINDS


def _with_targets(text: str, wanted: list[str | None]) -> str:
    """XML in which the n-th relationship has the n-th wanted target, if there is one. Raises ValueError."""
    pieces, at, left = list[str](), 0, iter(wanted)
    for token in _TOKEN.finditer(text):
        tag = _TAG.match(token[0])
        if tag is None or tag[1].rpartition(":")[2] != "Relationship":
            continue
        target = next(left, None)
        for name, start, end in _attributes(token[0], tag.end()):
            if name == "Target" and target is not None:
                pieces += [text[at : token.start() + start], quoteattr(target)]
                at = token.start() + end
    return "".join([*pieces, text[at:]])


def _attributes(tag: str, at: int) -> Iterator[tuple[str, int, int]]:
    """The attributes of a start tag from there on: name, and where the value begins and ends with its quotes."""
    while found := _ATTRIBUTE.match(tag, at):
        yield found[1], *found.span(2)
        at = found.end()


def _decoded(xml: bytes) -> tuple[str, str]:
    """A part's text and how it is written: UTF-8 or UTF-16, the only ones that a package may use (part 2, 6.2.5).

    Raises ValueError for another one.
    """
    codec = _MARKS.get(xml[:2], "utf-8")
    text = xml.decode(codec)
    declared = _DECLARED.match(text)
    if declared and declared[1].lower() not in ("utf-8", "utf-16", "us-ascii"):
        raise ValueError(f"encoding {declared[1]}")
    return text, codec


def _same(one: Element, other: Element) -> bool:
    """Whether two trees say the same, in the same order."""
    first, second = list(one.iter()), list(other.iter())
    return len(first) == len(second) and all(
        (a.tag, a.attrib, a.text, a.tail, len(a)) == (b.tag, b.attrib, b.text, b.tail, len(b))
        for a, b in zip(first, second, strict=True)
    )


def _check(file: Spliced, members: list[zipfile.ZipInfo], contents: Mapping[str, bytes]) -> None:
    """See that the spliced package holds the same parts in the same order, and the new ones as they are meant.

    Raises ValueError, BadZipFile.
    """
    with zipfile.ZipFile(file) as package:
        found = package.infolist()
        if [each.filename for each in found] != [each.filename for each in members]:
            raise ValueError("not the same parts")
        for was, now in zip(members, found, strict=True):
            if was.filename in contents:
                if package.read(now) != contents[was.filename]:
                    raise ValueError(f"not as meant: {was.filename}")
            elif (was.CRC, was.file_size, was.compress_size) != (now.CRC, now.file_size, now.compress_size):
                raise ValueError(f"another part: {was.filename}")
            else:
                # Its own header must still stand where the directory says.
                package.open(now).close()


def _package(path: Path) -> AbstractContextManager[Package]:
    """The package, open. Raises NotReadable, OSError."""
    with path.open("rb") as file:
        start = file.read(8)
    if start == COMPOUND:
        # An encrypted or rights-managed package is a compound file ([MS-OFFCRYPTO] 2.3).
        raise NotReadable(path, Why.PROTECTED)
    if not start.startswith(MAGIC):
        raise NotReadable(path, Why.MALFORMED, "no package")
    return opened(path)


def _bar(package: Package) -> str:
    """Why nothing in a package may be touched; empty for nothing. Raises NotReadable."""
    if any(map(_SIGNED.match, package.parts)):
        return Bar.SIGNED
    if any(map(_MACROS_SIGNED.fullmatch, package.parts)):
        return Bar.MACROS_SIGNED
    if any(map(_LABELLED.fullmatch, package.parts)):
        return Bar.SENSITIVITY
    for part in package.parts:
        if is_relationships(part):
            types = {each.type.lower() for each in package.relationships(part)}
            if any("/digital-signature/" in type for type in types):
                return Bar.SIGNED
            if any(type.rpartition("/")[2].startswith("vbaprojectsignature") for type in types):
                return Bar.MACROS_SIGNED
        elif part.lower().startswith("docprops/") and part.lower().endswith(".xml"):
            with reading(package.path, part):
                properties = well_formed(package.whole(part)).iter()
                if any(each.get("name", "").lower().startswith(_LABEL) for each in properties):
                    return Bar.SENSITIVITY
    return ""
