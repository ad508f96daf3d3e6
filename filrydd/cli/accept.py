"""filrydd accept"""

from pathlib import Path

import click

from filrydd.catalog.acceptances import Says
from filrydd.catalog.signoffs import COMMAND_LINE
from filrydd.cli import session
from filrydd.errors import NotApproved
from filrydd.lang import _, figures
from filrydd.model.by import By
from filrydd.stages import accept as stage
from filrydd.stages.typed import required
from filrydd.stages.work import Work


@click.command(
    help=_(
        "Confirm that PARTs of AREA are where they are expected in the new place; all parts if none is named. With --no, say"
        " that something is missing. An area is sealed when every part has a yes. Without --as, say how the parts stand."
    )
)
@click.argument("area")
@click.argument("parts", nargs=-1, metavar="[PART...]")
@click.option("--as", "name", default="", help=_("Who says so."))
@click.option("--role", default="contact", help=_("In which role."))
@click.option("--no", "missing", is_flag=True, help=_("Something is missing; --note says what."))
@click.option("--note", default="", help=_("A note that the ledger keeps."))
@session.as_json
@click.pass_obj
def accept(
    workspace: Path,
    area: str,
    parts: tuple[str, ...],
    name: str,
    role: str,
    missing: bool,
    note: str,
    as_json: bool,
) -> int:
    work = session.work_on(workspace, area)
    if not name:
        if missing or note or parts:
            raise click.UsageError(_("Name who says so with --as NAME."))
        return _list(work, as_json=as_json)
    if not work.department().command_line_signs:
        raise NotApproved(
            _("The policy does not let anybody sign {area} from the command line.").format(area=area),
            next=f"filrydd review {area}",
        )
    by = By(required(name, "--as"), COMMAND_LINE, COMMAND_LINE)
    says = Says.NO if missing else Says.YES
    answered = stage.answer(work, says, by, required(role, "--role"), note, parts)
    for one in answered:
        sentence = (
            _("{name} says of {part} that something is missing. {area} is not sealed until there is a yes.")
            if missing
            else _("{name} has confirmed {part}: {files} files in the new place.")
        )
        session.tell(sentence.format(name=by.name, part=one.part, area=area, files=figures.number(one.files)))
        for place in one.places:
            session.tell(f"  {place}")
    session.show(
        [
            {
                "area": area,
                "answered": [
                    {
                        "part": one.part,
                        "says": str(one.says),
                        "files": one.files,
                        "places": list(one.places),
                        "ledger": one.head,
                    }
                    for one in answered
                ],
            }
        ],
        wanted=as_json,
    )
    return session.NEEDS_A_PERSON if missing else session.DONE


def _list(work: Work, *, as_json: bool) -> int:
    asked = stage.standing(work)
    for one in asked:
        session.tell(stage.told(one))
    if not asked:
        session.tell(
            _("Nothing of {part} has arrived in the new place, so there is nothing to confirm.").format(part=work.area)
        )
    session.show(
        [
            {
                "area": work.area,
                "parts": [
                    {
                        "part": one.part,
                        "state": str(one.state),
                        "files": one.arrival.files,
                        "places": list(one.arrival.places),
                        "findings": one.arrival.findings,
                    }
                    for one in asked
                ],
            }
        ],
        wanted=as_json,
    )
    return session.NEEDS_A_PERSON if any(one.state is not stage.State.YES for one in asked) else session.DONE
