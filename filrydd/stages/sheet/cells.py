"""Texts that are safe in a cell: never somebody's identity number, a formula or what XML forbids, and the same after Excel
has saved them.

What a cell cannot hold is shown as in stored names (`model.names`): a backslash, `u` and four hex digits.
"""

import re

from filrydd.stages import masking

# Control characters, what XML forbids, and the signs that turn the direction of writing, with which `fdp.exe` passes for
# `exe.pdf`. Excel reads `_x0041_` as an escape of its own, and openpyxl drops `x005F_`: the x is shown escaped.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]|x(?=[0-9A-Fa-f]{4}_)")
# What spreadsheets take for the beginning of a formula or of something else than text, in any of their versions.
_BEGINS_A_FORMULA = frozenset("=+-@#|%'\uff1d\uff0b\uff0d\uff20")
# Excel cuts a cell at 32,767 UTF-16 units; no path that can be opened is as long as this.
_LONGEST = 16_000


def safe(text: str) -> str:
    """The text as a cell can hold it, with identity numbers masked; cut, with an ellipsis, at 16,000 characters."""
    shown = _UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", masking.shown(text))
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def needs_quoting(text: str) -> bool:
    """Whether a spreadsheet could take the text for something else than text."""
    return text[:1] in _BEGINS_A_FORMULA
