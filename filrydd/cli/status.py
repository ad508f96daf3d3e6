"""filrydd status"""

from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.cli.fates import fate_word
from filrydd.cli.insight import sections
from filrydd.errors import NoSuchArea
from filrydd.lang import _, figures
from filrydd.lang.words import said
from filrydd.stages import insight
from filrydd.stages import status as stage
from filrydd.stages.work import areas_of, check_workspace, system_clock


@click.command(help=_("Where every area stands, or one of them in detail."))
@click.argument("area", default="")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), default=None, help=_("Also write it as one HTML file.")
)
@session.as_json
@click.pass_obj
def status(workspace: Path, area: str, html: Path | None, as_json: bool) -> int:
    check_workspace(workspace)
    areas = (area,) if area else areas_of(workspace)
    if not areas:
        raise NoSuchArea(_("No area has been scanned yet."), next="filrydd scan AREA SOURCE")
    found = [stage.of(session.work_on(workspace, name)) for name in areas]
    for one in found:
        _print(one, detailed=bool(area), to_stderr=as_json)
    if html is not None:
        from filrydd.web.status_page import render

        html.write_text(render(found, system_clock()), encoding="utf-8")
        session.tell(_("Written: {path}").format(path=html))
    session.show([{"areas": [_as_json(one) for one in found]}], wanted=as_json)
    needs_a_person = any(one.findings or one.failed or one.unreadable for one in found)
    return session.NEEDS_A_PERSON if needs_a_person else session.DONE


def _print(one: stage.AreaStatus, *, detailed: bool, to_stderr: bool) -> None:
    line = _("{area}: {stage}, {files} files, {size}").format(
        area=one.area, stage=one.stage or "-", files=figures.number(one.files), size=figures.size(one.bytes)
    )
    session.say(line, err=to_stderr)
    fates = ", ".join(f"{fate_word(fate)} {figures.number(total.files)}" for fate, total in one.fates.items())
    session.say(f"  {fates}", err=to_stderr)
    steps = _("signed {signed}, uploaded {uploaded}, verified {verified}, deleted {deleted}").format(
        signed=figures.number(one.signed),
        uploaded=figures.number(one.uploaded),
        verified=figures.number(one.verified),
        deleted=figures.number(one.deleted),
    )
    session.say(f"  {steps}" + (", " + _("read-only") if one.sealed else ""), err=to_stderr)
    if one.handed_over:
        handed = _("{count} of those that are kept were handed over elsewhere").format(
            count=figures.number(one.handed_over)
        )
        session.say(f"  {handed}", err=to_stderr)
    if one.aside:
        aside = _("{count} files lie in the quarantine").format(count=figures.number(one.aside))
        session.say(f"  {aside}", err=to_stderr)
    if one.done:
        session.say("  " + _("The area is done: whatever remains was handed over by name."), err=to_stderr)
    for kind, count in one.findings.items():
        session.say(f"  {said(kind)}: {figures.number(count)}", err=to_stderr)
    if detailed:
        for path, reason in one.unread:
            session.say(
                _("  could not be read: {path}: {reason}").format(path=path or "/", reason=said(reason)), err=to_stderr
            )
        for shown in sections(one):
            session.say(shown, err=to_stderr)


def _as_json(one: stage.AreaStatus) -> dict[str, Any]:
    return {
        "area": one.area,
        "stage": one.stage,
        "files": one.files,
        "bytes": one.bytes,
        "folders": one.folders,
        "unreadable": one.unreadable,
        "fates": {fate.value: {"files": total.files, "bytes": total.bytes} for fate, total in one.fates.items()},
        "signed": one.signed,
        "uploaded": one.uploaded,
        "failed": one.failed,
        "verified": one.verified,
        "findings": one.findings,
        "sealed": one.sealed,
        "deleted": one.deleted,
        "handed_over": one.handed_over,
        "aside": one.aside,
        "done": one.done,
        "insight": insight.as_json(one.insight),
    }
