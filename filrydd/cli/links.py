"""filrydd links"""

from pathlib import Path
from typing import Any

import click

from filrydd.catalog.contents.links import INSIDE, MISSING, OUTSIDE, WEB, Group, Sample
from filrydd.cli import session
from filrydd.cli.links_mend import mend
from filrydd.lang import _, figures, n_
from filrydd.stages import links as stage
from filrydd.stages.links import between


class Links(click.Group):
    """`filrydd links AREA` lists; what is no command of the group is an area."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["of", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "AREA [--json]")
        formatter.write_usage(ctx.command_path, "mend AREA... [--execute]")


@click.group(
    cls=Links,
    help=_(
        "Which documents of AREA point to which others, also in other areas, and which links break when they move."
        " With mend: give documents in SharePoint the new addresses."
    ),
)
def links() -> None: ...


links.add_command(mend)


@links.command(name="of", hidden=True, help=_("List the links of AREA."))
@click.argument("area")
@session.as_json
@click.pass_obj
def listed(workspace: Path, area: str, as_json: bool) -> int:
    work = session.work_on(workspace, area)
    found, across = stage.of(work), between.of(work)
    for line in (*_lines(found), *_lines_between(across)):
        session.say(line, err=as_json)
    session.show([{**_object(found), "between": _object_between(across)}], wanted=as_json)
    if not (found.examined or found.unexamined):
        session.tell(_("Next: {step}").format(step=f"filrydd scan {area} --examine"))
        return session.NEEDS_A_PERSON
    if found.breaks or across.breaks:
        session.tell(_("Once it has arrived: {step}").format(step=f"filrydd links mend {area}"))
        return session.NEEDS_A_PERSON
    return session.DONE


def _lines(found: stage.Links) -> list[str]:
    if not (found.examined or found.unexamined):
        return [_("Nobody has read the documents of {area}, so its links are not known.").format(area=found.area)]
    lines = [
        _("{area}: {pointing} with links to other files, {pointed} pointed to; links that break: {breaks}.").format(
            area=found.area,
            pointing=_files(found.pointing),
            pointed=_files(found.pointed),
            breaks=figures.number(found.breaks),
        )
    ]
    if found.unexamined:
        lines.append(
            n_(
                "{count} document could not be read; its links are not known.",
                "{count} documents could not be read; their links are not known.",
                found.unexamined,
            ).format(count=figures.number(found.unexamined))
        )
    for group, samples in found.groups:
        lines += ["", _heading(group)]
        lines += [f"  {sample.file} -> {sample.to or sample.target}" for sample in samples]
        if group.links > len(samples):
            lines.append("  " + _("and {count} more").format(count=figures.number(group.links - len(samples))))
    if found.most_linked:
        lines += ["", _("Files that most others point to:")]
        lines += [f"  {path}: {_files(count)}" for path, count in found.most_linked]
    return lines


def _lines_between(across: between.Between) -> list[str]:
    lines: list[str] = []
    for one in across.crossings:
        lines += [
            "",
            _("From {source} to {target}: {links} in {files}; break: {breaks}; lead to nothing: {missing}").format(
                source=one.source,
                target=one.target,
                links=_links(one.links),
                files=_files(one.files),
                breaks=figures.number(one.breaks),
                missing=figures.number(one.missing),
            ),
        ]
        lines += [f"  {sample.file} -> {sample.to or sample.target}" for sample in one.samples]
        if one.links > len(one.samples):
            lines.append("  " + _("and {count} more").format(count=figures.number(one.links - len(one.samples))))
    if across.unread:
        lines.append(_("These areas could not be looked into: {areas}.").format(areas=", ".join(across.unread)))
    if not across.whole:
        lines.append(
            _("Only the first {count} links out of an area were looked at.").format(
                count=figures.number(between.MOST_LOOKED)
            )
        )
    return lines


def _links(count: int) -> str:
    return n_("{count} link", "{count} links", count).format(count=figures.number(count))


def _heading(group: Group) -> str:
    return _("{kind}, {place}: {links} in {files}; break: {breaks}").format(
        kind=_kind(group.kind),
        place=_place(group.place),
        links=_links(group.links),
        files=_files(group.files),
        breaks=figures.number(group.breaks),
    )


def _files(count: int) -> str:
    return n_("{count} file", "{count} files", count).format(count=figures.number(count))


def _kind(word: str) -> str:
    """What points, in plain words."""
    return {
        "workbook": _("workbook to workbook"),
        "object": _("embedded object or picture"),
        "hyperlink": _("link in a text"),
        "template": _("document template"),
        "query": _("query for data"),
        "macro": _("macro"),
        "shortcut": _("shortcut"),
        "back end": _("database to its tables"),
        "script": _("script or settings"),
    }.get(word, word)


def _place(word: str) -> str:
    """Where a link leads, in plain words."""
    return {
        INSIDE: _("to this area"),
        OUTSIDE: _("to another place"),
        MISSING: _("to this area, where nothing is"),
        WEB: _("to the web"),
    }.get(word, word)


def _object(found: stage.Links) -> dict[str, Any]:
    return {
        "area": found.area,
        "examined": found.examined,
        "unexamined": found.unexamined,
        "pointing": found.pointing,
        "pointed": found.pointed,
        "breaks": found.breaks,
        "groups": [
            {**group._asdict(), "samples": [_sample(sample) for sample in samples]} for group, samples in found.groups
        ],
        "most_linked": [{"path": path, "files": count} for path, count in found.most_linked],
    }


def _object_between(across: between.Between) -> dict[str, Any]:
    return {
        "breaks": across.breaks,
        "crossings": [
            {
                "from": one.source,
                "to": one.target,
                "links": one.links,
                "files": one.files,
                "breaks": one.breaks,
                "missing": one.missing,
                "samples": [_sample(sample) for sample in one.samples],
            }
            for one in across.crossings
        ],
        "unread": list(across.unread),
        "whole": across.whole,
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {"file": sample.file, "target": sample.target, "to": sample.to or None, "breaks": sample.breaks}
