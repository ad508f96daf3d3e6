"""filrydd links mend"""

from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.lang import _, figures, n_
from filrydd.stages.links import mending, reasons
from filrydd.stages.links.mending import Left

_SHOWN = 50


@click.command(
    help=_(
        "Give Office documents in SharePoint the new addresses of what they point to, each as a new version."
        " Without --execute, say what would be mended."
    )
)
@session.for_areas
@session.tenant_options
@session.executed
@session.as_json
def mend(workspace: Path, areas: tuple[str, ...], kind: str | None, address: str, execute: bool, as_json: bool) -> int:
    results: list[dict[str, Any]] = []
    needs_a_person = False
    for area in areas:
        work = session.work_on(workspace, area)
        done: mending.Plan | mending.Mended
        if execute:
            done = session.with_tenant(work, kind or "", address, partial(mending.apply, work))
            sentence = _("{area}: {links} given new addresses in {files}.")
        else:
            done = mending.plan(work)
            sentence = _("{area}: {links} in {files} could be given new addresses.")
        session.tell(sentence.format(area=area, links=_links(done.links), files=_files(done.files)))
        _tell_left(done.left)
        if done.unread:
            session.tell(_("These areas could not be looked into: {areas}.").format(areas=", ".join(done.unread)))
        if not execute:
            session.tell(_("Signatures, labels and what people changed are looked at when it is done."))
            step = f"filrydd links mend {area} --execute"
            session.tell(_("Nothing was changed. To do it: {step}").format(step=step))
        results.append(
            {
                "area": area,
                "files": done.files,
                "links": done.links,
                "left": dict(done.left.counts),
                "details": [{"path": path, "reason": why} for path, why in done.left.details],
                "unread": list(done.unread),
            }
        )
        needs_a_person |= bool(done.unread or set(done.left.counts) - {reasons.NOTHING})
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if needs_a_person else session.DONE


def _tell_left(left: Left) -> None:
    for why, count in left.counts.most_common():
        session.tell(_("Left as they are, {files}: {why}").format(files=_files(count), why=reasons.said(why)))
    for path, why in left.details[:_SHOWN]:
        session.tell(f"  {path}: {reasons.said(why)}")
    if left.counts.total() > _SHOWN:
        session.tell("  " + _("and {count} more").format(count=figures.number(left.counts.total() - _SHOWN)))


def _files(count: int) -> str:
    return n_("{count} file", "{count} files", count).format(count=figures.number(count))


def _links(count: int) -> str:
    return n_("{count} link", "{count} links", count).format(count=figures.number(count))
