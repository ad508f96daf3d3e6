"""filrydd extend"""

from datetime import datetime
from pathlib import Path

import click

from filrydd.catalog.signoffs import COMMAND_LINE
from filrydd.cli import session
from filrydd.lang import _, days
from filrydd.model.by import By
from filrydd.stages import grace as stage
from filrydd.stages.typed import required


@click.command(help=_("Let the old AREA be read until a later day. Nothing is deleted before that day is over."))
@click.argument("area")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help=_("The last day on which the old area can be read."),
)
@click.option("--as", "name", required=True, help=_("Who asks for it."))
@click.option("--role", default="contact", help=_("In which role."))
@click.option("--reason", required=True, help=_("Why; the ledger keeps it."))
@session.as_json
@click.pass_obj
def extend(workspace: Path, area: str, until: datetime, name: str, role: str, reason: str, as_json: bool) -> int:
    work = session.work_on(workspace, area)
    by = By(required(name, "--as"), COMMAND_LINE, COMMAND_LINE)
    done = stage.extend(work, until.date(), by, required(role, "--role"), reason)
    session.tell(
        _(
            "{area} can be read until {day}, not only until {before}. Nothing is deleted before that day is over."
        ).format(area=area, day=days.day(done.until), before=days.day(done.before))
    )
    session.show(
        [{"area": area, "before": done.before.isoformat(), "until": done.until.isoformat(), "ledger": done.head}],
        wanted=as_json,
    )
    return session.DONE
