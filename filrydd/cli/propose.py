"""filrydd propose"""

from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.stages import propose as stage


@click.command(help=_("Compute where everything that moves is to lie."))
@session.for_areas
@session.as_json
def propose(workspace: Path, areas: tuple[str, ...], as_json: bool) -> int:
    results = []
    for area in areas:
        done = stage.run(session.work_on(workspace, area))
        session.tell(
            _(
                "{area}: {placements} files into {folders} folders; {mended} names changed so that SharePoint accepts them."
            ).format(
                area=area,
                placements=figures.number(done.placements),
                folders=figures.number(done.folders),
                mended=figures.number(done.mended),
            )
        )
        for problem in done.problems[:20]:
            session.tell(f"  {problem}")
        session.tell(_("Digest {digest}").format(digest=done.digest[:16]))
        session.tell(_("Next: {step}").format(step=f"filrydd review {area}"))
        results.append(
            {
                "area": area,
                "digest": done.digest,
                "libraries": done.libraries,
                "folders": done.folders,
                "placements": done.placements,
                "problems": len(done.problems),
                "parts": dict(done.parts),
            }
        )
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if any(result["problems"] for result in results) else session.DONE
