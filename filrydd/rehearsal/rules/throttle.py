"""Resource units a minute, as SharePoint counts them for an app.

Source: Microsoft, "Avoid getting throttled or blocked in SharePoint Online". Calls that were refused count too. The
RateLimit headers come only from 80 % of the limit on.
"""

from filrydd.rehearsal.clock import Clock
from filrydd.rehearsal.refusal import Refused

GET_ITEM = 1
DOWNLOAD = 1
DELTA_WITH_TOKEN = 1
LIST = 2
WRITE = 2
PERMISSION = 5
FRAGMENT = 2
"""What a fragment costs is not published; it is taken to be a write."""

_WINDOW = 60.0
_WARN = 0.8


class Throttle:
    """Counts units in windows of a minute; a limit of 0 never refuses."""

    def __init__(self, limit: int, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._began = clock.now()
        self._used = 0

    def spend(self, units: int) -> None:
        """Count a call. Raises Refused (429) when the minute's units are used up."""
        if not self._limit:
            return
        now = self._clock.now()
        if not 0 <= now - self._began < _WINDOW:
            self._began, self._used = now, 0
        self._used += units
        if self._used > self._limit:
            raise Refused(
                429,
                "activityLimitReached",
                "The request has been throttled",
                inner="throttledRequest",
                headers={"Retry-After": str(self._left())},
            )

    def headers(self) -> dict[str, str]:
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
