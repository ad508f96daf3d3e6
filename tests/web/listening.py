"""The pages of a town for a real browser: on a port of this computer, in this process, so that tests reach its sessions."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from filrydd.web.guard import Place
from tests.web.municipality import Town, Visitor


def free_place() -> Place:
    """An address of this computer where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return Place.here(free.getsockname()[1])


@contextmanager
def listening(town: Town) -> Iterator[Town]:
    """The town's pages on the port that its place names."""
    port = int(town.place.addresses[0].rpartition(":")[2])
    server = uvicorn.Server(
        uvicorn.Config(town.pages, host="127.0.0.1", port=port, log_level="error", lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    try:
        yield town
    finally:
        server.should_exit = True
        thread.join(20)


def sent(town: Town, visitor: Visitor, address: str, form: dict[str, str]) -> str:
    """Send a form as one of the town's own pages does; returns where it leads to."""
    answer = visitor.client.post(
        address, data={**form, "form_key": visitor.key}, headers={"origin": town.place.addresses[0]}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])
