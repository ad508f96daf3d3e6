"""What somebody looked for, as they wrote or pasted it: a path in any spelling, a name, words of one, or a new address."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from filrydd.model.names import fold

LONGEST = 4_000
"""Of what is written; no path is longer."""

# Folders above the area that a path may name before it comes to the area's own.
_MOST_ABOVE = 12
# How Windows writes long paths ("Naming Files, Paths, and Namespaces": `\\?\UNC\server\share`, `\\?\K:\x`).
_LONG = re.compile(r"^[\\/]{2}[?.][\\/](UNC[\\/])?", re.IGNORECASE)
# `file://///server/share`, `file:\\server`, `file:///K:/x`: programs write any number of slashes.
_FILE = re.compile(r"^file:[\\/]*(?:localhost[\\/])?", re.IGNORECASE)
_QUOTES = "\"'<>«»“”„ \t\r\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """`text` as it was written; `paths` are its segments, decoded and as they are. `is_web`: an address of the new place;
    `is_address`: it names a server or drive; `is_whole`: also a single name is a path, of something right in the area's top."""

    text: str
    paths: tuple[tuple[str, ...], ...]
    is_web: bool
    is_address: bool
    is_whole: bool = False

    @property
    def is_path(self) -> bool:
        """Whether it has more than a name in it."""
        return self.is_address or self.is_whole or any(len(path) > 1 for path in self.paths)

    @property
    def name(self) -> str:
        """What is looked for by its name: the last segment of a path, else all of it."""
        return self.paths[0][-1] if self.paths and self.is_path else self.text


def understood(text: str) -> Asked:
    """What a line means. Never raises; what cannot be stored in it is left out."""
    plain = text[:LONGEST].encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip(_QUOTES)
    lower = plain.lower()
    if lower.startswith(("http://", "https://")):
        return Asked(plain, (), is_web=True, is_address=False)
    plain = _short(plain)
    scheme, colon, rest = plain.partition("://")
    is_file = _FILE.match(plain)
    has_scheme = bool(is_file) or (bool(colon) and scheme.isalnum())
    body = plain[is_file.end() :] if is_file else rest if has_scheme else plain
    decoded = unquote(body) if "%" in body else body
    # A name may have a percent sign or blanks of its own, so it is tried in each way.
    whole = _short(text[:LONGEST].encode("utf-8", "replace").decode("utf-8").strip("\r\n"))
    spellings = (decoded, body) if has_scheme else (decoded, body, whole)
    paths = tuple(dict.fromkeys(path for one in spellings if (path := _segments(one))))
    is_drive = any(len(path[0]) == 2 and path[0][1] == ":" and path[0][0].isalpha() for path in paths)
    is_server = has_scheme or plain.startswith(("\\\\", "//"))
    return Asked(plain, paths, is_web=False, is_address=is_server or is_drive)


def _short(text: str) -> str:
    """A path without the sign by which Windows allows long ones."""
    return _LONG.sub(lambda found: "\\\\" if found[1] else "", text, count=1)


def _segments(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.replace("\\", "/").replace("\0", "").split("/") if part not in ("", "."))


def below(asked: Asked, addresses: Iterable[str], drives: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The paths below an area's top that it may be, where it begins with one of the area's addresses or drives."""
    found = []
    for path in asked.paths:
        for address in addresses:
            top = _top(address)
            if top and _folded(path[: len(top)]) == _folded(top):
                found.append(path[len(top) :])
        for letter, folder in drives.items():
            if path and fold(path[0]) == fold(f"{letter}:"):
                found.append((*_segments(folder), *path[1:]))
    return list(dict.fromkeys(found))


def guesses(asked: Asked) -> list[tuple[str, ...]]:
    """The paths that it may be in an area of which nothing is named: all of it, and what is left without the folders above."""
    found = []
    for path in asked.paths:
        first = 1 if asked.is_address else 0
        found += [
            path[start:] for start in range(first, min(len(path), _MOST_ABOVE)) if len(path) - start > 1 or not start
        ]
    return list(dict.fromkeys(found))


def _top(address: str) -> tuple[str, ...]:
    return _segments(address.split("://")[-1])


def _folded(path: tuple[str, ...]) -> tuple[str, ...]:
    """Folded, the server without whoever logs in to it and without its port."""
    if path:
        server = path[0].rpartition("@")[2]
        name, colon, port = server.rpartition(":")
        path = (name if colon and port.isdigit() else server, *path[1:])
    return tuple(map(fold, path))
