"""The words of a name, and whether what somebody wrote fits one.

A word is a run of letters and digits, folded. What is written fits as the beginning of a word; a single letter or digit
fits only a word that is nothing else.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from filrydd.model.names import fold

MOST_WORDS = 12
"""Of what somebody wrote; more say nothing that these do not."""

_WORD = re.compile(r"[^\W_]+")
# Nobody writes longer ones, and a file's name has 255 letters at most.
_LONGEST = 60

# Marks before words of the index that are no words of the name itself. No word begins with one.
ABOVE, INSIDE, WHOLE, DEEP = "§", "¤", "¶", "¤¤"


def words(text: str) -> list[str]:
    """The words of a name or a line, each once, in their order."""
    return list(dict.fromkeys(word[:_LONGEST] for word in _WORD.findall(fold(text))))


def fits(wanted: str, known: Iterable[str]) -> bool:
    """Whether a written word fits one of these words."""
    if len(wanted) == 1:
        return wanted in known
    return any(word.startswith(wanted) for word in known)


def whole(name: str) -> str:
    """The index's word for a whole name."""
    return WHOLE + hashlib.blake2b(fold(name).encode("utf-8", "replace"), digest_size=5).hexdigest()


def all_in_name(wanted: Sequence[str]) -> str:
    """The question to the index for names that all these words fit."""
    return " AND ".join(_one(word) for word in wanted)


def in_name_or_above(wanted: Sequence[str]) -> str:
    """The question for entries of which each word fits the name or a folder above."""
    return " AND ".join(f"({_one(word)} OR {_one(word, ABOVE)})" for word in wanted)


def inside(question: str, folders: Iterable[int]) -> str:
    """The same question about what lies in or under these folders, or too deep for the index to know."""
    places = " OR ".join([f'"{DEEP}"', *(f'"{INSIDE}{folder}"' for folder in folders)])
    return f"({question}) AND ({places})"


def _one(word: str, mark: str = "") -> str:
    return f'"{mark}{word}"' if len(word) == 1 else f'"{mark}{word}"*'
