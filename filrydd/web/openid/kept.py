"""An answer of the provider that is kept for a while."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from filrydd.errors import LogInFailed
from filrydd.web.openid.trouble import no_answer

FRESH = timedelta(hours=1)
AGAIN = timedelta(minutes=1)
REST = timedelta(seconds=5)
"""After a failure nobody asks for so long: many who wait for a provider that is down must not use up every thread."""

T = TypeVar("T")


class Kept(Generic[T]):
    """What `read` gave, for FRESH by the `clock`. Its methods may be called from several threads; one of them reads."""

    def __init__(self, read: Callable[[], T], clock: Callable[[], datetime]) -> None:
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._answer: tuple[datetime, T] | None = None
        self._failed: datetime | None = None

    def get(self) -> T:
        """The answer. Raises LogInFailed as `read` does, and for REST after it did."""
        with self._lock:
            if self._answer is not None and self._is_within(FRESH, self._answer[0]):
                return self._answer[1]
            return self._anew()

    def again(self) -> T:
        """The answer, read anew unless it is younger than AGAIN: somebody missed something in it."""
        with self._lock:
            if self._answer is not None and self._is_within(AGAIN, self._answer[0]):
                return self._answer[1]
            return self._anew()

    def _anew(self) -> T:
        if self._failed is not None and self._is_within(REST, self._failed):
            raise no_answer()
        try:
            answer = self._read()
        except LogInFailed:
            self._failed = self._clock()
            raise
        self._answer, self._failed = (self._clock(), answer), None
        return answer

    def _is_within(self, span: timedelta, since: datetime) -> bool:
        # A clock that was set back makes an answer old, never young for long.
        return timedelta() <= self._clock() - since < span
