"""The contract of what makes an area read-only and back, and of what its server tells and lets us do."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

from filrydd.model.entry import Kind, Seen, Trouble
from filrydd.sources.readable import IN_FLIGHT


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


class Sealable(Protocol):
    """What seal and unseal need."""

    def permission(self, path: str, kind: Kind) -> bytes:
        """The entry's descriptor now."""

    def sealed(self, former: bytes, kind: Kind) -> bytes:
        """What that descriptor becomes when the area is sealed: pure, idempotent; who could read still can, nobody but
        the operator can write, append, create, delete or change rights. Raises EntryTrouble, without a path, for
        permissions that nobody understands or that would be too long."""

    def as_listed(self, descriptor: bytes) -> bytes:
        """A folder's descriptor in the form in which `walk` tells its permissions: pure."""

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
