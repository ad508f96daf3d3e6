"""filrydd seal, filrydd unseal"""

import os
from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.lang import _, figures, n_
from filrydd.lang.words import said
from filrydd.stages import seal as stage
from filrydd.stages import unseal as way_back
from filrydd.stages.scan.rate import parse_rate
from filrydd.stages.seal import checking

_PASSWORD = "FILRYDD_CHECK_PASSWORD"


@click.command(help=_("Make the old area read-only. Without --execute, say what would be done."))
@session.for_areas
@session.tenant_options
@click.option("--share", is_flag=True, help=_("Seal the share's own permissions: where the share is the area alone."))
@click.option(
    "--wait",
    type=click.IntRange(0),
    default=0,
    metavar="MINUTES",
    help=_("Wait until open files are closed, and people disconnected."),
)
@click.option(
    "--close-open",
    is_flag=True,
    help=_("After that, let the server close them and disconnect people. Unsaved work is lost."),
)
@click.option("--linked", is_flag=True, help=_("Also files that are files elsewhere too (hard links)."))
@click.option("--compare-later", is_flag=True, help=_("Compare everything in full later, with filrydd verify."))
@click.option("--max-read", default="", metavar="50MB/s", help=_("Read the old area no faster than this."))
@click.option("--check", is_flag=True, help=_("Try to write as an ordinary user: everything must be refused."))
@click.option(
    "--user", default="", help=_("With --check: the ordinary user. The password is in FILRYDD_CHECK_PASSWORD.")
)
@session.executed
@session.as_json
def seal(
    workspace: Path,
    areas: tuple[str, ...],
    kind: str | None,
    address: str,
    share: bool,
    wait: int,
    close_open: bool,
    linked: bool,
    compare_later: bool,
    max_read: str,
    check: bool,
    user: str,
    execute: bool,
    as_json: bool,
) -> int:
    if check:
        return _check(workspace, areas, user, as_json=as_json)
    wishes = stage.Wishes(
        way=stage.Way.SHARE if share else stage.Way.ENTRIES,
        wait=wait * 60.0,
        close_open=close_open,
        linked=linked,
        compare_later=compare_later,
        bytes_per_second=parse_rate(max_read) if max_read else None,
    )
    results: list[dict[str, Any]] = []
    code = session.DONE
    for area in areas:
        work = session.work_on(workspace, area)
        if not execute:
            plan = stage.plan(work, look_at="")
            _tell_plan(plan)
            if plan.used and (plan.used.written or plan.used.outside):
                code = session.NEEDS_A_PERSON
            results.append(_planned(plan))
            continue
        done = session.with_tenant(work, kind or "", address, partial(stage.apply, work, wishes=wishes))
        session.tell(
            n_("{area} is read-only: {count} entry.", "{area} is read-only: {count} entries.", done.entries).format(
                area=area, count=figures.number(done.entries)
            )
        )
        if done.changed:
            session.tell(
                n_(
                    "{count} change came until the last moment.",
                    "{count} changes came until the last moment.",
                    done.changed,
                ).format(count=figures.number(done.changed))
            )
        if done.signposts:
            session.tell(
                n_(
                    "{count} signpost says where everything is now.",
                    "{count} signposts say where everything is now.",
                    done.signposts,
                ).format(count=figures.number(done.signposts))
            )
        if compare_later:
            session.tell(_("Nothing is proved yet. Next: {step}").format(step=f"filrydd verify {area}"))
        else:
            session.tell(
                n_(
                    "{count} file is proved under the seal.", "{count} files are proved under the seal.", done.verified
                ).format(count=figures.number(done.verified))
            )
            session.tell(_("Next: {step}").format(step=f"filrydd retire {area}"))
        results.append(
            {
                "area": area,
                "entries": done.entries,
                "changed": done.changed,
                "verified": done.verified,
                "signposts": done.signposts,
            }
        )
    session.show(results, wanted=as_json)
    return code


def _tell_plan(plan: stage.Plan) -> None:
    session.tell(
        _("{area}: {folders} and {files} in {source} would become read-only.").format(
            area=plan.area,
            folders=n_("{count} folder", "{count} folders", plan.folders).format(count=figures.number(plan.folders)),
            files=n_("{count} file", "{count} files", plan.files).format(count=figures.number(plan.files)),
            source=plan.source,
        )
    )
    used = plan.used
    if used and used.written:
        session.tell(
            n_(
                "{count} file is open for writing now. While it is, there is no seal:",
                "{count} files are open for writing now. While they are, there is no seal:",
                used.written,
            ).format(count=figures.number(used.written))
        )
        for line in used.writers:
            session.tell(f"  {line}")
    if used and used.outside:
        session.tell(
            n_(
                "{count} file is also a file outside the area (a hard link), and would become read-only there too:",
                "{count} files are also files outside the area (hard links), and would become read-only there too:",
                used.outside,
            ).format(count=figures.number(used.outside))
        )
        for path in used.linked:
            session.tell(f"  {path}")
    also = " --linked" if used and used.outside else ""
    if plan.state in ("sealing", "unsealing"):
        session.tell(_("A seal was begun and not finished; it goes on."))
    session.tell(_("Nothing was changed. To do it: {step}").format(step=f"filrydd seal {plan.area}{also} --execute"))


def _planned(plan: stage.Plan) -> dict[str, Any]:
    used = plan.used
    return {
        "area": plan.area,
        "folders": plan.folders,
        "files": plan.files,
        "state": plan.state,
        "written": used.written if used else 0,
        "linked": used.outside if used else 0,
    }


def _check(workspace: Path, areas: tuple[str, ...], user: str, *, as_json: bool) -> int:
    results: list[dict[str, Any]] = []
    for area in areas:
        work = session.work_on(workspace, area)
        done = checking.check(work, user, os.environ.get(_PASSWORD, ""))
        for path, acts in done.allowed:
            session.tell(f"  {path or '/'}: {', '.join(said(act) for act in acts)}")
        sentence = (
            _("{area} is NOT read-only for {user}: {count} of {tried} places can be changed.")
            if done.allowed
            else _("{area} is read-only for {user}: {tried} places can be read, and none can be changed.")
        )
        session.tell(
            sentence.format(
                area=area,
                user=done.user,
                count=figures.number(len(done.allowed)),
                tried=figures.number(done.tried),
            )
        )
        if done.unread:
            session.tell(
                n_(
                    "{count} place cannot be read by {user}. If it could be before, find out why.",
                    "{count} places cannot be read by {user}. If they could be before, find out why.",
                    done.unread,
                ).format(count=figures.number(done.unread), user=done.user)
            )
        results.append(
            {
                "area": area,
                "user": done.user,
                "unread": done.unread,
                "tried": done.tried,
                "allowed": [{"path": path, "acts": list(acts)} for path, acts in done.allowed],
            }
        )
    session.show(results, wanted=as_json)
    return 1 if any(result["allowed"] for result in results) else session.DONE


@click.command(help=_("Give the old area its former permissions back. Without --execute, say what would be done."))
@session.for_areas
@click.option("--overwrite", is_flag=True, help=_("Also where somebody else has changed the permissions since."))
@session.executed
@session.as_json
def unseal(workspace: Path, areas: tuple[str, ...], overwrite: bool, execute: bool, as_json: bool) -> int:
    results = []
    code = session.DONE
    for area in areas:
        work = session.work_on(workspace, area)
        left = vanished = 0
        if not execute:
            entries = way_back.plan(work)
            session.tell(
                n_(
                    "{area}: {count} entry would get its former permissions back.",
                    "{area}: {count} entries would get their former permissions back.",
                    entries,
                ).format(area=area, count=figures.number(entries))
            )
            session.tell(_("Nothing was changed. To do it: {step}").format(step=f"filrydd unseal {area} --execute"))
        else:
            done = way_back.apply(work, overwrite=overwrite)
            entries, vanished, left = done.entries, done.vanished, done.left
            session.tell(
                n_(
                    "{area} can be written to again: {count} entry has its former permissions.",
                    "{area} can be written to again: {count} entries have their former permissions.",
                    entries,
                ).format(area=area, count=figures.number(entries))
            )
            if left:
                code = session.NEEDS_A_PERSON
                session.tell(
                    n_(
                        "{count} entry was left as somebody else has set it since.",
                        "{count} entries were left as somebody else has set them since.",
                        left,
                    ).format(count=figures.number(left))
                )
        results.append({"area": area, "entries": entries, "vanished": vanished, "left": left})
    session.show(results, wanted=as_json)
    return code
