"""Folders that a program still writes to ("filsluse"): another system delivers files there, and would go on after the move.

Told from when files came, never from one sign alone: they came on many days, lately, at a machine's hours, and belong to one
owner. Copying and restoring make many files on few days, people make them by day and not to the minute. In doubt it is no
such folder; a person is asked when a policy is begun.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from filrydd.model.times import TICKS_A_SECOND

_MINUTE = 60 * TICKS_A_SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR

_LEAST_FILES = 20
_LEAST_DAYS = 12
_LATELY = 45 * _DAY
_LONGEST_AGO = 200 * _DAY
_SHARE = 0.9
_ONE_OWNER = 0.95
# Nobody saves a file by hand within the same ten minutes day after day.
_SAME_TIME = 10 * _MINUTE
# Between 22 and 03 UTC it is night in Norway, summer and winter.
_NIGHT_BEGINS, _NIGHT_ENDS = 22, 3
_LEAST_NIGHTS = 15
_LEAST_GAP = 30 * TICKS_A_SECOND

_MACHINES = re.compile(r"[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|[0-9]+", re.IGNORECASE)


def drop_folder(
    times: Sequence[int], owners: Mapping[int, int] | Mapping[str, int] | None, day: int, names: Sequence[str] = ()
) -> str | None:
    """What makes a folder one that a program writes to, or None.

    `times`: when the folder's files were created, in ticks. `owners`: how many files each owner has, None where nobody asked;
    then only the strictest signs count. `day`: the first moment of the day, in ticks. `names` of the files, where known: most
    must be alike but for numbers. The answer is a stored word: `daily 01 UTC`, `interval 60 min` or `nights`.
    """
    if len(times) < _LEAST_FILES:
        return None
    lately = sorted(time for time in times if day - _LONGEST_AGO <= time < day + _DAY)
    if len(lately) < _LEAST_FILES or (owners is not None and not _one_owner(owners)) or not _alike(names):
        return None
    return _at_the_same_time(lately, day) or _at_intervals(lately, day) or (_by_night(lately, day) if owners else None)


def _one_owner(owners: Mapping[int, int] | Mapping[str, int]) -> bool:
    return bool(owners) and max(owners.values()) >= _ONE_OWNER * sum(owners.values())


def _alike(names: Sequence[str]) -> bool:
    """Whether most names are one name with numbers, as programs give them. No names: nobody knows."""
    if not names:
        return True
    forms = Counter(_MACHINES.sub("0", name.rpartition(".")[0] or name) for name in names)
    return bool(forms.most_common(1)[0][1] >= 0.8 * len(names))


def _at_the_same_time(lately: Sequence[int], day: int) -> str | None:
    """A file or more each day, nearly all within the same ten minutes; summer time moves them by an hour once."""
    recent = [time for time in lately if time >= day - _LATELY]
    days = {time // _DAY for time in recent}
    if len(recent) < _LEAST_FILES or len(days) < _LEAST_DAYS or recent[-1] < day - 4 * _DAY:
        return None
    clock = sorted(time % _DAY for time in recent)
    around = [*clock, *(time + _DAY for time in clock)]
    best, end = 0, 0
    start = 0
    for first, time in enumerate(clock):
        while end < len(around) and around[end] < time + _SAME_TIME:
            end += 1
        if end - first > best:
            best, start = end - first, time
    moved = max(sum(_within(time, start, shift) for time in clock) for shift in (-_HOUR, _HOUR))
    return f"daily {start // _HOUR:02d} UTC" if max(best, moved) >= _SHARE * len(recent) else None


def _within(time: int, start: int, shift: int) -> bool:
    return (time - start) % _DAY < _SAME_TIME or (time - start - shift) % _DAY < _SAME_TIME


def _at_intervals(lately: Sequence[int], day: int) -> str | None:
    """Files at even distances (every hour, every week), for a week at least, and not ended yet."""
    gaps = sorted(later - earlier for earlier, later in pairwise(lately))
    usual = gaps[len(gaps) // 2]
    if usual < _LEAST_GAP or lately[-1] - lately[0] < 7 * _DAY or lately[-1] < day - 2 * usual - 3 * _DAY:
        return None
    near = usual // 50 + _MINUTE // 2
    even = sum(abs(gap - usual) <= near for gap in gaps)
    if even < _SHARE * len(gaps):
        return None
    return f"interval {max(usual // _MINUTE, 1)} min"


def _by_night(lately: Sequence[int], day: int) -> str | None:
    """Files in the middle of most of the last thirty nights, weekends included, from one owner."""
    nights = {
        (time + 2 * _HOUR) // _DAY
        for time in lately
        if time >= day - 30 * _DAY and not _NIGHT_ENDS <= time % _DAY // _HOUR < _NIGHT_BEGINS
    }
    # 1970-01-01 was a Thursday: days 2 and 3 from it are Saturday and Sunday.
    weekend = sum(night % 7 in (2, 3) for night in nights)
    return "nights" if len(nights) >= _LEAST_NIGHTS and weekend >= 2 else None
