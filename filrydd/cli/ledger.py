"""filrydd ledger verify, filrydd ledger export"""

from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.stages import record as stage


@click.group(help=_("The record of who did what and when."))
def ledger() -> None:
    """Holds `verify` and `export`."""


@ledger.command(help=_("Is the record whole, and does it continue the copy in the tenant?"))
@session.for_areas
@session.tenant_options
@click.option("--offline", is_flag=True, help=_("Do not ask the tenant for its copy."))
@session.as_json
def verify(
    workspace: Path, areas: tuple[str, ...], kind: str | None, address: str, offline: bool, as_json: bool
) -> int:
    results: list[dict[str, Any]] = []
    for area in areas:
        work = session.work_on(workspace, area)
        if offline or stage.landing(work) is None:
            done = stage.verify(work)
        else:
            done = session.with_tenant(work, kind or "", address, partial(stage.verify_with, work))
        if done.wrong:
            session.tell(_("The ledger of {area} is NOT whole:").format(area=area))
            for sentence in done.wrong[:50]:
                session.tell(f"  {sentence}")
        else:
            session.tell(
                _("The ledger of {area} is whole: {entries} entries, head {head}.").format(
                    area=area, entries=figures.number(done.entries), head=done.head[:16]
                )
            )
        if not done.compared:
            session.tell(_("It was not compared with a copy in the tenant."))
        results.append(
            {
                "area": area,
                "entries": done.entries,
                "head": done.head,
                "whole": not done.wrong,
                "wrong": list(done.wrong),
                "compared": done.compared,
            }
        )
    session.show(results, wanted=as_json)
    return 1 if any(result["wrong"] for result in results) else session.DONE


@ledger.command(
    help=_(
        "Write the whole record of AREA, with all that it vouches for, to FILE.jsonl. Any program can check it. It holds names"
        " as they are, so keep it safe."
    )
)
@click.argument("area")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help=_("Write over a file that is there."))
@session.as_json
@click.pass_obj
def export(workspace: Path, area: str, file: Path, force: bool, as_json: bool) -> int:
    done = stage.export(session.work_on(workspace, area), file, force=force)
    session.tell(
        _("Wrote {entries} entries and all that they vouch for: {path}").format(
            entries=figures.number(done.entries), path=done.path
        )
    )
    session.show(
        [{"area": area, "path": str(done.path), "entries": done.entries, "lines": done.lines, "head": done.head}],
        wanted=as_json,
    )
    return session.DONE
