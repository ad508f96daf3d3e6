"""Where an entry lies: its path as the source's own names, and its id as the catalog can hold it."""

from filrydd.model.entry import Reason
from filrydd.model.names import raw_segments
from filrydd.sources.source import EntryTrouble


def segments(path: str, forbidden: str = "/\0") -> list[str]:
    """The source's own names along a path. Raises EntryTrouble (BAD_NAME) for what would lead anywhere but below the top:
    `..`, an empty name, or a name with one of the `forbidden` letters, which only a hostile source can have told."""
    names = raw_segments(path)
    for name in names:
        if name in ("", ".", "..") or any(letter in name for letter in forbidden):
            raise EntryTrouble(path, Reason.BAD_NAME, "no name of a file or folder")
    return names


def signed(number: int) -> int:
    """A volume's 64-bit id as the signed number that SQLite holds; of longer ids the low 64 bits."""
    low = number & 0xFFFF_FFFF_FFFF_FFFF
    return low - (1 << 64) if low >> 63 else low
