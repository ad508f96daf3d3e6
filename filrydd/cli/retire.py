"""filrydd retire"""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.catalog.quarantine import Held
from filrydd.cli import session
from filrydd.lang import _, days, figures, n_
from filrydd.lang.words import said
from filrydd.model import times
from filrydd.policy.periods import days_of
from filrydd.stages import retire as stage
from filrydd.stages.retire import remaining
from filrydd.stages.retire.remaining import Remaining

_MOST_TOLD = 50


def _days(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    try:
        return None if value is None else days_of(value)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong


@click.command(help=_("Delete from the old area what is proved. Without --execute, say what would be deleted."))
@session.for_areas
@click.option(
    "--quarantine",
    "days_aside",
    callback=_days,
    metavar="30d",
    default=None,
    help=_("Set aside first, for so many days; a later run deletes it, and filrydd restore brings it back."),
)
@click.option(
    "--allow", type=int, default=None, help=_("Let so many files go at once: the number that the plan shows.")
)
@click.option(
    "--remains",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help=_("Write what remains, with a reason each, into a .csv file (one area)."),
)
@click.option("--force", is_flag=True, help=_("Write over that file."))
@session.tenant_options
@session.executed
@session.as_json
def retire(
    workspace: Path,
    areas: tuple[str, ...],
    days_aside: int | None,
    allow: int | None,
    remains: Path | None,
    force: bool,
    kind: str | None,
    address: str,
    execute: bool,
    as_json: bool,
) -> int:
    if remains is not None and len(areas) != 1:
        raise click.UsageError(_("--remains takes one area."))
    results: list[dict[str, Any]] = []
    kept = 0
    for area in areas:
        work = session.work_on(workspace, area)
        if remains is not None:
            # Also where nothing may go yet.
            remaining.of(work, remains, force=force)
            session.tell(_("Written: {path}").format(path=remains))
        plan = stage.plan(work)
        _tell_plan(plan, aside=days_aside is not None)
        if not execute:
            left = remaining.of(work)
            _tell_remaining(left)
            step = f"filrydd retire {area}"
            step += f" --quarantine {days_aside}d" if days_aside is not None else ""
            step += f" --allow {plan.moved + plan.destroyed}" if plan.stops else ""
            session.tell(_("Nothing was deleted. To do it: {step}").format(step=f"{step} --execute"))
            results.append(
                {
                    "area": area,
                    "moved": plan.moved,
                    "destroyed": plan.destroyed,
                    "kept": plan.kept,
                    "frozen": plan.frozen,
                    "due": plan.due,
                    **_as_json(left),
                }
            )
            kept += plan.kept
            continue
        act = partial(stage.apply, work, days=days_aside, allow=allow)
        done = session.with_tenant(work, kind or "", address, act)
        _tell_done(done)
        left = remaining.of(work, remains, force=True)
        _tell_remaining(left)
        kept += 0 if left.done else done.kept
        results.append(
            {
                "area": area,
                "deleted": done.deleted,
                "kept": done.kept,
                "frozen": done.frozen,
                "folders": done.folders,
                "aside": done.aside,
                "refused": done.refusals,
                "snapshots_until": _iso(done.snapshots),
                "backups_until": _iso(done.backups),
                **_as_json(left),
            }
        )
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if kept else session.DONE


def _files(count: int) -> str:
    return n_("{count} file", "{count} files", count).format(count=figures.number(count))


def _tell_plan(plan: stage.Plan, *, aside: bool) -> None:
    sentence = (
        _("{area}: {moved} that moved and {destroyed} that are signed to be deleted would be set aside, {size}.")
        if aside
        else _("{area}: {moved} that moved and {destroyed} that are signed to be deleted would be deleted, {size}.")
    )
    session.tell(
        sentence.format(
            area=plan.area,
            moved=_files(plan.moved),
            destroyed=_files(plan.destroyed),
            size=figures.size(plan.bytes),
        )
    )
    session.tell(n_("{count} file stays.", "{count} files stay.", plan.kept).format(count=figures.number(plan.kept)))
    if plan.frozen:
        session.tell(
            n_(
                "{count} of them is frozen by a case: {step}",
                "{count} of them are frozen by a case: {step}",
                plan.frozen,
            ).format(count=figures.number(plan.frozen), step=f"filrydd freeze {plan.area}")
        )
    if plan.due:
        session.tell(
            n_(
                "{count} file that was set aside, {size}, has lain there its time and would be deleted.",
                "{count} files that were set aside, {size}, have lain there their time and would be deleted.",
                plan.due,
            ).format(count=figures.number(plan.due), size=figures.size(plan.due_bytes))
        )
    _tell_held(plan.held, plan.due)
    if plan.stops:
        session.tell(plan.stops)


def _tell_done(done: stage.Retired) -> None:
    session.tell(
        _("{area}: deleted {files} and {folders}, kept {kept}.").format(
            area=done.area,
            files=_files(done.deleted),
            folders=n_("{count} empty folder", "{count} empty folders", done.folders).format(
                count=figures.number(done.folders)
            ),
            kept=_files(done.kept),
        )
    )
    if done.aside:
        session.tell(
            n_(
                "{count} file was set aside; {step} brings it back.",
                "{count} files were set aside; {step} brings them back.",
                done.aside,
            ).format(count=figures.number(done.aside), step=f"filrydd restore {done.area} PATH")
        )
    _tell_held(done.held, 0)
    for path, why in done.refused[:_MOST_TOLD]:
        session.tell(_("  kept: {path}: {why}").format(path=path, why=said(why)))
    if done.deleted:
        session.tell(_told_copies(done.snapshots, done.backups))


def _tell_held(held: Held, due: int) -> None:
    if (files := held.files - due) > 0:
        session.tell(
            n_(
                "{count} file lies in the quarantine until {day}.",
                "{count} files lie in the quarantine, the last of them until {day}.",
                files,
            ).format(count=figures.number(files), day=days.day(times.to_datetime(held.last).date()))
        )


def _told_copies(snapshots: date | None, backups: date | None) -> str:
    """Until when the file server's own copies may hold what was deleted."""
    if snapshots is not None and backups is not None:
        return _("Copies may still lie in the server's snapshots until {day} and in backups until {other}.").format(
            day=days.day(snapshots), other=days.day(backups)
        )
    if snapshots is not None:
        return _(
            "Copies may still lie in the server's snapshots until {day}. Nobody has said how long backups lie."
        ).format(day=days.day(snapshots))
    if backups is not None:
        return _(
            "Copies may still lie in backups until {day}. Nobody has said how long the server's snapshots lie."
        ).format(day=days.day(backups))
    return _(
        "Copies may still lie in the server's snapshots and backups. Nobody has said for how long (`copies` in the policy)."
    )


def _tell_remaining(left: Remaining) -> None:
    for why, (files, size) in left.totals.items():
        session.tell(
            _("  {why}: {files}, {size}").format(
                why=said(why.value), files=figures.number(files), size=figures.size(size)
            )
        )
    if left.done:
        session.tell(_("The area is done: whatever remains was handed over by name."))


def _as_json(left: Remaining) -> dict[str, Any]:
    return {
        "quarantine": left.held.files,
        "remains": {why.value: files for why, (files, _size) in left.totals.items()},
        "done": left.done,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
