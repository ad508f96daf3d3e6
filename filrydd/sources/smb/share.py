"""One share, request by request: open, list, read, ask, set, close. [MS-SMB2] names everything here.

Messages are the library's; answers are taken apart here, since the library's way costs more than the network does.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from filrydd.model.entry import REPARSE_POINT, Kind
from filrydd.sources.place import signed
from filrydd.sources.smb import message, status
from filrydd.sources.smb.link import Link
from filrydd.sources.smb.page import kind_of
from filrydd.sources.smb.requests import CREDIT, Refused, Requests

__all__ = ["Opened", "Refused", "Share"]


_HEADER = 64  # offsets in answers count from the header, which the library has cut off

_CREATED = struct.Struct("<HBBIqqqqqqII16s")


@dataclass(frozen=True, slots=True)
class Opened:
    """An open handle and the entry's facts when it was opened; times are FILETIMEs."""

    handle: bytes
    attributes: int
    size: int
    created: int
    modified: int
    changed: int
    file_id: int
    tag: int

    @property
    def kind(self) -> Kind:
        return kind_of(self.attributes, self.tag)


class Share(Requests):
    """The requests. Every method raises Dropped when the connection is gone, and Refused when the server says no."""

    def __init__(self, link: Link, top: Sequence[str]) -> None:
        super().__init__(link)
        # A share that is part of a DFS takes its own name along ([MS-SMB2] 2.2.13).
        share = link.tree.share_name.strip("\\").split("\\")
        self._top = [*share, *top] if link.tree.is_dfs_share else list(top)
        self._below = len(top)

    def open(self, names: Sequence[str], access: int, sharing: int, options: int = 0) -> Opened:
        """Open what is there; a link itself, never what it points to. The top alone may be reached through links."""
        through = 0 if not names else message.NOT_THROUGH_LINKS
        return self._open(names, access, sharing, options | through)

    def open_file(self, names: Sequence[str], access: int, sharing: int) -> Opened:
        """Open a file for its content. A file behind a helper, such as a deduplicated one, is opened through it, since
        the reparse point itself holds no content. Look at `kind`: anything may come back."""
        opened = self.open(names, access, sharing)
        if not opened.attributes & REPARSE_POINT or opened.kind is not Kind.FILE:
            return opened
        self.close(opened)
        through = self._open(names, access, sharing, 0)
        if through.file_id != opened.file_id:
            self.close(through)
            raise Refused(status.STOPPED_ON_SYMLINK)
        return through

    def make(self, names: Sequence[str], access: int, sharing: int, options: int) -> Opened:
        """Make a file or folder that is not there yet, and hold it open. Refused with NAME_COLLISION when it is."""
        return self._open(names, access, sharing, options | message.NOT_THROUGH_LINKS, message.MAKE)

    def pages(self, names: Sequence[str]) -> tuple[Opened, list[bytes]]:
        """A folder's facts and every page of its listing; no page when it is a link."""
        access = message.READ_DATA | message.READ_ATTRIBUTES | message.SYNCHRONIZE
        through = message.NOT_THROUGH_LINKS if names else 0
        # One journey for most folders: open, ask for the id, and two pages, the second of which says that it was all.
        created, internal, *found = self._chain(
            [
                self._create(names, access, message.SHARE_ALL, message.DIRECTORY_ONLY | through),
                message.query(message.SAME_HANDLE, message.OF_FILE, message.INTERNAL, 8),
                message.listing(message.SAME_HANDLE, CREDIT),
                message.listing(message.SAME_HANDLE, CREDIT),
            ]
        )
        opened = self._opened(created, internal)
        pages: list[bytes] = []
        try:
            if opened.kind is not Kind.LINK:
                while not _is_end(found, pages):
                    found = self._chain(
                        [message.listing(opened.handle, self._room(self._connection.max_transact_size))]
                    )
        finally:
            self.close_later(opened)
        return opened, pages

    def read(self, opened: Opened, offset: int, size: int) -> bytes:
        """Up to `size` bytes from there, at most 1 MiB; empty at the end."""
        room = min(size, self._room(self._connection.max_read_size))
        try:
            answer = self._ask(message.read(opened.handle, offset, room))
        except Refused as refused:
            if refused.status == status.END_OF_FILE:
                return b""
            raise
        start, length = struct.unpack_from("<2xBxI", answer)
        return answer[start - _HEADER : start - _HEADER + length]

    def facts(self, opened: Opened) -> Opened:
        """The same handle with the entry's facts of now."""
        answer = self.query(opened, message.OF_FILE, message.NETWORK_OPEN, 56)
        created, _, modified, changed, _, size, attributes = struct.unpack_from("<qqqqqqI", answer)
        return Opened(opened.handle, attributes, size, created, modified, changed, opened.file_id, opened.tag)

    def query(self, opened: Opened, kind: int, wanted: int, room: int, parts: int = 0) -> bytes:
        """Information about what a handle stands for: of that kind and class, at most `room` bytes."""
        return _buffer(self._ask(message.query(opened.handle, kind, wanted, room, parts)))

    def streams(self, opened: Opened) -> bytes:
        """FileStreamInformation of an open file. What does not fit in one credit's room is asked for with all there is."""
        try:
            return self.query(opened, message.OF_FILE, message.STREAM, CREDIT)
        except Refused as refused:
            if refused.status != status.BUFFER_OVERFLOW:
                raise
        return self.query(opened, message.OF_FILE, message.STREAM, self._room(self._connection.max_transact_size))

    def make_folder(self, names: Sequence[str], access: int) -> Opened:
        """Make a folder and open it; nothing else may be there. Not shared, so nobody looks in before it is closed."""
        access |= message.READ_ATTRIBUTES | message.SYNCHRONIZE
        create = self._create(names, access, message.SHARE_NONE, message.DIRECTORY_ONLY | message.NOT_THROUGH_LINKS)
        create["create_disposition"] = message.MAKE_NEW
        created, internal = self._chain(
            [create, message.query(message.SAME_HANDLE, message.OF_FILE, message.INTERNAL, 8)]
        )
        return self._opened(created, internal)

    def rename(self, opened: Opened, names: Sequence[str]) -> None:
        """Give what a handle with DELETE stands for another place in the area; never over something (NAME_COLLISION)."""
        # [MS-FSCC] 2.4.41.2: the name goes from the share's root, and carries no DFS prefix (our inference, and what Linux'
        # client does).
        top = self._top[len(self._top) - self._below :]
        name = "\\".join([*top, *names]).encode("utf-16-le", "surrogatepass")
        self.set(opened, message.OF_FILE, message.RENAME, struct.pack("<B7xqI", 0, 0, len(name)) + name)

    def set(self, opened: Opened, kind: int, wanted: int, value: bytes, parts: int = 0) -> None:
        """Change something about what a handle stands for."""
        self._ask(message.set_info(opened.handle, kind, wanted, value, parts))

    def write(self, opened: Opened, offset: int, content: bytes) -> None:
        """Write at most 64 KiB there, what one credit carries. A server that takes fewer has refused."""
        (count,) = struct.unpack_from("<4xI", self._ask(message.write(opened.handle, offset, content)))
        if count != len(content):
            raise Refused(status.DISK_FULL)

    def flush(self, opened: Opened) -> None:
        """Have the server write what was written to its disk, and wait for it."""
        self._ask(message.flush(opened.handle))

    def close(self, opened: Opened) -> None:
        """Close a handle and wait for the answer: what a delete on close has to say comes here."""
        self._ask(message.close(opened.handle))

    def close_later(self, opened: Opened) -> None:
        """Close a handle that was only read, without waiting; the answer is taken with the next request."""
        self._settle()
        self._closing = self._send([message.close(opened.handle)])[0]

    def _open(
        self, names: Sequence[str], access: int, sharing: int, options: int, disposition: int = message.OPEN
    ) -> Opened:
        access |= message.READ_ATTRIBUTES | message.SYNCHRONIZE
        create = self._create(names, access, sharing, options, disposition)
        created, internal = self._chain(
            [create, message.query(message.SAME_HANDLE, message.OF_FILE, message.INTERNAL, 8)]
        )
        return self._opened(created, internal)

    def _create(
        self, names: Sequence[str], access: int, sharing: int, options: int, disposition: int = message.OPEN
    ) -> Any:
        return message.create("\\".join([*self._top, *names]), access, sharing, options, disposition)

    def _opened(self, created: bytes | Refused, internal: bytes | Refused) -> Opened:
        if isinstance(created, Refused):
            raise created
        fields = _CREATED.unpack_from(created)
        born, _, modified, changed, _, size, attributes, _, handle = fields[4:]
        # A file system without ids refuses the question; that is no trouble.
        number = 0 if isinstance(internal, Refused) else int.from_bytes(_buffer(internal)[:8], "little")
        opened = Opened(handle, attributes, size, born, modified, changed, signed(number), 0)
        if not attributes & REPARSE_POINT:
            return opened
        (tag,) = struct.unpack_from("<4xI", self.query(opened, message.OF_FILE, message.ATTRIBUTE_TAG, 8))
        return Opened(handle, attributes, size, born, modified, changed, signed(number), tag)


def _is_end(found: list[bytes | Refused], pages: list[bytes]) -> bool:
    for page in found:
        if isinstance(page, bytes):
            pages.append(_buffer(page))
            if not pages[-1]:
                raise Refused(status.NO_MORE_FILES)  # a page with nothing on it would be asked for without end
        elif page.status in (status.NO_MORE_FILES, status.NO_SUCH_FILE):
            return True
        else:
            raise page
    return False


def _buffer(answer: bytes) -> bytes:
    start, length = struct.unpack_from("<2xHI", answer)
    return answer[start - _HEADER : start - _HEADER + length] if length else b""
