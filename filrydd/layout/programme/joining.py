"""The name of a folder that only led to another one, written before that one's."""

from filrydd.model.names import fold

LONGEST_JOINED = 60
"""Characters that a joined name may have; beyond this the step is better than the name."""


def joined(before: str, name: str) -> str:
    """`Anlegg - Bilder`; the name alone when it holds the other one as whole words, or there is none."""
    if not before or _holds(fold(name), fold(before)):
        return name
    return f"{before} - {name}"


def _holds(text: str, words: str) -> bool:
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum():
            return True
        start = text.find(words, start + 1)
    return False
