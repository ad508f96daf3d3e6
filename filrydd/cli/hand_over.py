"""filrydd hand-over"""

from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.lang.words import said
from filrydd.stages import hand_over as stage


@click.command(
    "hand-over",
    help=_(
        "Note that what is kept for now at PATH went elsewhere, with a receipt. Nothing is deleted by it. Without --execute,"
        " list what it would be."
    ),
)
@click.argument("area")
@click.argument("path")
@click.option("--to", "place", required=True, help=_("Where it went: the case system, the archive, HR ..."))
@click.option("--receipt", required=True, help=_("That system's own reference."))
@click.option("--as", "name", required=True, help=_("Who says so."))
@click.option("--note", default="", help=_("A note that the ledger keeps."))
@session.executed
@session.as_json
@click.pass_obj
def hand_over(
    workspace: Path,
    area: str,
    path: str,
    place: str,
    receipt: str,
    name: str,
    note: str,
    execute: bool,
    as_json: bool,
) -> int:
    work = session.work_on(workspace, area)
    handing = stage.handing_of(place, receipt, name, note)
    done = stage.apply(work, path, handing) if execute else stage.plan(work, path, handing)
    chosen = done.chosen
    words = {"count": figures.number(chosen.files), "size": figures.size(chosen.bytes), "place": handing.place}
    if execute:
        session.tell(_("{count} files, {size}, are noted as handed over to {place}.").format(**words))
    else:
        session.tell(_("{count} files, {size}, would be noted as handed over to {place}.").format(**words))
        for example in chosen.examples:
            session.say(f"  {example}", err=as_json)
    if chosen.already:
        session.tell(_("{count} files were handed over before.").format(count=figures.number(chosen.already)))
    if chosen.others:
        session.tell(_("{count} other files there cannot be handed over.").format(count=figures.number(chosen.others)))
        for other, why in chosen.refused:
            session.tell(f"  {other}: {said(why)}")
    if not execute:
        session.tell(_("Nothing was noted. To do it, add --execute."))
    session.show(
        [
            {
                "area": area,
                "path": done.path,
                "to": handing.place,
                "receipt": handing.receipt,
                "by": handing.name,
                "done": execute,
                "files": chosen.files,
                "bytes": chosen.bytes,
                "already": chosen.already,
                "others": chosen.others,
            }
        ],
        wanted=as_json,
    )
    return session.NEEDS_A_PERSON if chosen.others else session.DONE
