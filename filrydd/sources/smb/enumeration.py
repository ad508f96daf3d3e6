"""Lists that a server gives in answers one after the other: the form that all of [MS-SRVS]'s enumerations share.

Each has a level, lines of a fixed width whose texts come behind all of them, and a place from where to go on.
"""

import struct
from dataclasses import dataclass

from filrydd.sources.smb.link import Link
from filrydd.sources.smb.pipe import NotTold, Pipe, Stub, check
from filrydd.sources.smb.srvsvc import server

MOST_BYTES = 1 << 24
"""What an answer may come to: Samba sends all at once whatever is asked for."""
_WANTED = 1 << 18
_MOST_LINES = 200_000
_MORE = 234  # ERROR_MORE_DATA


@dataclass(frozen=True, slots=True)
class Enumeration:
    """One of them: its number, its name, the level asked for, how many fields a line has, and which of them are texts."""

    operation: int
    name: str
    level: int
    fields: int
    texts: tuple[int, ...]


Line = tuple[int | str, ...]


def listed(pipe: Pipe, link: Link, kind: Enumeration, chosen: bytes) -> list[Line]:
    """Every line. `chosen`: the arguments that say of what, behind the server's name. Raises NotTold, Dropped, or the
    library's response error."""
    found: list[Line] = []
    resume = 0
    while True:
        # An empty list at that level, to be filled; how much; from where.
        asked = struct.pack("<IIIIIIII", kind.level, kind.level, 0x2_0000, 0, 0, _WANTED, 0x2_0000, resume)
        lines, more = page(pipe.call(kind.operation, server(link) + chosen + asked), kind)
        found += lines
        if not more:
            return found
        if not lines or more == resume or len(found) > _MOST_LINES:
            raise NotTold(f"{kind.name}: the list has no end")
        resume = more


def page(stub: bytes, kind: Enumeration) -> tuple[list[Line], int]:
    """The lines of one answer, and where to go on; 0 at the end. Raises NotTold."""
    more = len(stub) >= 4 and int.from_bytes(stub[-4:], "little") == _MORE
    if not more:
        check(stub, kind.name)
    fields = Stub(stub)
    if (fields.number(), fields.number()) != (kind.level, kind.level) or not fields.number():
        raise NotTold(f"{kind.name}: the server tells something else")
    count, lines = fields.number(), fields.number()
    found = _lines(fields, count, kind) if lines else []
    if len(found) != count:
        raise NotTold(f"{kind.name}: a list of two lengths")
    _total, resume = fields.number(), fields.number()
    place = fields.number() if resume else 0
    if more and not place:
        raise NotTold(f"{kind.name}: there is more, and the server does not tell from where")
    return found, place if more else 0


def _lines(fields: Stub, count: int, kind: Enumeration) -> list[Line]:
    if fields.number() != count:
        raise NotTold(f"{kind.name}: a list of two lengths")
    # Each takes some bytes, so a count that is too high runs over the end before it costs anything.
    heads = [[fields.number() for _field in range(kind.fields)] for _line in range(count)]
    return [
        tuple(
            value if place not in kind.texts else fields.text().partition("\0")[0] if value else ""
            for place, value in enumerate(head)
        )
        for head in heads
    ]
