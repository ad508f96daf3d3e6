"""A quick look at a folder's names: which could be versions of each other at all.

Most names of an area have no mark, and most that have one have no partner; reading each takes ten times as long. The look
works on UTF-8 bytes and errs on the side of reading: what it passes over has no mark that `marks.read_marks` knows, or
begins with another word.
"""

import re
from collections.abc import Sequence

from filrydd.findings.dates import MONTHS
from filrydd.findings.words import COMMENTS, MARKS, NUMBERED_BY, ORDINALS, PURPOSES

_LOWER = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789", b"abcdefghijklmnopqrstuvwxyz000000000")
_BREAKS = bytes(code for code in range(32) if code != 10) + b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\x7f"
_SPACED = bytes.maketrans(_BREAKS, b" " * len(_BREAKS))
_MARK_WORDS = frozenset(
    f"{word}{digits}".encode()
    for words, most in ((MARKS | COMMENTS | PURPOSES, 2), (NUMBERED_BY, 4))
    for word in words
    for digits in ("0" * count for count in range(most + 1))
)
# Marks that are joined to another word, and the ASCII part of those with letters that have several forms.
_MARK_PARTS = tuple(b"( versjon utgave final endelig utkast kladd signert forel utg gjennomg top-".split())
_JOINED = re.compile(rb"[bdgkmnpst0]v0|_[^\n_.( -]{2,9}[\n_.( -]")
# A name's first word tells what it is about, unless it is one of these or a number.
_PASSED_OVER = _MARK_WORDS | {word.encode() for word in (*MONTHS, *ORDINALS, "av", "of", "til")}
_MACHINES = frozenset((b"desktop", b"laptop"))
# What looks different in bytes than as letters: combining marks, long s, dotless i, Kelvin, Angstrom; dashes and wide spaces.
_SHIFTING = re.compile(rb"[\xc2\xcc\xcd]|\xc5\xbf|\xc4[\xb0\xb1]|\xe2[\x80\x84]")


def worth_reading(names: Sequence[str]) -> list[int]:
    """The places, in a folder's stored names, of those that may be versions of each other."""
    text = "\n".join(names).encode("utf-8", "surrogatepass").translate(_LOWER)
    spaced = text.translate(_SPACED)
    parts = [part for part in _MARK_PARTS if part in text]
    joined = (b"v0" in text or b"_" in text) and bool(_JOINED.search(text + b"\n"))
    if not text.isascii() and _SHIFTING.search(text):
        return list(range(len(names)))
    if not parts and not joined and _MARK_WORDS.isdisjoint(spaced.split()):
        return []
    lines = text.split(b"\n")
    if len(lines) != len(names):  # a name with a newline in it
        return list(range(len(names)))
    groups: dict[tuple[bytes, bytes], list[int]] = {}
    marked: set[tuple[bytes, bytes]] = set()
    for place, (line, words) in enumerate(zip(lines, map(bytes.split, spaced.split(b"\n")), strict=True)):
        extension = line.rpartition(b".")[2] if b"." in line else b""
        about = words[: len(words) - len(extension.translate(_SPACED).split())]
        group = (_beginning(about), extension if extension.isascii() else b"")
        groups.setdefault(group, []).append(place)
        if (
            not _MARK_WORDS.isdisjoint(words)
            or (parts and any(part in line for part in parts))
            or (joined and _JOINED.search(line + b"\n"))
        ):
            marked.add(group)
    return [place for group in marked if len(groups[group]) > 1 for place in groups[group]]


def _beginning(words: list[bytes]) -> bytes:
    """The first three letters of the first word that tells something: joined marks come later.

    Words of up to three letters are passed over, since they may be initials; one that does not begin in ASCII tells nothing,
    since its letters have several forms, and neither does what follows the name of a machine.
    """
    for word in words:
        beginning = word[:3]
        if not beginning.isascii() or word in _MACHINES:
            return b""
        if len(word) > 3 and not word[:1].isdigit() and word not in _PASSED_OVER:
            return beginning
    return b""
