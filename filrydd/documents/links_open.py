"""Links of OpenDocument files (odt, ods, odp): the addresses in their content (ODF 1.3, part 3, 19.918)."""

import html
import re
from collections.abc import Iterator

from filrydd.documents.links_paths import is_place
from filrydd.model.finding import Link

_ADDRESS = re.compile(rb'<(?:\w+:)?([\w-]{1,60})\b[^<>]{0,4000}?\bxlink:href="([^"<]{1,4000})"')
_KINDS = {b"a": "hyperlink", b"table-source": "workbook", b"cell-range-source": "workbook"}
# A package counts as a folder: what lies beside the document is one folder up (part 2, 3.7).
_OUT = "../"


def in_content(xml: bytes) -> Iterator[Link]:
    """The links of a content.xml or styles.xml to what lies outside the package."""
    for found in _ADDRESS.finditer(xml):
        target = html.unescape(found[2].decode("utf-8", "replace"))
        if target.startswith((_OUT, "/")) or is_place(target):
            yield Link(_KINDS.get(found[1], "object"), target.removeprefix(_OUT))
