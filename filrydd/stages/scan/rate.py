"""How fast files may be read, so that people at work do not notice."""

import re
import time
from collections.abc import Callable
from threading import Lock

from filrydd.errors import BadUsage
from filrydd.lang import _

# A small b stands for bits, which is eight times less: asked for rather than guessed.
_FORM = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:([kKmMgGtT])(i?))?B\s*/\s*s")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
# What may be saved up while nothing is read, in seconds at the full rate.
_SAVED_SECONDS = 0.25


def parse_rate(text: str) -> float:
    """Bytes a second of `50MB/s`, `1,5 MB/s`, `1GiB/s` (k, M, G, T; with i powers of 1,024). Raises BadUsage."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise BadUsage(
            _("{text} is no speed.").format(text=text),
            next=_("Write it like 50MB/s or 500 kB/s, with a capital B for bytes."),
        )
    number, prefix, binary = found.groups(default="")
    rate = float(number.replace(",", ".")) * (1024.0 if binary else 1000.0) ** _POWERS[prefix.lower()]
    if rate < 1:
        raise BadUsage(
            _("At {text} nothing would ever be read.").format(text=text),
            next=_("Name a higher speed, such as 5MB/s, or none to read without a limit."),
        )
    return rate


class Rate:
    """Keeps reading at so many bytes a second on average (None: no limit): `spend` waits when more was read than that
    allows. For any thread."""

    def __init__(
        self,
        bytes_per_second: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = bytes_per_second
        self._clock = clock
        self._sleep = sleep
        self._at = clock()
        self._free = 0.0
        self._lock = Lock()

    def spend(self, count: int) -> None:
        """So many bytes were just read."""
        if self._rate is None:
            return
        with self._lock:
            now = self._clock()
            self._free = min(self._free + (now - self._at) * self._rate, self._rate * _SAVED_SECONDS) - count
            self._at = now
            owed = -self._free
        if owed > 0:
            self._sleep(owed / self._rate)
