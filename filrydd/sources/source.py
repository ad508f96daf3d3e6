"""The contract of a source: where an area's files lie today.

Words: a *path* is relative to the area's top, stored form, `/` between names (`model.names`). A *descriptor* is the
source's own opaque bytes for one entry's permissions: what `permission` returned, `permit` puts back exactly.

A source is used by one thread. Trouble with one entry comes back as data from `list`; the other methods raise
`EntryTrouble` for it, which a stage turns into an unreadable, a finding or a kept file. `SourceGone` and `SourceRefused`
(`filrydd.errors`) mean the source as a whole.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.listed import Listed, ToList

IN_FLIGHT = 128
"""Requests on their way at the same time, when nobody says otherwise. Measured on Samba over two connections: 64 are a sixth
slower, both direct and over a line with 4.4 ms; 256 gain nothing."""


class EntryTrouble(Exception):
    """One entry could not be read or acted on; `reason` is a word of the contract, `detail` the system's own."""

    def __init__(self, path: str, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{path}: {reason} {detail}".strip())
        self.path = path
        self.reason = reason
        self.detail = detail


class ChangedSince(Exception):
    """The entry is no longer the one that was proved; nothing was done. `what` names the difference (size, content, ...)."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path = path
        self.what = what


@dataclass(frozen=True, slots=True)
class Change:
    """An entry whose permissions are to become `wanted`. `number` is the caller's own. `known` is what they may be now
    beside `wanted`, as `permission` told or `sealed` made it; () when they may be anything."""

    number: int
    path: str
    kind: Kind
    wanted: bytes
    known: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """How a file is held. `written`: somebody may write through a handle that is open now, or lets nobody look. `links`:
    how many names it has on its volume; 0 where that is not told."""

    written: bool
    links: int


class AlreadyThere(EntryTrouble):
    """The name of a file that was to be left is taken, by whatever content; nothing was done."""

    def __init__(self, path: str) -> None:
        super().__init__(path, Reason.THERE, "the name is taken")


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One line of a server's list of what is open: the server's own number of the handle, given anew once it is closed; the
    path below the area's top (empty for the top); who holds it, as the server names him; whether he may write through it;
    and how many locks he has. Samba does not tell handles that only append, nor does any server those of programs of its
    own: `usage` does."""

    number: int
    path: str
    user: str
    writing: bool
    locks: int


@dataclass(frozen=True, slots=True)
class Connected:
    """Somebody who is connected to the area's share: as the server names him and his computer, and for how many whole
    seconds. `here`: False where the server tells that somebody is connected to this share, and not which of those who are
    signed in."""

    user: str
    computer: str
    seconds: int
    here: bool


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


class Source(Protocol):
    address: str
    """Where it is, without any credential; what the catalog stores and people see."""
    via: str
    """The server and share behind a DFS name, once connected; empty when there is no other name."""
    remarks: list[str]
    """Sentences for the person who scans, such as that a slower way is taken and why; read and emptied by the stage."""

    def again(self) -> "Source":
        """Another connection to the same place, as the same user: a source is used by one thread at a time."""

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

    # What seal and unseal need.

    def permission(self, path: str, kind: Kind) -> bytes:
        """The entry's descriptor now."""

    def sealed(self, former: bytes, kind: Kind) -> bytes:
        """What that descriptor becomes when the area is sealed: pure, idempotent; who could read still can, nobody but
        the operator can write, append, create, delete or change rights."""

    def permit(self, path: str, kind: Kind, descriptor: bytes) -> None:
        """Set the entry's permissions to exactly that descriptor."""

    def in_use(self, path: str) -> bool:
        """Whether somebody holds this file open for writing; False where the source cannot tell."""

    # The same for many entries, as fast as the source answers and with at most `most` requests on their way. What is asked
    # is drawn from as answers come, and they come in any order, each once, with the number that it was asked by. Trouble
    # with one entry is its answer. A caller may stop by closing the generator. Each raises SourceGone, SourceRefused.

    def permissions(
        self, entries: Iterable[tuple[int, str, Kind]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, bytes | Trouble], None, None]:
        """For each entry (number, path, kind) the bytes that `permission` gives."""

    def change(
        self, changes: Iterable[Change], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, bool | Trouble], None, None]:
        """Set permissions as `permit` does, and read them back: True when they were changed, False when they were so
        already. Where they are neither `wanted` nor among `known`, by the access that they give, somebody else has set
        them: nothing is changed, and the answer is a Trouble with Reason.CHANGED. Unlike `permit` it leaves alone what is
        as it should be, so a change that was interrupted is gone on with by asking it again.

        Stopped half-way, what was asked and not answered may be changed or not; each entry is either as it was or as it
        was to become."""

    def usage(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, Usage | Trouble], None, None]:
        """For each file (number, path) what `in_use` tells, and how many names it has."""

    # What the server as a whole tells and lets us do. A local folder has none.

    def open_files(self) -> tuple[OpenFile, ...] | None:
        """What is open at and below the area's top, this tool's own handles left out; None where nobody tells us. Raises
        SourceGone, SourceRefused."""

    def close_open(self, number: int) -> None:
        """Have the server close what `open_files` gave that number, and see that it is closed. What the other program had
        not yet sent is lost. Raises EntryTrouble: VANISHED when nothing in the area has the number any more."""

    def connected(self) -> tuple[Connected, ...] | None:
        """Who is connected to the share, other than by our own account; None where nobody tells us. Raises SourceGone,
        SourceRefused."""

    def disconnect(self, one: Connected) -> None:
        """Have the server end all that this user is connected with from that computer, to other shares too, and see that it
        is ended. What his programs had not yet sent is lost; they may connect anew at once, with the rights of now. Raises
        EntryTrouble."""

    def is_whole_share(self) -> bool:
        """Whether the area's top is the top of a share, so that the share's own permissions are the area's alone. Raises
        SourceGone, SourceRefused."""

    def share_sealed(self, former: bytes) -> bytes:
        """What the share's descriptor becomes when the area is sealed: pure, idempotent; who had anything reads, nobody
        but the operator writes. Clients that are connected keep the rights they had until they connect anew."""

    def share_permit(self, descriptor: bytes) -> None:
        """Set the share's own permissions, and see that the server tells them now. Raises EntryTrouble."""

    def leave(self, path: str, content: bytes) -> Seen:
        """Make a file, on the disk when this returns: readable for who can read its folder now, sealed or not, and writable
        for the operator only. Raises AlreadyThere when the name is taken, never writing over anything; EntryTrouble. What
        is interrupted leaves no file, or the whole one. `retire` takes it away again."""

    def try_to_write(self, path: str, kind: Kind) -> tuple[str, ...]:
        """The acts (words of `sources.rights`) that whoever is signed in is allowed to do to an entry, found out by trying
        and without changing it; after a seal there are none but the operator's. `no read` is among them when he cannot
        read it. Raises EntryTrouble when it cannot be found out."""

    # What retire needs.

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
        back first. Raises EntryTrouble, SourceGone."""

    def close(self) -> None:
        """End connections. Safe to call twice."""
