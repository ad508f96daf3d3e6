"""The forecast of an upload in sentences, and as keys of `--json`."""

from collections.abc import Iterator
from typing import Any

from filrydd.cli.underway import moment
from filrydd.lang import _, days, durations, figures, n_
from filrydd.lang.words import said
from filrydd.stages.upload import Plan
from filrydd.stages.upload.ahead import Ahead
from filrydd.stages.upload.forecast import Limit

_DAY = 86_400
"""Seconds."""


def planned(plan: Plan) -> Iterator[str]:
    """What would be sent, and what would not."""
    area = plan.area
    yield (
        _("{area}: {files} files to send, {size}, to {site}, library {library}; {there} are there already.").format(
            area=area,
            files=figures.number(plan.files),
            size=figures.size(plan.bytes),
            site=plan.site,
            library=plan.library,
            there=figures.number(plan.there),
        )
    )
    if plan.unsigned:
        yield (
            _("{count} files are to move and nobody has signed for them; they stay.").format(
                count=figures.number(plan.unsigned)
            )
        )
    if plan.frozen:
        yield (
            _("{count} signed files are frozen by a case and stay: {step}").format(
                count=figures.number(plan.frozen), step=f"filrydd freeze {area}"
            )
        )


def lines(ahead: Ahead) -> Iterator[str]:
    """What it costs, how long it takes and why, and what would help."""
    found, sending = ahead.forecast, ahead.to_send
    if found.binding is Limit.NOTHING:
        yield _("There is nothing to send, so it takes no time.")
        return
    yield _("  {files} files, {size}, in {requests} requests that cost {units} units of what SharePoint allows").format(
        files=figures.number(sending.files),
        size=figures.size(sending.bytes),
        requests=figures.number(found.cost.requests),
        units=figures.number(found.cost.units),
    )
    if sending.copies:
        yield n_(
            "  {count} file more is a copy, which is read and not sent",
            "  {count} files more are copies, which are read and not sent",
            sending.copies,
        ).format(count=figures.number(sending.copies))
    if sending.folders:
        yield _("  {count} folders to make, {restricted} of them with permissions of their own").format(
            count=figures.number(sending.folders), restricted=figures.number(sending.restricted)
        )
    yield _tier(ahead)
    yield "  " + brief(ahead)
    for other in ahead.instead:
        took = durations.said(other.seconds)
        if other.tier is not None:
            yield _("  with {licences} licences: {time}").format(licences=licences(other.tier.name), time=took)
        elif other.hours is not None:
            yield _("  at nights and weekends alone ({hours}): {time}").format(
                hours=days.hours(str(other.hours)), time=took
            )
        else:
            yield _("  around the clock: {time}").format(time=took)
    yield _("  Verification comes after that, and has not been counted.")


def brief(ahead: Ahead) -> str:
    """How long it takes, in one sentence."""
    found = ahead.forecast
    if found.seconds is None or found.ends is None:
        return _("It would take over ten years in these hours. What decides: {limit}.").format(
            limit=said(found.binding)
        )
    if not ahead.hours and found.seconds < _DAY:
        # That it goes on at night is news only to who waits over one.
        return _("It takes about {time}, until {moment}. What decides: {limit}.").format(
            time=durations.said(found.seconds), moment=moment(found.ends), limit=said(found.binding)
        )
    when = (
        _("within the hours {hours}").format(hours=days.hours(str(ahead.hours)))
        if ahead.hours
        else _("around the clock")
    )
    return _("It takes about {time} {when}, until {moment}. What decides: {limit}.").format(
        time=durations.said(found.seconds), when=when, moment=moment(found.ends), limit=said(found.binding)
    )


def as_object(ahead: Ahead) -> dict[str, Any]:
    """The keys of a plan that come from the forecast."""
    found = ahead.forecast
    return {
        "requests": found.cost.requests,
        "units": found.cost.units,
        "forecast_seconds": None if found.seconds is None else round(found.seconds, 1),
        "ends": None if found.ends is None else found.ends.isoformat(timespec="seconds"),
        "binding": found.binding.value,
        "tier": ahead.tier.name,
        "hours": "" if ahead.hours is None else str(ahead.hours),
        "instead": [
            {
                "tier": (other.tier or ahead.tier).name,
                "hours": "" if other.hours is None else str(other.hours),
                "seconds": round(other.seconds, 1),
            }
            for other in ahead.instead
        ],
    }


def licences(tier: str) -> str:
    """`1,001-5,000`, or `over 50,000`."""
    least, _dash, most = tier.partition("-")
    if not most:
        return _("over {count}").format(count=figures.number(int(least) - 1))
    return f"{figures.number(int(least))}-{figures.number(int(most))}"


def _tier(ahead: Ahead) -> str:
    known = licences(ahead.tier.name)
    if ahead.told:
        return _("  a tenant with {licences} licences: {minute} units a minute, {day} in 24 hours").format(
            licences=known, minute=figures.number(ahead.limits.minute), day=figures.number(ahead.limits.day)
        )
    return _(
        "  nobody has said how many licences the tenant has, so the fewest are assumed ({licences}): --tier says it"
    ).format(licences=known)
