"""Owners of files, many at a time: each in one journey that opens, asks and closes."""

import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from filrydd.model.descriptor import sid_to_text
from filrydd.model.entry import Reason
from filrydd.sources.smb import status
from filrydd.sources.smb.entry_job import wire_path
from filrydd.sources.smb.folder_job import on_the_wire
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.wire import OPEN_OPTIONS, READ_CONTROL, BadAnswer, content, numbered, opened
from filrydd.sources.source import EntryTrouble

_OPEN, _ASK, _CLOSE = range(3)
_ROOM = 512  # a descriptor with nothing but an owner has at most 88 bytes
_SHORTEST_SID = 8
_OWNER = struct.Struct("<4xI")
_REMEMBERED = 50_000


class OwnerJob:
    """The question of one file's owner. When it is over, `owner` holds the security identifier's bytes, or `reason` says
    why not."""

    __slots__ = ("first", "handle", "left", "number", "owner", "path", "reason", "rounds", "sent")

    def __init__(self, number: int, path: bytes) -> None:
        self.number = number
        self.path = path
        self.first = self.left = 0
        self.sent = 0.0
        self.forget()

    def forget(self) -> None:
        self.handle = b""
        self.owner = b""
        self.reason: Reason | None = None
        self.rounds = 0

    def ask(self, lane: Lane[Any]) -> None:
        speech = lane.speech
        self.rounds += 1
        if self.handle:
            lane.put_one(self, speech.security(self.handle))
            return
        count = 3 if lane.credits >= 3 else 1
        number = lane.numbers(self, count)
        path = on_the_wire(lane.top, self.path)
        messages = [speech.create(number, path, READ_CONTROL, OPEN_OPTIONS, more=count > 1)]
        if count > 1:
            messages += (numbered(speech.owner, number + 1), numbered(speech.last_close, number + 2))
        lane.put(messages)

    def take(self, step: int, status_: int, frame: bytearray, start: int, end: int) -> None:
        step = _ASK if self.handle and self.rounds > 1 else step
        if self.reason is not None:
            return
        if step == _CLOSE:
            self.handle = b"" if not status_ else self.handle
        elif status_:
            self.reason = status.reason_of(status_)
        else:
            self._take(step, frame, start, end)

    def _take(self, step: int, frame: bytearray, start: int, end: int) -> None:
        try:
            if step == _OPEN:
                _, self.handle = opened(frame, start, end)
            else:
                self.owner = _owner(bytes(content(frame, start, end, 65_536)))
        except BadAnswer:
            self.reason = Reason.FAULT

    def over(self) -> bool:
        return bool(self.owner) or self.reason is not None

    def answer(self) -> str | Reason:
        """Once it is over."""
        return self.reason or _text(self.owner)


def owner_jobs(files: Iterable[tuple[int, str]]) -> Iterator[tuple[int, OwnerJob | Reason]]:
    """The jobs of `Source.owners`."""
    for number, path in files:
        try:
            yield number, OwnerJob(number, wire_path(path))
        except EntryTrouble as trouble:
            yield number, trouble.reason


@lru_cache(_REMEMBERED)
def _text(sid: bytes) -> str:
    return sid_to_text(sid)


def _owner(descriptor: bytes) -> bytes:
    """The owner's bytes in a self-relative descriptor ([MS-DTYP] 2.4.6). Raises BadAnswer."""
    if len(descriptor) < 20:
        raise BadAnswer("a descriptor is cut short")
    (place,) = _OWNER.unpack_from(descriptor)
    if not 20 <= place <= len(descriptor) - _SHORTEST_SID:
        raise BadAnswer("a descriptor without an owner")
    size = 8 + 4 * descriptor[place + 1]
    sid = descriptor[place : place + size]
    if len(sid) < size:
        raise BadAnswer("an owner is cut short")
    return sid
