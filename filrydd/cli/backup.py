"""filrydd backup"""

from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _
from filrydd.stages import backup as stage


@click.command(help=_("Copy the catalog of AREA into FOLDER, read it again and check it. Later copies go there too."))
@click.argument("area")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--same-machine", is_flag=True, help=_("The folder may lie on this machine's own disk."))
@session.as_json
@click.pass_obj
def backup(workspace: Path, area: str, folder: Path | None, same_machine: bool, as_json: bool) -> int:
    done = stage.run(session.work_on(workspace, area), folder, same_machine=same_machine)
    session.tell(_("Copied and checked: {path}").format(path=done.path))
    if not done.off_machine:
        session.tell(_("It is lost together with this machine."))
    session.show(
        [{"area": area, "path": str(done.path), "sha256": done.digest, "off_machine": done.off_machine}], wanted=as_json
    )
    return session.DONE
