"""filrydd freeze, filrydd unfreeze"""

from pathlib import Path

import click

from filrydd.cli import session
from filrydd.errors import BadUsage
from filrydd.lang import _, figures, n_
from filrydd.model import times
from filrydd.stages import freeze as stage
from filrydd.stages.work import Work


@click.command(
    help=_(
        "Freeze PATH in AREA for a case: nothing there is deleted or moved until the case is lifted. A dot is the whole area."
        " Without PATH, list what is frozen."
    )
)
@click.argument("area")
@click.argument("path", required=False)
@click.option("--case", "matter", default=None, help=_("The case that asks for it."))
@click.option("--as", "name", default="", help=_("Who freezes; you if not named."))
@click.option("--note", default="", help=_("A note that the ledger keeps."))
@session.as_json
@click.pass_obj
def freeze(
    workspace: Path, area: str, path: str | None, matter: str | None, name: str, note: str, as_json: bool
) -> int:
    work = session.work_on(workspace, area)
    if path is None:
        if matter is not None or name or note:
            raise BadUsage(_("Name the path to freeze."), next=f"filrydd freeze {area} PATH --case {matter or 'ID'}")
        return _list(work, as_json=as_json)
    if matter is None:
        raise BadUsage(_("Name the case with --case."), next=f"filrydd freeze {area} PATH --case ID")
    done = stage.freeze(work, path, matter, name, note)
    shown = {"area": area, "path": done.path or _("the whole area"), "case": done.matter}
    if done.new:
        session.tell(_("{case} has frozen {path} in {area}.").format(**shown))
    else:
        session.tell(_("{case} had frozen {path} in {area} already.").format(**shown))
    session.tell(_holds(done.files, done.bytes))
    if not done.known:
        session.tell(_("No scan has seen {path}. Check the spelling.").format(path=done.path))
        session.tell(_("The freeze holds what comes there."))
    if not done.quiet:
        session.tell(_("One file was already being deleted, and may be gone. Nothing more is deleted."))
    session.tell(_("Next: {step}").format(step=f"filrydd classify {area}"))
    session.show(
        [
            {
                "area": area,
                "path": done.path,
                "case": done.matter,
                "by": done.name,
                "files": done.files,
                "bytes": done.bytes,
                "known": done.known,
                "new": done.new,
                "quiet": done.quiet,
            }
        ],
        wanted=as_json,
    )
    return session.DONE if done.known and done.quiet else session.NEEDS_A_PERSON


def _holds(files: int, size: int) -> str:
    return n_("It holds {count} file now, {size}.", "It holds {count} files now, {size}.", files).format(
        count=figures.number(files), size=figures.size(size)
    )


def _list(work: Work, *, as_json: bool) -> int:
    found = stage.listed(work)
    holding = [one for one in found if one.freeze.lifted is None]
    if not holding:
        session.tell(_("Nothing in {area} is frozen.").format(area=work.area))
    for one in holding:
        line = _("{path}: {case}, by {name} on {day}; {files} files, {size}").format(
            path=one.freeze.path or "/",
            case=one.freeze.matter,
            name=one.freeze.name,
            day=times.to_iso(one.freeze.at)[:10],
            files=figures.number(one.files),
            size=figures.size(one.bytes),
        )
        session.say(line, err=as_json)
        if one.freeze.note:
            session.say(f"  {one.freeze.note}", err=as_json)
    session.show(
        [
            {
                "area": work.area,
                "freezes": [
                    {
                        "path": one.freeze.path,
                        "case": one.freeze.matter,
                        "by": one.freeze.name,
                        "note": one.freeze.note,
                        "at": times.to_iso(one.freeze.at),
                        "files": one.files,
                        "bytes": one.bytes,
                        "lifted": None if one.freeze.lifted is None else times.to_iso(one.freeze.lifted),
                        "lifted_by": one.freeze.lifted_by,
                        "lifted_note": one.freeze.lifted_note,
                    }
                    for one in found
                ],
            }
        ],
        wanted=as_json,
    )
    return session.DONE


@click.command(help=_("Lift what a case froze at PATH in AREA. Other cases that hold it go on holding it."))
@click.argument("area")
@click.argument("path")
@click.option("--case", "matter", required=True, help=_("The case that froze it."))
@click.option("--as", "name", required=True, help=_("Who lifts it."))
@click.option("--note", default="", help=_("A note that the ledger keeps."))
@session.as_json
@click.pass_obj
def unfreeze(workspace: Path, area: str, path: str, matter: str, name: str, note: str, as_json: bool) -> int:
    done = stage.unfreeze(session.work_on(workspace, area), path, matter, name, note)
    session.tell(
        _("{case} no longer holds {path} in {area}.").format(
            case=done.matter, path=done.path or _("the whole area"), area=area
        )
    )
    for matter_left, at in done.still:
        session.tell(_("It is still frozen: {case} holds {path}.").format(case=matter_left, path=at or "/"))
    session.tell(_("Next: {step}").format(step=f"filrydd classify {area}"))
    session.show(
        [
            {
                "area": area,
                "path": done.path,
                "case": done.matter,
                "by": done.name,
                "still": [{"case": case, "path": at} for case, at in done.still],
            }
        ],
        wanted=as_json,
    )
    return session.NEEDS_A_PERSON if done.still else session.DONE
