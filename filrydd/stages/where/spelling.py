"""Every way in which an old path is written: the UNC name by which a share is known, its other names, each drive letter, and the
path on the server itself.

A web server is asked for the same with slashes, below its root: `\\\\server\\share\\x` is `/server/share/x`, `K:\\x` is
`/K:/x`. So a link needs only another beginning, such as `https://moved.example.org/server/share/x`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from filrydd.model import names

_PORT = re.compile(r":[0-9]+$")


@dataclass(frozen=True, slots=True)
class Way:
    """How paths in and under the area's folder `top` (folded names) are written: after `begin`, with `mark` between names.
    `key` is the same beginning as a web server is asked for it."""

    begin: str
    mark: str
    key: str
    top: tuple[str, ...] = ()

    def write(self, way: Sequence[str]) -> tuple[str, str] | None:
        """An entry's old address and what a web server is asked for, by its names from the area's top; None when this way
        does not lead there, or cannot say it."""
        below = way[len(self.top) :]
        if self.top and tuple(map(names.fold, way[: len(self.top)])) != self.top:
            return None
        if self.mark == "\\" and any("\\" in name for name in below):
            return None
        return self.mark.join((self.begin, *below)), "/".join((self.key, *below))


def ways(addresses: Sequence[str], drives: Mapping[str, str]) -> tuple[Way, ...]:
    """The ways that lead into an area, by the addresses of its top and the drive letters with the folders they point to."""
    found = [_way(address) for address in addresses if address]
    found += [
        Way(f"{letter[:1].upper()}:", "\\", f"/{letter[:1].upper()}:", tuple(map(names.fold, names.raw_segments(top))))
        for letter, top in drives.items()
    ]
    # Two spellings of a server are two ways; the same one twice is one.
    return tuple({(way.key, way.mark, way.top): way for way in found}.values())


def _way(address: str) -> Way:
    _scheme, colon, rest = address.partition("://")
    text = rest if colon else address
    parts = [part for part in text.replace("\\", "/").split("/") if part]
    if colon or address.startswith(("\\\\", "//")):
        if parts:
            parts[0] = _PORT.sub("", parts[0].rpartition("@")[2])
        return Way("\\\\" + "\\".join(parts), "\\", "/" + "/".join(parts))
    if re.match(r"[A-Za-z]:", address):
        return Way("\\".join(parts), "\\", "/" + "/".join(parts))
    # On a server of Unix a backslash is a letter like any other.
    own = "/".join(part for part in address.split("/") if part)
    return Way(f"/{own}" if own else "", "/", f"/{own}" if own else "")


def written(way: Sequence[Way], path: Sequence[str]) -> Iterator[tuple[str, str]]:
    """An entry's old addresses, each with what a web server is asked for."""
    for one in way:
        said = one.write(path)
        if said is not None:
            yield said
