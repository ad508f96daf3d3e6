"""Text of OpenDocument files (odt, ods, odp; ODF 1.3, part 2): content, headers and footers, and the flat forms."""

import zipfile
from typing import IO

from filrydd.documents import xml_text
from filrydd.documents.contents import Contents, Unread
from filrydd.documents.xml_text import Attributes, Handler
from filrydd.model.finding import Outcome

_MOST_EMPTY_CELLS = 100
_MANIFEST = "META-INF/manifest.xml"


def is_open_document(package: zipfile.ZipFile) -> bool:
    return "content.xml" in package.namelist() or "encrypted-package" in package.namelist()


def read(package: zipfile.ZipFile, contents: Contents) -> None:
    """Add all text. Raises Unread (`PROTECTED` when it is encrypted), and what zipfile raises."""
    names = package.namelist()
    if "encrypted-package" in names or (_MANIFEST in names and _is_encrypted(package, contents)):
        raise Unread(Outcome.PROTECTED, "password")
    for name in names:
        if name.rpartition("/")[2] in ("content.xml", "styles.xml", "meta.xml"):
            contents.put_aside(not name.endswith("content.xml"))
            with package.open(name) as file:
                read_flat(file, contents)
            contents.add("\n\n")
    contents.put_aside(False)


def read_flat(file: IO[bytes], contents: Contents) -> None:
    """Add all text of one XML file of a document, or of a document that is one XML file. Raises Unread."""
    xml_text.parse(file, _Text(contents), contents)


def _is_encrypted(package: zipfile.ZipFile, contents: Contents) -> bool:
    with package.open(_MANIFEST) as file:
        return b"encryption-data" in contents.whole(file)


class _Text(Handler):
    _LINES = frozenset({"p", "h"})
    _META = frozenset({"title", "subject", "description", "keyword", "user-defined"})

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._inside = 0
        self._cells = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name in self._LINES or name in self._META:
            self._inside += 1
        elif name in ("table-cell", "covered-table-cell"):
            self._cells += 1
            repeated = xml_text.attribute(attributes, "number-columns-repeated")
            if repeated.isdecimal():
                self._contents.add("\t" * (min(int(repeated[:4]), _MOST_EMPTY_CELLS) - 1))
        elif name == "tab":
            self._contents.add("\t")
        elif name == "s":
            self._contents.add(" ")
        elif name == "line-break":
            self._contents.add(" " if self._cells else "\n")

    def end(self, name: str) -> None:
        if name in self._LINES or name in self._META:
            self._inside -= 1
            self._contents.add(" " if self._cells else "\n")
        elif name in ("table-cell", "covered-table-cell"):
            self._cells -= 1
            self._contents.add("\t")
        elif name in ("table-row", "table"):
            self._contents.add("\n")

    def text(self, data: str) -> None:
        if self._inside:
            self._contents.add(data)
