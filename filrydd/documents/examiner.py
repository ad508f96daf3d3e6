"""The parent's side of the fence: sends two documents to a child process and waits for its answer.

A document may be broken or hostile, and it must not stop the run. So it is read by a child that may use little memory and
time, gets none of the parent's environment, and whose end is an answer like any other.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from filrydd.documents.comparison import OUTCOMES, Comparison, Why, not_examined
from filrydd.model import names

SECONDS = 60.0
MEMORY = 1 << 30

# Isolated mode leaves the current folder and PYTHONPATH out, so the child is told where filrydd lies. That comes last:
# nothing beside filrydd may stand in for a module of the standard library.
_START = "import sys; sys.path.append(sys.argv[1]); from filrydd.documents.child import main; main()"
_PACKAGE_LIES_IN = str(Path(__file__).resolve().parents[2])
# What a Python process itself cannot start without; credentials stay behind.
_ENVIRONMENT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_SECONDS_TO_START = 30.0
_LONGEST_ANSWER = 16_384
_LONGEST_DETAIL = 200


class Examiner:
    """Compares documents, one at a time, in a child process that is started when needed. A context manager.

    `seconds`: wall time for one comparison. `memory`: bytes that the child may have; enforced on POSIX only, as Python has
    no such limit on Windows. Threads may share an examiner; they wait for each other.
    """

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        child = self._child
        return child.pid if child else None

    def compare(self, name: str, sent: Path, found: Path) -> Comparison:
        """Whether `found` is still the document `sent`; `name` is its name, of which the extension counts.

        Never raises for what a document is or does: a child that dies, hangs or uses too much gives `not examined`.
        """
        request = {"extension": names.extension(name), "sent": _address(sent), "found": _address(found)}
        with self._turn:
            if trouble := self._start():
                return trouble
            return self._ask(json.dumps(request).encode("ascii") + b"\n")

    def close(self) -> None:
        """End the child. Safe to call twice."""
        with self._turn:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> Comparison | None:
        """See that a child is running; what to answer when none will."""
        if self._child and self._child.poll() is None:
            return None
        self._end()
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _START, _PACKAGE_LIES_IN, str(self._memory), str(self._seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={key: os.environ[key] for key in _ENVIRONMENT if key in os.environ},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        answer = self._hear(_SECONDS_TO_START)
        return None if answer == b"ready\n" else self._lost(answer, _SECONDS_TO_START)

    def _ask(self, request: bytes) -> Comparison:
        assert self._child and self._child.stdin
        try:
            self._child.stdin.write(request)
            self._child.stdin.flush()
        except OSError:  # it is gone, and `_lost` says how
            return self._lost(b"", self._seconds)
        answer = self._hear(self._seconds)
        if answer is None or not answer.endswith(b"\n"):
            return self._lost(answer, self._seconds)
        try:
            said = json.loads(answer)
            comparison = Comparison(
                OUTCOMES[OUTCOMES.index(said["outcome"])], Why(said["reason"]), _clean(said["detail"])
            )
        except (ValueError, KeyError, TypeError):
            self._end()
            return not_examined(Why.FAULT, "the answer makes no sense")
        return comparison

    def _hear(self, seconds: float) -> bytes | None:
        """The child's next line; cut short when it ends or says too much, None when time is up."""
        assert self._child and self._child.stdout
        said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        line = self._child.stdout.readline
        threading.Thread(target=lambda: said.put(line(_LONGEST_ANSWER)), daemon=True).start()
        try:
            return said.get(timeout=seconds)
        except queue.Empty:
            return None

    def _lost(self, answer: bytes | None, seconds: float) -> Comparison:
        """The answer in place of a child's that will not come."""
        if answer is None:
            assert self._child
            self._child.kill()
            self._end()
            return not_examined(Why.TOO_SLOW, f"{seconds:g}")
        return not_examined(Why.DIED, f"exit code {self._end()}")

    def _end(self) -> int | None:
        """End the child, if there is one; its exit code."""
        child, self._child = self._child, None
        if child is None:
            return None
        assert child.stdin and child.stdout
        try:
            child.stdin.close()  # an idle child ends by itself when nothing more can come
        except OSError:  # it ended first, with part of a request in the pipe
            child.kill()
        try:
            child.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
        return child.returncode


def _address(path: Path) -> str:
    """The path as the child opens it: absolute, and on Windows in the form that has no length limit."""
    address = os.path.abspath(path)  # noqa: PTH100 - Path.absolute keeps `..`, which the form below cannot have
    return address if os.name != "nt" else extended(address)


def extended(address: str) -> str:
    r"""An absolute Windows path (`C:\x`, `\\server\share\x`) with the prefix that lifts the limit of 260 characters."""
    if address.startswith("\\\\?\\"):
        return address
    return f"\\\\?\\UNC{address[1:]}" if address.startswith("\\\\") else f"\\\\?\\{address}"


def _clean(detail: object) -> str:
    """A detail that came through the fence, fit for a message: parts are named by whoever made the document."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(detail))[:_LONGEST_DETAIL]
