"""filrydd serve"""

import json
import os
from pathlib import Path

import click

from filrydd.cli import session
from filrydd.errors import BadUsage
from filrydd.lang import _
from filrydd.stages.work import check_workspace


@click.command(
    help=_(
        "Show the pages of all areas to everybody who can log in with OpenID Connect, until stopped with Ctrl+C. Put a"
        " server that speaks TLS before it."
    )
)
@click.option(
    "--address",
    default="",
    envvar="FILRYDD_ADDRESS",
    help=_("The address at which people reach the pages, like https://rydd.example.no; FILRYDD_ADDRESS if not said."),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=_("Where to listen."))
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help=_("On which port."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON line on standard output when it is ready."))
@click.pass_obj
def serve(workspace: Path, address: str, host: str, port: int, as_json: bool) -> int:
    workspace = check_workspace(workspace)
    from filrydd.web import openid, server

    settings = openid.Settings.from_environment()
    if settings is None:
        raise BadUsage(
            _("Nobody has said who vouches for people who log in."),
            next=_(
                "Set FILRYDD_OIDC_ISSUER and FILRYDD_OIDC_CLIENT. For one area on this computer: filrydd review AREA"
            ),
        )
    if not address:
        raise BadUsage(
            _("Nobody has said at which address people reach the pages."),
            next=_("Name it with --address, like https://rydd.example.no"),
        )

    def ready(there: str) -> None:
        if as_json:
            session.say(json.dumps({"address": there}))
        session.tell(_("The pages are at {address}").format(address=there))
        session.tell(_("Stop with Ctrl+C."))

    shared = server.Shared(address, settings, host, port, os.environ.get("FILRYDD_METRICS_TOKEN", ""))
    server.serve(workspace, shared, ready=ready)
    return session.DONE
