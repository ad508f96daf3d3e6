"""The processes that list folders for a walk, seen from the walk: started, given tasks, heard, ended."""

import contextlib
import marshal
import select
import subprocess
import sys
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from filrydd.sources.local.packed import packed_facts
from filrydd.sources.local.worker import PipeClosed, hello, read_message, widen, write_message

Task = TypeVar("Task")

# A worker needs the standard library and this package alone. Isolated mode leaves the current folder, PYTHONPATH and what
# is installed out, so it is told where filrydd lies. That comes last: nothing beside filrydd may stand in for a module of
# the standard library.
_START = "import sys; sys.path.append(sys.argv[1]); from filrydd.sources.local.worker import main; main()"
_PACKAGE_LIES_IN = str(Path(__file__).resolve().parents[3])

_LIES_IN_A_PIPE = 4096
"""Bytes that a pipe takes though nobody reads: a second task no longer than this can wait in it. A longer one could keep
the walk waiting for a process that itself waits for the walk."""
_WAITING = 2
_LOOK_AGAIN = 1.0
"""Seconds after which a silent process is looked at: its end shows on its pipe unless another program inherited that."""


class NoCrew(Exception):
    """No process could be started; the words are the system's."""


class _Worker(Generic[Task]):
    def __init__(self, top: int) -> None:
        self.ready = False
        self.tasks: deque[Task] = deque()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", _START, _PACKAGE_LIES_IN, str(top)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            pass_fds=(top,),
            # What the terminal sends to a command it sends to all its processes; this one ends when the walk does.
            start_new_session=True,
        )
        assert self.process.stdin and self.process.stdout
        self.to, self.out = self.process.stdin.fileno(), self.process.stdout.fileno()
        widen(self.out)

    def end(self) -> None:
        """It only reads, so nothing is lost by killing it."""
        with self.process:
            self.process.kill()


class Crew(Generic[Task]):
    """Some workers for the tree below one descriptor. A context manager; at its end no worker is left."""

    def __init__(self, top: int) -> None:
        self._top = top
        self._workers: list[_Worker[Task]] = []
        self._lost: list[Task] = []
        self.ended_early = 0
        """How many workers ended, or were not understood, before their time."""

    def start(self, count: int) -> None:
        """Start that many. They say by and by that they are ready. Raises NoCrew when not even one starts."""
        if getattr(sys, "frozen", False) or not sys.executable:
            raise NoCrew("no Python to start")
        try:
            for _number in range(count):
                self._workers.append(_Worker(self._top))
        except OSError as error:
            if not self._workers:
                raise NoCrew(str(error)) from error

    @property
    def pids(self) -> list[int]:
        """The process ids of those that live."""
        return [worker.process.pid for worker in self._workers]

    @property
    def busy(self) -> bool:
        """Whether an answer or a lost task is still to come."""
        return bool(self._lost) or any(worker.tasks for worker in self._workers)

    def wants(self) -> bool:
        """Whether a task can be given."""
        return any(worker.ready and len(worker.tasks) < _WAITING for worker in self._workers)

    def give(self, task: Task, paths: list[str], entries: int, seconds: float) -> bool:
        """Have somebody list these folders (`list_some`); `task` comes back with the answer. False when it must wait."""
        free = [worker for worker in self._workers if worker.ready and len(worker.tasks) < _WAITING]
        message = packed_facts((paths, entries, seconds))
        for worker in sorted(free, key=lambda worker: len(worker.tasks)):
            if not worker.tasks or len(message) <= _LIES_IN_A_PIPE:
                worker.tasks.append(task)
                try:
                    write_message(worker.to, message)
                except PipeClosed:
                    self._lose(worker)
                return True
        return False

    def hear(self, *, wait: bool) -> list[tuple[Task, list[tuple[object, ...]] | None]]:
        """Answers that came, with their tasks; None for one whose worker died. Waits for the first when asked to, unless
        nobody is there to answer."""
        heard: list[tuple[Task, list[tuple[object, ...]] | None]] = []
        while not heard:
            spoke = self._spoke(_LOOK_AGAIN if wait and not self._lost else 0.0)
            for worker in list(self._workers):
                if worker.out not in spoke:
                    if not spoke and worker.process.poll() is not None:
                        self._lose(worker)
                    continue
                try:
                    message = read_message(worker.out)
                except PipeClosed:
                    self._lose(worker)
                    continue
                if worker.ready:
                    heard.append((worker.tasks.popleft(), marshal.loads(message)))  # from this program's own process
                elif message == hello():
                    worker.ready = True
                else:
                    self._lose(worker)
            heard += [(task, None) for task in self._lost]
            self._lost.clear()
            if not wait or not self.busy:
                break
        return heard

    def close(self) -> None:
        """End every worker, whatever it is doing. Safe to call twice."""
        workers, self._workers = self._workers, []
        with contextlib.ExitStack() as ending:
            for worker in workers:
                ending.callback(worker.end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _spoke(self, seconds: float) -> set[int]:
        """The pipes on which something came, or which were closed."""
        waiting = select.poll()
        for worker in self._workers:
            waiting.register(worker.out, select.POLLIN)
        return {pipe for pipe, _event in waiting.poll(seconds * 1000)}

    def _lose(self, worker: _Worker[Task]) -> None:
        self.ended_early += 1
        self._workers.remove(worker)
        self._lost += worker.tasks
        worker.end()
