"""filrydd links"""

from pathlib import Path
from typing import Any

import click

from filrydd.catalog.contents.links import INSIDE, MISSING, OUTSIDE, WEB, Group, Sample
from filrydd.cli import session
from filrydd.lang import _, figures, n_
from filrydd.stages import links as stage


@click.command(help=_("Which documents of AREA point to which others, and which links break when it moves."))
@click.argument("area")
@session.as_json
@click.pass_obj
def links(workspace: Path, area: str, as_json: bool) -> int:
    found = stage.of(session.work_on(workspace, area))
    for line in _lines(found):
        session.say(line, err=as_json)
    session.show([_object(found)], wanted=as_json)
    if not (found.examined or found.unexamined):
        session.tell(_("Next: {step}").format(step=f"filrydd scan {area} --examine"))
        return session.NEEDS_A_PERSON
    return session.NEEDS_A_PERSON if found.breaks else session.DONE


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


def _heading(group: Group) -> str:
    return _("{kind}, {place}: {links} in {files}; break: {breaks}").format(
        kind=_kind(group.kind),
        place=_place(group.place),
        links=n_("{count} link", "{count} links", group.links).format(count=figures.number(group.links)),
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


def _sample(sample: Sample) -> dict[str, Any]:
    return {"file": sample.file, "target": sample.target, "to": sample.to or None, "breaks": sample.breaks}
