"""One connection that jobs share: requests joined on their way out, answers given to the jobs that asked."""

import socket
from typing import Any, Generic, Protocol, TypeVar

from filrydd.sources.smb import status
from filrydd.sources.smb.guard import Guard
from filrydd.sources.smb.link import Dropped
from filrydd.sources.smb.wire import (
    ANSWER,
    ASYNC,
    CREDIT,
    HEADER,
    PENDING,
    SIGNED,
    BadAnswer,
    Form,
    Speech,
    answer_head,
    numbered,
)

# The longest answer that anything here asks for is 1 MiB; what lies around it is far less.
_LONGEST = (1 << 20) + 65_536
_ROOM = 2 * _LONGEST
_MOST_CREDITS = 16  # of one request: 1 MiB


class Job(Protocol):
    """Something asked in one or more rounds: each is a request, or several that belong together, and their answers."""

    first: int
    """The message id of the round's first request; the others follow it."""
    left: int
    """The round's answers that are yet to come."""
    sent: float
    """When the round was asked."""
    handle: bytes
    """What the job has open; closed when it is over. Empty for nothing."""

    def ask(self, lane: "Lane[Any]") -> None:
        """Put the next round on the lane, which has at least one credit."""

    def take(self, step: int, status: int, frame: bytearray, start: int, end: int) -> None:
        """One answer, counted from the round's first; it lies in the frame from `start` to `end`. Raises BadAnswer for
        this answer alone: it is the job's trouble, not the connection's."""

    def over(self) -> bool:
        """After a round: whether it was the last one."""

    def forget(self) -> None:
        """Begin again: the connection broke."""


J = TypeVar("J", bound=Job)


class Lane(Generic[J]):
    """The connection, `speech` its requests. Every method raises Dropped when it cannot be used any more.

    `top` is the path of the area on the wire, with what a share of a DFS needs before it.
    """

    def __init__(self, link: Any, stream: socket.socket, guard: Guard, speech: Speech, top: bytes) -> None:
        self.speech = speech
        self.top = top
        self.again: list[J] = []
        """Jobs that have another round to ask here."""
        self.closing: list[bytes] = []
        """Handles that nobody needs any more."""
        self.flying = 0
        """Jobs that are asked and not over."""
        self.waiting: dict[int, J | None] = {}
        """Message ids whose answer is yet to come; None where nobody wants it."""
        self.silent = 0.0
        """Seconds waited since the last answer."""
        self.stream = stream
        self.unsent = bytearray()
        self._link = link
        self._guard = guard
        window = link.connection.sequence_window
        self._next: int = window["low"]
        self._end: int = window["high"]  # message ids below it are granted
        self._most_page: int = max(1, min(_MOST_CREDITS, link.connection.max_transact_size // CREDIT))
        if not link.connection.supports_multi_credit:
            self._most_page = 1
        self._buffer = bytearray(_ROOM)
        self._view = memoryview(self._buffer)
        self._filled = 0

    @property
    def credits(self) -> int:
        """Requests of one credit that may be sent now."""
        return self._end - self._next

    def page_credits(self) -> int:
        """How many credits a page of a big folder may cost now."""
        return max(1, min(self._most_page, self.credits))

    def numbers(self, job: J, count: int) -> int:
        """The message ids of a round of that many requests of one credit: the first one."""
        first = self._next
        self._next = first + count
        job.first = first
        job.left = count
        waiting = self.waiting
        for number in range(first, first + count):
            waiting[number] = job
        return first

    def put(self, messages: list[bytes]) -> None:
        """Send these together, soon."""
        self.unsent += self._guard.frame(messages)

    def put_one(self, job: J, form: Form, cost: int = 1) -> None:
        """Send this request soon; it is a round of its own."""
        number = self._next
        self._next = number + cost
        job.first = number
        job.left = 1
        self.waiting[number] = job
        self.put([numbered(form, number)])

    def close_handles(self) -> None:
        """Ask for every handle that nobody needs to be closed, as far as there are credits; nobody waits for it."""
        handles = self.closing[: self.credits]
        del self.closing[: len(handles)]
        messages = []
        for left in range(len(handles) - 1, -1, -1):
            number = self._next
            self._next = number + 1
            self.waiting[number] = None
            messages.append(numbered(self.speech.close(handles[left], more=left > 0), number))
        if messages:
            self.put(messages)

    def flush(self) -> None:
        """Send as much as the network takes now."""
        try:
            while self.unsent:
                del self.unsent[: self.stream.send(self.unsent)]
        except BlockingIOError:
            return
        except OSError as error:
            raise Dropped(str(error)) from error

    def receive(self) -> list[J]:
        """Take what has come, and return the jobs whose round is complete."""
        try:
            count = self.stream.recv_into(self._view[self._filled :])
        except BlockingIOError:
            return []
        except OSError as error:
            raise Dropped(str(error)) from error
        if not count:
            raise Dropped("the server closed the connection")
        done: list[J] = []
        try:
            self._take_frames(self._filled + count, done)
        except BadAnswer as error:
            raise Dropped(str(error)) from error
        return done

    def close(self) -> None:
        """Drop the connection; the server ends what was open on it."""
        self._link.close()

    def _take_frames(self, filled: int, done: list[J]) -> None:
        buffer = self._buffer
        start = 0
        while filled - start >= 4:
            length = int.from_bytes(buffer[start : start + 4], "big")
            if length == 0x8500_0000:  # a keep-alive of the transport (RFC 1002 4.3.6)
                start += 4
                continue
            if not HEADER <= length <= _LONGEST:
                raise BadAnswer("a frame of a length that nobody asked for")
            end = start + 4 + length
            if end > filled:
                break
            if self._guard.encrypts:
                plain = self._guard.opened(self._view[start + 4 : end])
                self._take_answers(plain, 0, len(plain), done, signed=False)
            else:
                self._take_answers(buffer, start + 4, end, done, signed=True)
            start = end
        if start:
            buffer[: filled - start] = buffer[start:filled]
        self._filled = filled - start

    def _take_answers(self, frame: bytearray, start: int, end: int, done: list[J], *, signed: bool) -> None:
        waiting, dropped = self.waiting, status.DROPPED
        while True:
            magic, size, _, code, _, credits, flags, following, number = answer_head(frame, start)
            stop = start + following if following else end
            if magic != b"\xfeSMB" or size != HEADER or not flags & ANSWER:
                raise BadAnswer("what came is no answer")
            if following and (following < HEADER or stop + HEADER > end):
                raise BadAnswer("answers run into each other")
            if number not in waiting:
                raise BadAnswer("an answer that nobody waits for")
            self._end += credits
            if code == PENDING and flags & ASYNC:
                # The answer itself comes later, and only that one is signed.
                if not following:
                    return
                start = stop
                continue
            if signed:
                if not flags & SIGNED:
                    raise BadAnswer("the server sent an answer without a signature")
                self._guard.check(frame, self._view, start, stop)
            self.silent = 0.0
            job = waiting.pop(number)
            if code in dropped:
                raise Dropped(status.name_of(code))
            if job is not None:
                job.take(number - job.first, code, frame, start, stop)
                job.left -= 1
                if not job.left:
                    done.append(job)
            if not following:
                return
            start = stop
