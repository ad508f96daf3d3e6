"""Text of Office packages (docx, xlsx, pptx and their kin): all parts that hold text, headers, notes and comments included."""

import posixpath
import re
import zipfile
from collections.abc import Iterator

from filrydd.documents import xml_text
from filrydd.documents.contents import Contents
from filrydd.documents.sheets_text import read_sheets
from filrydd.documents.xml_text import Attributes, Handler

# Parts without a word that a person wrote.
_SILENT = re.compile(
    r"(?:^|/)(?:styles|stylesWithEffects|settings|webSettings|fontTable|theme\d*|numbering|presProps|viewProps|tableStyles"
    r"|calcChain|metadata|printerSettings\d*|colors\d*|style\d*|commentAuthors|people|rdrichvalue\w*|vmlDrawing\d*)\.\w+$"
    r"|/(?:theme|activeX|ctrlProps|webextensions|slicers|slicerCaches)/",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^docProps/|^customXml/|/(?:slideLayouts|slideMasters|notesMasters|handoutMasters|glossary)/", re.IGNORECASE
)
_FIRST = re.compile(r"^(?:word/document\d*|ppt/slides/slide\d+)\.xml$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


def is_office(names: list[str]) -> bool:
    return any(name.lower().startswith(("word/", "xl/", "ppt/")) for name in names)


def read(package: zipfile.ZipFile, contents: Contents) -> None:
    """Add all text of a package. Raises Unread, and what zipfile raises."""
    parts = [name for name in package.namelist() if name.lower().endswith(".xml") and not _SILENT.search(name)]
    if any(name.lower().startswith("xl/") for name in parts):
        read_sheets(package, contents)
    for part in sorted(parts, key=_order):
        folder = part.lower().split("/")
        if folder[0] == "xl" and (folder[1].startswith("sharedstrings") or folder[1] == "worksheets"):
            continue
        if folder[0].startswith(("[", "_")):
            continue
        contents.put_aside(_ASIDE.search(part) is not None)
        handler = _Everything(contents) if folder[0] in ("docprops", "customxml") else _Text(contents)
        with package.open(part) as file:
            xml_text.parse(file, handler, contents)
        contents.add("\n\n")
    contents.put_aside(False)


def embedded(package: zipfile.ZipFile) -> Iterator[str]:
    """The parts that are documents of their own."""
    return (name for name in package.namelist() if posixpath.dirname(name).lower().endswith("/embeddings"))


def _order(part: str) -> tuple[bool, bool, list[int], str]:
    return (
        not _FIRST.match(part),
        _ASIDE.search(part) is not None,
        [int(number) for number in _NUMBER.findall(posixpath.basename(part)[:50])],
        part,
    )


class _Text(Handler):
    """Runs of text: `t` and its kin; lines for paragraphs, tabs for cells. Fallbacks repeat what stands beside them."""

    _RUNS = frozenset({"t", "delText", "instrText", "v", "f", "text", "oddHeader", "oddFooter"})

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._inside = 0
        self._cells = 0
        self._skipping = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Fallback":
            self._skipping += 1
        elif self._skipping:
            return
        elif name in self._RUNS:
            self._inside += 1
        elif name == "tc":
            self._cells += 1
        elif name == "tab":
            self._contents.add("\t")
        elif name in ("br", "cr"):
            self._contents.add(" " if self._cells else "\n")
        elif name in ("noBreakHyphen", "softHyphen"):
            self._contents.add("-" if name == "noBreakHyphen" else "")
        elif name in ("s", "n") and "v" in attributes:  # what a pivot table keeps of its source
            self._contents.line(attributes["v"])
        elif name == "fldSimple":
            self._contents.add(xml_text.attribute(attributes, "instr") + " ")

    def end(self, name: str) -> None:
        if name == "Fallback":
            self._skipping -= 1
        elif self._skipping:
            return
        elif name in self._RUNS:
            self._inside -= 1
            if name == "v":
                self._contents.add("\n")
        elif name == "p":
            self._contents.add(" " if self._cells else "\n")
        elif name == "tc":
            self._cells -= 1
            self._contents.add("\t")
        elif name == "tr" or name in ("si", "comment", "cm"):
            self._contents.add("\n")

    def text(self, data: str) -> None:
        if self._inside and not self._skipping:
            self._contents.add(data)


class _Everything(Handler):
    """Each element's text on a line of its own."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def text(self, data: str) -> None:
        if data.strip():
            self._contents.line(data)
