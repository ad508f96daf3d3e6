"""How long something takes or took, in the reader's words."""

from filrydd.lang import _, figures, n_

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def said(seconds: float) -> str:
    """`40 s`, `12 min`, `2 h 5 min`, `1 day 3 h`, `12 days`: the two largest units, rounded up so that nobody comes too soon."""
    whole = -int(-seconds // 1)
    if whole < 2 * _MINUTE:
        return _("{seconds} s").format(seconds=whole)
    minutes = -(-whole // _MINUTE)
    if minutes < 60:
        return _("{minutes} min").format(minutes=minutes)
    if whole < _DAY:
        hours, minutes = divmod(minutes, 60)
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes) if hours < 24 else _days(1, 0)
    days, hours = divmod(-(-whole // _HOUR), 24)
    return _days(days, hours if days < 10 else 0)


def _days(days: int, hours: int) -> str:
    told = n_("{count} day", "{count} days", days).format(count=figures.number(days))
    return f"{told} " + _("{hours} h").format(hours=hours) if hours else told
