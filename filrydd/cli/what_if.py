"""filrydd policy what-if"""

from pathlib import Path

import click

from filrydd.cli import session
from filrydd.cli.fates import fate_word
from filrydd.lang import _, figures
from filrydd.lang.words import rule_name
from filrydd.model.rule import Fate
from filrydd.policy import department_of, load_as
from filrydd.stages import what_if as stage


@click.command("what-if", help=_("Say what the policy in NEW would change for AREA. Nothing is changed."))
@click.argument("new", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("area")
@session.as_json
@click.pass_obj
def what_if(workspace: Path, new: Path, area: str, as_json: bool) -> int:
    folder = workspace / "policies"
    department = load_as(folder, department_of(folder, area).id, new)
    done = stage.run(session.work_on(workspace, area), department)
    for line in told(done):
        session.tell(line)
    session.show([_object(done)], wanted=as_json)
    return session.DONE


def told(done: stage.WhatIf) -> list[str]:
    """A what-if in words: the fates that would be, and what changes, with some of the files."""
    lines = [_("With this policy, {area} would have:").format(area=done.area)]
    lines += [
        f"  {fate_word(fate)}: {figures.number(total.files)}, {figures.size(total.bytes)}"
        for fate, total in done.fates.items()
    ]
    lines += [] if done.changes else [_("Nothing would change.")]
    for change in done.changes:
        old = _("not decided") if change.old is None else fate_word(change.old)
        lines.append(
            _("From {old} {arrow} {new}: {files}, {size}").format(
                old=old,
                arrow="->",
                new=fate_word(change.new),
                files=figures.number(change.total.files),
                size=figures.size(change.total.bytes),
            )
        )
        lines += [
            f"    {path}  ({rule_name(before) or '-'} -> {rule_name(after)})" for path, before, after in change.samples
        ]
    if done.too_many:
        lines.append(_("So many would newly be deleted that classify would stop (stop_above)."))
    return lines


def _object(done: stage.WhatIf) -> dict[str, object]:
    def fate(one: Fate | None) -> str | None:
        return None if one is None else one.value

    return {
        "area": done.area,
        "fates": {one.value: {"files": total.files, "bytes": total.bytes} for one, total in done.fates.items()},
        "changes": [
            {
                "old": fate(change.old),
                "new": change.new.value,
                "files": change.total.files,
                "bytes": change.total.bytes,
                "samples": [{"path": p, "old": before, "new": after} for p, before, after in change.samples],
            }
            for change in done.changes
        ],
        "stops": done.too_many,
    }
