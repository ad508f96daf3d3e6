"""filrydd seal, filrydd unseal"""

from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.stages import seal as stage
from filrydd.stages import unseal as way_back


@click.command(help=_("Make the old area read-only. Without --execute, say what would be done."))
@session.for_areas
@session.tenant_options
@session.executed
@session.as_json
def seal(workspace: Path, areas: tuple[str, ...], kind: str | None, address: str, execute: bool, as_json: bool) -> int:
    results: list[dict[str, Any]] = []
    for area in areas:
        work = session.work_on(workspace, area)
        if not execute:
            plan = stage.plan(work)
            session.tell(
                _("{area}: {folders} folders and {files} files in {source} would become read-only.").format(
                    area=area,
                    folders=figures.number(plan.folders),
                    files=figures.number(plan.files),
                    source=plan.source,
                )
            )
            session.tell(_("Nothing was changed. To do it: {step}").format(step=f"filrydd seal {area} --execute"))
            results.append({"area": area, "folders": plan.folders, "files": plan.files, "state": plan.state})
            continue
        done = session.with_tenant(work, kind or "", address, partial(stage.apply, work))
        session.tell(
            _("{area} is read-only: {entries} entries. {changed} changes came until the last moment.").format(
                area=area, entries=figures.number(done.entries), changed=figures.number(done.changed)
            )
        )
        session.tell(_("{count} files are proved under the seal.").format(count=figures.number(done.verified)))
        session.tell(_("Next: {step}").format(step=f"filrydd retire {area}"))
        results.append(
            {
                "area": area,
                "entries": done.entries,
                "changed": done.changed,
                "verified": done.verified,
            }
        )
    session.show(results, wanted=as_json)
    return session.DONE


@click.command(help=_("Give the old area its former permissions back. Without --execute, say what would be done."))
@session.for_areas
@session.executed
@session.as_json
def unseal(workspace: Path, areas: tuple[str, ...], execute: bool, as_json: bool) -> int:
    results = []
    for area in areas:
        work = session.work_on(workspace, area)
        if not execute:
            entries, vanished = way_back.plan(work), 0
            session.tell(
                _("{area}: {entries} entries would get their former permissions back.").format(
                    area=area, entries=figures.number(entries)
                )
            )
            session.tell(_("Nothing was changed. To do it: {step}").format(step=f"filrydd unseal {area} --execute"))
        else:
            done = way_back.apply(work)
            entries, vanished = done.entries, done.vanished
            session.tell(
                _("{area} can be written to again: {entries} entries have their former permissions.").format(
                    area=area, entries=figures.number(entries)
                )
            )
        results.append({"area": area, "entries": entries, "vanished": vanished})
    session.show(results, wanted=as_json)
    return session.DONE
