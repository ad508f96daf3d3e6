"""The two kinds of XML that hold an Office package together: content types and relationships (ECMA-376, part 2)."""

import posixpath
from collections.abc import Callable
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"


class Relationship(NamedTuple):
    """`target`: for a part of the package its path from the top, else the address as it stands. `id` is empty for the
    package's own relationships, as nothing refers to them by it."""

    id: str
    type: str
    target: str
    external: bool


def content_types(xml: bytes) -> Callable[[str], str]:
    """What gives the content type of a part by `[Content_Types].xml`; empty for a part that has none.

    Raises ValueError when the XML is not what it should be.
    """
    root = _parsed(xml, f"{_TYPES}Types")
    own = {_folded(each.get("PartName", "")): each.get("ContentType", "") for each in root.iter(f"{_TYPES}Override")}
    by_extension = {
        each.get("Extension", "").lower(): each.get("ContentType", "") for each in root.iter(f"{_TYPES}Default")
    }

    def type_of(part: str) -> str:
        extension = posixpath.splitext(part)[1][1:].lower()
        return own.get(_folded(part)) or by_extension.get(extension, "")

    return type_of


def relationships(xml: bytes, part: str) -> set[Relationship]:
    """The relationships in `part` (`word/_rels/document.xml.rels`). Raises ValueError when the XML is not what it should be."""
    folder = posixpath.dirname(posixpath.dirname(part))
    found = set()
    for each in relationships_of(_parsed(xml, f"{_RELATIONSHIPS}Relationships")):
        external = each.get("TargetMode", "Internal") == "External"
        target = each.get("Target", "")
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found.add(Relationship(each.get("Id", "") if folder else "", each.get("Type", ""), target, external))
    return found


def relationships_of(root: Element) -> list[Element]:
    """The relationships in a part's XML, in its order."""
    return list(root.iter(f"{_RELATIONSHIPS}Relationship"))


def _folded(part: str) -> str:
    """Names of parts are equal whatever their case (ECMA-376, part 2, 6.2.2.3)."""
    return part.lstrip("/").lower()


def well_formed(xml: bytes) -> Element:
    """The root of a part's XML. Raises ValueError when it is not well-formed, or has a document type."""
    # A document type is never needed here, and all that is dangerous in XML begins with one.
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except ParseError as fault:
        raise ValueError(str(fault)) from fault
    return root


def _parsed(xml: bytes, tag: str) -> Element:
    root = well_formed(xml)
    if root.tag != tag:
        raise ValueError(f"unexpected element {root.tag}")
    return root
