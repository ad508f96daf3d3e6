"""filrydd export, filrydd import"""

from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.cli.fates import fate_word
from filrydd.lang import _, figures, n_
from filrydd.stages.sheet import answers, export, faults, form

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
    if done.files + done.groups > form.MOST_ROWS:
        session.tell(_("Excel needs much memory for so long a list. The pages show the same in small portions."))
    session.tell(_("The list names files. Send it only to those who may read the old area."))
    session.tell(_("When it comes back: {step}").format(step=f"filrydd import {area} {faults.quoted(done.path.name)}"))
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
@click.option("--keep-valid", is_flag=True, help=_("Leave out the rows that have a fault, and take the others."))
@session.executed
@session.as_json
@click.pass_obj
def import_sheet(
    workspace: Path, area: str, file: Path, name: str, keep_valid: bool, execute: bool, as_json: bool
) -> int:
    work = session.work_on(workspace, area)
    if execute:
        done = answers.apply(work, file, name, keep_valid=keep_valid)
        plan, head = done.plan, done.head
    else:
        plan, head = answers.plan(work, file, keep_valid=keep_valid), ""
    _tell_left_out(plan)
    _tell_plan(plan)
    if not plan.new:
        session.tell(_("No new answers, so nothing was stored."))
    elif execute:
        text = n_("{count} answer is stored. Ledger: {head}", "{count} answers are stored. Ledger: {head}", plan.new)
        session.tell(text.format(count=figures.number(plan.new), head=head))
        session.tell(_("Next: {step}").format(step=f"filrydd classify {area}"))
    else:
        more = (*(("--as", name) if name else ()), *(("--keep-valid",) if keep_valid else ()), "--execute")
        step = " ".join(("filrydd import", area, *map(faults.quoted, (str(file), *more))))
        session.tell(_("Nothing was stored. To do it: {step}").format(step=step))
    session.show([_shown(plan, head, executed=execute)], wanted=as_json)
    return session.NEEDS_A_PERSON if plan.waiting or plan.loose or plan.left_out else session.DONE


def _tell_left_out(plan: answers.Plan) -> None:
    if not plan.left_out:
        return
    text = n_("{count} row was left out:", "{count} rows were left out:", plan.left_out)
    session.tell(text.format(count=figures.number(plan.left_out)))
    for line in faults.told(plan.faults, plan.fault_count):
        session.tell(f"  {line}")


def _tell_plan(plan: answers.Plan) -> None:
    session.tell(
        n_(
            "{area}: {count} new answer, {unchanged} as before.",
            "{area}: {count} new answers, {unchanged} as before.",
            plan.new,
        ).format(area=plan.area, count=figures.number(plan.new), unchanged=figures.number(plan.unchanged))
    )
    for change in plan.changes:
        count, was, to = figures.number(change.files), fate_word(change.was), fate_word(change.to)
        if change.was is change.to:
            text = n_("  {count} file stays as it is: {fate}", "  {count} files stay as they are: {fate}", change.files)
            session.tell(text.format(count=count, fate=to))
        else:
            text = n_("  {count} file: {was} -> {to}", "  {count} files: {was} -> {to}", change.files)
            session.tell(text.format(count=count, was=was, to=to))
        if change.waits:
            session.tell(_("    They are kept until an archivist has confirmed the rule."))
    if plan.loose:
        text = n_(
            "{count} note stands beside no answer and is not stored:",
            "{count} notes stand beside no answer and are not stored:",
            len(plan.loose),
        )
        session.tell(text.format(count=figures.number(len(plan.loose))))
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
        "left_out": plan.left_out,
        "refused": [{"sheet": one.sheet, "row": one.row, "why": one.why} for one in plan.faults],
        "refused_count": plan.fault_count,
        "stored": plan.new if executed else 0,
        "ledger": head,
    }
