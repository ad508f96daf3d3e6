"""filrydd tenant check, filrydd tenant serve"""

import dataclasses
import json
from functools import partial
from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _

# As the tenant's throttling names them; it is imported only when it runs.
TIERS = ("0-1000", "1001-5000", "5001-15000", "15001-50000", "50001-")


@click.group(help=_("Look at the tenant before an upload, or run a rehearsal one."))
def tenant() -> None:
    """Holds `check` and `serve`."""


@tenant.command(
    help=_(
        "Before an upload: are sites and libraries there, may this program write to them, is there room, are enough versions"
        " kept, which labels come by themselves, do the clocks agree? Nothing remains in the tenant. Exit code 3 when something"
        " is not in order."
    )
)
@session.for_areas
@session.tenant_options
@session.as_json
def check(workspace: Path, areas: tuple[str, ...], kind: str | None, address: str, as_json: bool) -> int:
    from filrydd.stages import look as stage

    results, problems = [], 0
    words = {"ok": _("in order"), "not ok": _("not in order"), "not known": _("not known")}
    width = max(len(word) for word in words.values())
    for area in areas:
        work = session.work_on(workspace, area)
        found = session.with_tenant(work, kind or "", address, partial(stage.check, work), first=True)
        session.tell(_("{area}, in the tenant:").format(area=area))
        for line in found.checks:
            session.tell(f"  {words[line.state]:{width}}  {line.detail}")
            if line.next:
                session.tell(f"  {'':{width}}  {line.next}")
        problems += len(found.problems)
        results.append(dataclasses.asdict(found))
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if problems else session.DONE


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
    "--host",
    default="127.0.0.1",
    show_default=True,
    help=_("On this address. On another than this machine's own, everybody must show the token, also for the pages."),
)
@click.option(
    "--tier",
    type=click.Choice(TIERS),
    default=None,
    help=_("Licences of the tenant: slow down as SharePoint does for so many. Without it, nothing is slowed down."),
)
@click.option(
    "--faults",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    help=_("A file that says what goes wrong, and when; it may be changed while the tenant runs."),
)
@click.option("--site", "sites", multiple=True, help=_("A site that is there from the start, such as sites/economy."))
@click.option("--sign-in", is_flag=True, help=_("Answer nobody without a token, as SharePoint does."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON line on standard output when it is ready."))
@click.pass_obj
def serve(
    workspace: Path,
    folder: Path | None,
    port: int,
    host: str,
    tier: str | None,
    faults: Path | None,
    sites: tuple[str, ...],
    sign_in: bool,
    as_json: bool,
) -> int:
    from filrydd.rehearsal.ways import Ready, Ways
    from filrydd.rehearsal.wire.server import serve as run

    usual = Ways()
    place = folder or workspace / ".rehearsal"

    def ready(listening: Ready) -> None:
        if as_json:
            session.say(json.dumps(dataclasses.asdict(listening)))
        session.tell(_("The rehearsal tenant listens. Look at it: {web}").format(web=listening.web))
        session.tell(_("What it is asked, and what goes wrong: {web}").format(web=f"{listening.web}/-/admin"))
        session.tell(
            _("Upload to it: {step}").format(
                step=f"filrydd upload AREA --tenant rehearsal --address {listening.graph} --execute"
            )
        )
        session.tell(
            _(
                "Sign in to it as an application: tenant {tenant}, application {app}, its secret in {file};"
                " {authority} gives tokens, and {certificate} is the certificate to trust."
            ).format(
                tenant=listening.tenant,
                app=listening.app,
                file=place / "apps.yaml",
                authority=listening.authority,
                certificate=listening.certificate,
            )
        )
        session.tell(_("Stop it with Ctrl+C."))

    ways = Ways(
        host=host, tier=tier or "", faults=faults, sites=sites or usual.sites, anonymous=not sign_in, any_site=not sites
    )
    run(place, port=port, ways=ways, ready=ready)
    return session.DONE
