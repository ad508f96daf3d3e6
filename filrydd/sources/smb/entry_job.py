"""One entry of a share opened, asked about and closed: in one journey, or in more when credits are scarce or the entry is a
reparse point, whose tag says what it is."""

import struct
from typing import Any, ClassVar

from filrydd.model.entry import REPARSE_POINT, Kind, Reason, Trouble
from filrydd.sources.place import segments
from filrydd.sources.smb import message, status
from filrydd.sources.smb.folder import NOT_IN_A_NAME
from filrydd.sources.smb.folder_job import on_the_wire
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.one_at_a_time import no_such_kind
from filrydd.sources.smb.page import kind_of
from filrydd.sources.smb.wire import OPEN_OPTIONS, BadAnswer, Form, Speech, content, encoded, numbered, opened
from filrydd.sources.source import EntryTrouble

OPEN, TAG, ASK, SET, CLOSE = range(5)
"""The requests of a round."""

_EVERY_OPEN = message.READ_ATTRIBUTES | message.SYNCHRONIZE
_THROUGH_LINKS = OPEN_OPTIONS & ~message.NOT_THROUGH_LINKS  # the top alone may be reached through links
_TAG = struct.Struct("<4xI")  # FileAttributeTagInformation ([MS-FSCC] 2.4.6)
_TAG_SIZE = 8
_LONGEST = 65_536
# [MS-SMB2] 2.2.13: a path's length is told in 16 bits; what a DFS puts before it needs some.
_LONGEST_PATH = 65_000


class EntryJob:
    """A question about an entry of a kind; `number` is the caller's own. Raises EntryTrouble for a path that no share has.

    When it is over, `trouble` says what was wrong, or it is None and the answer is there. Each class of jobs says what is
    asked and how the answer is taken, by the methods that raise NotImplementedError here.
    """

    access: ClassVar[int]
    """What an entry is opened for, beside looking at it."""
    closes: ClassVar[bool] = True
    """Whether the journey that opens and asks also closes."""

    __slots__ = (
        "attributes",
        "entered",
        "first",
        "handle",
        "kind",
        "left",
        "number",
        "path",
        "sent",
        "steps",
        "tag",
        "tagged",
        "trouble",
        "wire",
    )

    def __init__(self, number: int, path: str, kind: Kind) -> None:
        self.number = number
        self.path = path
        self.kind = kind
        self.wire = wire_path(path)
        self.first = self.left = 0
        self.sent = 0.0
        self.tagged = False  # whether it is known to be a reparse point, so that its tag is asked for with the rest
        self.forget()

    def forget(self) -> None:
        self.handle = b""
        self.entered = False  # whether it was opened; what follows an open that failed is no answer
        self.attributes = 0
        self.tag: int | None = None
        self.trouble: Trouble | None = None
        self.steps: tuple[int, ...] = ()

    def ask(self, lane: Lane[Any]) -> None:
        if self.handle:
            self.ask_on(lane)
            return
        steps: tuple[int, ...] = (OPEN, TAG, ASK) if self.tagged else (OPEN, ASK)
        if self.closes:
            steps += (CLOSE,)
        if len(steps) > lane.credits:
            steps = (OPEN,)
        self.steps = steps
        speech = lane.speech
        number = lane.numbers(self, len(steps))
        path = on_the_wire(lane.top, self.wire)
        options = OPEN_OPTIONS if self.wire else _THROUGH_LINKS
        access, sharing = self.opens()
        messages = [speech.create(number, path, access | _EVERY_OPEN, options, sharing, more=len(steps) > 1)]
        for step in steps[1:]:
            number += 1
            form = speech.tag if step == TAG else speech.last_close if step == CLOSE else self.question(speech)
            messages.append(numbered(form, number))
        lane.put(messages)

    def take(self, step: int, status_: int, frame: bytearray, start: int, end: int) -> None:
        what = self.steps[step]
        if what == CLOSE:
            if not status_:
                self.handle = b""
        elif self.trouble is not None or (what != OPEN and not self.entered):
            return
        elif status_:
            self.refused(what, status_)
        else:
            try:
                self._take(what, frame, start, end)
            except (BadAnswer, struct.error) as error:
                self.fail(Reason.FAULT, str(error))

    def over(self) -> bool:
        if self.trouble is not None:
            return True
        if self.attributes & REPARSE_POINT and self.tag is None:
            self.tagged = True
        elif self.answered():
            return True
        if not self.handle:
            # Another entry may lie there when it is opened again: nothing that was told counts.
            self.forget()
        return False

    def fail(self, reason: Reason, detail: str) -> None:
        """There is no answer but this trouble."""
        self.trouble = Trouble(self.path, self.kind, reason, detail)

    def opens(self) -> tuple[int, int]:
        """Access, and what others may do meanwhile."""
        return self.access, message.SHARE_ALL

    def ask_on(self, lane: Lane[Any]) -> None:
        """Put the next round on the lane, with the entry open."""
        if self.tagged and self.tag is None:
            self.steps = (TAG,)
            lane.put_one(self, lane.speech.facts(self.handle, message.ATTRIBUTE_TAG, _TAG_SIZE))
        else:
            self.steps = (ASK,)
            lane.put_one(self, self.question(lane.speech))

    def question(self, speech: Speech) -> Form:
        """What is asked, of the open handle, or in the journey that opens when there is none."""
        raise NotImplementedError

    def told(self, answer: bytes) -> None:
        """Take the content of an answer to the question. Raises BadAnswer, struct.error."""
        raise NotImplementedError

    def answered(self) -> bool:
        """Whether there is nothing more to ask. The entry was opened, and is of the right kind, unless it was refused."""
        raise NotImplementedError

    def refused(self, step: int, status_: int) -> None:
        """The server's no to a step."""
        self.fail(status.reason_of(status_), status.name_of(status_))

    def _take(self, what: int, frame: bytearray, start: int, end: int) -> None:
        if what == ASK:
            self.told(bytes(content(frame, start, end, _LONGEST)))
        elif what == OPEN:
            self.attributes, self.handle = opened(frame, start, end)
            self.entered = True
            if not self.attributes & REPARSE_POINT:
                self._see_kind(0)
        elif what == TAG:
            (self.tag,) = _TAG.unpack_from(content(frame, start, end, _LONGEST))
            self._see_kind(self.tag)

    def _see_kind(self, tag: int) -> None:
        kind = kind_of(self.attributes, tag)
        if kind is not self.kind:
            self.fail(*no_such_kind(self.kind, kind))


def wire_path(path: str) -> bytes:
    """A path below the area's top as it is sent. Raises EntryTrouble."""
    wire = encoded(segments(path, NOT_IN_A_NAME))
    if len(wire) > _LONGEST_PATH:
        raise EntryTrouble(path, Reason.BAD_NAME, "the path is too long for a server")
    return wire
