"""filrydd retire"""

from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.lang.words import said
from filrydd.stages import retire as stage


@click.command(help=_("Delete from the old area what is proved. Without --execute, say what would be deleted."))
@session.for_areas
@session.tenant_options
@session.executed
@session.as_json
def retire(
    workspace: Path, areas: tuple[str, ...], kind: str | None, address: str, execute: bool, as_json: bool
) -> int:
    results: list[dict[str, Any]] = []
    kept = 0
    for area in areas:
        work = session.work_on(workspace, area)
        plan = stage.plan(work)
        session.tell(
            _(
                "{area}: {moved} files that moved and {destroyed} that are signed to be deleted would go, {size}."
            ).format(
                area=area,
                moved=figures.number(plan.moved),
                destroyed=figures.number(plan.destroyed),
                size=figures.size(plan.bytes),
            )
        )
        session.tell(_("{kept} files stay.").format(kept=figures.number(plan.kept)))
        if plan.frozen:
            session.tell(
                _("{count} of them are frozen by a case: {step}").format(
                    count=figures.number(plan.frozen), step=f"filrydd freeze {area}"
                )
            )
        if not execute:
            session.tell(_("Nothing was deleted. To do it: {step}").format(step=f"filrydd retire {area} --execute"))
            results.append(
                {
                    "area": area,
                    "moved": plan.moved,
                    "destroyed": plan.destroyed,
                    "kept": plan.kept,
                    "frozen": plan.frozen,
                }
            )
            kept += plan.kept
            continue
        done = session.with_tenant(work, kind or "", address, partial(stage.apply, work))
        session.tell(
            _("{area}: {deleted} files and {folders} empty folders deleted, {kept} files kept.").format(
                area=area,
                deleted=figures.number(done.deleted),
                folders=figures.number(done.folders),
                kept=figures.number(done.kept),
            )
        )
        for path, why in done.refused[:50]:
            session.tell(_("  kept: {path}: {why}").format(path=path, why=said(why)))
        kept += done.kept
        results.append(
            {
                "area": area,
                "deleted": done.deleted,
                "kept": done.kept,
                "frozen": done.frozen,
                "folders": done.folders,
            }
        )
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if kept else session.DONE
