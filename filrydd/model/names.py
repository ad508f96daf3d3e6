"""Names and paths of entries, as the catalog stores them.

A *name* is one segment in its stored form: the source's own name, in which a lone surrogate (a byte that is no UTF-8 on
Linux, half a pair from SMB) is written as a backslash, `u` and four digits, and a backslash is doubled. SQLite, JSON and
XML refuse lone surrogates; the escape keeps every name that any source can have and can be undone exactly.

A *path* is names joined by `/`, relative to the top of the area; the top itself is the empty string. `/` cannot occur in a
name on any source.

Names are compared folded: NFC and case-folded, since SharePoint and Windows hold `Å.txt`, `å.txt` and their NFD forms
for one name.
"""

import re
import unicodedata

_NEEDS_ESCAPE = re.compile("[\\\\\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(\\|u[0-9a-f]{4})")


def stored(raw: str) -> str:
    """The stored form of a name as a source gave it."""
    if not _NEEDS_ESCAPE.search(raw):
        return raw
    return _NEEDS_ESCAPE.sub(lambda m: "\\\\" if m[0] == "\\" else f"\\u{ord(m[0]):04x}", raw)


def raw(name: str) -> str:
    """The source's own form of a stored name: the inverse of `stored`."""
    if "\\" not in name:
        return name
    return _ESCAPED.sub(lambda m: "\\" if m[1] == "\\" else chr(int(m[1][1:], 16)), name)


def raw_segments(path: str) -> list[str]:
    """The source's own names along a path; none for the top."""
    return [raw(name) for name in path.split("/")] if path else []


def join(folder: str, name: str) -> str:
    """The path of `name` in `folder`."""
    return f"{folder}/{name}" if folder else name


def split(path: str) -> tuple[str, str]:
    """Folder and name of a path; `("", "")` for the top."""
    folder, _, name = path.rpartition("/")
    return folder, name


def fold(text: str) -> str:
    """The form in which names and paths are compared: NFC, letter by letter without case, Norwegian letters included.

    Letters keep their number (`ß` stays one letter), as in the case tables of Windows and in a glob's `?`.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).translate(_FOLDING)


class _Folding(dict[int, str]):
    def __missing__(self, point: int) -> str:
        folded = self[point] = fold_letter(chr(point))
        return folded


_FOLDING = _Folding()


def fold_letter(letter: str) -> str:
    """One letter without case: the lower form of its upper form, as far as each is a single letter."""
    upper = letter.upper()
    upper = upper if len(upper) == 1 else letter
    lower = upper.lower()
    return lower if len(lower) == 1 else upper


def extension(name: str) -> str:
    """The folded extension without its dot; empty for none, and for a name that only begins with a dot."""
    stem, dot, last = name.rpartition(".")
    return fold(last) if dot and stem else ""


class _Folded(dict[str, str]):
    def __missing__(self, last: str) -> str:
        if len(self) > 50_000:
            self.clear()  # an area with that many "extensions" has none
        folded = self[last] = fold(last)
        return folded


folded_extensions = _Folded()
"""What follows a name's last dot -> its folded form: `extension` for walks, which ask it of every file."""


def tidy_path(text: str) -> str:
    """A path as a person typed it (either slash, at both ends or not) as a stored path."""
    return "/".join(part for part in text.replace("\\", "/").split("/") if part)
