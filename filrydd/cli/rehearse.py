"""filrydd rehearse"""

import asyncio
import dataclasses
import getpass
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.cli.bar import Bars
from filrydd.errors import TenantGone
from filrydd.lang import _, figures
from filrydd.stages import journey
from filrydd.stages.work import Work
from filrydd.targets import open_rehearsal

# The area that filrydd makes, and what a source of the user's own is called without a policy.
SAMPLE, OWN = "eksempel", "eget"


@click.command(
    help=_(
        "Go the whole journey against a tenant on this machine. SOURCE is only read. Without it a sample area is made and"
        " goes the whole way, until what is proved is deleted from it."
    )
)
@click.argument("source", default="")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help=_("Where to rehearse; a new folder for temporary files if not named."),
)
@click.option("--area", default="", help=_("Rehearse SOURCE by the policy in this workspace that names this area."))
@session.as_json
@click.pass_obj
def rehearse(workspace: Path, source: str, folder: Path | None, area: str, as_json: bool) -> int:
    place = folder or Path(tempfile.mkdtemp(prefix="filrydd-rehearsal-"))
    for part in ("policies", "scans"):
        (place / "workspace" / part).mkdir(parents=True, exist_ok=True)
    (place / "backup").mkdir(exist_ok=True)
    name = area or (OWN if source else SAMPLE)
    _lay_policies(workspace if area else None, name, place / "workspace" / "policies")
    # A rehearsal signs with a key of its own, so that none of it can be taken for the real thing.
    os.environ["FILRYDD_KEY"] = str(place / "rehearsal.key")
    session.tell(_("Rehearsing in {folder}").format(folder=place))
    address = source or str(_sample(place))
    work = Work(place / "workspace", name, getpass.getuser(), progress=Bars())
    with _tenant(place / "tenant") as ready:
        done = asyncio.run(_go(work, ready["graph"], address, place, only_read=bool(source)))
        _summary(done, only_read=bool(source))
    session.tell(_("Look at the new place: {step}").format(step=f"filrydd tenant serve --folder {place / 'tenant'}"))
    session.tell(
        _("Look at the area's status: {step}").format(step=f"filrydd --workspace {place / 'workspace'} status")
    )
    session.show([dataclasses.asdict(done) | {"folder": str(place)}], wanted=as_json)
    if not done.whole or done.failed or done.findings:
        return 1
    return session.DONE


async def _go(work: Work, graph: str, source: str, place: Path, *, only_read: bool) -> journey.Rehearsed:
    # The environment may be set up for another tenant than this one.
    tenant = open_rehearsal(graph, sign_in=False)
    try:
        return await journey.go(
            work, tenant, source, place / "backup", session.tell, only_read=only_read, directory=place / "tenant"
        )
    finally:
        await tenant.close()


def _lay_policies(workspace: Path | None, area: str, policies: Path) -> None:
    if workspace is None:
        text = (files("filrydd.rehearsal.sample") / "policies" / f"{area}.yaml").read_text(encoding="utf-8")
        (policies / f"{area}.yaml").write_text(text, encoding="utf-8")
        return
    for path in (workspace / "policies").glob("*.yaml"):
        shutil.copy(path, policies)


def _sample(place: Path) -> Path:
    from filrydd.rehearsal.sample.area import make_sample

    top = place / "area"
    if not top.exists():
        make_sample(top)
    return top


@contextmanager
def _tenant(folder: Path) -> Iterator[dict[str, Any]]:
    """The rehearsal tenant in a process of its own, as the real one is; it ends with this one."""
    server = subprocess.Popen(
        [sys.executable, "-m", "filrydd.rehearsal", "--folder", str(folder), "--with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdin is not None and server.stdout is not None, "both are pipes"
    try:
        line = server.stdout.readline()
        if not line:
            raise TenantGone(_("The rehearsal tenant did not start."), next=f"filrydd tenant serve --folder {folder}")
        yield json.loads(line)
    finally:
        server.stdin.close()
        server.wait(timeout=20)
        server.stdout.close()


def _summary(done: journey.Rehearsed, *, only_read: bool) -> None:
    number = figures.number
    session.tell()
    session.tell(
        _("{files} files ({size}) = {moved} to move + {destroyed} to delete + {held} to keep for now").format(
            files=number(done.files),
            size=figures.size(done.bytes),
            moved=number(done.moved),
            destroyed=number(done.destroyed),
            held=number(done.held),
        )
    )
    session.tell(
        _("{moved} to move = {uploaded} uploaded and verified + {failed} that failed").format(
            moved=number(done.moved), uploaded=number(done.uploaded), failed=number(done.failed)
        )
    )
    if only_read:
        session.tell(_("Your own area was only read: nothing in it was made read-only or deleted."))
    else:
        session.tell(
            _("{files} files = {deleted} deleted with a proof each + {kept} kept").format(
                files=number(done.files), deleted=number(done.deleted), kept=number(done.kept)
            )
        )
    whole = _("whole") if done.whole else _("NOT whole")
    session.tell(_("The ledger has {count} entries and is {whole}.").format(count=number(done.ledger), whole=whole))
    session.tell()
