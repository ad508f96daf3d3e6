"""How a file is held, as a job."""

from collections.abc import Iterable, Iterator

from filrydd.model.entry import Kind, Reason, Trouble
from filrydd.sources.smb import message, status
from filrydd.sources.smb.entry_job import ASK, OPEN, EntryJob
from filrydd.sources.smb.one_at_a_time import STANDARD_SIZE, links_of
from filrydd.sources.smb.wire import Form, Speech
from filrydd.sources.source import Usage
from filrydd.sources.told import told


class UsageJob(EntryJob):
    """A file opened without sharing writing, which a server refuses while somebody who may write has it open; the number of
    its names is asked for on that handle, or on one that only looks."""

    __slots__ = ("links", "written")

    def __init__(self, number: int, path: str) -> None:
        self.written = False
        super().__init__(number, path, Kind.FILE)

    def forget(self) -> None:
        super().forget()
        self.links: int | None = None

    def answer(self) -> Usage | Trouble:
        """Once it is over."""
        return self.trouble or Usage(self.written, self.links or 0)

    def opens(self) -> tuple[int, int]:
        return (0, message.SHARE_ALL) if self.written else (message.READ_DATA, message.SHARE_READ)

    def question(self, speech: Speech) -> Form:
        return speech.facts(self.handle, message.STANDARD, STANDARD_SIZE) if self.handle else speech.standard

    def told(self, answer: bytes) -> None:
        self.links = links_of(answer)
        if self.links < 0:
            self.fail(Reason.VANISHED, "it is being deleted")

    def answered(self) -> bool:
        return self.links is not None

    def refused(self, step: int, status_: int) -> None:
        reason = status.reason_of(status_)
        if step == ASK or (step == OPEN and self.written and reason is not Reason.VANISHED):
            self.links = 0  # that it is written to is told even when nothing else is
        elif step == OPEN and reason is Reason.IN_USE:
            self.written = True
        else:
            super().refused(step, status_)


def usage_jobs(files: Iterable[tuple[int, str]]) -> Iterator[tuple[int, UsageJob | Trouble]]:
    """The jobs of `Source.usage`."""
    for number, path in files:
        yield number, told(path, Kind.FILE, UsageJob, number, path)
