"""Names that SharePoint takes, as near to the old ones as it allows.

The rules are those for files and folders in SharePoint Online and OneDrive ("Restrictions and limitations in OneDrive and
SharePoint"), and Windows's own where a synchronised copy would be refused (a dot at the end, `CON.txt`).

A change is visible, since its rules' words (`layout.rules`) stand beside it, and undone by the catalog: that keeps the name
that the source has, and nothing is ever worked out from the new one. So a digit of an identity number, or whatever stood
where `_` stands now, is lost to nobody who may see the old name.

Lengths are counted in **UTF-16 code units**, as Windows and SharePoint count: `å` is one, an emoji is two. Microsoft says
"characters"; where that means something else, code units are the smaller room.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from filrydd.layout import rules
from filrydd.model import names

Mask = Callable[[str], str]
"""Writes `*` for each digit of each identity number in a name, and leaves all else as it is.

Mending asks it only about names in which eleven digits follow each other, or six and five with one character between. Of
names joined by slashes it makes what it makes of each alone.
"""

LONGEST_NAME = 255
# Room that any name can be shortened to and still be told apart: a stem, ` (1000000)` and an extension.
LEAST_ROOM = 40
# A longer "extension" is a sentence with a dot in it, and may be cut like any other text.
_LONGEST_EXTENSION = 16

_SPACES = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85]")
_ILLEGAL = re.compile(r'["*:<>?/\\|\x00-\x1f\x7f-\x9f\ud800-\udfff]')
_NUMBER = re.compile("[0-9]{6}[^0-9/]?[0-9]{5}")
_NEAREST = {":": "-", '"': "'", "/": "-", "|": "-", "<": "(", ">": ")"}
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_VTI = re.compile("_vti_", re.IGNORECASE)
_WEB_PAGE_FOLDER = re.compile("_(files?)$", re.IGNORECASE)
# What the rules below look at: a short name without any of it is legal as it stands. Most are, so they are decided first.
_SUSPECT_START = re.compile(r"~|con|prn|aux|nul|com|lpt|forms$|\.lock$|desktop\.ini$", re.IGNORECASE)
_SUSPECT_UNDERSCORE = re.compile("_vti_|_files?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mended:
    """A name that SharePoint takes, and the words (`layout.rules`) for what was changed, in order, each once."""

    name: str
    rules: tuple[str, ...] = ()


def length(name: str) -> int:
    """UTF-16 code units of a name or path."""
    return len(name) if name.isascii() else len(name.encode("utf-16-le", "surrogatepass")) // 2


def holds_digits(text: str) -> bool:
    """Whether a name, or names joined by slashes, hold digits enough that a `Mask` may find a number in them."""
    return _NUMBER.search(text) is not None


def mend(name: str, *, folder: bool, top: bool = False, mask: Mask | None = None) -> Mended:
    """The name that a stored name (`model.names`) becomes: legal, in NFC, at most 255 code units.

    `top`: it will lie directly in a library's root. Bytes that were no text, and backslashes, become `_`. With `mask`
    each digit of an identity number becomes `x` (SharePoint refuses `*`). Mending twice changes nothing more.
    """
    if _is_plain(name) and (mask is None or not holds_digits(name) or mask(name) == name):
        return Mended(name)
    current, applied = names.raw(name), list[str]()
    while True:
        better = _once(current, folder, top, mask, applied)
        if better == current:
            return Mended(better, tuple(dict.fromkeys(applied)))
        current = better


def fit(name: str, room: int, *, folder: bool, top: bool = False, mask: Mask | None = None) -> str:
    """A mended name cut to at most `room` code units and still legal; itself when it fits. `mask` as in `mend`.

    Cut at the end of a word where one is near, in the stem: an extension of a file stays if any stem is left beside it.
    Raises ValueError when `room` is under 1.
    """
    if room < 1:
        raise ValueError("no room for a name")
    if length(name) <= room:
        return name
    for wanted in range(room, 0, -1):
        fitting = mend(_cut(name, wanted, folder), folder=folder, top=top, mask=mask).name
        if length(fitting) <= room:
            return fitting
    return "_"


def numbered(name: str, number: int, room: int, *, folder: bool, top: bool = False, mask: Mask | None = None) -> str:
    """`name (2)`, `name (2).txt`: a mended name with a number before its extension, in at most `room` code units.

    `mask` as in `mend`. Raises ValueError when `room` is under LEAST_ROOM.
    """
    if room < LEAST_ROOM:
        raise ValueError(f"room for a number needs {LEAST_ROOM} characters, not {room}")
    stem, extension = _parts(name, folder)
    suffix = f" ({number})"
    stem = fit(stem, room - length(extension) - len(suffix), folder=folder, top=top, mask=mask)
    return mend(f"{stem}{suffix}{extension}", folder=folder, top=top, mask=mask).name


def _is_plain(name: str) -> bool:
    return (
        0 < len(name) < 128
        and name[-1] != "."
        and not (name[0].isspace() or name[-1].isspace())
        and not _ILLEGAL.search(name)
        and not _SUSPECT_START.match(name)
        and not ("_" in name and _SUSPECT_UNDERSCORE.search(name))
        and (name.isascii() or unicodedata.is_normalized("NFC", name))
    )


def _once(name: str, folder: bool, top: bool, mask: Mask | None, applied: list[str]) -> str:
    """One round of all the rules; `applied` collects the words of those that changed something."""

    def change(rule: str, new: str) -> None:
        nonlocal name
        if new != name:
            name = new
            applied.append(rule)

    change(rules.NOT_COMPOSED, unicodedata.normalize("NFC", name))
    # A line break or a tab was meant as a space: at the edge of a name it goes, inside it parts two words.
    change(rules.ILLEGAL_CHARACTER, _SPACES.sub(" ", name))
    change(rules.ILLEGAL_CHARACTER, _ILLEGAL.sub(lambda m: _NEAREST.get(m[0], "_"), name))
    # After the characters: `010203:12345` is no number to anybody, but `010203-12345` would be.
    if mask is not None and holds_digits(name):
        change(rules.IDENTITY_NUMBER, mask(name).replace("*", "x"))
    change(rules.SPACE_AT_EDGE, name.strip())
    change(rules.DOT_AT_END, name.rstrip(".").rstrip() if name.endswith(".") else name)
    change(rules.EMPTY, name or "_")
    if name.startswith("~$") or (folder and name.startswith("~")):
        change(rules.RESERVED_START, "_" + name[1:])
    change(rules.RESERVED_TEXT, _VTI.sub(lambda m: f"-{m[0][1:-1]}-", name))
    change(rules.RESERVED_NAME, _unreserved(name, top))
    if folder:
        change(rules.WEB_PAGE_FOLDER, _WEB_PAGE_FOLDER.sub(r"-\1", name))
    if length(name) > LONGEST_NAME:
        change(rules.TOO_LONG, _cut(name, LONGEST_NAME, folder))
    return name


def _unreserved(name: str, top: bool) -> str:
    lowered = name.lower()
    if lowered == ".lock":
        return f"_{name}"
    if lowered == "desktop.ini":
        return f"{name[:7]}_{name[7:]}"
    if device := _DEVICE.match(name):
        return f"{name[: device.end(1)]}_{name[device.end(1) :]}"
    if top and lowered == "forms":
        return f"{name}_"
    return name


def _parts(name: str, folder: bool) -> tuple[str, str]:
    """Stem and extension, the dot in the extension; a folder has none."""
    stem, dot, last = name.rpartition(".")
    if folder or not dot or not stem or length(last) >= _LONGEST_EXTENSION or " " in last:
        return name, ""
    return stem, f".{last}"


def _cut(name: str, room: int, folder: bool) -> str:
    """The name in at most `room` code units, whether legal or not."""
    stem, extension = _parts(name, folder)
    if length(extension) >= room:
        stem, extension = name, ""
    left = room - length(extension)
    end = min(left, len(stem))
    while length(stem[:end]) > left:
        end -= 1
    letter = end
    while 0 < letter < len(stem) and unicodedata.combining(stem[letter]):
        letter -= 1  # a letter goes with its accents
    head, rest = stem[: letter or end], stem[letter or end :]
    if rest and rest[0] not in " _-.,":
        word = max(head.rfind(mark) for mark in " _-.,")
        head = head[:word] if word >= len(head) * 2 // 3 and word > 0 else head
    return (head.rstrip(" _-.,") or head) + extension
