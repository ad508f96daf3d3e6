"""Times as integers: *ticks* of 100 ns since 1970-01-01 UTC, the grain of NTFS; negative before 1970.

A day is a `datetime.date`; what decides takes the day as an argument and never reads a clock.
"""

from datetime import UTC, date, datetime, timedelta

TICKS_A_SECOND = 10_000_000
# 1601-01-01 to 1970-01-01, the difference between FILETIME and Unix time ([MS-DTYP] 2.3.3).
FILETIME_OF_1970 = 116_444_736_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_filetime(filetime: int) -> int:
    """Ticks of a Windows FILETIME."""
    return filetime - FILETIME_OF_1970


def from_nanoseconds(nanoseconds: int) -> int:
    """Ticks of a Unix time in nanoseconds, rounded down."""
    return nanoseconds // 100


def from_datetime(moment: datetime) -> int:
    """Ticks of an aware datetime."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * TICKS_A_SECOND + since.microseconds * 10


def from_day(day: date) -> int:
    """Ticks of the first moment of a day, UTC."""
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC))


def to_datetime(ticks: int) -> datetime:
    """The aware datetime of ticks; a time outside years 1-9999 becomes the nearest end of that range."""
    try:
        return _EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if ticks < 0 else datetime.max.replace(tzinfo=UTC)


def to_iso(ticks: int) -> str:
    """`2026-11-23T18:30:00Z`: seconds, UTC, the grain that SharePoint keeps."""
    return to_datetime(ticks).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def same_second(one: int, other: int) -> bool:
    """Whether two times are equal at SharePoint's grain of one second."""
    return one // TICKS_A_SECOND == other // TICKS_A_SECOND
