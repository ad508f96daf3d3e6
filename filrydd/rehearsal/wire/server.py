"""Listening: on 127.0.0.1 only, on three ports, until told to stop.

A folder keeps its ports from run to run where it can, so that the address of an upload session outlives a restart.
"""

import asyncio
import contextlib
import importlib
import importlib.util
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import uvicorn

from filrydd.errors import Busy
from filrydd.lang import _
from filrydd.rehearsal.authority import certificate
from filrydd.rehearsal.authority.door import Door
from filrydd.rehearsal.calls import later
from filrydd.rehearsal.store import sites
from filrydd.rehearsal.store.database import remember, setting
from filrydd.rehearsal.tenancy import Tenancy, open_tenancy
from filrydd.rehearsal.ways import Library, Ready, Ways
from filrydd.rehearsal.wire import upkeep
from filrydd.rehearsal.wire.connection import Cuttable
from filrydd.rehearsal.wire.front import Front
from filrydd.rehearsal.wire.guard import Guard
from filrydd.rehearsal.wire.sockets import listening_socket, origin
from filrydd.rehearsal.wire.transfers import Transfers
from filrydd.rehearsal.wire.weather import Weather, weather

_FRONT = "port"
_TRANSFERS = "transfer port"
_AUTHORITY = "authority port"


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
        usual = ways or Ways()
        tenancy = open_tenancy(folder, usual)
        try:
            upkeep.recall_days(tenancy)
            with asyncio.Runner(loop_factory=_event_loop()) as runner:
                runner.run(_listen(tenancy, usual, port, ready, stop))
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


async def _listen(
    tenancy: Tenancy, usual: Ways, port: int, ready: Callable[[Ready], None], stop: threading.Event
) -> None:
    host = tenancy.ways.host
    last = {name: int(setting(tenancy.store.read, name) or 0) for name in (_FRONT, _TRANSFERS, _AUTHORITY)}
    front = listening_socket(host, port, last[_FRONT])
    transfers, authority = (listening_socket(host, 0, last[name]) for name in (_TRANSFERS, _AUTHORITY))
    named = {_FRONT: front, _TRANSFERS: transfers, _AUTHORITY: authority}
    tenancy.web, tenancy.transfers = f"http://{origin(front)}", f"http://{origin(transfers)}"
    tenancy.authority = f"https://{origin(authority)}"
    trusted, own = certificate.certificate(tenancy.folder, host)

    def note(con: sqlite3.Connection) -> None:
        for name, listening in named.items():
            remember(con, name, str(listening.getsockname()[1]))

    await tenancy.store.write(note)
    first, second = weather(tenancy, Guard(tenancy, Front(tenancy).answer), Guard(tenancy, Transfers(tenancy).answer))
    servers = [
        (_server(first), front),
        (_server(second), transfers),
        (_server(Door(tenancy), certificate=own), authority),
    ]
    tasks = [asyncio.create_task(server.serve(sockets=[listening])) for server, listening in servers]
    while not all(server.started for server, _listening in servers) and not any(task.done() for task in tasks):
        await asyncio.sleep(0.005)
    if not any(task.done() for task in tasks):
        ready(_ready(tenancy, trusted))
    doing = asyncio.create_task(later.keep_doing(tenancy, stop))
    keeping = asyncio.create_task(upkeep.see_to(tenancy, usual, stop))
    while not stop.is_set() and not any(task.done() for task in (*tasks, doing, keeping)):
        await asyncio.sleep(0.05)
    stop.set()
    await asyncio.gather(doing, keeping)
    for server, _listening in servers:
        server.should_exit = True
    await asyncio.gather(*tasks)


def _event_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster event loop, where there is one: not on Windows."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    return importlib.import_module("uvloop").new_event_loop  # type: ignore[no-any-return]


class _Server(uvicorn.Server):
    """A server that leaves signals alone: two of them share a process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: Guard | Weather | Door, *, certificate: Path | None = None) -> _Server:
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        lifespan="off",
        date_header=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=2,
        http=Cuttable if isinstance(app, Weather) else "httptools",
        ws="none",
        ssl_certfile=certificate,
    )
    return _Server(config)


def _ready(tenancy: Tenancy, trusted: Path) -> Ready:
    first = tenancy.apps.first()
    libraries = [Library(drive.id, drive.site.path, drive.name) for drive in sites.drives(tenancy.store.read)]
    return Ready(
        graph=f"{tenancy.web}/v1.0",
        api=f"{tenancy.web}/_api",
        authority=tenancy.authority,
        token=tenancy.token,
        drives=tuple(libraries),
        web=tenancy.web,
        certificate=str(trusted.absolute()),
        tenant=tenancy.tenant,
        app=first.id if first else "",
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
