"""How an upload under way is told: a sentence for a log, the end of a bar, an object for machines."""

import dataclasses
from datetime import datetime
from typing import Any

from filrydd.lang import _, days, durations, figures, language
from filrydd.lang.words import said
from filrydd.stages.upload.running import Running

# Shorter waits come and go many times a minute near the limit.
_WORTH_TELLING = 2.0
_PER_CENT = 100


def sentence(area: str, state: Running) -> str:
    """A line of a log: what is done, how much of the limit is used, what it waits for, when it ends."""
    parts = [
        _("{area}: {files} of {files_total} files, {size} of {size_total}").format(
            area=area,
            files=figures.number(state.files),
            files_total=figures.number(state.files_total),
            size=figures.size(state.bytes),
            size_total=figures.size(state.bytes_total),
        ),
        _("{files} files a minute").format(files=figures.number(round(state.files_second * 60))),
        _("{share} % of what SharePoint allows in a minute").format(share=_share(state)),
        _("finishes what was sent, and its columns") if state.finishing else "",
        waits(state),
        when := _when(state),
        _("what decides: {limit}").format(limit=said(state.binding)) if when else "",
    ]
    return "; ".join(part for part in parts if part)


def short(state: Running) -> str:
    """The same beside a bar that shows the bytes; what matters most comes first, since a narrow window cuts the rest."""
    files = _("{files} of {files_total} files").format(
        files=figures.number(state.files), files_total=figures.number(state.files_total)
    )
    share = _("{share} % of the limit").format(share=_share(state))
    finishing = _("finishes") if state.finishing else ""
    return ", ".join(part for part in (waits(state), finishing, _when(state), files, share) if part)


def waits(state: Running) -> str:
    """What it waits for; empty when it does not."""
    if state.opens_in > _WORTH_TELLING:
        return _("waits {time}: it is outside the hours").format(time=durations.said(state.opens_in))
    if state.closed_for > _WORTH_TELLING:
        return _("waits {time}: SharePoint asked for it").format(time=durations.said(state.closed_for))
    return ""


def as_object(area: str, state: Running) -> dict[str, Any]:
    """One object of `--json`, numbers rounded: times in seconds, `ends` as ISO 8601."""
    found: dict[str, Any] = {"area": area}
    for key, value in dataclasses.asdict(state).items():
        if isinstance(value, float):
            found[key] = round(value, 1)
        else:
            found[key] = value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
    return found


def moment(at: datetime, now: datetime | None = None) -> str:
    """A time of the clock here, with its day when that is another than today's."""
    here, today = at.astimezone(), (now or datetime.now().astimezone()).astimezone()
    clock = f"kl. {here:%H.%M}" if language() == "nb" else f"{here:%H:%M}"
    return clock if here.date() == today.date() else f"{days.weekday(here.date())} {clock}"


def _share(state: Running) -> int:
    return round(_PER_CENT * state.units_minute / state.minute_limit) if state.minute_limit else 0


def _when(state: Running) -> str:
    """How long it still takes, and until when; empty when everything is done, or when it takes longer than was foreseen."""
    if state.files >= state.files_total and not state.finishing:
        return ""
    if state.finishing and state.left_seconds is not None and state.left_seconds < 1:
        return ""
    if state.left_seconds is None or state.ends is None:
        return _("over ten years left")
    return _("{time} left, done {moment}").format(time=durations.said(state.left_seconds), moment=moment(state.ends))
