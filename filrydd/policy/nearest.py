"""The word that somebody probably meant."""

import difflib
from collections.abc import Iterable

from filrydd.model.names import fold

# A longer text is no mistyped word, and comparing it is slow.
_LONGEST = 60


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, empty when none is like it. Case does not count."""
    if len(word) > _LONGEST:
        return ""
    by_fold = {fold(one): one for one in known}
    close = difflib.get_close_matches(fold(word), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else ""
