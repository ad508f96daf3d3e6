"""filrydd scan"""

from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.stages import scan as stage


@click.command(
    help=_(
        "Look through SOURCE into scans/AREA.db. SOURCE is a folder, \\\\server\\share\\path or"
        " smb://user@server/share/path; without it, the same as last time. Run again, it finds what changed; after an"
        " interruption it goes on."
        "\n\nThe password comes from FILRYDD_SMB_PASSWORD or the system's credential store, never from the command line."
    )
)
@click.argument("area")
@click.argument("source", default="")
@click.option("--allow-many", is_flag=True, help=_("Accept that more than half of the files are gone."))
@session.as_json
@click.pass_obj
def scan(workspace: Path, area: str, source: str, allow_many: bool, as_json: bool) -> int:
    work = session.work_on(workspace, area)
    done = stage.run(work, source, allow_many=allow_many)
    session.tell(
        _("{area}: {files} files in {folders} folders, {size}, in {seconds} s.").format(
            area=area,
            files=figures.number(done.files),
            folders=figures.number(done.folders),
            size=figures.size(done.bytes),
            seconds=figures.seconds(done.seconds),
        )
    )
    if done.appeared != done.files:
        session.tell(
            _("Since last time: {appeared} new, {changed} changed, {vanished} gone.").format(
                appeared=figures.number(done.appeared),
                changed=figures.number(done.changed),
                vanished=figures.number(done.vanished),
            )
        )
    if done.unreadable:
        session.tell(
            _("{count} could not be read. See them with: filrydd status {area}").format(
                count=figures.number(done.unreadable), area=area
            )
        )
    session.tell(_("Next: {step}").format(step=f"filrydd classify {area}"))
    session.show(
        [
            {
                "area": area,
                "folders": done.folders,
                "files": done.files,
                "bytes": done.bytes,
                "unreadable": done.unreadable,
                "seconds": done.seconds,
            }
        ],
        wanted=as_json,
    )
    return session.NEEDS_A_PERSON if done.unreadable else session.DONE
