"""The tenant's clock and its way of writing times: UTC, whole seconds."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from functools import lru_cache

from filrydd.rehearsal.refusal import bad

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """This machine's clock, moved by `offset` seconds; it gains `drift` seconds in each second."""

    def __init__(self, offset: float = 0.0) -> None:
        self.move(offset)

    def move(self, offset: float, drift: float = 0.0) -> None:
        """Go otherwise from now on."""
        self._offset, self._drift, self._since = offset, drift, time.time()

    def now(self) -> float:
        """Seconds since 1970."""
        real = time.time()
        return real + self._offset + self._drift * (real - self._since)

    def http_date(self) -> str:
        """The value of a Date header."""
        return _http_date(int(self.now()))


def stamp(seconds: float) -> str:
    """`2024-03-01T12:00:00Z`; what is less than a second is cut off."""
    return _stamp(int(seconds // 1))


@lru_cache(4096)
def _stamp(seconds: int) -> str:
    # Not fromtimestamp: Windows refuses times before 1970 there.
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(16)
def _http_date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


def moment(text: object) -> int:
    """The whole seconds since 1970 of an ISO 8601 time with a zone. Raises Refused (400)."""
    if isinstance(text, str):
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            when = None
        # The ends leave room for any zone, and hold every time that a file system can tell.
        if when is not None and when.tzinfo is not None and 1601 <= when.year < 9999:
            return int((when - _EPOCH).total_seconds() // 1)
    raise bad(f"Cannot convert the literal '{text}' to the expected type 'Edm.DateTimeOffset'.")
