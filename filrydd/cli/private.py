"""filrydd private"""

from datetime import datetime
from pathlib import Path

import click

from filrydd.catalog.private_notices import Notice
from filrydd.cli import session
from filrydd.errors import BadUsage
from filrydd.lang import _, figures
from filrydd.lang.words import account
from filrydd.model import times
from filrydd.stages import private as stage
from filrydd.stages.work import Work


@click.command(
    help=_(
        "List the folders in AREA that are somebody's own, or note what was done about the one at PATH. Nothing in them is"
        " ever read."
    )
)
@click.argument("area")
@click.argument("path", required=False)
@click.option("--told", is_flag=True, help=_("Its owner was told; --as says by whom."))
@click.option(
    "--deadline", type=click.DateTime(["%Y-%m-%d"]), default=None, help=_("The last day for the owner to answer.")
)
@click.option("--open", "let_in", default="", metavar="NAME", help=_("Let NAME in, after the deadline."))
@click.option("--as", "name", default="", help=_("Who told the owner, or who decides to let somebody in."))
@click.option("--reason", default="", help=_("Why somebody is let in."))
@click.option("--note", default="", help=_("A note that the ledger keeps."))
@session.as_json
@click.pass_obj
def private(
    workspace: Path,
    area: str,
    path: str | None,
    told: bool,
    deadline: datetime | None,
    let_in: str,
    name: str,
    reason: str,
    note: str,
    as_json: bool,
) -> int:
    work = session.work_on(workspace, area)
    if path is None:
        if told or deadline or let_in or name or reason or note:
            raise BadUsage(_("Name the folder that this is about."), next=f"filrydd private {area}")
        return _list(work, as_json=as_json)
    if told and not let_in and deadline is not None and not reason:
        return _tell(work, path, name, deadline, note, as_json=as_json)
    if let_in and not told and deadline is None and not note:
        return _open(work, path, let_in, name, reason, as_json=as_json)
    raise BadUsage(
        _("Write either --told with --deadline and --as, or --open with --as and --reason."),
        next=f"filrydd private {area} PATH --told --deadline DATE --as NAME",
    )


def _tell(work: Work, path: str, name: str, deadline: datetime, note: str, *, as_json: bool) -> int:
    done = stage.tell(work, path, name, deadline.date(), note)
    owner = done.owner or _("unknown")
    session.tell(_("The owner of {path} was told: {owner}.").format(path=done.path or "/", owner=owner))
    session.tell(_("Nobody is let in before the end of {day}.").format(day=done.deadline.isoformat()))
    session.show(
        [
            {
                "area": work.area,
                "path": done.path,
                "owner": done.owner,
                "deadline": done.deadline.isoformat(),
                "new": done.new,
            }
        ],
        wanted=as_json,
    )
    return session.DONE


def _open(work: Work, path: str, let_in: str, name: str, reason: str, *, as_json: bool) -> int:
    done = stage.open_to(work, path, let_in, name, reason)
    session.tell(
        _("{name} may look into {path}. The ledger says so: {head}").format(
            name=done.let_in, path=done.path or "/", head=done.ledger
        )
    )
    session.tell(_("filrydd itself gives nobody rights; that is done on the server."))
    session.show(
        [
            {
                "area": work.area,
                "path": done.path,
                "owner": done.owner,
                "let_in": done.let_in,
                "by": done.granted_by,
                "ledger": done.ledger,
            }
        ],
        wanted=as_json,
    )
    return session.DONE


def _list(work: Work, *, as_json: bool) -> int:
    found = stage.listed(work)
    if not found:
        session.tell(_("By the policy, no folder in {area} is somebody's own.").format(area=work.area))
    for one in found:
        session.say(
            _("{path}: {owner}{state}, {files} files, {size}").format(
                path=one.folder.path or "/",
                owner=one.folder.owner or _("owner unknown"),
                state=f" ({account(one.folder.state)})" if one.folder.state in ("disabled", "vanished") else "",
                files=figures.number(one.folder.files),
                size=figures.size(one.folder.bytes),
            ),
            err=as_json,
        )
        if one.folder.owners > 1:
            session.say("  " + _("{count} people own files here.").format(count=one.folder.owners), err=as_json)
        for notice in one.notices:
            session.say(f"  {_sentence(notice)}", err=as_json)
    session.show(
        [
            {
                "area": work.area,
                "folders": [
                    {
                        "path": one.folder.path,
                        "owner": one.folder.owner,
                        "state": one.folder.state,
                        "owners": one.folder.owners,
                        "files": one.folder.files,
                        "bytes": one.folder.bytes,
                        "told": one.told,
                        "notices": [
                            {
                                "path": notice.path,
                                "what": notice.what,
                                "owner": notice.owner,
                                "name": notice.name,
                                "note": notice.note,
                                "at": times.to_iso(notice.at),
                                "deadline": None if notice.deadline is None else notice.deadline.isoformat(),
                            }
                            for notice in one.notices
                        ],
                    }
                    for one in found
                ],
            }
        ],
        wanted=as_json,
    )
    return session.DONE if all(one.told for one in found) else session.NEEDS_A_PERSON


def _sentence(notice: Notice) -> str:
    day = times.to_iso(notice.at)[:10]
    if notice.what == "opened":
        return _("{day}: {name} was let in to {path}: {reason}").format(
            day=day, name=notice.name, path=notice.path or "/", reason=notice.note
        )
    return _("{day}: {name} told the owner of {path}, who has until {deadline}.").format(
        day=day, name=notice.name, path=notice.path or "/", deadline=notice.deadline
    )
