"""filrydd review"""

import json
import webbrowser
from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _


@click.command(
    help=_(
        "Open the pages where the contact of AREA reads what is proposed and signs it. They answer on this computer only,"
        " until stopped with Ctrl+C."
    )
)
@click.argument("area")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=_("On this port; a free one if not named."))
@click.option("--no-browser", is_flag=True, help=_("Only print the link."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON line on standard output when it is ready."))
@click.pass_obj
def review(workspace: Path, area: str, port: int, no_browser: bool, as_json: bool) -> int:
    work = session.work_on(workspace, area)
    # What keeps the first page from being shown is said here, before a browser opens on it. An area that is not scanned or
    # proposed yet has the superuser's page, where that is done.
    work.department()

    def ready(link: str) -> None:
        if as_json:
            session.say(json.dumps({"area": area, "link": link}))
        session.tell(_("Open this link within 60 seconds; it works once: {link}").format(link=link))
        session.tell(_("Stop with Ctrl+C."))
        if not no_browser:
            webbrowser.open(link)

    from filrydd.web import server

    server.review(work, port=port, ready=ready)
    return session.DONE
