"""A door before a server, for tests of what happens between."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Door:
    """A way to a server that can be shut, and that can take the signatures off the server's answers."""

    def __init__(self, target: int) -> None:
        self.strip_signatures = False
        self.silent = False
        self._target = target
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen()
        self.port: int = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def shut(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _where = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                for one, other, answers in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._carry, args=(one, other, answers), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError), one.makefile("rb") as stream:
            while head := stream.read(4):
                body = stream.read(int.from_bytes(head[1:], "big"))
                if answers and self.strip_signatures and body[:4] == b"\xfeSMB" and body[12] > 1:
                    body = body[:16] + bytes([body[16] & ~8]) + body[17:48] + b"\0" * 16 + body[64:]
                if not (answers and self.silent):
                    other.sendall(head + body)


@contextlib.contextmanager
def forwarding(port: int) -> Iterator[Door]:
    door = Door(port)
    try:
        yield door
    finally:
        door.shut()
