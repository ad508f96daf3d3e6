"""filrydd upload"""

from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.cli import foretold, session
from filrydd.errors import BadUsage, FilryddError
from filrydd.lang import _, durations, figures
from filrydd.lang.remedies import remedy
from filrydd.lang.words import said
from filrydd.model.department import Uploading
from filrydd.model.hours import Hours
from filrydd.model.tier import NAMES
from filrydd.stages import upload as stage
from filrydd.stages.upload.ahead import Ahead, look
from filrydd.stages.work import Work

# Failures that are named in the terminal; the report has them all.
_SHOWN = 50
# Seconds; shorter waits say nothing.
_WORTH_TELLING = 2.0


@click.command(
    help=_(
        "Send what is signed to SharePoint. Without --execute, say what would be sent and how long it takes. With --json,"
        " standard output holds the one result, and progress comes on standard error, one object a line."
    )
)
@session.for_areas
@session.tenant_options
@session.executed
@click.option(
    "--plan",
    "planned",
    is_flag=True,
    help=_("Say how long it takes, what decides that and what would help; send nothing."),
)
@click.option(
    "--hours", default="", metavar="HOURS", help=_("Send only in these hours, such as: 17:00-07:00, weekends.")
)
@click.option("--tier", type=click.Choice(NAMES), default=None, help=_("How many licences the tenant has."))
@click.option(
    "--stop-above",
    type=click.IntRange(1, 1_000_000),
    default=None,
    metavar="COUNT",
    help=_("Stop when more files than this in a row could not be sent."),
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help=_("Write every file and what became of it to FILE.csv or FILE.xlsx; without --execute what was done before."),
)
@click.option("--force", is_flag=True, help=_("Write over a report that is there."))
@click.option("--mend", is_flag=True, help=_("Send again what verification missed or found different."))
@session.as_json
def upload(
    workspace: Path,
    areas: tuple[str, ...],
    kind: str | None,
    address: str,
    execute: bool,
    planned: bool,
    hours: str,
    tier: str | None,
    stop_above: int | None,
    report: Path | None,
    force: bool,
    mend: bool,
    as_json: bool,
) -> int:
    from filrydd.stages import report as reports

    if planned and execute:
        raise BadUsage(
            _("--plan sends nothing, and --execute sends."),
            next=_("Take one of the two: --plan first, then --execute."),
        )
    timetable = _hours(hours) if hours else None
    places = {area: _place(report, area, areas) for area in areas} if report else {}
    for place in places.values():
        reports.check_path(place, force=force)
    results: list[dict[str, Any]] = []
    needs_a_person = False
    for area in areas:
        work = session.work_on(workspace, area, objects=as_json)
        wishes = _wishes(work.department().uploading(area), timetable, tier, stop_above, mend=mend)
        own = places.get(area)
        if not execute:
            result = _plan(work, wishes, whole=planned)
            needs_a_person |= bool(result["unsigned"] or result["frozen"])
        else:
            result = _send(work, wishes, kind or "", address, own)
            needs_a_person |= bool(result["failed"] or result["skipped"] or result["unfilled"])
        if own is not None:
            result["report"] = _report(work, own)
        results.append(result)
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if needs_a_person else session.DONE


def _wishes(
    policy: Uploading, hours: Hours | None, tier: str | None, stop_above: int | None, *, mend: bool
) -> stage.Wishes:
    """What was typed, else what the policy says."""
    return stage.Wishes(hours or policy.hours, tier or policy.tier, stop_above or policy.stop_above, mend)


def _hours(text: str) -> Hours:
    try:
        return Hours.parse(text)
    except ValueError:
        raise BadUsage(
            _("{text} does not say from when to when.").format(text=text),
            next=_('Write them like this: --hours "17:00-07:00, weekends"'),
        ) from None


def _plan(work: Work, wishes: stage.Wishes, *, whole: bool) -> dict[str, Any]:
    """Tell what would be sent, and how long it takes; nothing is sent."""
    area, (plan, ahead) = work.area, look(work, wishes)
    for line in foretold.planned(plan):
        session.tell(line)
    if whole:
        for line in foretold.lines(ahead):
            session.tell(line)
    elif plan.files:
        session.tell(foretold.brief(ahead))
    session.tell(_("Nothing was sent. To do it: {step}").format(step=f"filrydd upload {area} --execute"))
    return {
        "area": area,
        "files": plan.files,
        "bytes": plan.bytes,
        "there": plan.there,
        "unsigned": plan.unsigned,
        "frozen": plan.frozen,
        **foretold.as_object(ahead),
    }


def _send(work: Work, wishes: stage.Wishes, kind: str, address: str, report: Path | None) -> dict[str, Any]:
    """Send, and tell what became of it. An upload that is stopped leaves its report all the same."""
    area, (plan, ahead) = work.area, look(work, wishes)
    for line in foretold.planned(plan):
        session.tell(line)
    if plan.files:
        session.tell(foretold.brief(ahead))
    try:
        done = session.with_tenant(
            work, kind, address, partial(stage.apply, work, wishes=wishes), first=True, tier=wishes.tier
        )
    except FilryddError:
        if report is not None:
            _report(work, report)
        raise
    _tell_done(done, ahead)
    return {
        "area": area,
        "uploaded": done.uploaded,
        "skipped": done.skipped,
        "frozen": done.frozen,
        "failed": done.failed,
        "unfilled": done.unfilled,
        "bytes": done.bytes,
        "requests": done.requests,
        "throttled": done.throttled,
        "seconds": done.seconds,
        "forecast_seconds": foretold.as_object(ahead)["forecast_seconds"],
        "units": round(done.units),
        "waited": round(done.waited, 1),
    }


def _tell_done(done: stage.Uploaded, ahead: Ahead) -> None:
    area = done.area
    session.tell(
        _("{area}: {files} files sent, {size}, in {seconds} s; {requests} requests, {throttled} told to wait.").format(
            area=area,
            files=figures.number(done.uploaded),
            size=figures.size(done.bytes),
            seconds=figures.seconds(done.seconds),
            requests=figures.number(done.requests),
            throttled=figures.number(done.throttled),
        )
    )
    if ahead.forecast.seconds and done.uploaded:
        session.tell(_took(done, ahead.forecast.seconds))
    for path, reason, detail in done.failures[:_SHOWN]:
        why = said(reason) + (f" ({detail})" if detail else "")
        session.tell(_("  not sent: {path}: {why}").format(path=path, why=why))
        session.tell(f"    {remedy(reason)}")
    if done.failed > _SHOWN:
        session.tell(
            _("  and {count} more; all of them: {step}").format(
                count=figures.number(done.failed - _SHOWN), step=f"filrydd upload {area} --report {area}.csv"
            )
        )
    if done.unreadable:
        session.tell(_("What could not be read is kept for now, after: {step}").format(step=f"filrydd classify {area}"))
    session.tell(_("Next: {step}").format(step=f"filrydd verify {area}"))


def _took(done: stage.Uploaded, expected: float) -> str:
    """Forecast against actual; the meter's waits are those for units as well as those that SharePoint asks for."""
    took = _("The forecast was {expected}, it took {actual}.").format(
        expected=durations.said(expected), actual=durations.said(done.seconds)
    )
    if done.waited < _WORTH_TELLING:
        return took
    waits = _("For {time} of it something waited for its turn, so as to stay within what SharePoint allows.")
    return f"{took} {waits.format(time=durations.said(done.waited))}"


def _place(report: Path, area: str, areas: tuple[str, ...]) -> Path:
    """The area's own report: of several areas each has one, `upload.felles.csv` for `upload.csv`."""
    return report if len(areas) == 1 else report.with_name(f"{report.stem}.{area}{report.suffix}")


def _report(work: Work, place: Path) -> str:
    from filrydd.stages import report as reports

    written = reports.write(work, place)
    session.tell(
        _("{count} files and what became of them are in {path}.").format(
            count=figures.number(written.files), path=written.path
        )
    )
    return str(written.path)
