"""Permissions that are to become others, as a job: asked for, compared, set, and asked for again, on one handle."""

from collections.abc import Iterable, Iterator
from typing import Any

from filrydd.model.descriptor import BadDescriptor
from filrydd.model.entry import Reason, Trouble
from filrydd.sources.smb import message, permission
from filrydd.sources.smb.entry_job import ASK, CLOSE, SET, EntryJob
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.wire import Form, Speech, numbered
from filrydd.sources.source import Change
from filrydd.sources.told import CHANGED, told

_TOGETHER = (SET, ASK, CLOSE)


class ChangeJob(EntryJob):
    """A change of one entry's permissions. When it is over, `changed` says whether there was anything to change.

    A connection may break after the server has set them and before it says so. They are asked for anew then, and found to
    be as they are to become; it is this job that changed them all the same.
    """

    access = message.READ_CONTROL | message.WRITE_DAC
    closes = False

    __slots__ = ("after", "alone", "before", "changed", "given", "is_set", "known", "value", "wanted")

    def __init__(self, change: Change) -> None:
        """Raises EntryTrouble, BadDescriptor."""
        self.wanted = change.wanted
        self.known = change.known
        self.value = permission.value(change.wanted)
        self.given = False  # whether a server was asked to set them
        self.alone = False  # whether it is asked one thing at a time, having refused the second of several
        self.changed = False
        super().__init__(change.number, change.path, change.kind)

    def forget(self) -> None:
        super().forget()
        self.before: bytes | None = None
        self.is_set = False  # whether the server says that it has set them on this handle
        self.after: bytes | None = None

    def answer(self) -> bool | Trouble:
        """Once it is over."""
        return self.trouble or self.changed

    def question(self, speech: Speech) -> Form:
        return speech.security(self.handle) if self.handle else speech.last_descriptor

    def ask_on(self, lane: Lane[Any]) -> None:
        if self.before is None or self.is_set or (self.tagged and self.tag is None):
            super().ask_on(lane)
            return
        self.given = True
        speech = lane.speech
        if self.alone or lane.credits < len(_TOGETHER):
            self.steps = (SET,)
            lane.put_one(self, speech.set_access(self.handle, self.value, more=False))
            return
        self.steps = _TOGETHER
        number = lane.numbers(self, len(_TOGETHER))
        lane.put(
            [
                numbered(speech.set_access(self.handle, self.value, more=True), number),
                numbered(speech.security(self.handle, after=True, more=True), number + 1),
                numbered(speech.close(self.handle, after=True, more=False), number + 2),
            ]
        )

    def told(self, answer: bytes) -> None:
        if self.is_set:
            self.after = answer
        else:
            self.before = answer

    def answered(self) -> bool:
        try:
            return self._answered()
        except BadDescriptor as error:
            self.fail(Reason.FAULT, str(error))
            return True

    def refused(self, step: int, status_: int) -> None:
        if step == ASK and self.is_set and not self.alone:
            # Requests that go together may begin on a handle that is open ([MS-SMB2] 3.3.5.2.7.2). A server that has set
            # them and then refuses does not know that; that there are such servers is our inference.
            self.alone = True
        else:
            super().refused(step, status_)

    def _take(self, what: int, frame: bytearray, start: int, end: int) -> None:
        if what == SET:
            self.is_set = True
        else:
            super()._take(what, frame, start, end)

    def _answered(self) -> bool:
        if self.after is not None:
            if permission.access(self.after) != permission.access(self.wanted):
                self.fail(Reason.FAULT, permission.NOT_KEPT)
            self.changed = True
            return True
        if self.before is None or self.is_set:
            return False
        if permission.is_as_wanted(self.before, self.wanted):
            self.changed = self.given
            return True
        if not permission.is_known(self.before, self.known):
            self.fail(Reason.CHANGED, CHANGED)
            return True
        return False


def change_jobs(changes: Iterable[Change]) -> Iterator[tuple[int, ChangeJob | Trouble]]:
    """The jobs of `Source.change`."""
    for change in changes:
        yield change.number, told(change.path, change.kind, ChangeJob, change)
