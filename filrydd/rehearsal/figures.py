"""What has been asked of a running tenant: counts, and the last minute second by second.

Only in memory, and only what a look at the tenant needs: a run begins with nothing. The pages are counted apart from the
calls, so that somebody who watches does not change what there is to see.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

SECONDS = 60
"""How far back the seconds are kept."""
PAGES = "page"
_API = {"GET": "read", "HEAD": "read", "PUT": "put", "POST": "post", "PATCH": "patch", "DELETE": "delete"}
_KINDS = {
    **{(method, root): kind for method, kind in _API.items() for root in ("/v1.0", "/_api")},
    **{(method, "/uplo"): "fragment" for method in ("PUT", "POST")},
    ("GET", "/uplo"): "session",
    ("DELETE", "/uplo"): "session",
    ("GET", "/down"): "download",
    ("HEAD", "/down"): "download",
}
"""By method and the beginning of the path: the roots of the API on the first port, the two addresses of the second."""
MOST_APPS = 1000


@dataclass(frozen=True, slots=True)
class Second:
    """One second, `ago` seconds back: how many requests were answered, and what became of them."""

    ago: int
    requests: int
    throttled: int
    """429 and 503."""
    failed: int
    """500 and above, 503 apart."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many folders and files there were at a moment of the figures' clock, and the seconds that it took to count them."""

    items: int
    at: float
    took: float


class Figures:
    """Counts requests. `clock` gives seconds that only go forward. For one thread: that of the event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self.statuses: dict[int, int] = {}
        self.kinds: dict[str, int] = {}
        self.apps: dict[str, int] = {}
        """Requests by the id of the application, at most `MOST_APPS` of them; what has no id stands under ''."""
        self.pages = 0
        self.slowest = 0.0
        """Seconds that the slowest answer took to begin."""
        self.counted: Count | None = None
        """What a look at the items found last."""
        self.counting: asyncio.Task[None] | None = None
        """The look that is under way."""
        self._taken = 0.0
        # One more than are told: the second that is under way lies in a place of its own.
        self._second = [-1] * (SECONDS + 1)
        self._requests = [0] * (SECONDS + 1)
        self._throttled = [0] * (SECONDS + 1)
        self._failed = [0] * (SECONDS + 1)

    def note(self, method: str, path: str, status: int, app: str, seconds: float) -> None:
        """Count an answer: the request's method and path, its status, who asked, and how long it took to begin."""
        kind = _KINDS.get((method, path[:5]), PAGES)
        if kind == PAGES:
            self.pages += 1
            return
        now = int(self._clock())
        place = now % (SECONDS + 1)
        if self._second[place] != now:
            self._second[place] = now
            self._requests[place] = self._throttled[place] = self._failed[place] = 0
        self._requests[place] += 1
        if status >= 429:
            if status in (429, 503):
                self._throttled[place] += 1
            elif status >= 500:
                self._failed[place] += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if app in self.apps or len(self.apps) < MOST_APPS:
            self.apps[app] = self.apps.get(app, 0) + 1
        self._taken += seconds
        if seconds > self.slowest:
            self.slowest = seconds

    @property
    def requests(self) -> int:
        """All since the start, the pages apart."""
        return sum(self.statuses.values())

    @property
    def usual(self) -> float:
        """Seconds that an answer took to begin, on average since the start."""
        return self._taken / self.requests if self.statuses else 0.0

    def now(self) -> float:
        """The moment on the figures' clock."""
        return self._clock()

    def uptime(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._began

    def last_minute(self) -> list[Second]:
        """The last whole seconds, the oldest first; the one that is under way is left out."""
        now = int(self._clock())
        told = []
        for ago in range(SECONDS, 0, -1):
            place = (now - ago) % (SECONDS + 1)
            if self._second[place] == now - ago:
                counts = self._requests[place], self._throttled[place], self._failed[place]
            else:
                counts = 0, 0, 0
            told.append(Second(ago, *counts))
        return told
