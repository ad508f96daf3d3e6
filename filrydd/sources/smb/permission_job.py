"""What an entry's permissions are, as a job."""

from collections.abc import Iterable, Iterator

from filrydd.model.descriptor import BadDescriptor
from filrydd.model.entry import Kind, Trouble
from filrydd.sources.smb import message, permission
from filrydd.sources.smb.entry_job import EntryJob
from filrydd.sources.smb.wire import BadAnswer, Form, Speech
from filrydd.sources.told import told


class PermissionJob(EntryJob):
    """What an entry's permissions are. When it is over, `descriptor` holds them."""

    access = message.READ_CONTROL

    __slots__ = ("descriptor",)

    def forget(self) -> None:
        super().forget()
        self.descriptor: bytes | None = None

    def question(self, speech: Speech) -> Form:
        return speech.security(self.handle) if self.handle else speech.descriptor

    def told(self, answer: bytes) -> None:
        try:
            self.descriptor = permission.put_together(answer)
        except BadDescriptor as error:
            raise BadAnswer(str(error)) from error

    def answered(self) -> bool:
        return self.descriptor is not None

    def answer(self) -> bytes | Trouble:
        """Once it is over."""
        return self.trouble or self.descriptor or b""


def permission_jobs(entries: Iterable[tuple[int, str, Kind]]) -> Iterator[tuple[int, PermissionJob | Trouble]]:
    """The jobs of `Source.permissions`."""
    for number, path, kind in entries:
        yield number, told(path, kind, PermissionJob, number, path, kind)
