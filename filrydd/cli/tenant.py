"""filrydd tenant check, filrydd tenant serve"""

import dataclasses
import json
from functools import partial
from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _


@click.group(help=_("Look at the tenant before an upload, or run a rehearsal one."))
def tenant() -> None:
    """Holds `check` and `serve`."""


@tenant.command(help=_("Is the site there, may this program write to it, do the clocks agree?"))
@session.for_areas
@session.tenant_options
@session.as_json
def check(workspace: Path, areas: tuple[str, ...], kind: str | None, address: str, as_json: bool) -> int:
    from filrydd.stages import look as stage

    results = []
    for area in areas:
        work = session.work_on(workspace, area)
        found = session.with_tenant(work, kind or "", address, partial(stage.check, work), first=True)
        session.tell(_("{area}: the site {site} is there and answers.").format(area=area, site=found.site))
        results.append(
            {"area": area, "site": found.site, "library": found.library, "library_there": found.library_there}
        )
    session.show(results, wanted=as_json)
    return session.DONE


@tenant.command(
    help=_("Run the rehearsal tenant on this machine until stopped, to upload to or to look at in a browser.")
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help=_("Where its content lies; .rehearsal in the workspace if not named."),
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=_("On this port; a free one if not named."))
@click.option(
    "--units-per-minute",
    type=click.IntRange(0),
    default=0,
    help=_("Slow down above so many units a minute, as SharePoint does; 0 never does."),
)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON line on standard output when it is ready."))
@click.pass_obj
def serve(workspace: Path, folder: Path | None, port: int, units_per_minute: int, as_json: bool) -> int:
    from filrydd.rehearsal.ways import Ready, Ways
    from filrydd.rehearsal.wire.server import serve as run

    def ready(listening: Ready) -> None:
        if as_json:
            session.say(json.dumps(dataclasses.asdict(listening)))
        session.tell(_("The rehearsal tenant listens. Look at it: {web}").format(web=listening.web))
        session.tell(
            _("Upload to it: {step}").format(
                step=f"filrydd upload AREA --tenant rehearsal --address {listening.graph} --execute"
            )
        )
        session.tell(_("Stop it with Ctrl+C."))

    run(folder or workspace / ".rehearsal", port=port, ways=Ways(units_per_minute=units_per_minute), ready=ready)
    return session.DONE
