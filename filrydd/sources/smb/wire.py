"""Requests as bytes, and answers taken apart: the part of [MS-SMB2] 2.2 that many entries need, with as little work a
message as possible. What never varies in a session is put together once.

What comes from the server is believed only after its lengths and offsets have been found to lie inside what was received.
"""

import struct
from collections.abc import Sequence

from filrydd.sources.smb.message import (
    ATTRIBUTE_TAG,
    DACL,
    OF_FILE,
    OF_SECURITY,
    SAME_HANDLE,
    SHARE_ALL,
    STANDARD,
)

HEADER = 64
CREDIT = 65_536
"""What one credit carries, in bytes (3.1.5.2)."""

# Commands and flags (2.2.1.2).
CREATE, CLOSE, QUERY_DIRECTORY, QUERY_INFO, SET_INFO = 5, 6, 14, 16, 17
ANSWER, ASYNC, RELATED, SIGNED, DFS = 0x1, 0x2, 0x4, 0x8, 0x1000_0000
PENDING = 0x103

# Access, and options of an open, of a folder that is to be listed: read, attributes, synchronize; a folder, with backup
# intent, the link itself and not what it points to.
LIST_ACCESS = 0x0010_0081
READ_CONTROL = 0x0002_0000
LIST_OPTIONS = 0x0020_4001
TOP_OPTIONS = 0x0000_4001  # the top alone may be reached through links
OPEN_OPTIONS = 0x0020_4000  # of anything, to ask about it

OWNER, OWNER_GROUP_DACL = 1, 7

_HEAD = struct.Struct("<4sHHIHHII")
_REST = struct.Struct("<IIQ16x")
_CREATE = struct.Struct("<HBBI8x8xIIIIIHHII")
_LISTING = struct.Struct("<HBBI16sHHI")
_QUERY = struct.Struct("<HBBIHHIII16s")
_SET = struct.Struct("<HBBIHHI16s")
_CLOSE = struct.Struct("<HHI16s")

answer_head = struct.Struct("<4sHHIHHIIQ").unpack_from
"""Magic, 64, charge, status, command, credits, flags, offset of the next, message id."""
_OPENED = struct.Struct("<I4x16s").unpack_from  # from the attributes on
_BUFFER = struct.Struct("<HI").unpack_from

Form = tuple[bytes, bytes]
"""A request without its message id: what stands before it and what after."""


class BadAnswer(ValueError):
    """The server's bytes do not hold together."""


class Speech:
    """The requests of one session on one share. Each asks for the credits that it costs, an open for some more.

    `charged` is False on a connection without multi-credit requests, where every request costs one and says nothing.
    """

    def __init__(self, session: int, tree: int, *, dfs: bool, signed: bool, charged: bool) -> None:
        self._rest = _REST.pack(0xFEFF, tree, session)
        self._flags = (DFS if dfs else 0) | (SIGNED if signed else 0)
        self._charged = charged
        self.page = self._form(QUERY_DIRECTORY, _listing(SAME_HANDLE, CREDIT), RELATED, more=True)
        self.last_page = self._form(QUERY_DIRECTORY, _listing(SAME_HANDLE, CREDIT), RELATED)
        self.descriptor = self._form(QUERY_INFO, _security(SAME_HANDLE, OWNER_GROUP_DACL, CREDIT), RELATED, more=True)
        self.last_descriptor = self._form(QUERY_INFO, _security(SAME_HANDLE, OWNER_GROUP_DACL, CREDIT), RELATED)
        self.owner = self._form(QUERY_INFO, _security(SAME_HANDLE, OWNER, 512), RELATED, more=True)
        self.tag = self._form(QUERY_INFO, _query(SAME_HANDLE, ATTRIBUTE_TAG, 8), RELATED, more=True)
        self.standard = self._form(QUERY_INFO, _query(SAME_HANDLE, STANDARD, 24), RELATED, more=True)
        self.last_close = self._form(CLOSE, _CLOSE.pack(24, 0, 0, SAME_HANDLE), RELATED)

    def create(
        self, number: int, path: bytes, access: int, options: int, sharing: int = SHARE_ALL, *, more: bool
    ) -> bytes:
        """Open what is at `path` (UTF-16, `\\` between names; at most 65,535 bytes, else struct.error)."""
        size = len(path)
        room = (size + 7) & ~7 or 8
        body = _CREATE.pack(57, 0, 0, 2, access, 0, sharing, 1, options, 120, size, 0, 0)
        head = self._head(CREATE, 0, 120 + room if more else 0, 16)
        return b"".join((head, number.to_bytes(8, "little"), self._rest, body, path, bytes(room - size)))

    def listing(self, handle: bytes, credits: int) -> Form:
        """The next page of an open folder, of at most that many credits' bytes."""
        return self._form(QUERY_DIRECTORY, _listing(handle, credits * CREDIT), charge=credits)

    def security(self, handle: bytes, *, after: bool = False, more: bool = False) -> Form:
        """The descriptor of what a handle stands for; `after` another request on it, whose failure is this one's too."""
        return self._form(QUERY_INFO, _security(handle, OWNER_GROUP_DACL, CREDIT), RELATED if after else 0, more=more)

    def facts(self, handle: bytes, wanted: int, room: int) -> Form:
        """Information of that class about what a handle stands for."""
        return self._form(QUERY_INFO, _query(handle, wanted, room))

    def set_access(self, handle: bytes, descriptor: bytes, *, more: bool) -> Form:
        """Give what a handle stands for the access list of this descriptor, which is no longer than a credit carries."""
        body = _SET.pack(33, OF_SECURITY, 0, len(descriptor), 96, 0, DACL, handle)
        return self._form(SET_INFO, body + descriptor, more=more)

    def close(self, handle: bytes, *, after: bool = False, more: bool) -> Form:
        return self._form(CLOSE, _CLOSE.pack(24, 0, 0, handle), RELATED if after else 0, more=more)

    def _form(self, command: int, body: bytes, flags: int = 0, *, charge: int = 1, more: bool = False) -> Form:
        body += bytes(-len(body) % 8) if more else b""
        head = self._head(command, flags, HEADER + len(body) if more else 0, charge, charge)
        return head, self._rest + body

    def _head(self, command: int, flags: int, following: int, credits: int, charge: int = 1) -> bytes:
        charge = charge if self._charged else 0
        return _HEAD.pack(b"\xfeSMB", HEADER, charge, 0, command, credits, self._flags | flags, following)


def _listing(handle: bytes, room: int) -> bytes:
    return _LISTING.pack(33, 0x26, 0, 0, handle, 96, 2, room) + b"*\0"


def _security(handle: bytes, parts: int, room: int) -> bytes:
    return _QUERY.pack(41, OF_SECURITY, 0, room, 0, 0, 0, parts, 0, handle)


def _query(handle: bytes, wanted: int, room: int) -> bytes:
    return _QUERY.pack(41, OF_FILE, wanted, room, 0, 0, 0, 0, 0, handle)


def numbered(form: Form, number: int) -> bytes:
    """The request with its message id."""
    return b"".join((form[0], number.to_bytes(8, "little"), form[1]))


def opened(frame: bytearray, start: int, end: int) -> tuple[int, bytes]:
    """Attributes and handle of an answer to CREATE (2.2.14) at `start`. Raises BadAnswer."""
    if end - start < HEADER + 88:
        raise BadAnswer("the answer to an open is cut short")
    attributes, handle = _OPENED(frame, start + HEADER + 56)
    return attributes, handle


def content(frame: bytearray, start: int, end: int, most: int) -> bytearray:
    """What an answer to a query holds (2.2.34, 2.2.38), at most `most` bytes. Raises BadAnswer."""
    if end - start < HEADER + 8:
        raise BadAnswer("an answer is cut short")
    offset, length = _BUFFER(frame, start + HEADER + 2)
    if length and (offset < HEADER + 8 or start + offset + length > end):
        raise BadAnswer("an answer's content runs over its end")
    if length > most:
        raise BadAnswer("an answer holds more than was asked for")
    return frame[start + offset : start + offset + length]


def encoded(names: Sequence[str]) -> bytes:
    """The source's own names as a path on the wire."""
    return "\\".join(names).encode("utf-16-le", "surrogatepass")
