"""Listening on this computer, for one area, until told to stop."""

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn

from filrydd.errors import Busy
from filrydd.lang import _
from filrydd.stages import masking
from filrydd.stages.work import Work
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import LOG_IN

_ADDRESS = "127.0.0.1"


class MaskedLines(logging.Formatter):
    """Lines of the log, traces of faults with them, in which every identity number is masked."""

    def format(self, record: logging.LogRecord) -> str:
        return masking.shown(super().format(record))


_LOG = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"masked": {"()": MaskedLines, "format": "%(levelname)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "masked", "stream": "ext://sys.stderr"}},
    "loggers": {"uvicorn": {"handlers": ["stderr"], "propagate": False}},
}


def serve(work: Work, *, port: int = 0, ready: Callable[[str], None], stop: threading.Event | None = None) -> None:
    """Show the pages of an area until SIGINT, SIGTERM or `stop`.

    `port` 0: a free one. `ready` is called once, with a link that works once within `door.LINK_LIVES`. Signals are heeded
    only in the main thread. Raises Busy when the port is taken.
    """
    stop = stop or threading.Event()
    with _bound(port) as listening, _signals(stop):
        number = listening.getsockname()[1]
        door = Door(work.clock)
        server = _Server(
            uvicorn.Config(
                application(work, door, number),
                log_config=_LOG,
                log_level="error",
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=2,
                http="h11",
                ws="none",
            )
        )

        def say() -> None:
            ready(f"http://{_ADDRESS}:{number}{LOG_IN}?key={door.new_link()}")

        asyncio.run(_listen(server, listening, say, stop))


async def _listen(
    server: uvicorn.Server, listening: socket.socket, ready: Callable[[], None], stop: threading.Event
) -> None:
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not task.done():
        await asyncio.sleep(0.005)
    if not task.done():
        # Opening a browser can take its time, and the browser wants to be answered meanwhile.
        await asyncio.to_thread(ready)
    while not stop.is_set() and not task.done():
        await asyncio.sleep(0.05)
    server.should_exit = True
    await task


class _Server(uvicorn.Server):
    """A server that leaves signals to `serve`, for which they are the ordinary way to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _bound(port: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        # On Windows another process could listen on the same port, and be sent the link.
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_ADDRESS, port))
            listening.listen()
        except OSError as error:
            raise Busy(
                _("Port {port} cannot be used: {why}").format(port=port, why=error.strerror),
                next=_("Choose another port, or none: then filrydd takes a free one."),
            ) from error
        yield listening


@contextlib.contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {which: signal.signal(which, lambda *_: stop.set()) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for which, handler in former.items():
            signal.signal(which, handler)
