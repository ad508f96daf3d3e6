"""The contract of what deletes from an area, or sets aside instead of deleting."""

from typing import Protocol

from filrydd.model.entry import Seen


class Retirable(Protocol):
    """What retire needs."""

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        """Delete one file through the very handle on which its id, size and quickXorHash (base64; empty for an empty
        file) were just found to be these. Raises ChangedSince, EntryTrouble; VANISHED when it is gone already."""

    def retire_folder(self, path: str) -> bool:
        """Delete a folder that is empty; False when it is not. Raises EntryTrouble."""

    def set_aside(self, path: str, place: str, *, size: int, hash: str, file_id: int) -> None:
        """Move one file to another path of the area, by one rename through the very handle on which it was just found to
        have this id, size and hash (`retire`), or where a system renames by name only, with what was moved looked at and
        put back if it is another. Never over something; the file keeps its permissions. On the disk before it returns.
        Raises ChangedSince, EntryTrouble."""

    def bring_back(self, place: str, path: str, *, file_id: int) -> None:
        """Move what `set_aside` moved back to its path, by one rename and never over something. Raises ChangedSince,
        EntryTrouble."""

    def make_private(self, path: str) -> Seen:
        """Make a folder that nobody but the operator can open, whatever its parent says; never in the place of something.
        Raises ChangedSince, EntryTrouble."""

    def is_private(self, path: str) -> bool:
        """Whether the folder is as `make_private` makes it. Raises EntryTrouble."""

    def still_there(self, path: str, file_id: int) -> bool:
        """Whether the file of that id has that path now; a deletion or move that was interrupted half-way there is taken
        back first. Also when it lies beside, under the name of an interrupted deletion, since something else took its path:
        it is not gone. Raises EntryTrouble, SourceGone."""
