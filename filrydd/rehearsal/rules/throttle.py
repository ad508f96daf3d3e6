"""Resource units a minute, as SharePoint counts them for an app.

Source: Microsoft, "Avoid getting throttled or blocked in SharePoint Online". Calls that were refused count too. The
RateLimit headers come only from 80 % of the limit on.
"""

from enum import StrEnum

from filrydd.rehearsal.clock import Clock
from filrydd.rehearsal.refusal import Refused


class Cost(StrEnum):
    """A kind of call, by what it costs."""

    GET = "get"
    LIST = "list"
    DELTA = "delta"
    """A delta listing that goes on from a token; one without costs as a list does."""
    DOWNLOAD = "download"
    WRITE = "write"
    UPLOAD = "upload"
    """`PUT content`."""
    FRAGMENT = "fragment"
    PERMISSIONS = "permissions"


UNITS = {
    Cost.GET: 1,
    Cost.LIST: 2,
    Cost.DELTA: 1,
    Cost.DOWNLOAD: 1,
    Cost.WRITE: 2,
    Cost.UPLOAD: 2,
    # Not published: taken to be a write.
    Cost.FRAGMENT: 2,
    Cost.PERMISSIONS: 5,
}

_WINDOW = 60.0
_WARN = 0.8


class Throttle:
    """Counts units in windows of a minute; a limit of 0 never refuses."""

    def __init__(self, limit: int, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._began = clock.now()
        self._used = 0

    def spend(self, kind: Cost, app: str) -> None:
        """Count a call. Raises Refused (429) when the minute's units are used up."""
        if not self._limit:
            return
        now = self._clock.now()
        if not 0 <= now - self._began < _WINDOW:
            self._began, self._used = now, 0
        self._used += UNITS[kind]
        if self._used > self._limit:
            raise Refused(
                429,
                "activityLimitReached",
                "The request has been throttled",
                inner="throttledRequest",
                headers={"Retry-After": str(self._left())},
            )

    def headers(self, app: str) -> dict[str, str]:
        """The RateLimit headers of a response, if it is time for them."""
        if not self._limit or self._used < _WARN * self._limit:
            return {}
        return {
            "RateLimit-Limit": str(self._limit),
            "RateLimit-Remaining": str(max(0, self._limit - self._used)),
            "RateLimit-Reset": str(self._left()),
        }

    def _left(self) -> int:
        return max(1, int(self._began + _WINDOW - self._clock.now()) + 1)
