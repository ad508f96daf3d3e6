"""filrydd export, filrydd import"""

from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.cli.fates import fate_word
from filrydd.lang import _, figures
from filrydd.stages.sheet import answers, export

_FILE = click.Path(path_type=Path, dir_okay=False)
_NOTES_SHOWN = 20


@click.command("export", help=_("Write the move list of AREA to FILE.xlsx, with a column for answers."))
@click.argument("area")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help=_("Write over a file that is there."))
@session.as_json
@click.pass_obj
def export_sheet(workspace: Path, area: str, file: Path, force: bool, as_json: bool) -> int:
    done = export.run(session.work_on(workspace, area), file, force=force)
    session.tell(
        _("{path}: {files} files in {groups} groups, proposal {digest}.").format(
            path=done.path,
            files=figures.number(done.files),
            groups=figures.number(done.groups),
            digest=done.digest[:16],
        )
    )
    session.tell(_("The list names files. Send it only to those who may read the old area."))
    session.tell(_("When it comes back: {step}").format(step=f"filrydd import {area} {done.path.name}"))
    session.show(
        [
            {
                "area": area,
                "path": str(done.path),
                "groups": done.groups,
                "files": done.files,
                "digest": done.digest,
            }
        ],
        wanted=as_json,
    )
    return session.DONE


@click.command("import", help=_("Read the answers in FILE.xlsx for AREA. Without --execute, say what would change."))
@click.argument("area")
@click.argument("file", type=_FILE)
@click.option("--as", "name", default="", help=_("Who answered; you if not said."))
@session.executed
@session.as_json
@click.pass_obj
def import_sheet(workspace: Path, area: str, file: Path, name: str, execute: bool, as_json: bool) -> int:
    work = session.work_on(workspace, area)
    if execute:
        done = answers.apply(work, file, name)
        plan, head = done.plan, done.head
    else:
        plan, head = answers.plan(work, file), ""
    _tell_plan(plan)
    if not plan.new:
        session.tell(_("No new answers, so nothing was stored."))
    elif execute:
        session.tell(_("{count} answers are stored. Ledger: {head}").format(count=figures.number(plan.new), head=head))
        session.tell(_("Next: {step}").format(step=f"filrydd classify {area}"))
    else:
        step = f"filrydd import {area} {file} --execute"
        session.tell(_("Nothing was stored. To do it: {step}").format(step=step))
    session.show([_shown(plan, head, executed=execute)], wanted=as_json)
    return session.NEEDS_A_PERSON if plan.waiting or plan.loose else session.DONE


def _tell_plan(plan: answers.Plan) -> None:
    session.tell(
        _("{area}: {count} new answers, {unchanged} as before.").format(
            area=plan.area, count=figures.number(plan.new), unchanged=figures.number(plan.unchanged)
        )
    )
    for change in plan.changes:
        count, was, to = figures.number(change.files), fate_word(change.was), fate_word(change.to)
        if change.was is change.to:
            session.tell(_("  {count} files stay: {fate}").format(count=count, fate=to))
        else:
            session.tell(_("  {count} files: {was} -> {to}").format(count=count, was=was, to=to))
        if change.waits:
            session.tell(_("    They are kept until an archivist has confirmed the rule."))
    if plan.loose:
        session.tell(
            _("{count} notes stand beside no answer and are not stored:").format(count=figures.number(len(plan.loose)))
        )
    for place, note in plan.loose[:_NOTES_SHOWN]:
        session.tell(f"  {place}: {note}")


def _shown(plan: answers.Plan, head: str, *, executed: bool) -> dict[str, Any]:
    return {
        "area": plan.area,
        "path": str(plan.path),
        "answers": plan.new,
        "changes": [
            {"from": change.was.value, "to": change.to.value, "files": change.files, "waits": change.waits}
            for change in plan.changes
        ],
        "unchanged": plan.unchanged,
        "waiting": plan.waiting,
        "notes": [{"place": place, "note": note} for place, note in plan.loose],
        "stored": plan.new if executed else 0,
        "ledger": head,
    }
