"""The parent's side of the fence: sends documents to a child process and waits for its answer.

A document may be broken or hostile, and it must not stop the run. So it is read by a child that may use little memory and
time, gets none of the parent's environment, and whose end is an answer like any other.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filrydd.documents import answers, splices
from filrydd.documents.comparison import OUTCOMES, Comparison, Why, not_examined
from filrydd.documents.kinds import EXAMINED_EXTENSIONS
from filrydd.documents.relinking import Pointing
from filrydd.model import names
from filrydd.model.finding import Examination, Outcome

SECONDS = 60.0
MEMORY = 1 << 30

# Isolated mode leaves the current folder and PYTHONPATH out, so the child is told where filrydd lies. That comes last:
# nothing beside filrydd may stand in for a module of the standard library.
_START = "import sys; sys.path.append(sys.argv[1]); from filrydd.documents.child import main; main()"
_PACKAGE_LIES_IN = str(Path(__file__).resolve().parents[2])
# What a Python process itself cannot start without; credentials stay behind.
_ENVIRONMENT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# Threads that reserve memory for themselves before anything is read; the name is OpenBLAS's.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
_OUT_OF_PROCESSOR_TIME = -getattr(signal, "SIGXCPU", 1 << 30)
_SECONDS_TO_START = 30.0
# Letters outside of the common ones take twelve bytes each; bytes take four for three.
_LONGEST_ANSWER = max(answers.MOST_LINKS * answers.LONGEST_LINK * 12, splices.MOST_BYTES // 3 * 4) + (1 << 16)


@dataclass(frozen=True, slots=True)
class _Lost:
    """Why there is no answer."""

    why: Why
    detail: str


class Examiner:
    """Compares and examines documents, one at a time, in a child process that is started when needed. A context manager.

    `seconds`: wall time for one request. `memory`: bytes that the child may have; enforced on POSIX only, as Python has
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
        said = self._answer(request)
        if isinstance(said, _Lost):
            return not_examined(said.why, said.detail)
        try:
            return Comparison(
                OUTCOMES[OUTCOMES.index(said["outcome"])],
                Why(said["reason"]),
                answers.clean(said["detail"], answers.LONGEST_DETAIL),
            )
        except (ValueError, KeyError, TypeError):
            self.close()
            return not_examined(Why.FAULT, "the answer makes no sense")

    def examine(self, name: str, path: Path) -> Examination:
        """What the document at `path` holds; `name` is its name, of which the extension counts.

        Never raises for what a document is or does. Files of other kinds than `EXAMINED_EXTENSIONS` are not opened.
        """
        extension = names.extension(name)
        if extension not in EXAMINED_EXTENSIONS:
            return Examination(Outcome.NO_READER)
        said = self._answer({"extension": extension, "examined": _address(path)})
        if isinstance(said, _Lost):
            return answers.without(said.why, said.detail)
        try:
            return answers.examination(said)
        except (ValueError, KeyError, TypeError):
            self.close()
            return answers.without(Why.FAULT, "the answer makes no sense")

    def pointing(self, path: Path) -> Pointing:
        """What the package at `path` points to outside of itself and off the web, and whether it must stay as it is.

        Never raises for what a document is or does.
        """
        said = self._answer({"pointing": _address(path)})
        if isinstance(said, _Lost):
            return Pointing(bar=said.why, detail=said.detail)
        try:
            return answers.pointing(said)
        except (ValueError, KeyError, TypeError):
            self.close()
            return Pointing(bar=Why.FAULT, detail="the answer makes no sense")

    def relink(self, path: Path, links: Mapping[str, str], place: Path) -> tuple[str, str]:
        """Write the package at `path` to `place` so that it leads to `links[target]` wherever it led to a target.

        Returns two empty words, or why that cannot be done safely (a `Why`) and a detail; `place` is of no use then. Never
        raises for what a document is or does. Raises OSError when `place` cannot be written.
        """
        said = self._answer({"relinked": _address(path), "links": dict(links)})
        if isinstance(said, _Lost):
            return said.why, said.detail
        try:
            if said["word"]:
                return str(Why(said["word"])), answers.clean(said["detail"], answers.LONGEST_DETAIL)
            splices.write(path, splices.understood(said["splices"]), place)
        except (ValueError, KeyError, TypeError):
            self.close()
            return Why.FAULT, "the answer makes no sense"
        return "", ""

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

    def _answer(self, request: dict[str, Any]) -> dict[str, Any] | _Lost:
        with self._turn:
            return self._start() or self._ask(json.dumps(request).encode("ascii") + b"\n")

    def _start(self) -> _Lost | None:
        """See that a child is running; what to answer when none will."""
        if self._child and self._child.poll() is None:
            return None
        self._end()
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _START, _PACKAGE_LIES_IN, str(self._memory), str(self._seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ONE_THREAD | {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        answer = self._hear(_SECONDS_TO_START)
        return None if answer == b"ready\n" else self._lost(answer, _SECONDS_TO_START)

    def _ask(self, request: bytes) -> dict[str, Any] | _Lost:
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
        except ValueError:
            said = None
        if not isinstance(said, dict):
            self._end()
            return _Lost(Why.FAULT, "the answer makes no sense")
        return said

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

    def _lost(self, answer: bytes | None, seconds: float) -> _Lost:
        """What there is in place of an answer that will not come."""
        if answer is None:
            assert self._child
            self._child.kill()
            self._end()
            return _Lost(Why.TOO_SLOW, f"{seconds:g}")
        code = self._end()
        if code == _OUT_OF_PROCESSOR_TIME:
            return _Lost(Why.TOO_SLOW, f"{seconds:g}")
        return _Lost(Why.DIED, f"exit code {code}")

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
