"""A file of a share held open for reading."""

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from filrydd.model.entry import Kind, Reason, Seen
from filrydd.model.times import from_filetime
from filrydd.sources.local.facts import reason_for
from filrydd.sources.place import segments
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.folder import NOT_IN_A_NAME
from filrydd.sources.smb.message import READ_DATA, SHARE_ALL
from filrydd.sources.smb.share import Opened, Share
from filrydd.sources.source import EntryTrouble

T = TypeVar("T")


def seen_of(name: str, opened: Opened) -> Seen:
    """The facts of an open entry. `name` in stored form."""
    return Seen(
        name=name,
        kind=opened.kind,
        size=0 if opened.kind is Kind.FOLDER else opened.size,
        modified=from_filetime(opened.modified),
        created=from_filetime(opened.created),
        changed=from_filetime(opened.changed),
        attributes=opened.attributes,
        file_id=opened.file_id,
    )


class SmbReader:
    """The contract's Reader. When the connection breaks, the file is opened again and goes on only as the same file."""

    def __init__(self, calls: Calls, path: str) -> None:
        self._calls = calls
        self._path = path
        self._names = segments(path, NOT_IN_A_NAME)
        self._name = path.rpartition("/")[2]
        self._offset = 0
        self._share: Share | None = None
        self._opened: Opened | None = None
        self._first: Opened | None = None
        self.seen: Seen = seen_of(self._name, self._run(lambda _share, opened: opened))

    def read(self, size: int) -> bytes:
        data = self._run(lambda share, opened: share.read(opened, self._offset, size))
        self._offset += len(data)
        return data

    def seek(self, offset: int) -> None:
        self._offset = offset

    def look(self) -> Seen:
        return seen_of(self._name, self._run(lambda share, opened: share.facts(opened)))

    def close(self) -> None:
        """Let the file go. Safe to call twice."""
        share, opened = self._share, self._opened
        self._share = self._opened = None
        if share is not None and opened is not None and self._calls.is_current(share):
            self._calls.run(self._path, lambda now: now.close_later(opened) if now is share else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, act: Callable[[Share, Opened], T]) -> T:
        return self._calls.run(self._path, lambda share: act(share, self._handle(share)))

    def _handle(self, share: Share) -> Opened:
        if self._opened is not None and self._share is share:
            return self._opened
        opened = share.open_file(self._names, READ_DATA, SHARE_ALL)
        if opened.kind is not Kind.FILE:
            share.close_later(opened)
            raise EntryTrouble(self._path, reason_for(opened.kind), f"not a file but a {opened.kind}")
        if self._first is not None and _facts(self._first) != _facts(opened):
            share.close_later(opened)
            raise EntryTrouble(self._path, Reason.FAULT, "another content after the connection broke")
        self._first = self._first or opened
        self._share, self._opened = share, opened
        return opened


def _facts(opened: Opened) -> tuple[int, int, int]:
    return opened.file_id, opened.size, opened.modified
