"""One question about each of many entries: jobs drawn as answers come, and their answers given on."""

import time
from collections.abc import Callable, Generator, Iterable
from typing import Any, Generic, Protocol, TypeVar

from filrydd.model.entry import Reason, Trouble
from filrydd.sources.smb.flight import Flight
from filrydd.sources.smb.lane import Job

# A second connection costs as much as some hundred entries.
_PLENTY = 1000
_MOST_REFUSED = 1000
_LOOK_AGAIN = 0.5  # seconds


class Question(Job, Protocol):
    """A job about one entry."""

    number: int
    """The caller's own."""

    def answer(self) -> Any:
        """Once it is over: what was asked for, or the trouble with it."""


Q = TypeVar("Q", bound=Question)


class Questions(Generic[Q]):
    """The pass over `jobs`: each a number with its job, or with the trouble that keeps it from being asked."""

    def __init__(self, jobs: Iterable[tuple[int, Q | Trouble | Reason]]) -> None:
        self._jobs = iter(jobs)
        self._again: list[Q] = []
        self._refused: list[tuple[int, Any]] = []
        self._asked = 0
        self._ended = False

    def draw(self) -> Q | None:
        """The next job. None at their end, and once in a while when many are refused."""
        if self._again:
            return self._again.pop()
        while len(self._refused) < _MOST_REFUSED:
            number, job = next(self._jobs, (0, None))
            if job is None:
                self._ended = True
                break
            if not isinstance(job, Trouble | Reason):
                self._asked += 1
                return job
            self._refused.append((number, job))
        return None

    def back(self, job: Q) -> None:
        """A job whose connection broke."""
        self._again.append(job)

    def plenty(self) -> bool:
        """Whether so much was asked that a second connection pays."""
        return self._asked > _PLENTY

    def run(self, flight: Flight[Q], see_top: Callable[[], None]) -> Generator[tuple[int, Any], None, None]:
        """Each number with its answer. Raises SourceGone, SourceRefused; `see_top` does so when the area itself is gone,
        and is called when entries are."""
        looked, gone = 0.0, False
        try:
            while True:
                more = flight.fill()
                answers = [(job.number, job.answer()) for job in flight.wait()] if more else []
                gone = gone or any(_is_gone(answer) for _number, answer in answers)
                if gone and time.monotonic() - looked > _LOOK_AGAIN:
                    see_top()
                    looked, gone = time.monotonic(), False
                more = flight.fill()
                refused, self._refused = self._refused, []
                yield from answers
                yield from refused
                if self._ended and not more:
                    break
            if gone:
                see_top()
        finally:
            flight.end()


def _is_gone(answer: object) -> bool:
    return (answer.reason if isinstance(answer, Trouble) else answer) is Reason.VANISHED
