"""A share in this process, for jobs on a lane: it opens, tells, sets and closes as [MS-SMB2] says, with the weather that a
test wants."""

import struct
from dataclasses import dataclass, field

from filrydd.sources.smb.wire import CLOSE, CREATE, QUERY_INFO, SET_INFO
from tests.sources.hostile import Answer, closed, created, holding

NOT_FOUND, FILE_CLOSED, INVALID_PARAMETER, NOT_SUPPORTED = 0xC0000034, 0xC0000128, 0xC000000D, 0xC00000BB
_SAME = b"\xff" * 16
_OF_SECURITY = 3
_TAG, _STANDARD = 35, 5


@dataclass
class FakeShare:
    """`lists` holds each path's descriptor. `hangs_up_at` counts requests; `chains` is whether requests that go together
    without an open are all answered; `attributes` and `tags` tell of what is no plain folder."""

    lists: dict[str, bytes]
    hangs_up_at: frozenset[int] = frozenset()
    chains: bool = True
    attributes: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    links: int = 1
    asked: int = 0
    longest: int = 0
    """The most requests that came together."""
    sets: list[str] = field(default_factory=list)
    _open: dict[bytes, str] = field(default_factory=dict)
    _last: bytes = b""
    _together: int = 0
    _in_a_row: bool = False

    def answer(self, command: int, _number: int, request: bytes) -> Answer | None:
        self.asked += 1
        (flags,) = struct.unpack_from("<16xI", request)
        related = bool(flags & 0x4)
        self._together = self._together + 1 if related else 1
        self.longest = max(self.longest, self._together)
        answer = self._create(request) if command == CREATE else self._on_handle(command, request, related=related)
        # A server that hangs up has done what it was asked, and does not say so.
        return None if self.asked in self.hangs_up_at else answer

    def _create(self, request: bytes) -> Answer:
        start, size = struct.unpack_from("<HH", request, 64 + 44)
        path = request[start : start + size].decode("utf-16-le").replace("\\", "/")
        self._last = b""
        self._in_a_row = True
        if path not in self.lists:
            return NOT_FOUND, b""
        self._last = self.asked.to_bytes(16, "little")
        self._open[self._last] = path
        return 0, created(self._last, self.attributes.get(path, 0x10))

    def _on_handle(self, command: int, request: bytes, *, related: bool) -> Answer:
        place = 64 + {QUERY_INFO: 24, SET_INFO: 16, CLOSE: 8}[command]
        handle = request[place : place + 16]
        if related and not self._in_a_row and not self.chains:
            return INVALID_PARAMETER, b""
        if related:
            handle = self._last
        else:
            self._in_a_row = False
            self._last = handle
        path = self._open.get(handle)
        if path is None:
            return FILE_CLOSED, b""
        if command == CLOSE:
            del self._open[handle]
            return 0, closed()
        if command == SET_INFO:
            (length,) = struct.unpack_from("<I", request, 64 + 4)
            self.lists[path] = request[96 : 96 + length]
            self.sets.append(path)
            return 0, struct.pack("<H", 2)
        kind, wanted = request[64 + 2], request[64 + 3]
        if kind == _OF_SECURITY:
            return 0, holding(self.lists[path])
        if wanted == _TAG:
            return 0, holding(struct.pack("<II", self.attributes.get(path, 0x10), self.tags.get(path, 0)))
        assert wanted == _STANDARD
        return 0, holding(struct.pack("<QQI??2x", 0, 0, self.links, self.links == 0, False))
