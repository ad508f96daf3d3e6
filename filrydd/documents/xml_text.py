"""XML as a stream of events, in little memory whatever its size.

A document type is refused: Office never writes one, and all that is dangerous in XML (entities that grow, entities that
fetch) begins with one. What remains is expat's own; defusedxml with `forbid_dtd` refuses the same, at a tenth of the speed.
"""

from typing import IO
from xml.parsers import expat

from filrydd.documents.contents import Contents, Unread
from filrydd.model.finding import Outcome

_PIECE = 1 << 16
_DEEPEST = 2_000

Attributes = dict[str, str]


class Handler:
    """What hears of a document's elements, by their names without a prefix."""

    def start(self, name: str, attributes: Attributes) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def parse(file: IO[bytes], handler: Handler, contents: Contents) -> None:
    """Tell the handler of everything in the file; what is read counts as unpacked. Raises Unread."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0
    local = _Local()

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Unread(Outcome.DAMAGED, "nested too deeply")
        handler.start(local[name], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(local[name])

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        while piece := file.read(_PIECE):
            contents.unpack(len(piece))
            parser.Parse(piece)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise Unread(Outcome.DAMAGED, f"XML: {expat.ErrorString(fault.code)}") from fault


def attribute(attributes: Attributes, name: str) -> str:
    """An attribute by its name without a prefix; empty when it is not there."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _refuse(_name: str, _system: str | None, _public: str | None, _subset: bool) -> None:
    raise Unread(Outcome.REFUSED, "XML with a document type")


class _Local(dict[str, str]):
    def __missing__(self, name: str) -> str:
        local = name.rpartition(":")[2]
        if len(self) < 10_000:
            self[name] = local
        return local
