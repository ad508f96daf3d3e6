"""How long the old area stays after the seal, and how long the file server's own copies stay after that."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from filrydd.policy.periods import Age

_LAST = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Grace:
    """At least `days` whole days after the seal, and not before the day `until` (included, UTC) is over: the later holds."""

    days: int
    until: date | None = None

    def over(self, sealed: datetime) -> datetime:
        """The first moment (UTC) at which the grace period of an area is over that was sealed then."""
        try:
            counted = sealed + timedelta(days=self.days)
        except OverflowError:
            return _LAST
        return counted if self.until is None else max(counted, end_of(self.until))


@dataclass(frozen=True, slots=True)
class Copies:
    """How long the file server keeps copies of what was deleted there: its snapshots (shadow copies), and the backups.

    None where nobody has said, which is another thing than none at all (`0d`).
    """

    snapshots: Age | None = None
    backups: Age | None = None

    def snapshots_until(self, deleted: date) -> date | None:
        """The last day on which a snapshot may hold what was deleted on that day; None where nobody has said."""
        return None if self.snapshots is None else _after(deleted, self.snapshots)

    def backups_until(self, deleted: date) -> date | None:
        """The last day on which a backup may hold it; None where nobody has said."""
        return None if self.backups is None else _after(deleted, self.backups)


def end_of(day: date) -> datetime:
    """The first moment (UTC) after a day."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1) if day < date.max else _LAST


def last_day(over: datetime) -> date:
    """The last day (UTC) of which something is not yet over that is over at that moment."""
    return (over - timedelta(microseconds=1)).date()


def _after(day: date, age: Age) -> date:
    """That much later; where the month has no such day, on the first of the next: never sooner than the words say."""
    try:
        year, month = divmod(day.year * 12 + day.month - 1 + age.months, 12)
        if day.day > calendar.monthrange(year, month + 1)[1]:
            year, month = divmod(year * 12 + month + 1, 12)
            day = day.replace(day=1)
        return day.replace(year=year, month=month + 1) + timedelta(days=age.days)
    except (ValueError, OverflowError):
        return date.max
