"""Listening until told to stop: on this computer for one area, or for a shared service."""

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from filrydd.errors import BadUsage, Busy
from filrydd.lang import _
from filrydd.stages import masking
from filrydd.stages.work import Work, system_clock
from filrydd.web import openid, templates
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import LOG_IN, Place
from filrydd.web.logging_in import REDIRECT
from filrydd.web.service import Service

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


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared service: at which address its readers reach it, by whom they are vouched for, and where it listens.

    `address` is the origin, like `https://rydd.example.no`; what terminates TLS for it stands before `host` and
    `port`.
    """

    address: str
    settings: openid.Settings
    host: str = _ADDRESS
    port: int = 8000
    metrics_token: str = ""


def review(work: Work, *, port: int = 0, ready: Callable[[str], None], stop: threading.Event | None = None) -> None:
    """Show the pages of an area on this computer until SIGINT, SIGTERM or `stop`.

    `port` 0: a free one. `ready` is called once, with a link that works once within `door.LINK_LIVES`. Signals are
    heeded only in the main thread. Raises Busy when the port is taken.
    """
    stop = stop or threading.Event()
    with _bound(_ADDRESS, port) as listening, _signals(stop):
        number = listening.getsockname()[1]
        door = Door(work.clock)
        service = Service(work.workspace, only=work.area, clock=work.clock)
        server = _server(application(service, door, Place.here(number)))

        def say() -> None:
            ready(f"http://{_ADDRESS}:{number}{LOG_IN}?key={door.new_link()}")

        asyncio.run(_listen(server, listening, say, stop))


def serve(
    workspace: Path,
    shared: Shared,
    *,
    clock: Callable[[], datetime] = system_clock,
    ready: Callable[[str], None],
    stop: threading.Event | None = None,
) -> None:
    """Show the pages of every area of a workspace until SIGINT, SIGTERM or `stop`. `ready` is called once, with the
    address.

    Raises Busy when the port is taken, BadUsage for an address that nobody could log in at safely.
    """
    stop = stop or threading.Event()
    place = place_of(shared.address)
    with _bound(shared.host, shared.port) as listening, _signals(stop):
        door = Door(clock)
        provider = openid.Provider(shared.settings, f"{place.addresses[0]}{REDIRECT}", clock=clock)
        service = Service(workspace, clock=clock, metrics_token=shared.metrics_token)
        server = _server(application(service, door, place, provider))
        asyncio.run(_listen(server, listening, lambda: ready(place.addresses[0]), stop))


def place_of(address: str) -> Place:
    """An origin that readers reach. Raises BadUsage unless it is https, or http on this computer alone."""
    parts = urlsplit(address)
    is_here = parts.hostname in ("127.0.0.1", "localhost")
    if (
        not parts.netloc
        or parts.path not in ("", "/")
        or parts.query
        or not (parts.scheme == "https" or (parts.scheme == "http" and is_here))
    ):
        raise BadUsage(
            _("{address} is no address for the pages.").format(address=address),
            next=_("Write it like https://rydd.example.no, without anything after the name."),
        )
    return Place((f"{parts.scheme}://{parts.netloc}",))


def _server(app: ASGIApp) -> "_Server":
    return _Server(
        uvicorn.Config(
            app,
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


async def _listen(
    server: uvicorn.Server, listening: socket.socket, ready: Callable[[], None], stop: threading.Event
) -> None:
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not task.done():
        await asyncio.sleep(0.005)
    if not task.done():
        # Opening a browser can take its time, and the browser wants to be answered meanwhile.
        await asyncio.to_thread(ready)
        threading.Thread(target=templates.prepare, daemon=True).start()
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
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        # On Windows another process could listen on the same port, and be sent the link.
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
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
