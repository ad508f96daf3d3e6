"""Counts what is asked of the pages: how often, how it ended, and how long it took. No address, no person."""

import threading
import time
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

UP_TO = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Seconds: the upper ends of the classes that requests are counted in."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Requests so far: by status, how many took at most each of `UP_TO` seconds, how many in all, and their seconds
    together."""

    by_status: dict[int, int] = field(default_factory=dict)
    at_most: tuple[int, ...] = (0,) * len(UP_TO)
    requests: int = 0
    seconds: float = 0.0


class Requests:
    """The counts. May be used from several threads."""

    def __init__(self) -> None:
        self._by_status: dict[int, int] = {}
        self._at_most = [0] * len(UP_TO)
        self._seconds = 0.0
        self._lock = threading.Lock()

    def add(self, status: int, seconds: float) -> None:
        """One more request that was answered."""
        with self._lock:
            self._by_status[status] = self._by_status.get(status, 0) + 1
            self._seconds += seconds
            for number, end in enumerate(UP_TO):
                self._at_most[number] += seconds <= end

    def so_far(self) -> Counted:
        """The counts as they are now."""
        with self._lock:
            return Counted(dict(self._by_status), tuple(self._at_most), sum(self._by_status.values()), self._seconds)


class Counting:
    """An ASGI application around the pages and their guard."""

    def __init__(self, pages: ASGIApp, requests: Requests) -> None:
        self._pages = pages
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        # What is never answered, since whoever asked has left, counts as 499, as elsewhere.
        status = 499
        begun = time.perf_counter()

        async def send_counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._pages(scope, receive, send_counted)
        finally:
            self._requests.add(status, time.perf_counter() - begun)
