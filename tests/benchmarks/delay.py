"""A line with a delay between a client and the server: `delayproxy.c`, compiled when it is needed."""

import contextlib
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_name("delayproxy.c")
# How far the round trip that is measured may be from the one that was asked for.
_OFF = 0.1


@dataclass(frozen=True)
class Line:
    """A port of 127.0.0.1 that leads on, and the round trip in seconds that was measured."""

    port: int
    round_trip: float


@contextlib.contextmanager
def delayed(port: int, seconds: float, place: Path) -> Iterator[Line]:
    """A line to `port` with a round trip of `seconds`; `place` is a folder for the program.

    Raises RuntimeError when the round trip that is measured is another."""
    program = place / "delayproxy"
    if not program.exists():
        subprocess.run(["gcc", "-O2", "-pthread", "-o", str(program), str(_SOURCE)], check=True)
    # Waking threads takes time too, which is no part of the delay that is asked for.
    asked = seconds - max(0.0, _measured(program, seconds) - seconds)
    measured = _measured(program, asked)
    if abs(measured - seconds) > _OFF * seconds:
        raise RuntimeError(f"the round trip is {measured * 1e3:.2f} ms instead of {seconds * 1e3:.2f}")
    with _started(program, port, asked) as listening:
        yield Line(listening, measured)


def _measured(program: Path, seconds: float) -> float:
    with _echo() as echo, _started(program, echo, seconds) as probe:
        return round_trip(probe)


def round_trip(port: int) -> float:
    """The median round trip of a byte in seconds, to a port that sends back what it gets."""
    times = []
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(60):
            begun = time.perf_counter()
            line.sendall(b"?")
            line.recv(1)
            times.append(time.perf_counter() - begun)
    return statistics.median(times)


@contextlib.contextmanager
def _started(program: Path, port: int, seconds: float) -> Iterator[int]:
    command = [str(program), str(port), str(round(seconds / 2 * 1e6))]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


@contextlib.contextmanager
def _echo() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            line, _address = listener.accept()
            with line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while said := line.recv(65_536):
                    line.sendall(said)

        threading.Thread(target=answer, daemon=True).start()
        yield int(listener.getsockname()[1])
