"""The pages of a municipality on a free port of this computer."""

import asyncio
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filrydd.web import server
from filrydd.web.guard import Place
from tests.web.municipality import Town


@contextmanager
def listening(workspace: Path) -> Iterator[tuple[Town, int]]:
    """The town whose pages answer, and the port."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
        town = Town(workspace, place=Place.here(port))
        stop, ready = threading.Event(), queue.SimpleQueue[bool]()
        pages = server._server(town.pages)
        thread = threading.Thread(
            target=lambda: asyncio.run(server._listen(pages, bound, lambda: ready.put(True), stop)), daemon=True
        )
        thread.start()
        try:
            assert ready.get(timeout=20)
            yield town, port
        finally:
            stop.set()
            thread.join(20)
