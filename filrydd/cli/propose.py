"""filrydd propose"""

import dataclasses
from pathlib import Path

import click

from filrydd.cli import session
from filrydd.errors import BadUsage
from filrydd.lang import _, figures, n_
from filrydd.stages import edit
from filrydd.stages import propose as stage
from filrydd.stages.propose import Proposed

_SHOWN = 20


@click.command(help=_("Compute where everything that moves is to lie."))
@session.for_areas
@click.option(
    "--edit",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help=_("Your changes to the structure, in a file; one that is not there is written for you to change."),
)
@click.option("--take-back", type=int, default=None, help=_("Take back the change of that number."))
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help=_("Write old and new structure, side by side, into one file to look at."),
)
@session.as_json
def propose(
    workspace: Path, areas: tuple[str, ...], file: Path | None, take_back: int | None, html: Path | None, as_json: bool
) -> int:
    if len(areas) != 1 and (file or html or take_back is not None):
        raise BadUsage(_("Name one area with --edit, --take-back or --html."), next="filrydd propose --help")
    results = []
    for area in areas:
        work = session.work_on(workspace, area)
        if file and file.exists():
            said = edit.say(work, edit.read(work, file))
            session.tell(n_("{count} change taken in.", "{count} changes taken in.", said).format(count=said))
        if take_back is not None:
            edit.undo(work, take_back, work.actor)
        done = stage.run(work)
        _tell(done)
        if file and not file.exists():
            edit.write(work, file)
            session.tell(_("Change what you want in {file}, then run the same command again.").format(file=file))
        if html:
            from filrydd.web.structure.report import report

            html.write_text(report(work), encoding="utf-8")
            session.tell(_("Old and new structure: {file}").format(file=html))
        session.tell(_("Next: {step}").format(step=f"filrydd review {area}"))
        results.append(_result(done))
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if any(result["problems"] for result in results) else session.DONE


def _tell(done: Proposed) -> None:
    session.tell(
        _(
            "{area}: {placements} files into {folders} folders; {mended} names changed so that SharePoint accepts them."
        ).format(
            area=done.area,
            placements=figures.number(done.placements),
            folders=figures.number(done.folders),
            mended=figures.number(done.mended),
        )
    )
    session.tell(
        _("Copied as it is, the tree would cost {before} points; as proposed it costs {after}: {why}").format(
            before=figures.number(round(done.points[0])), after=figures.number(round(done.points[1])), why=_why(done)
        )
    )
    if not done.access_told:
        session.tell(
            _("All is open to everybody, or nobody knows to whom. Give the site the right members before an upload.")
        )
    if done.people_lacking:
        session.tell(
            _(
                "Nobody has told yet who those with access are in Entra: filrydd scan {area} --tenant graph, or --people FILE"
            ).format(area=done.area)
        )
    if done.copies or done.versions:
        session.tell(
            _("{copies} copies lead to the file that goes; {versions} files become earlier versions.").format(
                copies=figures.number(done.copies), versions=figures.number(done.versions)
            )
        )
    if done.long_when_synced:
        session.tell(
            _("{count} files have too long a path for old Windows programs when the library is synchronised.").format(
                count=figures.number(done.long_when_synced)
            )
        )
    if done.shifted:
        session.tell(
            _("{count} changes of who can read or write are accepted by name; the pages and --html show them.").format(
                count=figures.number(done.shifted)
            )
        )
    if done.asked:
        session.tell(
            n_(
                "{count} folder can be read by one or two people alone; the page asks whether more should.",
                "{count} folders can be read by one or two people alone; the page asks whether more should.",
                done.asked,
            ).format(count=figures.number(done.asked))
        )
    for sentence in done.changes:
        session.tell(f"  {sentence}")
    for problem in done.problems[:_SHOWN]:
        session.tell(f"  {problem}")
    if len(done.problems) > _SHOWN:
        session.tell(_("  and {count} more problems").format(count=figures.number(len(done.problems) - _SHOWN)))
    session.tell(_("Digest {digest}").format(digest=done.digest[:16]))


def _why(done: Proposed) -> str:
    counts = (
        (_("places with permissions of their own"), done.before.scopes, done.after.scopes),
        (_("folders that hold only one folder"), done.before.steps, done.after.steps),
        (_("folders that say only a year or a person"), done.before.noise, done.after.noise),
        (_("folders that are too full"), done.before.full, done.after.full),
    )
    return "; ".join(
        _("{what} {before} -> {after}").format(what=what, before=figures.number(old), after=figures.number(new))
        for what, old, new in counts
        if old or new
    ) or _("nothing to better")


def _result(done: Proposed) -> dict[str, object]:
    return {
        "area": done.area,
        "digest": done.digest,
        "libraries": done.libraries,
        "folders": done.folders,
        "placements": done.placements,
        "problems": len(done.problems),
        "parts": dict(done.parts),
        "before": {**dataclasses.asdict(done.before), "points": done.points[0]},
        "after": {**dataclasses.asdict(done.after), "points": done.points[1]},
        "copies": done.copies,
        "versions": done.versions,
    }
