"""filrydd upload"""

from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.lang.words import said
from filrydd.stages import upload as stage


@click.command(help=_("Send what is signed to SharePoint. Without --execute, say what would be sent."))
@session.for_areas
@session.tenant_options
@session.executed
@session.as_json
def upload(
    workspace: Path, areas: tuple[str, ...], kind: str | None, address: str, execute: bool, as_json: bool
) -> int:
    results: list[dict[str, Any]] = []
    needs_a_person = False
    for area in areas:
        work = session.work_on(workspace, area)
        plan = stage.plan(work)
        session.tell(
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
            session.tell(
                _("{count} files are to move and nobody has signed for them; they stay.").format(
                    count=figures.number(plan.unsigned)
                )
            )
        if plan.frozen:
            session.tell(
                _("{count} signed files are frozen by a case and stay: {step}").format(
                    count=figures.number(plan.frozen), step=f"filrydd freeze {area}"
                )
            )
        if not execute:
            session.tell(_("Nothing was sent. To do it: {step}").format(step=f"filrydd upload {area} --execute"))
            results.append(
                {
                    "area": area,
                    "files": plan.files,
                    "bytes": plan.bytes,
                    "there": plan.there,
                    "unsigned": plan.unsigned,
                    "frozen": plan.frozen,
                }
            )
            needs_a_person |= bool(plan.unsigned or plan.frozen)
            continue
        done = session.with_tenant(work, kind or "", address, partial(stage.apply, work), first=True)
        session.tell(
            _(
                "{area}: {files} files sent, {size}, in {seconds} s; {requests} requests, {throttled} told to wait."
            ).format(
                area=area,
                files=figures.number(done.uploaded),
                size=figures.size(done.bytes),
                seconds=figures.seconds(done.seconds),
                requests=figures.number(done.requests),
                throttled=figures.number(done.throttled),
            )
        )
        for path, reason, detail in done.failures[:50]:
            session.tell(
                _("  not sent: {path}: {reason} {detail}")
                .format(path=path, reason=said(reason), detail=detail)
                .rstrip()
            )
        if done.unreadable:
            session.tell(
                _("What could not be read is kept for now, after: {step}").format(step=f"filrydd classify {area}")
            )
        session.tell(_("Next: {step}").format(step=f"filrydd verify {area}"))
        needs_a_person |= bool(done.failed or done.skipped)
        results.append(
            {
                "area": area,
                "uploaded": done.uploaded,
                "skipped": done.skipped,
                "frozen": done.frozen,
                "failed": done.failed,
                "bytes": done.bytes,
                "requests": done.requests,
                "throttled": done.throttled,
                "seconds": done.seconds,
            }
        )
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if needs_a_person else session.DONE
