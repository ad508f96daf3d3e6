"""What takes longer than a page may: run in a process of its own, so that pages stay quick, and looked at by its
number."""

import multiprocessing
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from filrydd.errors import Busy, FilryddError
from filrydd.lang import _, language, speaking
from filrydd.stages.work import Work

_MOST_KEPT = 100


@dataclass(slots=True)
class Job:
    """A piece of work that the identity `who` started. `state`: running, done, failed. `doing` and `share` (0 to 1,
    None when nobody knows) say how far it is; `result` is what it returned; `why` and `next` what stopped it. `then`
    is the page to go on to."""

    id: str
    area: str
    title: str
    who: str
    then: str
    begun: datetime
    state: str = "running"
    doing: str = ""
    share: float | None = None
    said: list[str] = field(default_factory=list)
    result: Any = None
    why: str = ""
    next: str = ""
    details: tuple[str, ...] = ()
    over: threading.Event = field(default_factory=threading.Event)


class _Telling:
    """Progress that goes through a pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._total: int | None = None
        self._done = 0
        self._told = -1

    def begin(self, doing: str, total: int | None, unit: str) -> None:
        self._total, self._done, self._told = total, 0, -1
        self._pipe.send(("doing", doing, None if not total else 0.0))

    def advance(self, units: int) -> None:
        self._done += units
        if self._total and self._done * 100 // self._total > self._told:
            self._told = self._done * 100 // self._total
            self._pipe.send(("share", min(1.0, self._done / self._total)))

    def end(self) -> None:
        pass

    def say(self, sentence: str) -> None:
        self._pipe.send(("said", sentence))


class Jobs:
    """One job an area at a time. May be asked from several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(
        self, work: Work, who: str, title: str, then: str, verb: Callable[..., Any], *values: Any, wait: float = 2.0
    ) -> Job:
        """Run `verb(work, *values)`, a function of a module, for the identity `who`, in a process of its own; comes
        back after `wait` seconds at the latest.

        Raises Busy while another job of the area runs.
        """
        with self._lock:
            for other in self._jobs.values():
                if other.area == work.area and other.state == "running":
                    raise Busy(
                        _("{area} is busy: {title}.").format(area=work.area, title=other.title),
                        next=_("Wait until it is done, then try again."),
                    )
            job = Job(secrets.token_urlsafe(16), work.area, title, who, then, self._clock())
            self._jobs[job.id] = job
            while len(self._jobs) > _MOST_KEPT:
                done = next((id for id, one in self._jobs.items() if one.state != "running"), None)
                if done is None:
                    break
                del self._jobs[done]
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        plain = (str(work.workspace), work.area, work.actor, language())
        process = context.Process(target=_run, args=(theirs, plain, verb, values), daemon=True)
        process.start()
        theirs.close()
        threading.Thread(target=_listen, args=(job, ours, process, language()), daemon=True).start()
        job.over.wait(wait)
        return job

    def find(self, id: str) -> Job | None:
        """The job of that number, as far as it is remembered."""
        with self._lock:
            return self._jobs.get(id)

    def running(self, area: str) -> Job | None:
        """The job that runs on an area."""
        with self._lock:
            return next((job for job in self._jobs.values() if job.area == area and job.state == "running"), None)


def _listen(job: Job, pipe: Connection, process: Any, spoken: str) -> None:
    try:
        while True:
            match pipe.recv():
                case ("doing", doing, share):
                    job.doing, job.share = doing, share
                case ("share", share):
                    job.share = share
                case ("said", sentence):
                    job.said.append(sentence)
                case ("done", result):
                    job.result, job.state = result, "done"
                    break
                case ("failed", why, then, details):
                    job.why, job.next, job.details, job.state = why, then, details, "failed"
                    break
    except EOFError:
        with speaking(spoken):
            job.why = _("The work ended before it was done. It is safe to start it again.")
        job.state = "failed"
    finally:
        job.over.set()
        process.join()


def _run(pipe: Connection, plain: tuple[str, str, str, str], verb: Callable[..., Any], values: tuple[Any, ...]) -> None:
    from pathlib import Path

    workspace, area, actor, spoken = plain
    with speaking(spoken):
        try:
            result = verb(Work(Path(workspace), area, actor, progress=_Telling(pipe)), *values)
            pipe.send(("done", result))
        except FilryddError as error:
            pipe.send(("failed", error.message, error.next, error.details))
