"""Owners of files, many at a time: each in one journey that opens, asks and closes."""

import struct
from collections.abc import Callable, Generator, Iterable
from typing import Any

from filrydd.model.descriptor import sid_to_text
from filrydd.model.entry import Reason
from filrydd.sources.place import segments
from filrydd.sources.smb import status
from filrydd.sources.smb.flight import Flight
from filrydd.sources.smb.folder import NOT_IN_A_NAME
from filrydd.sources.smb.folder_job import on_the_wire
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.wire import OPEN_OPTIONS, READ_CONTROL, BadAnswer, content, encoded, numbered, opened
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


class Owners:
    """The pass over all files of `files`, drawn from as answers come."""

    def __init__(self, files: Iterable[tuple[int, str]]) -> None:
        self._files = iter(files)
        self._again: list[OwnerJob] = []
        self._refused: list[tuple[int, Reason]] = []
        self._texts: dict[bytes, str] = {}
        self._asked = 0

    def draw(self) -> OwnerJob | None:
        """The next file to ask about."""
        if self._again:
            return self._again.pop()
        for number, path in self._files:
            try:
                wire = encoded(segments(path, NOT_IN_A_NAME))
            except EntryTrouble as trouble:
                self._refused.append((number, trouble.reason))
                continue
            if not 0 < len(wire) <= 65_000:
                self._refused.append((number, Reason.BAD_NAME))
                continue
            self._asked += 1
            return OwnerJob(number, wire)
        return None

    def back(self, job: OwnerJob) -> None:
        """A file that is to be asked about once more."""
        self._again.append(job)

    def plenty(self) -> bool:
        """Whether so much was asked that a second connection pays."""
        return self._asked > 1000

    def run(
        self, flight: Flight[OwnerJob], see_top: Callable[[], None]
    ) -> Generator[tuple[int, str | Reason], None, None]:
        """Each file's number with its owner or the reason. Raises SourceGone, SourceRefused; `see_top` does so when the
        area itself is gone, and is called when files are."""
        try:
            while flight.fill():
                answers = [(job.number, job.reason or self._text(job.owner)) for job in flight.wait()]
                if any(answer is Reason.VANISHED for _number, answer in answers):
                    see_top()
                flight.fill()
                yield from self._told(answers)
            yield from self._told([])
        finally:
            flight.end()

    def _told(self, answers: list[tuple[int, str | Reason]]) -> list[tuple[int, str | Reason]]:
        refused, self._refused = self._refused, []
        return [*answers, *refused]

    def _text(self, sid: bytes) -> str:
        text = self._texts.get(sid)
        if text is None:
            if len(self._texts) >= _REMEMBERED:
                self._texts.clear()
            text = self._texts[sid] = sid_to_text(sid)
        return text


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
