"""filrydd classify, filrydd explain"""

from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.lang import _, figures, language
from filrydd.model.rule import Fate
from filrydd.stages import classify as stage


def fate_word(fate: Fate) -> str:
    """What a fate is called before people."""
    return {Fate.MOVE: _("to move"), Fate.DESTROY: _("to delete"), Fate.HOLD: _("to keep for now")}[fate]


@click.command(help=_("Give every file of an area its fate by the department's policy."))
@session.for_areas
@click.option("--allow-many", is_flag=True, help=_("Go on although far more than before would be deleted."))
@session.as_json
def classify(workspace: Path, areas: tuple[str, ...], allow_many: bool, as_json: bool) -> int:
    results: list[dict[str, Any]] = []
    needs_a_person = False
    for area in areas:
        done = stage.run(session.work_on(workspace, area), allow_many=allow_many)
        session.tell(
            _("{area}: {files} files, {size}").format(
                area=area, files=figures.number(done.files), size=figures.size(done.bytes)
            )
        )
        for fate, total in done.fates.items():
            session.tell(f"  {fate_word(fate)}: {figures.number(total.files)}, {figures.size(total.bytes)}")
        for rule, count in done.awaiting:
            session.tell(
                _("The rule {rule} waits for an archivist: {count} files are kept until it is confirmed.").format(
                    rule=rule, count=figures.number(count)
                )
            )
        session.tell(_("Next: {step}").format(step=f"filrydd propose {area}"))
        needs_a_person |= bool(done.fates[Fate.HOLD].files or done.unreadable)
        results.append(
            {
                "area": area,
                "files": done.files,
                "bytes": done.bytes,
                "fates": {fate.value: {"files": t.files, "bytes": t.bytes} for fate, t in done.fates.items()},
                "unreadable": done.unreadable,
                "changed": done.changed,
            }
        )
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if needs_a_person else session.DONE


@click.command(help=_("Say why the file at PATH in AREA has its fate."))
@click.argument("area")
@click.argument("path")
@session.as_json
@click.pass_obj
def explain(workspace: Path, area: str, path: str, as_json: bool) -> int:
    found = stage.explain(session.work_on(workspace, area), path)
    rule = found.rule
    if rule is None:
        session.tell(_("Nothing is decided for {path} yet.").format(path=found.path))
        session.tell(_("Next: {step}").format(step=f"filrydd classify {area}"))
        return session.NEEDS_A_PERSON
    click.echo(f"{found.path}: {fate_word(rule.fate)}", err=as_json)
    lines = [
        (_("Why"), rule.reason.read_in(language())),
        (_("Rule"), rule.name),
        (_("Legal basis"), rule.basis),
        ("Noark", rule.noark.value),
        (_("Decided by"), " ".join(str(word) for word in (rule.decided_by, rule.decided_on) if word)),
        (_("Confirmed by"), " ".join(str(word) for word in (rule.confirmed_by, rule.confirmed_on) if word)),
    ]
    for title, text in lines:
        if text:
            click.echo(f"  {title}: {text}", err=as_json)
    session.show(
        [
            {
                "area": area,
                "path": found.path,
                "fate": rule.fate.value,
                "rule": rule.name,
                "reason": rule.reason.read_in(language()),
                "basis": rule.basis,
                "noark": rule.noark.value,
            }
        ],
        wanted=as_json,
    )
    return session.DONE
