"""Periods, and how far a destruction is, in plain words."""

from filrydd.catalog.disposals import State
from filrydd.lang import _, days, n_
from filrydd.policy.periods import Period, Start


def period(one: Period) -> str:
    """How long something is kept: "5 years after the end of the year in which it was last changed"."""
    if one.start is Start.NEVER_OVER:
        return _("for ever")
    if one.start is Start.FIXED:
        return _("until {day}").format(day=days.day(one.last_day)) if one.last_day else ""
    length = _length(one.months, one.days)
    return {
        Start.END_OF_YEAR: _("{length} after the end of the year in which it was last changed"),
        Start.LAST_CHANGE: _("{length} after the last change"),
        Start.CREATED: _("{length} after it was made"),
    }[one.start].format(length=length)


def _length(months: int, days: int) -> str:
    years, months = divmod(months, 12)
    said = [
        n_("{count} year", "{count} years", years).format(count=years) if years else "",
        n_("{count} month", "{count} months", months).format(count=months) if months else "",
        n_("{count} day", "{count} days", days).format(count=days) if days or not (years or months) else "",
    ]
    return ", ".join(text for text in said if text)


def disposal(state: State | str) -> str:
    """How far a destruction is."""
    return {
        State.AWAITS: _("one of two people has signed"),
        State.SIGNED: _("signed, not deleted yet"),
        State.ASIDE: _("set aside, not deleted yet"),
        State.DELETED: _("deleted"),
    }[State(state)]
