"""filrydd restore"""

from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _, days, figures
from filrydd.lang.words import said
from filrydd.model import times
from filrydd.stages import restore as stage

_MOST_TOLD = 50


@click.command(
    help=_(
        "Bring back what retire --quarantine set aside: files, folders, or everything where no PATH is named. Without"
        " --execute, say what that is."
    )
)
@click.argument("area")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@session.executed
@session.as_json
@click.pass_obj
def restore(workspace: Path, area: str, paths: tuple[str, ...], execute: bool, as_json: bool) -> int:
    work = session.work_on(workspace, area)
    if not execute:
        plan = stage.plan(work, paths)
        session.tell(
            _("{count} files, {size}, would be brought back.").format(
                count=figures.number(plan.files), size=figures.size(plan.bytes)
            )
        )
        for path, until in plan.examples:
            session.say(
                _("  {path} (set aside until {day})").format(path=path, day=days.day(times.to_datetime(until).date())),
                err=as_json,
            )
        session.tell(_("Nothing was brought back. To do it, add --execute."))
        session.show([{"area": area, "files": plan.files, "bytes": plan.bytes}], wanted=as_json)
        return session.DONE
    done = stage.apply(work, paths)
    session.tell(_("{count} files lie at their old places again.").format(count=figures.number(done.restored)))
    if done.restored:
        session.tell(
            _("The next {step} may take them again. Hold them first: {other}").format(
                step=f"filrydd retire {area}", other=f"filrydd freeze {area} PATH --case ID"
            )
        )
    for path, why in done.refused[:_MOST_TOLD]:
        session.tell(_("  still set aside: {path}: {why}").format(path=path, why=said(why)))
    for folder in done.private[:_MOST_TOLD]:
        session.tell(_("  only you can open the folder {path}: no seal knows its permissions").format(path=folder))
    session.show([{"area": area, "restored": done.restored, "refused": done.refusals}], wanted=as_json)
    return session.NEEDS_A_PERSON if done.refusals or done.private else session.DONE
