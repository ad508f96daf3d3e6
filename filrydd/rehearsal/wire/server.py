"""Listening: on 127.0.0.1 only, on two ports, until told to stop.

A folder keeps its ports from run to run where it can, so that the address of an upload session outlives a restart.
"""

import asyncio
import contextlib
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import uvicorn

from filrydd.errors import Busy
from filrydd.lang import _
from filrydd.rehearsal.calls import later
from filrydd.rehearsal.store import sites
from filrydd.rehearsal.store.database import remember, setting
from filrydd.rehearsal.tenancy import Tenancy, open_tenancy
from filrydd.rehearsal.ways import Library, Ready, Ways
from filrydd.rehearsal.wire.front import Front
from filrydd.rehearsal.wire.guard import Guard
from filrydd.rehearsal.wire.transfers import Transfers

_ADDRESS = "127.0.0.1"
_FRONT = "port"
_TRANSFERS = "transfer port"


def serve(
    folder: Path,
    *,
    port: int = 0,
    ways: Ways | None = None,
    ready: Callable[[Ready], None],
    stop: threading.Event | None = None,
) -> None:
    """Run the tenant that lives in `folder` until SIGINT, SIGTERM or `stop`.

    `port` 0: the folder's last one, or a free one. `ready` is called once it listens. Signals are heeded only in the main
    thread. Raises Busy when another process has the folder.
    """
    stop = stop or threading.Event()
    with _held(folder), _signals(stop):
        tenancy = open_tenancy(folder, ways or Ways())
        try:
            asyncio.run(_listen(tenancy, port, ready, stop))
        finally:
            tenancy.close()


@contextlib.contextmanager
def running(folder: Path, ways: Ways | None = None, *, port: int = 0) -> Iterator[Ready]:
    """The tenant in a thread of this process, for as long as the block lasts. Raises what `serve` raises."""
    stop, listening = threading.Event(), threading.Event()
    readies: list[Ready] = []
    troubles: list[BaseException] = []

    def say(ready: Ready) -> None:
        readies.append(ready)
        listening.set()

    def run() -> None:
        try:
            serve(folder, port=port, ways=ways, ready=say, stop=stop)
        except BaseException as trouble:  # noqa: BLE001 - it is raised again in the caller's thread
            troubles.append(trouble)
        finally:
            listening.set()

    thread = threading.Thread(target=run, name="rehearsal", daemon=True)
    thread.start()
    listening.wait()
    try:
        if readies:
            yield readies[0]
    finally:
        stop.set()
        thread.join()
    if troubles:
        raise troubles[0]


async def _listen(tenancy: Tenancy, port: int, ready: Callable[[Ready], None], stop: threading.Event) -> None:
    front, transfers = _socket(tenancy, port, _FRONT), _socket(tenancy, 0, _TRANSFERS)
    tenancy.web, tenancy.transfers = (f"http://{_ADDRESS}:{each.getsockname()[1]}" for each in (front, transfers))

    def note(con: sqlite3.Connection) -> None:
        remember(con, _FRONT, str(front.getsockname()[1]))
        remember(con, _TRANSFERS, str(transfers.getsockname()[1]))

    await tenancy.store.write(note)
    servers = [
        (_server(Guard(tenancy, Front(tenancy).answer)), front),
        (_server(Guard(tenancy, Transfers(tenancy).answer)), transfers),
    ]
    tasks = [asyncio.create_task(server.serve(sockets=[listening])) for server, listening in servers]
    while not all(server.started for server, _listening in servers) and not any(task.done() for task in tasks):
        await asyncio.sleep(0.005)
    if not any(task.done() for task in tasks):
        ready(_ready(tenancy))
    doing = asyncio.create_task(later.keep_doing(tenancy, stop))
    while not stop.is_set() and not any(task.done() for task in (*tasks, doing)):
        await asyncio.sleep(0.05)
    stop.set()
    await doing
    for server, _listening in servers:
        server.should_exit = True
    await asyncio.gather(*tasks)


class _Server(uvicorn.Server):
    """A server that leaves signals alone: two of them share a process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: Guard) -> _Server:
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        lifespan="off",
        date_header=False,
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=2,
        http="h11",
        ws="none",
    )
    return _Server(config)


def _socket(tenancy: Tenancy, wish: int, name: str) -> socket.socket:
    """A listening socket: on the port that is wished for, else the one that the folder had last, else a free one."""
    last = 0 if wish else int(setting(tenancy.store.read, name) or 0)
    try:
        return _bound(wish or last)
    except OSError:
        if not last:
            raise
    return _bound(0)


def _bound(port: int) -> socket.socket:
    # With the protocol named, asyncio turns off Nagle's delay on what is accepted.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Not on Windows: there it would let two processes share a port.
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_ADDRESS, port))
        listening.listen(512)
    except BaseException:
        listening.close()
        raise
    return listening


def _ready(tenancy: Tenancy) -> Ready:
    libraries = [Library(drive.id, drive.site.path, drive.name) for drive in sites.drives(tenancy.store.read)]
    return Ready(
        graph=f"{tenancy.web}/v1.0",
        api=f"{tenancy.web}/_api",
        authority=tenancy.web,
        token=tenancy.token,
        drives=tuple(libraries),
        web=tenancy.web,
    )


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    # What is rehearsed with may be real: only the owner looks in.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / "tenant.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise Busy(
            _("The rehearsal tenant in {folder} is already running.").format(folder=folder),
            next=_("Stop the other one first, or choose another folder."),
        ) from None
    try:
        yield
    finally:
        lock.release()


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
