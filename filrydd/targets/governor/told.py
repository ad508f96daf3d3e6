"""What an answer tells about waiting, and about what is left of a minute.

Retry-After is RFC 9110, 10.2.3. `RateLimit-Limit`, `-Remaining` and `-Reset` are those of the third IETF draft, which
SharePoint sends from 80 % of an application's minute on (Microsoft, "Avoid getting throttled or blocked in SharePoint
Online"). Values come from the network: what makes no sense counts as not said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

LONGEST_RESET = 86_400.0
"""Seconds: a RateLimit-Reset beyond this is no number of seconds (some services give a moment there)."""
MOST_UNITS = 1e9


@dataclass(frozen=True, slots=True)
class Told:
    """What is left of the application's units, in the tenant's words: `remaining` of `limit`, until `reset` seconds on."""

    limit: float | None
    remaining: float
    reset: float


def rate_limit(headers: Mapping[str, str]) -> Told | None:
    """The RateLimit headers of an answer; None where it does not say what is left, and until when."""
    remaining, reset = _number(headers.get("ratelimit-remaining")), _number(headers.get("ratelimit-reset"))
    if remaining is None or reset is None or reset > LONGEST_RESET or remaining > MOST_UNITS:
        return None
    limit = _number(headers.get("ratelimit-limit"))
    return Told(limit if limit and limit <= MOST_UNITS else None, remaining, reset)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that an answer asks to wait: a number or an HTTP date; None when it does not say.

    A date is counted from the answer's own Date where it has one, since this machine's clock (`now`) may be off.
    """
    asked = headers.get("retry-after", "").strip()
    seconds = _number(asked)
    if seconds is not None:
        return seconds
    until = http_date(asked)
    if until is None:
        return None
    told = http_date(headers.get("date", ""))
    return max(0.0, until - (now if told is None else told))


def http_date(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date; None for what is none."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
