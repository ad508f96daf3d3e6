"""Text of web pages: what a reader sees, and their titles and descriptions; no scripts and styles."""

import re
from html.parser import HTMLParser
from typing import IO

from filrydd.documents import plain_text
from filrydd.documents.contents import Contents

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)
_START = 4096
_PIECE = 1 << 20
_SILENT = frozenset({"script", "style", "noscript", "template"})
_CELLS = frozenset({"td", "th"})
_ROWS = frozenset({"tr", "table"})
_LINES = frozenset(
    {"p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "title", "pre", "hr"}
    | {"section", "article", "header", "footer", "blockquote", "dt", "dd", "form", "option", "textarea", "caption"}
)


def read(file: IO[bytes], contents: Contents) -> None:
    """Add the text of a page. Raises Unread when the file is no text."""
    file.seek(0)
    declared = _CHARSET.search(file.read(_START))
    name = plain_text.encoding(file)
    if declared and name == "cp1252":
        name = _known(declared[1].decode("ascii"))
    file.seek(0)
    read_page(file.read().decode(name, "replace"), contents)


def read_page(page: str, contents: Contents) -> None:
    parser = _Text(contents)
    for start in range(0, len(page), _PIECE):
        parser.feed(page[start : start + _PIECE])
    parser.close()


def _known(name: str) -> str:
    # Pages that call themselves Latin-1 are Windows-1252 (WHATWG Encoding); those that call themselves UTF-8 were not.
    try:
        found = "".encode(name) is not None and name.lower()
    except LookupError:
        return "cp1252"
    return "cp1252" if not found or found in ("iso-8859-1", "latin1", "us-ascii", "utf-8", "utf8", "utf-16") else found


class _Text(HTMLParser):
    def __init__(self, contents: Contents) -> None:
        super().__init__(convert_charrefs=True)
        self._contents = contents
        self._silent = 0
        self._cells = 0
        self._fresh = True

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _CELLS:
            self._contents.add("\t" * self._cells)  # the one before it may end without saying so
            self._cells, self._fresh = 1, False
        elif tag in _LINES:
            self._break(tag)
        for name, value in attributes:
            if value and name in ("alt", "title", "value", "content", "placeholder"):
                self._contents.add(f" {value} ")
                self._fresh = False

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _CELLS:
            self._contents.add("\t" * self._cells)
            self._cells = 0
        elif tag in _LINES:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent and not (self._fresh and data.isspace()):
            self._fresh = False
            self._contents.add(data if not self._cells else " ".join(data.split()))

    def _break(self, tag: str) -> None:
        if tag in _ROWS:
            self._cells = 0
        if self._cells:
            self._contents.add(" ")
        elif not self._fresh:  # an empty line would end a table
            self._contents.add("\n")
            self._fresh = True
