"""filrydd backup"""

from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _
from filrydd.stages import backup as stage


@click.command(help=_("Copy the catalog of AREA into FOLDER, read it again and check it. Later copies go there too."))
@click.argument("area")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@session.as_json
@click.pass_obj
def backup(workspace: Path, area: str, folder: Path | None, as_json: bool) -> int:
    done = stage.run(session.work_on(workspace, area), folder)
    session.tell(_("Copied and checked: {path}").format(path=done.path))
    if not done.off_machine:
        session.tell(_("That folder is on this machine's own disk. A backup is safe only on another machine."))
    session.show(
        [{"area": area, "path": str(done.path), "sha256": done.digest, "off_machine": done.off_machine}], wanted=as_json
    )
    return session.DONE
