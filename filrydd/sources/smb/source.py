"""A folder of a share, straight over SMB 2 and 3: the same on every system."""

from collections.abc import Generator, Iterable, Sequence

from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.listed import Listed, ToList
from filrydd.sources.place import segments
from filrydd.sources.smb import message
from filrydd.sources.smb import srvsvc as smb_srvsvc
from filrydd.sources.smb import streams as smb_streams
from filrydd.sources.smb.flight import Flight
from filrydd.sources.smb.folder import NOT_IN_A_NAME, read_folder
from filrydd.sources.smb.identity import identity
from filrydd.sources.smb.one_at_a_time import open_kind
from filrydd.sources.smb.owners import owner_jobs
from filrydd.sources.smb.plain_walk import plain_owners, plain_walk
from filrydd.sources.smb.reader import SmbReader, seen_of
from filrydd.sources.smb.sealing import SmbSealing
from filrydd.sources.smb.share import Share
from filrydd.sources.smb.volume import same_folder
from filrydd.sources.smb.walker import Walk
from filrydd.sources.source import IN_FLIGHT, EntryTrouble


class SmbSource(SmbSealing):
    """The contract's Source on a share: read here, sealed by `SmbSealing`, retired from through `Retiring`.

    A listing does not tell which files this user may not read; opening one does.
    """

    def again(self) -> "SmbSource":
        # Behind a DFS name may be several places; another one may hold another state of the files.
        other = SmbSource(self._calls.place, self._credentials, self._seconds)
        other.address = self.address
        return other

    def top(self) -> Seen:
        self._calls.see_top()
        self.via = self._calls.via
        return self.look("")

    def list(self, path: str) -> Listing:
        try:
            names = segments(path, NOT_IN_A_NAME)
            above = self._ids.above(path)
            opened, pages = self._calls.run(path, lambda share: share.pages(names))
            if opened.kind is Kind.LINK:
                raise EntryTrouble(path, Reason.LINK, f"reparse tag 0x{opened.tag:08X}")
            if opened.file_id in above:
                raise EntryTrouble(path, Reason.LOOP)
            self._ids.remember(path, opened.file_id)
            return self._calls.run(path, lambda _share: read_folder(path, pages, (above | {opened.file_id}) - {0}))
        except EntryTrouble as trouble:
            if not path:
                raise self._calls.no_top(trouble.reason, trouble.detail) from trouble
            return Listing(path, (), (Trouble(path, Kind.FOLDER, trouble.reason, trouble.detail),))

    def walk(self, todo: Sequence[ToList], next_key: int, most: int = IN_FLIGHT) -> Generator[Listed, None, None]:
        first = self._lanes.first()
        if first is None:
            yield from plain_walk(todo, next_key, self.list, lambda path: self.permission(path, Kind.FOLDER))
            return
        walk = Walk(
            todo,
            next_key,
            is_same=lambda one, other: same_folder(self._calls, one, other),
            kind_now=lambda path: self.look(path).kind,
            see_top=self._calls.see_top,
            no_top=self._calls.no_top,
        )
        yield from walk.run(Flight(self._lanes, first, walk, most))

    def owners(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, str | Reason], None, None]:
        first = self._lanes.first()
        if first is None:
            yield from plain_owners(files, lambda path: self.permission(path, Kind.FILE))
            return
        yield from self._asked(first, owner_jobs(files), most)

    def share_descriptor(self) -> bytes:
        return smb_srvsvc.share_descriptor(self._calls)

    def identity(self) -> str:
        return identity(self._calls)

    def open(self, path: str) -> SmbReader:
        return SmbReader(self._calls, path)

    def streams(self, path: str) -> tuple[str, ...]:
        names = segments(path, NOT_IN_A_NAME)

        def act(share: Share) -> tuple[str, ...]:
            opened = open_kind(share, path, names, Kind.FILE, message.READ_ATTRIBUTES)
            try:
                return smb_streams.streams(share, opened)
            finally:
                share.close_later(opened)

        return self._calls.run(path, act)

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        self._retiring.retire(path, size=size, hash=hash, file_id=file_id)

    def retire_folder(self, path: str) -> bool:
        return self._retiring.retire_folder(path)

    def set_aside(self, path: str, place: str, *, size: int, hash: str, file_id: int) -> None:
        self._retiring.set_aside(path, place, size=size, hash=hash, file_id=file_id)

    def bring_back(self, place: str, path: str, *, file_id: int) -> None:
        self._retiring.bring_back(place, path, file_id=file_id)

    def make_private(self, path: str) -> Seen:
        return seen_of(path.rpartition("/")[2], self._retiring.make_private(path))

    def is_private(self, path: str) -> bool:
        return self._retiring.is_private(path)

    def still_there(self, path: str, file_id: int) -> bool:
        return self._retiring.still_there(path, file_id)
