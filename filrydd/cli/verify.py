"""filrydd verify"""

from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.lang.words import said
from filrydd.stages import verify as stage


@click.command(help=_("Compare what was sent with what the tenant itself lists and holds, in full."))
@session.for_areas
@session.tenant_options
@session.as_json
def verify(workspace: Path, areas: tuple[str, ...], kind: str | None, address: str, as_json: bool) -> int:
    results: list[dict[str, Any]] = []
    for area in areas:
        work = session.work_on(workspace, area)
        done = session.with_tenant(work, kind or "", address, partial(stage.run, work))
        session.tell(
            _("{area}: {ok} of {checked} files were compared in full and are the same.").format(
                area=area, ok=figures.number(done.ok), checked=figures.number(done.checked)
            )
        )
        for finding in done.details[:50]:
            session.tell(f"  {finding.path}: {said(finding.kind)}")
        if done.findings:
            session.tell(_("Next: look at what is listed, mend it, then verify again."))
        else:
            session.tell(_("Next: {step}").format(step=f"filrydd seal {area}"))
        results.append({"area": area, "checked": done.checked, "ok": done.ok, "findings": done.findings})
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if any(result["findings"] for result in results) else session.DONE
