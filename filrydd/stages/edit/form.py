"""The words of a structure file, and texts as YAML has them.

A folder stands in a block, and below it, under `folders`, the blocks of those in it: that is where it belongs. What a line said
when the file was written stands behind it in a comment, before a colon: the computed choice, or the number of a change. So a
line that nobody touched says nothing, also when the area has been proposed anew since.
"""

import json
import re
import unicodedata

from filrydd.layout.edits import CHOICES
from filrydd.model.structure import Choice, What
from filrydd.stages.masking import shown

FILE_KEYS = ("area", "proposal", "name", "note", "parts", "accept")
BLOCK_KEYS = ("folder", "number", "choice", "library", "name", "move to", "merge with", "folders")
PART_KEYS = ("part", *BLOCK_KEYS)
ACCEPT_KEYS = ("open", "as", "principal", "stands for", "leave out", "note")
PATH_KEYS = frozenset(("folder", "move to", "merge with", "open", "as"))
CHOSEN: dict[str, What] = {choice.value: what for what, choice in CHOICES.items()}
"""The choices that a person can make."""
COMPUTED = tuple(choice.value for choice in Choice)
"""The choices that a file may show."""
DEEPEST_PARENT = 8
"""Folders that lie deeper than this below their part's top stand under the one that lies that deep: reading stops at 32 levels
of YAML, two for each folder, and whoever moves a block needs some of them."""

_PLAIN = re.compile(r"[^\W_](?:[\w./()+%=&\u2013-]| (?![#\s]))*(?<! )")
_NOTHING = frozenset(("null", "Null", "NULL"))
_MARK = re.compile(r"\s*([^:#]+):")


def place(path: str) -> str:
    """A path as a file says it, with identity numbers hidden: the area's top is a slash."""
    return shown(path) or "/"


def scalar(text: str) -> str:
    """A text as YAML has it on one line: as it is where that says the same, else in double quotes."""
    if _PLAIN.fullmatch(text) and text not in _NOTHING and not any(_is_hidden(letter) for letter in text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(_escaped(letter) if _is_hidden(letter) else letter for letter in quoted)


def comment(text: str) -> str:
    """A text as it can stand in a comment: on one line, without the sign that begins one."""
    return "".join(" " if _is_hidden(letter) else letter for letter in text.replace("#", "♯"))


def mark(line: str) -> str:
    """What the comment at the end of a line begins with, before its colon; empty for none."""
    found = _MARK.match(line.rpartition(" #")[2]) if " #" in line else None
    return "" if found is None else found[1].strip()


def _is_hidden(letter: str) -> bool:
    """Whether a letter is none that people see, or breaks a line."""
    return (letter != " " and not letter.isprintable()) or unicodedata.category(letter) in ("Cf", "Zl", "Zp")


def _escaped(letter: str) -> str:
    point = ord(letter)
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
