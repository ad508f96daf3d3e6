"""What a child process takes: wall, processor, memory; and several of them side by side."""

import contextlib
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_LOOK_EVERY = 0.02


@dataclass(frozen=True)
class Ran:
    """A run: seconds of wall and of processor (the process and those it waited for), what it printed."""

    seconds: float
    cpu: float
    output: str
    peak: int = 0
    """Bytes of memory at the highest, all its processes together; 0 when nobody watched."""


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    keep: bool = True,
    watch: bool = False,
    folder: Path,
    fine: Container[int] = (0,),
) -> Ran:
    """Run a command to its end. Without `keep` its output is dropped. Raises RuntimeError when its exit code is not `fine`."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said if keep else subprocess.DEVNULL,
            stderr=complained,
            env={**os.environ, **environment},
            cwd=folder,
        )
        try:
            with _watched(process.pid) if watch else contextlib.nullcontext({}) as peaks:
                _pid, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        complained.seek(0)
        if process.returncode not in fine:
            words = complained.read().decode(errors="replace")[-3000:]
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {words}")
        output = said.read().decode(errors="replace")
    return Ran(seconds, used.ru_utime + used.ru_stime, output, sum(peaks.values()))


def side_by_side(jobs: Mapping[str, Callable[[], Ran]], repeat: int) -> dict[str, list[Ran]]:
    """Each job once to warm up, then all of them in turn, `repeat` times; who begins changes from round to round."""
    names = list(jobs)
    for name in names:
        jobs[name]()
    runs: dict[str, list[Ran]] = {name: [] for name in names}
    for turn in range(repeat):
        first = turn % len(names)
        for name in [*names[first:], *names[:first]]:
            runs[name].append(jobs[name]())
    return runs


def seconds(runs: Sequence[Ran]) -> float:
    """The median of the wall."""
    return statistics.median(ran.seconds for ran in runs)


def cpu(runs: Sequence[Ran]) -> float:
    """The median of the processor's seconds."""
    return statistics.median(ran.cpu for ran in runs)


def peak_of(pid: int) -> int:
    """The highest resident size of a running process in bytes ([proc(5)], VmHWM); 0 when it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def reaped_cpu(pid: int) -> float:
    """Seconds of processor of the children that a process has waited for: exact, however short they lived."""
    return _cpu_of(pid)[1]


def _cpu_of(pid: int) -> tuple[float, float]:
    """Seconds of processor of a process, and of the children that it has waited for ([proc(5)])."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, reaped = (sum(int(word) for word in words[first : first + 2]) / _TICK for first in (11, 13))
    return own, reaped


def children(pid: int) -> set[int]:
    """The processes that a process has started and not yet waited for."""
    found: set[int] = set()
    for place in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found.update(int(child) for child in place.read_text().split())
    return found


@contextlib.contextmanager
def new_children(pid: int) -> Iterator[dict[int, float]]:
    """The processes that a process starts while the block runs, each with its seconds of processor when it was last
    seen."""
    others = children(pid)
    used: dict[int, float] = {}

    def look() -> None:
        for child in children(pid) - others:
            with contextlib.suppress(OSError):
                used[child] = _cpu_of(child)[0]

    with _again_and_again(look):
        yield used


@contextlib.contextmanager
def _watched(pid: int) -> Iterator[dict[int, int]]:
    # A high-water mark only rises, so the last look before a process ends is enough for each of them.
    peaks: dict[int, int] = {}

    def look() -> None:
        for process in _with_those_below(pid):
            peaks[process] = max(peaks.get(process, 0), peak_of(process))

    with _again_and_again(look):
        yield peaks


def _with_those_below(pid: int) -> Iterator[int]:
    yield pid
    for child in children(pid):
        yield from _with_those_below(child)


@contextlib.contextmanager
def _again_and_again(look: Callable[[], None]) -> Iterator[None]:
    over = threading.Event()

    def go() -> None:
        while not over.wait(_LOOK_EVERY):
            look()

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
