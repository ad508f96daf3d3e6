"""The contract of what reads an area: its folders, its files, and what is asked about many of them."""

from collections.abc import Generator, Iterable, Sequence
from types import TracebackType
from typing import Protocol, Self

from filrydd.model.entry import Listing, Reason, Seen
from filrydd.model.listed import Listed, ToList

IN_FLIGHT = 128
"""Requests on their way at the same time, when nobody says otherwise. Measured on Samba over two connections: 64 are a sixth
slower, both direct and over a line with 4.4 ms; 256 gain nothing."""


class Reader(Protocol):
    """A file held open for reading, a context manager. Access times are left alone where the source allows it."""

    seen: Seen
    """The file's facts on this handle when it was opened."""

    def read(self, size: int) -> bytes:
        """The next up to `size` bytes; empty at the end. Raises EntryTrouble."""

    def seek(self, offset: int) -> None:
        """Go on reading at that byte."""

    def look(self) -> Seen:
        """The file's facts on this handle now."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Readable(Protocol):
    """An area that can be read."""

    address: str
    """Where it is, without any credential; what the catalog stores and people see."""
    via: str
    """The server and share behind a DFS name, once connected; empty when there is no other name."""
    remarks: list[str]
    """Sentences for the person who scans, such as that a slower way is taken and why; read and emptied by the stage."""

    def top(self) -> Seen:
        """The top folder's facts (name is the address's last segment). Raises SourceGone, SourceRefused."""

    def list(self, path: str) -> Listing:
        """One folder. Links, loops, special files and what has no permission come as entries with a Trouble."""

    def walk(self, todo: Sequence[ToList], next_key: int, most: int = IN_FLIGHT) -> Generator[Listed, None, None]:
        """List these folders and all below them, in any order, as fast as the source answers and with at most `most`
        requests on their way. Folders found get the keys `next_key`, `next_key` + 1, ...

        Each folder comes once. A folder that cannot be listed comes with the one snag whose name is None, without files and
        folders. A caller may stop by closing the generator: what had not been answered is not listed then.
        Raises SourceGone, SourceRefused: at the top, and when the connection does not come back.
        """

    def owners(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, str | Reason], None, None]:
        """For each file (number, path) its number with the owner's security identifier (`S-1-5-21-...`), or why it could
        not be asked; in any order. `files` is drawn from as answers come; a caller may stop by closing the generator.
        Raises SourceGone, SourceRefused."""

    def share_descriptor(self) -> bytes:
        """The share's own permissions, which restrict those of every entry; empty where nobody tells them."""

    def identity(self) -> str:
        """A word for the top folder: two areas with the same one are one folder under two names. Empty: nobody knows.
        Raises SourceGone, SourceRefused."""

    def look(self, path: str) -> Seen:
        """One entry's facts now. Raises EntryTrouble (VANISHED when it is gone)."""

    def open(self, path: str) -> Reader:
        """Open a file for reading, sharing with everybody. Raises EntryTrouble. Never follows a link."""

    def streams(self, path: str) -> tuple[str, ...]:
        """The names of a file's streams beside the main one (`note` of `:note:$DATA`), in stored form; () where the source
        has none. A share that is mounted as a local folder of a POSIX system does not tell them. Raises EntryTrouble."""

    def close(self) -> None:
        """End connections. Safe to call twice."""
