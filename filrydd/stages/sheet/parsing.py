"""The two large parts of a workbook, texts and rows, parsed as a stream that forgets what it has given.

openpyxl keeps every text of `xl/sharedStrings.xml` in a list, and an element for every row that it has read: 1.6 GB for a
list of a million files. Here one block of XML is in memory at a time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.parsers import expat

from defusedxml.common import EntitiesForbidden, ExternalReferenceForbidden

_BLOCK = 1 << 16
# Excel cuts a cell at 32,767 UTF-16 units; a formula has at most 8,192.
_LONGEST = 1 << 16
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_SHORT = {_MAIN + name: name for name in ("si", "t", "rPh", "row", "c", "v", "f")}


@dataclass(frozen=True, slots=True)
class Raw:
    """A cell as it is stored: `kind` (the attribute `t`; `n` for a number), the number of its style, its text, and whether
    that is a formula."""

    kind: str
    style: int
    text: str
    formula: bool


class _Texts:
    """What stands in elements that hold text: `t`, but not in phonetic hints (`rPh`), `v` and `f`."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[str]] = {"t": [], "v": [], "f": []}
        self._into: list[str] | None = None
        self._hints = 0
        self._long = 0

    def begin(self, name: str) -> None:
        if name == "rPh":
            self._hints += 1
        elif name in self._pieces and not self._hints:
            self._into = self._pieces[name]

    def end(self, name: str) -> None:
        if name == "rPh":
            self._hints -= 1
        elif name in self._pieces:
            self._into = None

    def text(self, piece: str) -> None:
        if self._into is not None:
            self._long += len(piece)
            if self._long > _LONGEST:
                raise ValueError("a text that no cell can hold")
            self._into.append(piece)

    def said(self, name: str) -> str:
        """What such elements have held since the last `clear`."""
        return "".join(self._pieces[name])

    def clear(self) -> None:
        """Forget it."""
        if self._long:
            self._long = 0
            for pieces in self._pieces.values():
                pieces.clear()


class _SharedTexts:
    def __init__(self) -> None:
        self.done: list[str] = []
        self._texts = _Texts()
        self.text = self._texts.text

    def begin(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self._texts.clear()
        else:
            self._texts.begin(name)

    def end(self, name: str) -> None:
        if name == "si":
            self.done.append(self._texts.said("t"))
        else:
            self._texts.end(name)


class _Rows:
    def __init__(self, width: int) -> None:
        self.done: list[tuple[int, dict[int, Raw]]] = []
        self._width = width
        self._row, self._column = 0, 0
        self._cells: dict[int, Raw] = {}
        self._kind, self._style, self._formula = "n", 0, False
        self._texts = _Texts()
        self.text = self._texts.text

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            address = attributes.get("r")
            self._column = _column(address) if address else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
            self._formula = False
            self._texts.clear()
        elif name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column, self._cells = 0, {}
        else:
            self._formula |= name == "f"
            self._texts.begin(name)

    def end(self, name: str) -> None:
        if name == "c":
            if self._column <= self._width:
                self._end_cell()
        elif name == "row":
            self.done.append((self._row, self._cells))
        else:
            self._texts.end(name)

    def _end_cell(self) -> None:
        name = "f" if self._formula else "t" if self._kind == "inlineStr" else "v"
        text = "=" * self._formula + self._texts.said(name)
        if text:
            self._cells[self._column] = Raw(self._kind, self._style, text, self._formula)


def shared_texts(source: IO[bytes]) -> Iterator[str]:
    """The texts of `xl/sharedStrings.xml`, in order. Raises expat.ExpatError, ValueError, and what defusedxml raises for
    entities."""
    found = _SharedTexts()
    for _block in _parsed(source, found.begin, found.end, found.text):
        yield from found.done
        found.done.clear()


def raw_rows(source: IO[bytes], width: int) -> Iterator[tuple[int, dict[int, Raw]]]:
    """Number and cells, by column, of the rows of a worksheet, all from 1; without empty cells and those beyond `width`.

    Raises what `shared_texts` raises."""
    found = _Rows(width)
    for _block in _parsed(source, found.begin, found.end, found.text):
        yield from found.done
        found.done.clear()


def _parsed(
    source: IO[bytes],
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> Iterator[None]:
    """Parse, and stop after each block. The names that are looked for come without their namespace, others with it."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    # As defusedxml does it: no entity is ever declared, so none can grow.
    parser.EntityDeclHandler = _no_entities
    parser.UnparsedEntityDeclHandler = _no_entities
    parser.ExternalEntityRefHandler = _no_reference
    short = _SHORT.get

    def begun(name: str, attributes: dict[str, str]) -> None:
        begin(short(name, name), attributes)

    def ended(name: str) -> None:
        end(short(name, name))

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begun, ended, text
    while block := source.read(_BLOCK):
        parser.Parse(block, False)
        yield
    parser.Parse(b"", True)
    yield


def _no_entities(name: str, *_more: Any) -> None:
    raise EntitiesForbidden(name, None, None, None, None, None)


def _no_reference(context: str, base: str | None, system: str | None, public: str | None) -> int:
    raise ExternalReferenceForbidden(context, base, system, public)


def _column(address: str) -> int:
    """The column of an address such as AB12, from 1. Raises ValueError."""
    number = 0
    for letter in address:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= 16_384:
        raise ValueError(address)
    return number
